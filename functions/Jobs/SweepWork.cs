using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Ssp.Storage;

namespace Ssp.Jobs;

/// <summary>
/// Every ten seconds: work whose worker died, or whose message was lost, gets another message. A queue shows a dead worker's message again only
/// when its lease has run out, after ten minutes; here it takes as long as the worker may be silent, and a sweep. And where a worker died before it gave
/// its organisation's turn on, the turn goes on.
/// </summary>
public sealed class SweepWork(PortalStorage storage, WorkList list, IEnumerable<JobKind> kinds, TimeProvider clock, ILogger<SweepWork> log)
{
    [Function(nameof(SweepWork))]
    public async Task Run([TimerTrigger("*/10 * * * * *", RunOnStartup = true)] TimerInfo timer, CancellationToken cancel)
    {
        await storage.PrepareAsync(cancel);
        var kindOf = kinds.ToDictionary(kind => kind.Word);
        var waiting = new HashSet<(JobKind Kind, OrganizationId OrganizationId)>();
        await foreach (var work in list.ListAsync(cancel))
        {
            // A later version of the portal may have noted kinds that this one does not know.
            if (kindOf.TryGetValue(work.Kind, out var kind))
            {
                if (await SweepAsync(kind, work, cancel) != WorkState.Over && work.Turn == Turn.Waits)
                {
                    waiting.Add((kind, work.OrganizationId));
                }
            }
        }

        foreach (var (kind, organizationId) in waiting)
        {
            await kind.SendDueAsync(organizationId, cancel);
        }
    }

    private async Task<WorkState> SweepAsync(JobKind kind, OpenWork work, CancellationToken cancel)
    {
        var state = await kind.LookAsync(work.OrganizationId, work.Id, cancel);
        if (state == WorkState.Over && work.Turn is Turn.Has or Turn.Yielded)
        {
            await list.NoteTurnAsync(work, Turn.Over, cancel);
        }

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

        return state;
    }
}
