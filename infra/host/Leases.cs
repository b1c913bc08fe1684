namespace Ssp.Hosting;

/// <summary>How long the host holds what it took, and sleeps. Only tests choose other values.</summary>
internal sealed record Leases
{
    public TimeSpan Message { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The shortest lease a blob can have.</summary>
    public TimeSpan Lock { get; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a timer sleeps at most before it looks at the clock again: one that was set, or a machine that slept, is noticed.</summary>
    public TimeSpan LongestSleep { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Leave a lock behind on stop, as a killed process does.</summary>
    public bool Abandon { get; init; }
}
