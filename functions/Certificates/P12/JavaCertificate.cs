using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.EdEC;
using Org.BouncyCastle.Asn1.Nist;
using Org.BouncyCastle.Asn1.Oiw;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Asn1.X9;

namespace Ssp.Certificates.P12;

/// <summary>
/// What Java asks of a certificate before it makes one of it; a key store with one that it does not make is not opened at all. The rules are those of OpenJDK
/// 17: sun.security.x509 (X509CertImpl, X509CertInfo, CertificateExtensions, X500Name) and the key factories. The tests ask Java about the same certificates.
/// </summary>
internal static partial class JavaCertificate
{
    private const int MinRsaBits = 512;
    private const int MaxRsaBits = 16_384;
    private const int MaxRsaBitsOfLongExponents = 3_072;
    private const int MaxExponentBits = 64;
    private const byte Uncompressed = 4;

    // Those of sun.security.util.CurveDB, by the last number of their OID.
    private static readonly HashSet<string> Curves =
    [
        .. Of("1.2.840.10045.3.1.", 1, 2, 3, 4, 5, 6, 7),
        .. Of("1.2.840.10045.3.0.", 5, 6, 7, 11, 12, 13, 18, 20),
        .. Of("1.3.132.0.", [.. Enumerable.Range(1, 10), .. Enumerable.Range(15, 3), .. Enumerable.Range(22, 18)]),
        .. Of("1.3.36.3.3.2.8.1.1.", 1, 3, 5, 7, 9, 11, 13),
    ];

    private static readonly HashSet<DerObjectIdentifier> PssDigests =
    [
        OiwObjectIdentifiers.IdSha1, NistObjectIdentifiers.IdSha224, NistObjectIdentifiers.IdSha256, NistObjectIdentifiers.IdSha384,
        NistObjectIdentifiers.IdSha512, NistObjectIdentifiers.IdSha512_224, NistObjectIdentifiers.IdSha512_256,
        NistObjectIdentifiers.IdSha3_224, NistObjectIdentifiers.IdSha3_256, NistObjectIdentifiers.IdSha3_384, NistObjectIdentifiers.IdSha3_512,
    ];

    // Bytes of the public key.
    private static readonly Dictionary<DerObjectIdentifier, int> EdwardsAndMontgomery = new()
    {
        [EdECObjectIdentifiers.id_Ed25519] = 32,
        [EdECObjectIdentifiers.id_Ed448] = 57,
        [EdECObjectIdentifiers.id_X25519] = 32,
        [EdECObjectIdentifiers.id_X448] = 56,
    };

    // A critical extension that Java knows and cannot take apart makes it give up the certificate.
    private static readonly Dictionary<DerObjectIdentifier, Func<Asn1Object, object>> Extensions = new()
    {
        [X509Extensions.SubjectAlternativeName] = NamesOf,
        [X509Extensions.IssuerAlternativeName] = NamesOf,
        [X509Extensions.NameConstraints] = NameConstraints.GetInstance,
        [X509Extensions.CertificatePolicies] = CertificatePolicies.GetInstance,
        [X509Extensions.PolicyMappings] = Asn1Sequence.GetInstance,
        [X509Extensions.PolicyConstraints] = Asn1Sequence.GetInstance,
        [X509Extensions.InhibitAnyPolicy] = DerInteger.GetInstance,
        [X509Extensions.ExtendedKeyUsage] = ExtendedKeyUsage.GetInstance,
        [X509Extensions.CrlDistributionPoints] = CrlDistPoint.GetInstance,
        [X509Extensions.FreshestCrl] = CrlDistPoint.GetInstance,
        [X509Extensions.AuthorityInfoAccess] = AuthorityInformationAccess.GetInstance,
        [X509Extensions.SubjectInfoAccess] = AuthorityInformationAccess.GetInstance,
        [X509Extensions.SubjectKeyIdentifier] = SubjectKeyIdentifier.GetInstance,
        [X509Extensions.AuthorityKeyIdentifier] = AuthorityKeyIdentifier.GetInstance,
    };

    // The types of RFC 2253; a value of another type is compared byte by byte.
    private static readonly HashSet<DerObjectIdentifier> NamedTypes =
    [
        X509Name.CN, X509Name.C, X509Name.L, X509Name.ST, X509Name.O, X509Name.OU, X509Name.Street, X509Name.DC, X509Name.UID,
    ];

