using Ssp.Http;
using Ssp.Jobs;

namespace Ssp.Nippin;

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
/// <param name="WithoutDocument">Registrations without a document id.</param>
/// <param name="WithoutDate">Registrations without a date of creation that can be one.</param>
public sealed record NightFile(
    string Name, DateTimeOffset CompletedAt, ResultCounts Counts, double Seconds, DateTimeOffset? NewestRegistration, int Foreign,
    DateOnly? Previous, long? Solved, long? Broken, long WithoutDocument = 0, long WithoutDate = 0)
{
    /// <summary>What whoever reads the file has to know: something is missing in it.</summary>
    public IEnumerable<Sentence> Warnings()
    {
        if (WithoutDocument > 0)
        {
            yield return Sentences.Nippin.WithoutDocument(WithoutDocument);
        }

        if (WithoutDate > 0)
        {
            yield return Sentences.Nippin.WithoutDate(WithoutDate);
        }
    }
}

/// <summary>The validation of an organisation's registrations of one reimbursed collection on one night.</summary>
public sealed record Night : Job
{
    /// <summary>The collection's exact name.</summary>
    public required string Registry { get; init; }

    /// <summary>The Belgian calendar day.</summary>
    public required DateOnly Date { get; init; }

    /// <summary>The organisation's number at that time: under another number it is not the organisation's any more.</summary>
    public required string Nihdi { get; init; }

    /// <summary>The last good file of this night; a later try that fails leaves it.</summary>
    public NightFile? File { get; init; }

    public override string? FinishedFiles => File?.Name;
}

/// <summary>What the queue carries.</summary>
/// <param name="Asked">See <see cref="JobMessage.AskedOf"/>.</param>
public sealed record NightMessage(string OrganizationId, string Registry, DateOnly Date, long? Asked = null);
