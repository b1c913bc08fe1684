using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace Ssp.Tests.Durability;

/// <summary>
/// One writer with rows, messages and blobs of its own. It knows what was acknowledged and, after a crash, which one change was under way;
/// then storage must hold the acknowledged state, with that change whole or not at all.
/// </summary>
public sealed class CrashWriter
{
    private const string Append = "blob/append";
    private const string Blocks = "blob/blocks";

    private readonly string name;
    private readonly TableClient table;
    private readonly QueueClient queue;
    private readonly BlobContainerClient container;

    // What an item holds; texts that are never used twice. A deleted item is not in it.
    private readonly Dictionary<string, string> acknowledged = [];
    private readonly HashSet<string> everAcknowledged = [];
    private readonly Dictionary<string, (string Id, string Receipt)> receipts = [];
    private readonly List<(string Id, byte[] Content)> staged = [];
    private byte[] appended = [];
    private byte[] appending = [];

    // Of the change under way: what each of its items would hold; null is none.
    private Dictionary<string, string?>? underWay;
    private int number;

    public CrashWriter(string name, string connection)
    {
        this.name = name;
        table = new TableServiceClient(connection, Impatient(new TableClientOptions())).GetTableClient("Crashes");
        queue = new QueueServiceClient(connection, Impatient(new QueueClientOptions())).GetQueueClient($"crashes-{name}");
        container = new BlobServiceClient(connection, Impatient(new BlobClientOptions())).GetBlobContainerClient("crashes");
    }

    /// <summary>How many changes were acknowledged.</summary>
    public long Acknowledged { get; private set; }

    public async Task PrepareAsync()
    {
        await table.CreateIfNotExistsAsync();
        await queue.CreateIfNotExistsAsync();
        await container.CreateIfNotExistsAsync();
    }

    /// <summary>Changes things one after the other until storage no longer answers.</summary>
    public async Task WriteAsync(Random random, CancellationToken killed)
    {
        while (true)
        {
            try
            {
                await ChangeAsync(random);
                Confirm();
            }
            catch (Exception error) when (error is not RequestFailedException { Status: >= 300 })
            {
                // No answer, or one that broke off after its first line: nothing was acknowledged.
                if (!killed.IsCancellationRequested)
                {
                    throw;
                }

                return;
            }
        }
    }

    /// <summary>Compares storage with what was acknowledged and takes over what the change under way has come to.</summary>
    public async Task<IReadOnlyList<string>> CheckAsync()
    {
        var found = await ReadAsync();
        var without = Differences(acknowledged, found);
        var change = underWay;
        underWay = null;
        if (change is not null)
        {
            var after = new Dictionary<string, string>(acknowledged);
            Apply(after, change);
            var with = Differences(after, found);
            if (with.Count == 0)
            {
                Apply(acknowledged, change);
                everAcknowledged.UnionWith(change.Values.OfType<string>());
                if (change.ContainsKey(Append))
                {
                    appended = appending;
                }

                Forget(change);
                return [];
            }

            if (without.Count > 0)
            {
                Forget(change);
                return [.. without.Select(one => $"{one} (with {string.Join(", ", change.Keys)} under way)")];
            }

            Forget(change);
        }

        return without;
    }

    private static T Impatient<T>(T options)
        where T : ClientOptions
    {
        options.Retry.MaxRetries = 0;
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(20);
        return options;
    }

    private static void Apply(Dictionary<string, string> state, Dictionary<string, string?> change)
    {
        foreach (var (item, value) in change)
        {
            if (value is null)
            {
                state.Remove(item);
            }
            else
            {
                state[item] = value;
            }
        }
    }

    private static string Digest(byte[] content) => $"{content.Length}-{Convert.ToHexString(SHA256.HashData(content))[..16]}";

    private List<string> Differences(Dictionary<string, string> expected, Dictionary<string, string> found) =>
    [
        .. expected.Keys.Union(found.Keys)
            .Where(item => expected.GetValueOrDefault(item) != found.GetValueOrDefault(item))
            .Select(item => $"{(found.TryGetValue(item, out var value) && !everAcknowledged.Contains(value) ? "invented" : "lost")}: {name} {item}"
                + $" is {found.GetValueOrDefault(item) ?? "not there"} and not {expected.GetValueOrDefault(item) ?? "gone"}"),
    ];

