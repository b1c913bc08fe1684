namespace Ssp.Http;

/// <summary>
/// The calls that cost much more than a page does, each kind in a lane of its own: reading whole trails for a check, searching in them, files that are
/// written while they are read, as fast as the caller takes them, and imports.
/// </summary>
public sealed class CostlyCalls
{
    /// <summary>How long such a call waits for its turn.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Keeps a processor busy to its end, which may take minutes.</summary>
    public Lane Checks { get; } = new(1, maxEach: 2, maxWaiting: 50);

    /// <summary>Keeps a processor busy for a second at most.</summary>
    public Lane Searches { get; } = new(1, maxEach: 4, maxWaiting: 100);

    /// <summary>Lists made for this caller. A caller who takes nothing of a file keeps a place, and no processor.</summary>
    public Lane Files { get; } = new(64, maxEach: 4, maxWaiting: 0);

    /// <summary>Finished exports, which some programs fetch in several ranges at once.</summary>
    public Lane Downloads { get; } = new(128, maxEach: 8, maxWaiting: 0);

    /// <summary>Looks at hundreds of accounts, and makes as many passwords.</summary>
    public Lane Imports { get; } = new(4, maxEach: 2, maxWaiting: 50);
}
