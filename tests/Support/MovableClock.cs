namespace Ssp.Tests.Support;

/// <summary>A clock that a test moves forward; it runs on by itself meanwhile.</summary>
public sealed class MovableClock : TimeProvider
{
    private TimeSpan ahead = TimeSpan.Zero;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + ahead;

    public void Forward(TimeSpan by) => ahead += by;
}
