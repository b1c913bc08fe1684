using Ssp.Http;

namespace Ssp.Jobs;

/// <summary>Work that waits for HD4DP's database. That it is away is no fault of the work, and passes as a rule: a server is started anew, a network mended.</summary>
public static class Outage
{
    // Longer than maintenance takes; then whoever asked should learn that something is wrong.
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    /// <summary>Whether the last try found the database away.</summary>
    /// <param name="why">What the last try noted, as something that will be tried again.</param>
    public static bool IsWhy(Sentence? why) => why?.Key.StartsWith("warehouse_", StringComparison.Ordinal) == true;

    /// <summary>Whether to go on trying after the last try of a message.</summary>
    /// <param name="askedAt">When the work was asked for.</param>
    public static bool MayPass(Sentence? why, DateTimeOffset askedAt, TimeProvider clock) => IsWhy(why) && clock.GetUtcNow() - askedAt < Patience;
}
