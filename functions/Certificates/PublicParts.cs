using System.Security.Cryptography;
using System.Text;
using Ssp.Certificates.EHealth;

namespace Ssp.Certificates;

/// <summary>The certificates of an upload without any key: what may be given to everybody.</summary>
/// <param name="Authentication">DER; so are the others.</param>
/// <param name="Chain">From the issuer of <paramref name="Authentication"/> upwards.</param>
public sealed record PublicParts(byte[] Authentication, byte[]? Encryption, IReadOnlyList<byte[]> Chain)
{
    /// <summary>The fingerprint of <see cref="Authentication"/>, in lower-case hex.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Authentication));

    /// <returns>Null when no certificate of a private key could be read.</returns>
    public static PublicParts? Of(EHealthVerdict verdict) =>
        verdict.Authentication is { } authentication
            ? new PublicParts(authentication.Der, verdict.Encryption?.Der, [.. (verdict.Chain ?? []).Select(link => link.Der)])
            : null;

    /// <summary>Certificates as PEM (RFC 7468), one after the other.</summary>
    public static byte[] Pem(IEnumerable<byte[]> certificates) =>
        Encoding.ASCII.GetBytes(string.Concat(certificates.Select(der => PemEncoding.WriteString("CERTIFICATE", der) + "\n")));
}
