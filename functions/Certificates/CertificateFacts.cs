using System.Globalization;
using Ssp.Certificates.EHealth;
using Ssp.Certificates.P12;
using Ssp.Text;

namespace Ssp.Certificates;

/// <summary>What is public of an uploaded certificate, kept so that nobody has to open the P12 file to show it.</summary>
/// <param name="NotBefore">From when both certificates are valid.</param>
/// <param name="NotAfter">Until when both are.</param>
/// <param name="Chain">From the issuer of <paramref name="Authentication"/> upwards.</param>
/// <param name="OtherKeys">Private keys beside the two.</param>
public sealed record CertificateFacts(
    EHealthIdentity? Identity, DateTimeOffset NotBefore, DateTimeOffset NotAfter, CertificateFacts.Part Authentication, CertificateFacts.Part? Encryption,
    IReadOnlyList<CertificateFacts.Part> Chain, int OtherKeys)
{
    /// <summary>One certificate. Names and words as in <see cref="P12Certificate"/>.</summary>
    /// <param name="SerialNumber">Decimal, as eHealth names the encryption key by it.</param>
    /// <param name="KeySize">Bits.</param>
    public sealed record Part(
        string Subject, string Issuer, string SerialNumber, string Sha256, DateTimeOffset NotBefore, DateTimeOffset NotAfter,
        string KeyAlgorithm, int? KeySize, string? KeyCurve, string SignatureAlgorithm, IReadOnlyList<string> Usages, bool IsAuthority, string? Alias)
    {
        public static Part Of(P12Certificate one) => new(
            one.Subject, one.Issuer, one.SerialNumber.ToString(CultureInfo.InvariantCulture), one.Sha256, one.NotBefore, one.NotAfter,
            one.KeyAlgorithm, one.KeySize, one.KeyCurve, one.SignatureAlgorithm, one.Usages, one.IsAuthority,
            one.Alias is null ? null : VisibleText.Of(one.Alias, 100));
    }

    /// <summary>Null when no certificate of a private key could be read.</summary>
    public static CertificateFacts? Of(EHealthVerdict verdict)
    {
        if (verdict.Authentication is not { } authentication)
        {
            return null;
        }

        var pair = new[] { authentication, verdict.Encryption }.OfType<P12Certificate>().ToList();
        return new CertificateFacts(
            EHealthIdentity.Of(authentication), pair.Max(one => one.NotBefore), pair.Min(one => one.NotAfter), Part.Of(authentication),
            verdict.Encryption is null ? null : Part.Of(verdict.Encryption), [.. (verdict.Chain ?? []).Select(Part.Of)], verdict.OtherKeys);
    }
}
