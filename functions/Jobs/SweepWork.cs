using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Ssp.Storage;

namespace Ssp.Jobs;

/// <summary>
/// Every ten seconds: work whose worker died, or whose message was lost, gets another message. A queue shows a dead worker's message again only
/// when its lease has run out, after ten minutes; here it takes as long as the worker may be silent, and a sweep.
/// </summary>
public sealed class SweepWork(PortalStorage storage, WorkList list, IEnumerable<JobKind> kinds, TimeProvider clock, ILogger<SweepWork> log)
{
    [Function(nameof(SweepWork))]
    public async Task Run([TimerTrigger("*/10 * * * * *", RunOnStartup = true)] TimerInfo timer, CancellationToken cancel)
    {
        await storage.PrepareAsync(cancel);
        var kindOf = kinds.ToDictionary(kind => kind.Word);
        await foreach (var work in list.ListAsync(cancel))
        {
            // A later version of the portal may have noted kinds that this one does not know.
            if (kindOf.TryGetValue(work.Kind, out var kind))
            {
                await SweepAsync(kind, work, cancel);
            }
        }
    }

    private async Task SweepAsync(JobKind kind, OpenWork work, CancellationToken cancel)
    {
        var state = await kind.LookAsync(work.OrganizationId, work.Id, cancel);
        switch (SweepRule.Of(state, work, clock.GetUtcNow()))
        {
            case SweepStep.Send:
                log.LogWarning(
                    "{Kind} {Work} of organisation {Organization} is {State}; another message is sent for it", work.Kind, work.Id, work.OrganizationId, state);
                await kind.SendAsync(work.OrganizationId, work.Id, cancel);
                await list.NoteSentAsync(work, cancel);
                break;
            case SweepStep.Forget:
                await list.ForgetAsync(work, cancel);
                break;
        }
    }
}
