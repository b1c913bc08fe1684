using System.Collections.Concurrent;

namespace Ssp.Hosting.Queues;

/// <summary>
/// Wakes the queue listeners when this app may just have put a message: after every request that is not a mere look, and after every
/// run of another function. Messages of anybody else are found by polling.
/// </summary>
internal sealed class WakeUps
{
    private readonly ConcurrentQueue<WakeUp> _listeners = [];

    public WakeUp New()
    {
        var listener = new WakeUp();
        _listeners.Enqueue(listener);
        return listener;
    }

    /// <param name="delay">When the message will be visible.</param>
    /// <param name="stop">Nobody needs waking any more.</param>
    public async Task SignalAfter(TimeSpan delay, CancellationToken stop)
    {
        await Task.Delay(delay, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Signal();
    }

    public void Signal()
    {
        foreach (var listener in _listeners)
        {
            listener.Signal();
        }
    }
}
