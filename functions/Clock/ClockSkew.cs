namespace Ssp.Clock;

/// <summary>A clock that was set back leaves times behind that are still to come. Nobody is to wait until it has caught up with them.</summary>
public static class ClockSkew
{
    // The clocks of two machines may differ by as much.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    /// <summary>Whether a time that was once noted as the present lies ahead of it.</summary>
    public static bool IsAhead(DateTimeOffset noted, DateTimeOffset now) => noted - now > Tolerance;
}
