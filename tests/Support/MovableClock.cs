namespace Ssp.Tests.Support;

/// <summary>A clock that a test moves forward; unless it is stopped it runs on by itself meanwhile.</summary>
public sealed class MovableClock(bool stopped = false) : TimeProvider
{
    private readonly DateTimeOffset start = DateTimeOffset.UtcNow;
    private TimeSpan ahead = TimeSpan.Zero;

    public override DateTimeOffset GetUtcNow() => (stopped ? start : base.GetUtcNow()) + ahead;

    public void Forward(TimeSpan by) => ahead += by;
}
