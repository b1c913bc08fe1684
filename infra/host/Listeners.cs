using Microsoft.Extensions.Hosting;
using Ssp.Hosting.Queues;
using Ssp.Hosting.Timers;

namespace Ssp.Hosting;

/// <summary>Runs the queue and timer listeners for as long as the host runs; a stop waits for them.</summary>
internal sealed class Listeners(QueueListeners queues, TimerListeners timers) : BackgroundService
{
    // The listeners watch Drain, which speaks before the HTTP server has drained; this token speaks after.
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(queues.Run(), timers.Run());
}
