namespace Ssp.Hosting;

/// <summary>How long the host holds what it took. Only tests choose other values.</summary>
internal sealed record Leases
{
    public TimeSpan Message { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The shortest lease a blob can have.</summary>
    public TimeSpan Lock { get; } = TimeSpan.FromSeconds(15);

    /// <summary>Leave a lock behind on stop, as a killed process does.</summary>
    public bool Abandon { get; init; }
}
