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

    public void Signal()
    {
        foreach (var listener in _listeners)
        {
            listener.Signal();
        }
    }
}
