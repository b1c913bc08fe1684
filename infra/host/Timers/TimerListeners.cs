using Microsoft.Extensions.Logging;
using Ssp.Hosting.Queues;
using Ssp.Hosting.Worker;

namespace Ssp.Hosting.Timers;

/// <summary>One listener for every timer function.</summary>
internal sealed class TimerListeners(
    FunctionIndex index, Invocations invocations, WakeUps wakeUps, TimeProvider clock, Leases leases, Drain drain, ILogger<TimerListener> logger)
{
    public Task Run() => Task.WhenAll(index.Timers.Select(source => new TimerListener(source, invocations, wakeUps, clock, leases, drain, logger).Run()));
}
