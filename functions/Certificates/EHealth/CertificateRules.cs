using Ssp.Certificates.P12;

namespace Ssp.Certificates.EHealth;

/// <summary>What an installation asks of a certificate; the settings, with these defaults.</summary>
/// <param name="MinKeys">Private keys a file must hold: authentication and encryption.</param>
/// <param name="WarningDays">How long before its end a certificate's expiry is a finding.</param>
/// <param name="RenewalMonths">How long before its end eHealth renews a certificate.</param>
/// <param name="MinRsaBits">Bits of an RSA modulus.</param>
/// <param name="IsAcceptance">Whether this installation works with eHealth's acceptance environment.</param>
/// <param name="TrustedRoots">Root certificates in DER; empty: the issuers that eHealth is known to use, by name.</param>
/// <param name="Severities">Where an installation sees a finding from P12 on differently, by code; null: not at all.</param>
public sealed record CertificateRules(
    int MinKeys = 2, int WarningDays = 90, int RenewalMonths = 3, int MinRsaBits = 2048, bool IsAcceptance = false,
    IReadOnlyList<byte[]>? TrustedRoots = null, IReadOnlyDictionary<string, Severity?>? Severities = null)
{
    /// <summary>The number of the first finding that can be weighed; those before it tell whether the file can be read at all.</summary>
    public const int FirstWeighed = 12;

    public const int LastFinding = 38;

    /// <summary>Whether a word is the code of a finding that an installation may see differently.</summary>
    public static bool CanWeigh(string code) =>
        code is ['P', var tens, var ones]
        && char.IsAsciiDigit(tens)
        && char.IsAsciiDigit(ones)
        && ((tens - '0') * 10) + ones - '0' is >= FirstWeighed and <= LastFinding;

    /// <summary>The findings as this installation sees them.</summary>
    public IReadOnlyList<Finding> Weigh(IEnumerable<Finding> findings) => [.. findings.Select(Weighed).OfType<Finding>()];

    private Finding? Weighed(Finding finding) =>
        !CanWeigh(finding.Code) || Severities?.TryGetValue(finding.Code, out var severity) != true ? finding
        : severity is { } other ? finding with { Severity = other }
        : null;
}

/// <summary>What a check goes by beside the file and the rules.</summary>
/// <param name="Nihdi">The organisation's number.</param>
/// <param name="FileName">As it was uploaded; only its ending is looked at.</param>
public sealed record Circumstances(DateTimeOffset Now, string Nihdi, string FileName);

/// <summary>What the portal knows of other uploads when one is judged.</summary>
/// <param name="Here">When the same certificate was uploaded for the same organisation before.</param>
/// <param name="Elsewhere">Whether it was uploaded for another organisation.</param>
/// <param name="ActiveUntil">The end of the organisation's active certificate, unless that is the same one.</param>
public sealed record EarlierUploads(DateTimeOffset? Here, bool Elsewhere, DateTimeOffset? ActiveUntil);
