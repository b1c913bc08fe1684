namespace Ssp.Certificates.P12;

/// <summary>What lies in a P12 file, as far as it could be read.</summary>
/// <param name="Findings">P01 to P11, P17 and P31, P32: all that the reading itself can tell. One that refuses means that the rest is not complete.</param>
/// <param name="Keys">Private keys, by what is public of them.</param>
/// <param name="HasProof">Whether anything in the file shows that the password is the right one: a MAC, or something that it opened.</param>
/// <param name="Java">What Java, and so HD4DP, makes of the file.</param>
public sealed record P12Reading(
    IReadOnlyList<Finding> Findings, IReadOnlyList<P12Key> Keys, IReadOnlyList<P12Certificate> Certificates, bool HasProof, JavaKeyStore Java)
{
    /// <summary>Whether everything in the file could be read.</summary>
    public bool IsReadable => !Findings.Any(finding => finding.Refuses);

    public P12Cost Cost { get; init; } = new(0, 0, 0);

    /// <summary>Whether it stopped because the file needs more work than was allowed; then nothing else here counts.</summary>
    public bool IsPostponed { get; init; }

    /// <summary>An exception that nobody foresaw, by its kind and place: what it says may have parts of the password. For the portal's log.</summary>
    public string? Unforeseen { get; init; }
}

/// <summary>What the reading cost, in units of <see cref="P12Limits.MaxWork"/>.</summary>
/// <param name="Promised">The derivations that the file was seen to ask for.</param>
/// <param name="Derived">The derivations that were done.</param>
/// <param name="Handled">All else.</param>
public sealed record P12Cost(long Promised, long Derived, long Handled);
