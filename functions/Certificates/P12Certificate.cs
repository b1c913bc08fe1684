using System.Numerics;
using System.Security.Cryptography;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;

namespace Ssp.Certificates;

/// <summary>A certificate from a P12 file, by what the rules and the screens ask of it.</summary>
public sealed class P12Certificate
{
    private const int MostText = 500;

    // RFC 5280, section 4.2.1.3, in the order of the bits.
    private static readonly string[] UsageNames =
        ["digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment", "keyAgreement", "keyCertSign", "cRLSign", "encipherOnly", "decipherOnly"];

    private readonly X509Certificate certificate;
    private readonly byte[] subjectDer;
    private readonly byte[] issuerDer;

    /// <exception cref="Exception">The bytes are no certificate; whatever the library throws.</exception>
    internal P12Certificate(byte[] der, string? alias, byte[]? localKeyId)
    {
        certificate = new X509Certificate(der);
        var tbs = certificate.TbsCertificate;
        (Der, Alias, LocalKeyId) = (der, alias, localKeyId);
        subjectDer = tbs.Subject.GetEncoded(Asn1Encodable.Der);
        issuerDer = tbs.Issuer.GetEncoded(Asn1Encodable.Der);
        Subject = Shown(tbs.Subject);
        Issuer = Shown(tbs.Issuer);
        SubjectParts = [.. tbs.Subject.GetOidList().Zip(tbs.Subject.GetValueList(), (oid, value) => (X509Name.RFC2253Symbols.TryGetValue(oid, out var word) ? word : oid.Id, value))];
        SerialNumber = new BigInteger(tbs.SerialNumber.Value.ToByteArray(), isBigEndian: true);
        NotBefore = new DateTimeOffset(tbs.StartDate.ToDateTime().ToUniversalTime());
        NotAfter = new DateTimeOffset(tbs.EndDate.ToDateTime().ToUniversalTime());
        (KeyAlgorithm, KeySize, KeyCurve) = P12Key.Describe(tbs.SubjectPublicKeyInfo.Algorithm, () => RsaOf(tbs.SubjectPublicKeyInfo).Modulus.BitLength);
        SignatureAlgorithm = certificate.SigAlgName;
        var constraints = certificate.GetBasicConstraints();
        IsAuthority = constraints >= 0;
        HasUsages = tbs.Extensions?.GetExtension(X509Extensions.KeyUsage) is not null;
        Usages = [.. (certificate.GetKeyUsage() ?? []).Zip(UsageNames).Where(usage => usage.First).Select(usage => usage.Second)];
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(der));
    }

    public byte[] Der { get; }

    /// <summary>The friendly name of its bag.</summary>
    public string? Alias { get; }

    /// <summary>RFC 2253.</summary>
    public string Subject { get; }

    /// <summary>RFC 2253.</summary>
    public string Issuer { get; }

    /// <summary>Type and value of each part of the subject, such as (OU, NIHII-HOSPITAL=71000436).</summary>
    public IReadOnlyList<(string Type, string Value)> SubjectParts { get; }

    public BigInteger SerialNumber { get; }

    public DateTimeOffset NotBefore { get; }

    public DateTimeOffset NotAfter { get; }

    /// <summary>As <see cref="P12Key.Algorithm"/>.</summary>
    public string KeyAlgorithm { get; }

    /// <summary>Bits.</summary>
    public int? KeySize { get; }

    public string? KeyCurve { get; }

    /// <summary>Such as SHA-256withRSA.</summary>
    public string SignatureAlgorithm { get; }

    /// <summary>Whether it may issue certificates (basicConstraints).</summary>
    public bool IsAuthority { get; }

    /// <summary>Whether it says at all what its key is for.</summary>
    public bool HasUsages { get; }

    /// <summary>What its key is for, in the words of RFC 5280.</summary>
    public IReadOnlyList<string> Usages { get; }

    /// <summary>Its fingerprint, in lower-case hex.</summary>
    public string Sha256 { get; }

    /// <summary>Whether subject and issuer have one name.</summary>
    public bool IsSelfIssued => issuerDer.AsSpan().SequenceEqual(subjectDer);

    internal byte[]? LocalKeyId { get; }

    internal SubjectPublicKeyInfo PublicKey => certificate.SubjectPublicKeyInfo;

    /// <summary>A certificate that stands alone, such as a root from the settings.</summary>
    /// <returns>Null when the bytes are no certificate.</returns>
    public static P12Certificate? TryRead(byte[] der)
    {
        try
        {
            P12Shape.Parse(der);
            return P12Shape.Build(() => new P12Certificate(der, null, null));
        }
        catch (P12Fault)
        {
            return null;
        }
    }

    public bool HasSubjectOf(P12Certificate other) => subjectDer.AsSpan().SequenceEqual(other.subjectDer);

    /// <summary>Whether its issuer bears the name of the other's subject; whether that one really signed it tells <see cref="IsSignedBy"/>.</summary>
    public bool NamesAsIssuer(P12Certificate other) => issuerDer.AsSpan().SequenceEqual(other.subjectDer);

    /// <summary>Whether the other's key made the signature. False also where the key or the algorithm is beyond what is looked at, see <see cref="P12Limits.MostRsaBits"/>.</summary>
    public bool IsSignedBy(P12Certificate issuer)
    {
        try
        {
            if (issuer.KeyAlgorithm.StartsWith("RSA", StringComparison.Ordinal))
            {
                var (modulus, exponent) = RsaOf(issuer.PublicKey);
                return modulus.BitLength <= P12Limits.MostRsaBits && exponent.BitLength <= 33 && certificate.IsSignatureValid(new RsaKeyParameters(false, modulus, exponent));
            }

            // Curves that are described instead of named can be made to cost any time.
            return issuer.KeyCurve != P12Key.ExplicitCurve && issuer.KeySize is null or <= 4096 && certificate.IsSignatureValid(PublicKeyFactory.CreateKey(issuer.PublicKey));
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // Not signed by it, whatever the library says against the key, the algorithm or the signature.
            return false;
        }
    }

    internal static (Org.BouncyCastle.Math.BigInteger Modulus, Org.BouncyCastle.Math.BigInteger Exponent) RsaOf(SubjectPublicKeyInfo key)
    {
        var parts = RsaPublicKeyStructure.GetInstance(key.ParsePublicKey());
        return (parts.Modulus, parts.PublicExponent);
    }

    private static string Shown(X509Name name)
    {
        // The library escapes more than RFC 2253 asks for; and what is escaped is not to be escaped again.
        var text = name.ToString(true, X509Name.RFC2253Symbols).Replace("\\=", "=", StringComparison.Ordinal);
        return Audit.VisibleText.Of(text, MostText).Replace(@"\\", @"\", StringComparison.Ordinal);
    }
}
