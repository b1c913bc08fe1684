using Microsoft.Extensions.Logging;
using Ssp.EmbeddedHost.Functions;

namespace Ssp.EmbeddedHost.Queues;

/// <summary>One listener for every queue function.</summary>
internal sealed class QueueListeners(
    FunctionIndex index, QueueOptions options, FunctionRunner runner, OwnMessages ownMessages, Leases leases, Drain drain, ILogger<QueueListener> logger)
{
    public Task Run() => Task.WhenAll(index.Queues.Select(source =>
    {
        var wakeUp = new WakeUp();
        ownMessages.Wake(source.Queue.Uri, wakeUp);
        return new QueueListener(source, options, runner, wakeUp, leases, drain, logger).Run();
    }));
}
