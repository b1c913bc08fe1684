using Ssp.Certificates.P12;

namespace Ssp.Certificates.EHealth;

/// <summary>What a check of a P12 file came to.</summary>
/// <param name="Authentication">The certificate that signs in at eHealth; null when there is none.</param>
/// <param name="Encryption">The certificate others encrypt for; null when there is none.</param>
/// <param name="Chain">From the issuer of <paramref name="Authentication"/> upwards, as far as the file holds it.</param>
/// <param name="OtherKeys">Private keys beside those two, such as older encryption keys.</param>
public sealed record EHealthVerdict(
    IReadOnlyList<Finding> Findings, P12Certificate? Authentication = null, P12Certificate? Encryption = null,
    IReadOnlyList<P12Certificate>? Chain = null, int OtherKeys = 0)
{
    /// <summary>Whether the certificate can be used.</summary>
    public bool IsGood => !Findings.Any(finding => finding.Refuses);

    /// <summary>See <see cref="P12Reading.IsPostponed"/>: there is no verdict yet.</summary>
    public bool IsPostponed { get; init; }

    /// <summary>See <see cref="P12Reading.Unforeseen"/>.</summary>
    public string? Unforeseen { get; init; }
}
