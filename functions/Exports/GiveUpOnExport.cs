using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Ssp.Http;
using Ssp.Jobs;
using Ssp.Storage;

namespace Ssp.Exports;

/// <summary>The last try of an export failed: it says so, instead of waiting for ever. While HD4DP's database is away it gets another message.</summary>
public sealed class GiveUpOnExport(ExportStore exports, ExportTrace trace, TimeProvider clock, ILogger<GiveUpOnExport> log)
{
    [Function(nameof(GiveUpOnExport))]
    public async Task Run([QueueTrigger(QueueNames.OfTrigger + QueueNames.Exports + QueueNames.Poison)] string message, CancellationToken cancel)
    {
        if (BuildExport.Parse(message) is not { } ids)
        {
            log.LogError("A message in the queue of exports is none of ours; it was put aside");
            return;
        }

        var job = await exports.FindAsync(ids.OrganizationId, ids.ExportId, cancel);
        while (job is { IsOver: false } && !BuildExport.HasWorker(job, clock))
        {
            if (Outage.MayPass(job.Error, job.RequestedAt, clock))
            {
                await exports.SendAsync(job.OrganizationId, job.Id, cancel);
                return;
            }

            log.LogError("Export {Export} was given up after its last try", job.Id);
            var end = exports.Ended(job, ExportState.Failed, Why(job));
            if (await exports.SaveAsync(end, cancel) is not null)
            {
                await trace.NoteEndAsync(end);
                await exports.RemoveFilesAsync(job, cancel);
                return;
            }

            job = await exports.FindAsync(ids.OrganizationId, ids.ExportId, cancel);
        }
    }

    // The last try noted why it failed, as something that will be tried again; now it will not.
    private static Sentence Why(ExportJob job) =>
        job.Error is { } error && Outage.IsWhy(error)
            ? error with { Key = error.Key.Replace(".retry", ".detail", StringComparison.Ordinal) }
            : new Sentence("export.gave_up");
}
