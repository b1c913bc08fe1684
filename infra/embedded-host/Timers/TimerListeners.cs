using Microsoft.Extensions.Logging;
using Ssp.EmbeddedHost.Functions;

namespace Ssp.EmbeddedHost.Timers;

/// <summary>One listener for every timer function.</summary>
internal sealed class TimerListeners(
    FunctionIndex index, FunctionRunner runner, TimeProvider clock, Leases leases, Drain drain, ILogger<TimerListener> logger)
{
    public Task Run() => Task.WhenAll(index.Timers.Select(source => new TimerListener(source, runner, clock, leases, drain, logger).Run()));
}
