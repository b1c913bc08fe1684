using Microsoft.Extensions.Hosting;
using Ssp.EmbeddedHost.Queues;
using Ssp.EmbeddedHost.Timers;

namespace Ssp.EmbeddedHost;

/// <summary>Runs the queue and timer listeners for as long as the host runs; a stop waits for them.</summary>
internal sealed class Listeners(QueueListeners queues, TimerListeners timers) : BackgroundService
{
    // The listeners watch Drain, which speaks before the HTTP server has drained; this token speaks after.
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(queues.Run(), timers.Run());
}
