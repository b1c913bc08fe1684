using Azure.Data.Tables;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Queues;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Audit;
using Ssp.Backup;
using Ssp.Dev;
using Ssp.Identity;
using Ssp.Jobs;
using Ssp.Storage;

namespace Ssp.Tests.Chaos;

/// <summary>What must hold once nothing is taken away any more, beyond what the actors know.</summary>
public sealed class QuietCheck(ChaosStack stack, string folder)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    /// <summary>How many events the audit trail has, in all chains.</summary>
    public long Events { get; private set; }

    /// <summary>What does not hold, in sentences.</summary>
    public async Task<IReadOnlyList<string>> LookAsync()
    {
        var wrong = new List<string>();
        using var parts = DevStack.Parts(stack.Settings);
        foreach (var report in await ReportsAsync(parts.Services))
        {
            if (report.FirstBreak is { } found)
            {
                wrong.Add($"the audit trail of {report.Chain} is broken at event {found.Number}: {found.Kind}");
            }
        }

        await WaitAsync(
            "the list of work still has work that is over", async () => await CountAsync(parts.Services.GetRequiredService<PortalStorage>().Work) == 0, wrong);
        await WaitAsync("messages are left in the queues", async () => !await HasMessagesAsync(), wrong);
        wrong.AddRange(await ListOrphansAsync(parts.Services));
        wrong.AddRange(ListDelivered());
        return wrong;
    }

    /// <summary>Which addresses have no event of being added; whoever is there must have been put there by somebody the trail knows.</summary>
    public async Task<IReadOnlyList<string>> ListWithoutTraceAsync(Visitor manager, string organizationId, IReadOnlyCollection<string> added)
    {
        var traced = (await manager.ListAsync($"organizations/{organizationId}/audit")).Where(one => one.GetProperty("action").GetString() == "member_added")
            .Select(one => one.GetProperty("object").GetString()!).ToHashSet();
        return [.. added.Where(email => !traced.Contains(email)).Select(email => $"{email} was added, and the audit trail does not say so")];
    }

    /// <summary>Makes a backup and reads it to its end.</summary>
    public async Task<IReadOnlyList<string>> BackUpAsync()
    {
        var file = Path.Combine(folder, $"{Guid.NewGuid():N}.gpg");
        using var parts = DevStack.Parts(stack.Settings);
        using var said = new StringWriter();
        var code = await parts.Services.GetRequiredService<BackupCommand>()
            .RunAsync(new BackupWords(file, "chaos and order"u8.ToArray(), false), said, said, CancellationToken.None);
        File.Delete(file);
        return code == 0 ? [] : [$"the backup is not in order: {said}"];
    }

    private static async Task WaitAsync(string trouble, Func<Task<bool>> holds, List<string> wrong)
    {
        for (var begun = DateTime.UtcNow; !await holds(); await Task.Delay(Pause))
        {
            if (DateTime.UtcNow - begun > Patience)
            {
                wrong.Add(trouble);
                return;
            }
        }
    }

    private static async Task<long> CountAsync(TableClient table)
    {
        var count = 0L;
        await foreach (var _ in table.QueryAsync<TableEntity>(select: [nameof(TableEntity.RowKey)]))
        {
            count++;
        }

        return count;
    }

    private async Task<IReadOnlyList<ChainReport>> ReportsAsync(IServiceProvider services)
    {
        var reports = new List<ChainReport>();
        await foreach (var report in services.GetRequiredService<AuditCheck>().CheckAllAsync(CancellationToken.None))
        {
            reports.Add(report);
        }

        Events = reports.Sum(report => report.Events);
        return reports;
    }

    // A message that a killed worker had taken shows again when its lease of minutes is over, and then finds its work done: it is not looked for.
    private async Task<bool> HasMessagesAsync()
    {
        var queues = new QueueServiceClient(stack.Settings["AzureWebJobsStorage"]);
        await foreach (var queue in queues.GetQueuesAsync(prefix: $"{stack.Settings["StoragePrefix"]}-"))
        {
            if ((await queues.GetQueueClient(queue.Name).PeekMessageAsync()).Value is not null)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Lets the hourly clean-up run as it would two hours from now, and compares what is left with what rows name.</summary>
    private async Task<IReadOnlyList<string>> ListOrphansAsync(IServiceProvider services)
    {
        await ActivatorUtilities.CreateInstance<RemoveOrphans>(services, new Later()).Run(new TimerInfo(), CancellationToken.None);
        var wrong = new List<string>();
        var organizations = await services.GetRequiredService<OrganizationStore>().ListAsync(CancellationToken.None);
        foreach (var kind in services.GetServices<JobKind>())
        {
            var named = new HashSet<string>();
            foreach (var organization in organizations)
            {
                named.UnionWith(await kind.ListNamedFilesAsync(organization.Id, CancellationToken.None));
            }

            var there = new HashSet<string>();
            await foreach (var blob in kind.Files.GetBlobsAsync(BlobTraits.None, BlobStates.Uncommitted, null, CancellationToken.None))
            {
                there.Add(Path.ChangeExtension(blob.Name, null));
            }

            wrong.AddRange(there.Except(named).Select(name => $"the file {name} of {kind.Word} is named by nobody"));
            wrong.AddRange(named.Except(there).Select(name => $"the file {name} of {kind.Word} is gone, and a row names it"));
        }

        return wrong;
    }

    // Two hospitals have a Certificate Manager; each has one file or, before its first good upload, none.
    private IReadOnlyList<string> ListDelivered() =>
    [
        .. Directory.EnumerateFiles(stack.DeliveryFolder)
            .Select(path => Path.GetFileName(path)!)
            .Where(name => name.EndsWith(".p12", StringComparison.Ordinal))
            .GroupBy(name => name.Split(' ')[0])
            .Where(group => group.Count() != 1)
            .Select(group => $"HD4DP has {group.Count()} certificates of {group.Key}: {string.Join(", ", group)}"),
    ];

    private sealed class Later : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UtcNow.AddHours(2);
    }
}
