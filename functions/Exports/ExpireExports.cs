using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Ssp.Storage;

namespace Ssp.Exports;

/// <summary>Removes exports whose time is over, files first.</summary>
public sealed class ExpireExports(PortalStorage storage, ExportStore exports, ILogger<ExpireExports> log)
{
    [Function(nameof(ExpireExports))]
    public async Task Run([TimerTrigger("%ExpireExportsSchedule%", RunOnStartup = true)] TimerInfo timer, CancellationToken cancel)
    {
        await storage.PrepareAsync(cancel);
        var removed = 0;
        await foreach (var job in exports.ListExpiredAsync(cancel))
        {
            await exports.RemoveAsync(job, cancel);
            removed++;
        }

        if (removed > 0)
        {
            log.LogInformation("Removed {Count} expired exports", removed);
        }
    }
}
