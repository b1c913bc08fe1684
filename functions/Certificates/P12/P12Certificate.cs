using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Nist;
using Org.BouncyCastle.Asn1.Oiw;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Security;
using Ssp.Text;

namespace Ssp.Certificates.P12;

/// <summary>A certificate from a P12 file, by what the rules and the screens ask of it.</summary>
public sealed partial class P12Certificate
{
    private const int MaxText = 400;
    private const int LongRsaBits = 4_096;

    // Measured on names of many parts, which are taken apart, written out and compared.
    private const int WorkOfNamePart = 12;

    // RFC 5280, section 4.2.1.3, in the order of the bits.
    private static readonly string[] UsageNames =
        ["digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment", "keyAgreement", "keyCertSign", "cRLSign", "encipherOnly", "decipherOnly"];

    // A real one has at most 20 bytes (RFC 5280, section 4.1.2.2); one of a hundred thousand takes seconds to write in decimal.
    private const int MaxSerialBits = 1_024;

    private static readonly DateTimeOffset Earliest = new(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Latest = new(9999, 12, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Dictionary<string, HashAlgorithmName> Hashes = new()
    {
        ["1.2.840.113549.1.1.4"] = HashAlgorithmName.MD5,
        ["1.2.840.113549.1.1.5"] = HashAlgorithmName.SHA1,
        ["1.3.14.3.2.29"] = HashAlgorithmName.SHA1,
        ["1.2.840.113549.1.1.11"] = HashAlgorithmName.SHA256,
        ["1.2.840.113549.1.1.12"] = HashAlgorithmName.SHA384,
        ["1.2.840.113549.1.1.13"] = HashAlgorithmName.SHA512,
    };

    // The runtime takes a salt as long as the hash, as everybody writes it.
    private static readonly (DerObjectIdentifier Oid, int Bytes, HashAlgorithmName Hash)[] PssHashes =
    [
        (OiwObjectIdentifiers.IdSha1, 20, HashAlgorithmName.SHA1),
        (NistObjectIdentifiers.IdSha256, 32, HashAlgorithmName.SHA256),
        (NistObjectIdentifiers.IdSha384, 48, HashAlgorithmName.SHA384),
        (NistObjectIdentifiers.IdSha512, 64, HashAlgorithmName.SHA512),
    ];

    // Of ECDSA and DSA.
    private static readonly Dictionary<string, string> PairDigests = new()
    {
        ["1.2.840.10045.4.1"] = "SHA-1",
        ["1.2.840.10045.4.3.1"] = "SHA-224",
        ["1.2.840.10045.4.3.2"] = "SHA-256",
        ["1.2.840.10045.4.3.3"] = "SHA-384",
        ["1.2.840.10045.4.3.4"] = "SHA-512",
        ["2.16.840.1.101.3.4.3.9"] = "SHA3-224",
        ["2.16.840.1.101.3.4.3.10"] = "SHA3-256",
        ["2.16.840.1.101.3.4.3.11"] = "SHA3-384",
        ["2.16.840.1.101.3.4.3.12"] = "SHA3-512",
        ["1.2.840.10040.4.3"] = "SHA-1",
        ["2.16.840.1.101.3.4.3.1"] = "SHA-224",
        ["2.16.840.1.101.3.4.3.2"] = "SHA-256",
        ["2.16.840.1.101.3.4.3.3"] = "SHA-384",
        ["2.16.840.1.101.3.4.3.4"] = "SHA-512",
    };

    private readonly Org.BouncyCastle.X509.X509Certificate certificate;
    private readonly string subjectName;
    private readonly string issuerName;
    private bool? isSelfSigned;
    private bool? isReadByJava;
    private string? javasSubject;
    private string? javasIssuer;
    private (Org.BouncyCastle.Math.BigInteger Modulus, Org.BouncyCastle.Math.BigInteger Exponent)? rsa;

    /// <exception cref="Exception">The bytes are no certificate; whatever the library throws.</exception>
    /// <param name="budget">Null for one that nobody uploaded.</param>
    internal P12Certificate(byte[] der, string? alias, byte[]? localKeyId, P12Budget? budget = null)
    {
        // The library passes over things at which others give up, such as a part that has no business there: what the runtime cannot read is no certificate.
        X509CertificateLoader.LoadCertificate(der).Dispose();
        certificate = new Org.BouncyCastle.X509.X509Certificate(der);
        var tbs = certificate.TbsCertificate;
        (Der, Alias, LocalKeyId) = (der, alias, localKeyId);
        budget?.Handle(WorkOf(tbs.Subject) + WorkOf(tbs.Issuer));
        subjectName = Compared(tbs.Subject);
        issuerName = Compared(tbs.Issuer);
        Subject = Shown(tbs.Subject);
        Issuer = Shown(tbs.Issuer);
        SubjectParts =
        [
            .. tbs.Subject.GetOidList().Zip(
                tbs.Subject.GetValueList(),
                (oid, value) => (X509Name.RFC2253Symbols.TryGetValue(oid, out var word) ? word : oid.Id, value)),
        ];
        if (tbs.SerialNumber.Value.BitLength > MaxSerialBits)
        {
            throw P12Fault.Damaged();
        }

        SerialNumber = new BigInteger(tbs.SerialNumber.Value.ToByteArray(), isBigEndian: true);
        NotBefore = Sensible(tbs.StartDate);
        NotAfter = Sensible(tbs.EndDate);
        (KeyAlgorithm, KeySize, KeyCurve) = P12Key.Describe(tbs.SubjectPublicKeyInfo.Algorithm, () => Rsa.Modulus.BitLength);
        SignatureAlgorithm = certificate.SigAlgName;
        var constraints = certificate.GetBasicConstraints();
        IsAuthority = constraints >= 0;
        HasUsages = tbs.Extensions?.GetExtension(X509Extensions.KeyUsage) is not null;
        Usages = [.. (certificate.GetKeyUsage() ?? []).Zip(UsageNames).Where(usage => usage.First).Select(usage => usage.Second)];
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(der));
        SubjectKeyId = KeyId(tbs.Extensions, X509Extensions.SubjectKeyIdentifier, value => SubjectKeyIdentifier.GetInstance(value).GetKeyIdentifier());
        IssuerKeyId = KeyId(
            tbs.Extensions, X509Extensions.AuthorityKeyIdentifier, value => AuthorityKeyIdentifier.GetInstance(value).KeyIdentifier?.GetOctets());
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
    public bool IsSelfIssued => issuerName == subjectName;

    /// <summary>Whether it names itself as its issuer and was signed by its own key.</summary>
    public bool IsSelfSigned => isSelfSigned ??= IsSelfIssued && IsSignedBy(this);

    /// <summary>See <see cref="JavaCertificate.IsRead"/>.</summary>
    internal bool IsReadByJava => isReadByJava ??= JavaCertificate.IsRead(certificate.CertificateStructure);

    internal byte[]? LocalKeyId { get; }

    /// <summary>The identifier of its own key (RFC 5280, section 4.2.1.2), where it says one.</summary>
    internal byte[]? SubjectKeyId { get; }

    /// <summary>The identifier of its issuer's key (section 4.2.1.1), where it says one.</summary>
    internal byte[]? IssuerKeyId { get; }

    /// <exception cref="Exception">Its key is no RSA key.</exception>
    internal (Org.BouncyCastle.Math.BigInteger Modulus, Org.BouncyCastle.Math.BigInteger Exponent) Rsa => rsa ??= RsaOf(PublicKey);

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

    public bool HasSubjectOf(P12Certificate other) => subjectName == other.subjectName;

    /// <summary>Whether its issuer bears the name of the other's subject; whether that one really signed it tells <see cref="IsSignedBy"/>.</summary>
    public bool NamesAsIssuer(P12Certificate other) => issuerName == other.subjectName;

    /// <summary>The same as Java sees it: it compares most kinds of strings byte by byte.</summary>
    internal bool NamesAsIssuerInJava(P12Certificate other) =>
        (javasIssuer ??= JavaCertificate.Compared(certificate.TbsCertificate.Issuer))
        == (other.javasSubject ??= JavaCertificate.Compared(other.certificate.TbsCertificate.Subject));

    /// <summary>
    /// As how many of <see cref="P12Limits.MaxSignatures"/> a signature counts that its key made: OpenSSL is slow on curves other than NIST's, the longest of
    /// NIST's takes twice as long as the others, and very long RSA keys take milliseconds.
    /// </summary>
    public int TriesOfSignature => KeyCurve switch
    {
        null => KeySize > LongRsaBits ? 5 : 1,
        "P-521" => 2,
        _ => KeyCurve.StartsWith("P-", StringComparison.Ordinal) ? 1 : 3,
    };

    /// <summary>
    /// Whether the other's key made the signature. False also where the key or the algorithm is beyond what is looked at, see
    /// <see cref="P12Limits.MaxRsaBits"/>.
    /// </summary>
    public bool IsSignedBy(P12Certificate issuer)
    {
        try
        {
            return issuer.KeyAlgorithm switch
            {
                "RSA" or "RSA-PSS" => IsSignedByRsa(issuer.Rsa),
                "EC" or "DSA" => IsUsual(issuer.PublicKey.Algorithm) && IsSignedByPair(issuer),
                "Ed25519" or "Ed448" => certificate.IsSignatureValid(PublicKeyFactory.CreateKey(issuer.PublicKey)),
                _ => false,
            };
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // Not signed by it, whatever the library says against the key, the algorithm or the signature.
            return false;
        }
    }

    // Curves that are described instead of named, and numbers of any length, can be made to cost any time.
    private static bool IsUsual(AlgorithmIdentifier key) =>
        key.Algorithm.Equals(X9ObjectIdentifiers.IdECPublicKey) ? key.Parameters is DerObjectIdentifier curve && P12Key.IsUsual(curve)
        : key.Parameters is Asn1Sequence domain && P12Key.IsUsual(DsaParameter.GetInstance(domain));

    // Of the kinds whose signature is a pair of numbers. By the runtime: the library takes twenty times as long for some curves.
    private bool IsSignedByPair(P12Certificate issuer)
    {
        if (!PairDigests.TryGetValue(certificate.SigAlgOid, out var digest))
        {
            return false;
        }

        var hash = DigestUtilities.CalculateDigest(digest, certificate.GetTbsCertificate());
        if (issuer.KeyAlgorithm == "EC")
        {
            using var elliptic = ECDsa.Create();
            elliptic.ImportParameters(EllipticOf(issuer.PublicKey));
            return elliptic.VerifyHash(hash, certificate.GetSignature(), DSASignatureFormat.Rfc3279DerSequence);
        }

        using var dsa = DSA.Create();
        dsa.ImportSubjectPublicKeyInfo(issuer.PublicKey.GetDerEncoded(), out _);
        return dsa.VerifySignature(hash, certificate.GetSignature(), DSASignatureFormat.Rfc3279DerSequence);
    }

    // The runtime takes no point that is written in its short form.
    private static ECParameters EllipticOf(SubjectPublicKeyInfo key)
    {
        var curve = (DerObjectIdentifier)key.Algorithm.Parameters;
        var point = P12Key.CurveOf(curve)!.Curve.DecodePoint(key.PublicKey.GetBytes());
        return new ECParameters
        {
            Curve = ECCurve.CreateFromValue(curve.Id),
            Q = new ECPoint { X = point.AffineXCoord.GetEncoded(), Y = point.AffineYCoord.GetEncoded() },
        };
    }

    // Never by the library, which first asks whether the modulus is a prime: that takes it a second for a large one.
    private bool IsSignedByRsa((Org.BouncyCastle.Math.BigInteger Modulus, Org.BouncyCastle.Math.BigInteger Exponent) key)
    {
        var (modulus, exponent) = key;
        if (modulus.BitLength > P12Limits.MaxRsaBits || exponent.BitLength > 33)
        {
            return false;
        }

        if (RsaScheme() is not var (hash, padding))
        {
            return P12RsaSignature.IsRight(
                certificate.GetTbsCertificate(),
                certificate.GetSignature(),
                certificate.CertificateStructure.SignatureAlgorithm,
                (Number(modulus), Number(exponent)));
        }

        using var rsa = RSA.Create(new RSAParameters { Modulus = modulus.ToByteArrayUnsigned(), Exponent = exponent.ToByteArrayUnsigned() });
        return rsa.VerifyData(certificate.GetTbsCertificate(), certificate.GetSignature(), hash, padding);
    }

    private static BigInteger Number(Org.BouncyCastle.Math.BigInteger number) => new(number.ToByteArrayUnsigned(), isUnsigned: true, isBigEndian: true);

    private (HashAlgorithmName Hash, RSASignaturePadding Padding)? RsaScheme()
    {
        if (certificate.SigAlgOid != PkcsObjectIdentifiers.IdRsassaPss.Id)
        {
            return Hashes.TryGetValue(certificate.SigAlgOid, out var hash) ? (hash, RSASignaturePadding.Pkcs1) : null;
        }

        var parameters = RsassaPssParameters.GetInstance(certificate.CertificateStructure.SignatureAlgorithm.Parameters);
        var digest = parameters.HashAlgorithm.Algorithm;
        var bytes = parameters.SaltLength.IntValueExact;
        return AlgorithmIdentifier.GetInstance(parameters.MaskGenAlgorithm.Parameters).Algorithm.Equals(digest)
            && PssHashes.FirstOrDefault(one => one.Oid.Equals(digest) && one.Bytes == bytes) is { Oid: not null } found
                ? (found.Hash, RSASignaturePadding.Pss)
                : null;
    }

    internal static (Org.BouncyCastle.Math.BigInteger Modulus, Org.BouncyCastle.Math.BigInteger Exponent) RsaOf(SubjectPublicKeyInfo key)
    {
        var parts = RsaPublicKeyStructure.GetInstance(PublicNumbersOf(key));
        return (parts.Modulus, parts.PublicExponent);
    }

    internal static Asn1Object PublicNumbersOf(SubjectPublicKeyInfo key) => P12Shape.Parse(key.PublicKey.GetBytes());

    private static long WorkOf(X509Name name) => name.GetEncoded().Length + (WorkOfNamePart * name.GetOidList().Count);

    // One that cannot be read is none, to Java too.
    private static byte[]? KeyId(X509Extensions? extensions, DerObjectIdentifier kind, Func<Asn1Object, byte[]?> read)
    {
        try
        {
            return extensions?.GetExtension(kind) is { } extension ? read(P12Shape.Parse(extension.Value.GetOctets())) : null;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return null;
        }
    }

    // "Without an end" is written as the last second of the year 9999 (RFC 5280, section 4.1.2.5), from which nobody can reckon on; nor before the first year.
    private static DateTimeOffset Sensible(Time time)
    {
        var read = new DateTimeOffset(time.ToDateTime().ToUniversalTime());
        return read < Earliest ? Earliest : read > Latest ? Latest : read;
    }

    // RFC 5280, section 7.1: neither the kind of string nor capitals nor the width of spaces make another name.
    private static string Compared(X509Name name) =>
        string.Join('\0', name.GetOidList().Zip(name.GetValueList(), (oid, value) => $"{oid.Id}={Spaces().Replace(value.Trim(), " ").ToLowerInvariant()}"));

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Spaces();

    private static string Shown(X509Name name)
    {
        // The library escapes more than RFC 2253 asks for; and what is escaped is not to be escaped again.
        var text = name.ToString(true, X509Name.RFC2253Symbols).Replace("\\=", "=", StringComparison.Ordinal);
        return VisibleText.Of(text, MaxText).Replace(@"\\", @"\", StringComparison.Ordinal);
    }
}
