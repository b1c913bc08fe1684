namespace Ssp.Tests.Support;

/// <summary>A clock that a test moves forward; unless it is stopped it runs on by itself meanwhile.</summary>
public sealed class MovableClock(bool stopped = false) : TimeProvider
{
    private readonly DateTimeOffset start = DateTimeOffset.UtcNow;
    private TimeSpan ahead = TimeSpan.Zero;
    private int sleeps;

    /// <summary>How many times somebody began to wait by this clock.</summary>
    public int Sleeps => Volatile.Read(ref sleeps);

    public override DateTimeOffset GetUtcNow() => (stopped ? start : base.GetUtcNow()) + ahead;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Interlocked.Increment(ref sleeps);
        return base.CreateTimer(callback, state, dueTime, period);
    }

    public void Forward(TimeSpan by) => ahead += by;
}
