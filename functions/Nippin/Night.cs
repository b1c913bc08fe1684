using Azure;
using Ssp.Http;

namespace Ssp.Nippin;

public enum NightState
{
    Queued,
    Running,
    Succeeded,
    Failed,
}

/// <summary>How many registrations have each result.</summary>
public sealed record ResultCounts(long Valid, long Invalid, long NotFound, long NotSent)
{
    public static readonly ResultCounts None = new(0, 0, 0, 0);

    public long All => Valid + Invalid + NotFound + NotSent;

    /// <summary>Those that have not reached the insurers.</summary>
    public long Open => All - Valid;

    public long Of(NippinResult? result) => result switch
    {
        null => All,
        NippinResult.Valid => Valid,
        NippinResult.Invalid => Invalid,
        NippinResult.NotFound => NotFound,
        _ => NotSent,
    };

    public static ResultCounts operator +(ResultCounts one, ResultCounts other) =>
        new(one.Valid + other.Valid, one.Invalid + other.Invalid, one.NotFound + other.NotFound, one.NotSent + other.NotSent);
}

/// <summary>The good file of a night.</summary>
/// <param name="Name">What the names of its blobs begin with.</param>
/// <param name="Seconds">How long the validation took.</param>
/// <param name="NewestRegistration">The creation of the newest registration in it.</param>
/// <param name="Foreign">Messages that would have been used, but name another hospital.</param>
/// <param name="Previous">The night it was compared with; null: there was none.</param>
/// <param name="Solved">Registrations that were open that night and are valid now.</param>
/// <param name="Broken">Registrations that are open now and were not that night.</param>
public sealed record NightFile(
    string Name, DateTimeOffset CompletedAt, ResultCounts Counts, double Seconds, DateTimeOffset? NewestRegistration, int Foreign, DateOnly? Previous, long? Solved, long? Broken);

/// <summary>The validation of an organisation's registrations of one reimbursed collection on one night.</summary>
public sealed record Night
{
    public required string OrganizationId { get; init; }

    /// <summary>The collection's exact name.</summary>
    public required string Registry { get; init; }

    /// <summary>The Belgian calendar day.</summary>
    public required DateOnly Date { get; init; }

    /// <summary>The organisation's number at that time: under another number it is not the organisation's any more.</summary>
    public required string Nihdi { get; init; }

    public required NightState State { get; init; }

    public required DateTimeOffset AskedAt { get; init; }

    /// <summary>How many times a worker began it; only the newest attempt may write.</summary>
    public int Attempt { get; init; }

    /// <summary>When the worker that runs it last wrote that it goes on.</summary>
    public DateTimeOffset? Heartbeat { get; init; }

    /// <summary>Registrations compared so far, while it runs.</summary>
    public long Rows { get; init; }

    /// <summary>Why it failed, or why it has to be tried again.</summary>
    public Sentence? Problem { get; init; }

    /// <summary>The last good file of this night; a later try that fails leaves it.</summary>
    public NightFile? File { get; init; }

    public ETag ETag { get; init; }

    public bool IsOver => State is NightState.Succeeded or NightState.Failed;
}

/// <summary>What the queue carries.</summary>
public sealed record NightMessage(string OrganizationId, string Registry, DateOnly Date);
