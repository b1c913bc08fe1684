namespace Ssp.Hosting.Queues;

/// <summary>How long to wait before asking an empty queue again: doubling, with a random part so that instances do not ask in step.</summary>
internal sealed class PollingDelay(TimeSpan min, TimeSpan max)
{
    private int _emptyPolls;

    public void Reset() => _emptyPolls = 0;

    public TimeSpan Next()
    {
        // 2^20 times the minimum is more than a day: no need to count on.
        var growth = Math.Pow(2, Math.Min(_emptyPolls++, 20)) - 1;
        var delay = min + (min * growth * (0.8 + (Random.Shared.NextDouble() * 0.4)));
        return delay < max ? delay : max;
    }
}