    // After a crash in a change nobody has the receipt of the message, nor knows whether the block was staged.
    private void Forget(Dictionary<string, string?> change)
    {
        foreach (var item in change.Keys)
        {
            receipts.Remove(item);
            if (item == Blocks)
            {
                staged.Clear();
            }
        }
    }

    private void Confirm()
    {
        Acknowledged++;
        Apply(acknowledged, underWay!);
        everAcknowledged.UnionWith(underWay!.Values.OfType<string>());
        underWay = null;
    }

    private string NewText() => $"{name}.{++number}";

    private List<string> Items(string kind) =>
        [.. acknowledged.Keys.Where(item => item.StartsWith(kind, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private Task ChangeAsync(Random random) => random.Next(20) switch
    {
        < 5 => RowAsync(random),
        < 8 => BatchAsync(random),
        < 9 => RefusedBatchAsync(random),
        < 14 => MessageAsync(random),
        < 16 => PutBlobAsync(random),
        < 17 => AppendAsync(random),
        _ => BlockAsync(random),
    };

    private Task RowAsync(Random random)
    {
        var rows = Items("row/");
        var action = Row(random, rows, 30);
        underWay = new() { [action.Item] = action.Value };
        return action.Action.ActionType switch
        {
            TableTransactionActionType.Add => table.AddEntityAsync((TableEntity)action.Action.Entity),
            TableTransactionActionType.UpdateMerge => table.UpdateEntityAsync((TableEntity)action.Action.Entity, ETag.All),
            _ => table.DeleteEntityAsync(name, action.Action.Entity.RowKey),
        };
    }

    private (string Item, string? Value, TableTransactionAction Action) Row(Random random, List<string> rows, int enough)
    {
        var what = rows.Count == 0 ? 0 : rows.Count > enough ? 2 : random.Next(3);
        if (what == 0)
        {
            var key = $"r{++number:D8}";
            var text = NewText();
            return (
                $"row/{key}",
                text,
                new(TableTransactionActionType.Add, new TableEntity(name, key) { ["Text"] = text, ["Filler"] = new string('x', random.Next(400)) }));
        }

        var row = rows[random.Next(rows.Count)];
        rows.Remove(row);
        if (what == 1)
        {
            var text = NewText();
            return (row, text, new(TableTransactionActionType.UpdateMerge, new TableEntity(name, row[4..]) { ["Text"] = text }, ETag.All));
        }

        return (row, null, new(TableTransactionActionType.Delete, new TableEntity(name, row[4..]), ETag.All));
    }

    private Task BatchAsync(Random random)
    {
        var rows = Items("row/");
        var actions = Enumerable.Range(0, random.Next(2, 8)).Select(_ => Row(random, rows, 30)).ToList();
        underWay = actions.ToDictionary(one => one.Item, one => one.Value);
        return table.SubmitTransactionAsync(actions.Select(one => one.Action));
    }

    // Its last action fails, so those before it must be undone, in the log too.
    private async Task RefusedBatchAsync(Random random)
    {
        var rows = Items("row/");
        underWay = [];
        if (rows.Count < 5)
        {
            return;
        }

        var actions = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Row(random, rows, 30).Action).ToList();
        actions.Add(new(TableTransactionActionType.Add, new TableEntity(name, rows[0][4..])));
        try
        {
            await table.SubmitTransactionAsync(actions);
            throw new InvalidOperationException("A batch that adds a row twice was accepted.");
        }
        catch (TableTransactionFailedException)
        {
            // As it should be.
        }
    }

    private async Task MessageAsync(Random random)
    {
        var messages = Items("message/");
        var known = messages.Where(receipts.ContainsKey).ToList();
        var what = messages.Count >= 24 && known.Count == 0 ? 3 : known.Count == 0 ? 0 : messages.Count > 20 ? 2 : random.Next(3);
        switch (what)
        {
            case 0:
                {
                    var item = $"message/m{++number}";
                    var text = NewText();
                    underWay = new() { [item] = text };
                    SendReceipt sent = await queue.SendMessageAsync($"{item}={text}");
                    receipts[item] = (sent.MessageId, sent.PopReceipt);
                    break;
                }

            case 1:
                {
                    var item = known[random.Next(known.Count)];
                    var text = NewText();
                    underWay = new() { [item] = text };
                    UpdateReceipt updated = await queue.UpdateMessageAsync(receipts[item].Id, receipts[item].Receipt, $"{item}={text}");
                    receipts[item] = receipts[item] with { Receipt = updated.PopReceipt };
                    break;
                }

            case 2:
                {
                    var item = known[random.Next(known.Count)];
                    underWay = new() { [item] = null };
                    await queue.DeleteMessageAsync(receipts[item].Id, receipts[item].Receipt);
                    receipts.Remove(item);
                    break;
                }

            default:
                underWay = messages.ToDictionary(item => item, _ => (string?)null);
                await queue.ClearMessagesAsync();
                break;
        }
    }

    private Task PutBlobAsync(Random random)
    {
        var item = $"blob/b{random.Next(4)}";
        if (acknowledged.ContainsKey(item) && random.Next(3) == 0)
        {
            underWay = new() { [item] = null };
            return Blob(item).DeleteAsync();
        }

        var content = NewContent(random, 6000);
        underWay = new() { [item] = Digest(content) };
        return Blob(item).UploadAsync(new MemoryStream(content), overwrite: true);
    }

    private Task AppendAsync(Random random)
    {
        var blob = container.GetAppendBlobClient($"{name}/append");
        if (!acknowledged.ContainsKey(Append) || appended.Length > 40_000)
        {
            appending = [];
            underWay = new() { [Append] = Digest(appending) };
            return Then(blob.CreateAsync());
        }

        var content = NewContent(random, 3000);
        appending = [.. appended, .. content];
        underWay = new() { [Append] = Digest(appending) };
        return Then(blob.AppendBlockAsync(new MemoryStream(content)));

        async Task Then(Task change)
        {
            await change;
            appended = appending;
        }
    }

    private async Task BlockAsync(Random random)
    {
        var blob = container.GetBlockBlobClient($"{name}/blocks");
        if (staged.Count < 2 || random.Next(3) > 0)
        {
            // Staging shows nothing yet; but what was acknowledged must be there when it is committed, after a crash too.
            underWay = acknowledged.TryGetValue(Blocks, out var before) ? new() { [Blocks] = before } : new() { [Blocks] = null };
            var content = NewContent(random, 3000);
            var id = Convert.ToBase64String(Encoding.ASCII.GetBytes($"{++number:D10}"));
            await blob.StageBlockAsync(id, new MemoryStream(content));
            staged.Add((id, content));
            return;
        }

        underWay = new() { [Blocks] = Digest([.. staged.SelectMany(block => block.Content)]) };
        await blob.CommitBlockListAsync(staged.Select(block => block.Id));
        staged.Clear();
    }

    private byte[] NewContent(Random random, int most) => [.. Encoding.ASCII.GetBytes(NewText()), .. RandomBytes(random, random.Next(most))];

    private static byte[] RandomBytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private BlobClient Blob(string item) => container.GetBlobClient($"{name}/{item[5..]}");

    private async Task<Dictionary<string, string>> ReadAsync()
    {
        var found = new Dictionary<string, string>();
        await foreach (var row in table.QueryAsync<TableEntity>(row => row.PartitionKey == name))
        {
            found[$"row/{row.RowKey}"] = row.GetString("Text");
        }

        foreach (PeekedMessage message in (await queue.PeekMessagesAsync(32)).Value)
        {
            var parts = message.Body.ToString().Split('=');
            found[parts[0]] = parts[1];
        }

        await foreach (var blob in container.GetBlobsAsync(BlobTraits.None, BlobStates.None, $"{name}/", CancellationToken.None))
        {
            var content = await container.GetBlobClient(blob.Name).DownloadContentAsync();
            found[$"blob/{blob.Name[(name.Length + 1)..]}"] = Digest(content.Value.Content.ToArray());
        }

        return found;
    }
}
