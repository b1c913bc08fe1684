using System.Text.RegularExpressions;
using Azure;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Ssp.Storage;

namespace Ssp.Backup;

/// <summary>
/// Every table, container and queue there is under the portal's prefix, found by asking storage: a room that gets another one is backed up without being
/// named here. The clients are more patient than the portal's, for nobody waits for a page.
/// </summary>
public sealed partial class StoredParts(StorageSettings settings)
{
    /// <summary>The table in which a restore says that it is under way; see <see cref="UnfinishedRestore"/>.</summary>
    public const string RestoreTable = "Restore";

    private readonly TableServiceClient tables = new(settings.Connection, Patient(new TableClientOptions()));
    private readonly BlobServiceClient blobs = new(settings.Connection, Patient(new BlobClientOptions()));
    private readonly QueueServiceClient queues = new(settings.Connection, Patient(new QueueClientOptions()));

    private readonly TableServiceClient impatientTables = new(settings.Connection, Impatient());

    public string Prefix => settings.Prefix;

    /// <summary>The table of this name without the prefix.</summary>
    public TableClient Table(string name) => tables.GetTableClient(Prefix + name);

    /// <summary>The table of <see cref="UnfinishedRestore"/>.</summary>
    public TableClient RestoreMarks => impatientTables.GetTableClient(Prefix + RestoreTable);

    /// <summary>The container of this name without the prefix.</summary>
    public BlobContainerClient Container(string name) => blobs.GetBlobContainerClient($"{Prefix}-{name}");

    /// <summary>The names of all tables, without the prefix. It ends where the capital letter is, so ssp and ssp2 do not see each other's.</summary>
    public async Task<IReadOnlyList<string>> ListTablesAsync(CancellationToken cancel)
    {
        var names = new List<string>();
        await foreach (var table in tables.QueryAsync(cancellationToken: cancel))
        {
            if (table.Name.StartsWith(Prefix, StringComparison.Ordinal) && TableName().IsMatch(table.Name[Prefix.Length..]))
            {
                names.Add(table.Name[Prefix.Length..]);
            }
        }

        names.Sort(StringComparer.Ordinal);
        return names;
    }

    /// <summary>The names of all containers, without the prefix.</summary>
    public async Task<IReadOnlyList<string>> ListContainersAsync(CancellationToken cancel)
    {
        var names = new List<string>();
        await foreach (var container in blobs.GetBlobContainersAsync(prefix: $"{Prefix}-", cancellationToken: cancel))
        {
            names.Add(container.Name[(Prefix.Length + 1)..]);
        }

        return names;
    }

    /// <summary>What is there that a restore would mix with, in words.</summary>
    public async Task<IReadOnlyList<string>> ListContentAsync(CancellationToken cancel)
    {
        var there = new List<string>();
        foreach (var name in (await ListTablesAsync(cancel)).Where(name => name != RestoreTable))
        {
            await foreach (var _ in Table(name).QueryAsync<TableEntity>(maxPerPage: 1, select: [nameof(TableEntity.RowKey)], cancellationToken: cancel))
            {
                there.Add($"table {Prefix}{name}");
                break;
            }
        }

        foreach (var name in await ListContainersAsync(cancel))
        {
            await foreach (var _ in Container(name).GetBlobsAsync(cancellationToken: cancel))
            {
                there.Add($"container {Prefix}-{name}");
                break;
            }
        }

        return there;
    }

    /// <summary>Removes every row, blob and message.</summary>
    public async Task EmptyAsync(CancellationToken cancel)
    {
        await foreach (var queue in queues.GetQueuesAsync(prefix: $"{Prefix}-", cancellationToken: cancel))
        {
            await queues.GetQueueClient(queue.Name).ClearMessagesAsync(cancel);
        }

        foreach (var name in (await ListTablesAsync(cancel)).Where(name => name != RestoreTable))
        {
            await Table(name).DeleteAsync(cancel);
        }

        foreach (var name in await ListContainersAsync(cancel))
        {
            var container = Container(name);
            await foreach (var blob in container.GetBlobsAsync(cancellationToken: cancel))
            {
                await container.DeleteBlobIfExistsAsync(blob.Name, cancellationToken: cancel);
            }
        }
    }

    /// <summary>Makes a table, also one that was deleted a moment ago: Azure needs up to a minute until its name is free.</summary>
    public async Task MakeTableAsync(string name, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await Table(name).CreateIfNotExistsAsync(cancel);
                return;
            }
            catch (RequestFailedException error) when (error.IsTaken() && attempt < 60)
            {
                await Task.Delay(TimeSpan.FromSeconds(2), cancel);
            }
        }
    }

    private static TableClientOptions Impatient()
    {
        var options = new TableClientOptions();
        options.Retry.MaxRetries = 1;
        options.Retry.Delay = TimeSpan.FromMilliseconds(100);
        // Storage that takes the question and never answers must not keep the portal from starting.
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(2);
        return options;
    }

    private static T Patient<T>(T options)
        where T : ClientOptions
    {
        options.Retry.MaxRetries = 6;
        options.Retry.Mode = RetryMode.Exponential;
        options.Retry.Delay = TimeSpan.FromMilliseconds(200);
        options.Retry.MaxDelay = TimeSpan.FromSeconds(5);
        return options;
    }

    [GeneratedRegex(@"\A[A-Z][A-Za-z0-9]*\z")]
    private static partial Regex TableName();
}
