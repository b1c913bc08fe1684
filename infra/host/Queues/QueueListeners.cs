using Microsoft.Extensions.Logging;
using Ssp.Hosting.Worker;

namespace Ssp.Hosting.Queues;

/// <summary>One listener for every queue function.</summary>
internal sealed class QueueListeners(
    FunctionIndex index, QueueOptions options, Invocations invocations, WakeUps wakeUps, Leases leases, Drain drain, ILogger<QueueListener> logger)
{
    public Task Run() => Task.WhenAll(index.Queues.Select(source =>
        new QueueListener(source, options, invocations, wakeUps.New(), wakeUps, leases, drain, logger).Run()));
}
