namespace Ssp.Tests.Support;

/// <summary>A clock that a test moves forward; unless it is stopped it runs on by itself meanwhile.</summary>
/// <param name="startAt">What it shows now; null: the time.</param>
public sealed class MovableClock(bool stopped = false, DateTimeOffset? startAt = null) : TimeProvider
{
    private readonly DateTimeOffset start = startAt ?? DateTimeOffset.UtcNow;
    private TimeSpan ahead = startAt is { } moment && !stopped ? moment - DateTimeOffset.UtcNow : TimeSpan.Zero;
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
