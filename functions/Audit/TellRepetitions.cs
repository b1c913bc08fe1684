using Microsoft.Azure.Functions.Worker;

namespace Ssp.Audit;

/// <summary>
/// Once an hour: what was counted of events that repeat themselves goes into the trail. Of several portals one ticks; the others tell theirs with the next
/// such event, or when they stop.
/// </summary>
public sealed class TellRepetitions(RepeatedEvents repeated)
{
    [Function(nameof(TellRepetitions))]
    public Task Run([TimerTrigger("0 50 * * * *")] TimerInfo timer, CancellationToken cancel) => repeated.TellAllAsync();
}