    /// <summary>Whether Java makes a certificate of it.</summary>
    public static bool IsRead(X509CertificateStructure certificate)
    {
        var tbs = certificate.TbsCertificate;
        try
        {
            return IsSame(certificate.SignatureAlgorithm, tbs.Signature)
                && IsPssKnown(tbs.Signature)
                && IsPssKnown(tbs.SubjectPublicKeyInfo.Algorithm)
                && IsKeyTaken(tbs.SubjectPublicKeyInfo)
                && (tbs.Extensions is null || (AreRead(tbs.Extensions) && HasName(tbs)));
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // What cannot be taken apart Java does not take either.
            return false;
        }
    }

    /// <summary>A name so that two are the same where Java takes them for one.</summary>
    public static string Compared(X509Name name) => string.Join(
        ',',
        Asn1Sequence.GetInstance(name.ToAsn1Object()).Select(part => string.Join(
            '+', Asn1Set.GetInstance(part).Select(one => Compared(Asn1Sequence.GetInstance(one))).Order(StringComparer.Ordinal))));

    private static string Compared(Asn1Sequence typeAndValue)
    {
        var (type, value) = (DerObjectIdentifier.GetInstance(typeAndValue[0]), typeAndValue[1].ToAsn1Object());
        var text = value is DerPrintableString or DerUtf8String && NamedTypes.Contains(type)
            ? Spaces().Replace(((IAsn1String)value).GetString().Trim(), " ").ToUpperInvariant().ToLowerInvariant().Normalize(NormalizationForm.FormKD)
            : $"#{Convert.ToHexString(value.GetDerEncoded())}";
        return $"{type.Id}={text}";
    }

    private static bool IsSame(AlgorithmIdentifier one, AlgorithmIdentifier other) =>
        one.Algorithm.Equals(other.Algorithm) && Equals(Given(one.Parameters), Given(other.Parameters));

    private static Asn1Object? Given(Asn1Encodable? parameters) => parameters?.ToAsn1Object() is var given and not Asn1Null ? given : null;

    private static bool IsPssKnown(AlgorithmIdentifier algorithm)
    {
        if (!algorithm.Algorithm.Equals(PkcsObjectIdentifiers.IdRsassaPss) || Given(algorithm.Parameters) is not { } given)
        {
            return true;
        }

        var parameters = RsassaPssParameters.GetInstance(given);
        return parameters.TrailerField.HasValue(1)
            && PssDigests.Contains(parameters.HashAlgorithm.Algorithm)
            && parameters.MaskGenAlgorithm.Algorithm.Equals(PkcsObjectIdentifiers.IdMgf1)
            && PssDigests.Contains(AlgorithmIdentifier.GetInstance(parameters.MaskGenAlgorithm.Parameters).Algorithm);
    }

    private static bool IsKeyTaken(SubjectPublicKeyInfo key)
    {
        var algorithm = key.Algorithm.Algorithm;
        if (P12Key.IsRsa(algorithm))
        {
            var (modulus, exponent) = P12Certificate.RsaOf(key);
            return modulus.BitLength is >= MinRsaBits and <= MaxRsaBits
                && exponent.BitLength > 1
                && exponent.CompareTo(modulus) <= 0
                && (modulus.BitLength <= MaxRsaBitsOfLongExponents || exponent.BitLength <= MaxExponentBits);
        }

        if (algorithm.Equals(X9ObjectIdentifiers.IdECPublicKey))
        {
            return Given(key.Algorithm.Parameters) is DerObjectIdentifier curve
                && Curves.Contains(curve.Id)
                && key.PublicKey.GetBytes() is [Uncompressed, ..] point
                && point.Length == 1 + (2 * ((P12Key.CurveOf(curve)!.Curve.FieldSize + 7) / 8));
        }

        return !EdwardsAndMontgomery.TryGetValue(algorithm, out var bytes) || key.PublicKey.GetBytes().Length == bytes;
    }

    private static bool AreRead(X509Extensions all)
    {
        foreach (var kind in all.GetCriticalExtensionOids())
        {
            if (Extensions.TryGetValue(kind, out var read))
            {
                read(all.GetExtensionParsedValue(kind).ToAsn1Object());
            }
        }

        return true;
    }

    private static object NamesOf(Asn1Object value) =>
        GeneralNames.GetInstance(value).GetNames() is { Length: > 0 } names ? names : throw new ArgumentException("no names", nameof(value));

    // Who bears no name as its subject must bear another, and say that it counts.
    private static bool HasName(TbsCertificateStructure tbs) =>
        Asn1Sequence.GetInstance(tbs.Subject.ToAsn1Object()).Count > 0
        || tbs.Extensions.GetExtension(X509Extensions.SubjectAlternativeName) is { IsCritical: true };

    private static IEnumerable<string> Of(string beginning, params IEnumerable<int> ends) =>
        ends.Select(end => beginning + end.ToString(CultureInfo.InvariantCulture));

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Spaces();
}
