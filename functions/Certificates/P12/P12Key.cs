using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.EdEC;
using Org.BouncyCastle.Asn1.Nist;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Security;

namespace Ssp.Certificates.P12;

/// <summary>A private key from a P12 file, by what is public of it.</summary>
public sealed class P12Key
{
    /// <summary>What stands for the name of a curve that is described instead of named.</summary>
    public const string ExplicitCurve = "explicit";

    private static readonly HashSet<DerObjectIdentifier> EdwardsAndMontgomery =
        [EdECObjectIdentifiers.id_Ed25519, EdECObjectIdentifiers.id_Ed448, EdECObjectIdentifiers.id_X25519, EdECObjectIdentifiers.id_X448];

    private static readonly string[] CommonCurves = ["P-2", "P-3", "P-5", "secp2", "secp3", "secp5", "prime256", "brainpoolP"];

    private readonly Func<P12Certificate, bool> isOf;

    /// <exception cref="Exception">The bytes are no private key; whatever the library throws.</exception>
    internal P12Key(Asn1Object content, string? alias, byte[]? localKeyId)
    {
        var key = PrivateKeyInfo.GetInstance(content);
        (Alias, LocalKeyId) = (alias, localKeyId);
        var algorithm = key.PrivateKeyAlgorithm;
        var size = 0;
        isOf = Matcher(key, localKeyId, ref size);
        (Algorithm, Size, Curve) = Describe(algorithm, () => size);
    }

    /// <summary>The friendly name of its bag.</summary>
    public string? Alias { get; }

    public byte[]? LocalKeyId { get; }

    /// <summary>RSA, RSA-PSS, EC, Ed25519, Ed448, X25519, X448, DSA, or the OID of another.</summary>
    public string Algorithm { get; }

    /// <summary>Bits.</summary>
    public int? Size { get; }

    public string? Curve { get; }

    /// <summary>The certificate in the same file whose public key is this key's.</summary>
    public P12Certificate? Certificate { get; internal set; }

    /// <summary>Its certificate's friendly name where it has none itself: programs put it on either.</summary>
    public string? Name => Alias ?? Certificate?.Alias;

    /// <summary>Whether this key and the certificate's public key belong together.</summary>
    public bool IsOf(P12Certificate certificate)
    {
        try
        {
            return isOf(certificate);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // The certificate's key is of another kind, or none.
            return false;
        }
    }

    internal static (string Algorithm, int? Size, string? Curve) Describe(AlgorithmIdentifier algorithm, Func<int> rsaBits)
    {
        var oid = algorithm.Algorithm;
        if (IsRsa(oid))
        {
            return (oid.Equals(PkcsObjectIdentifiers.IdRsassaPss) ? "RSA-PSS" : "RSA", rsaBits(), null);
        }

        if (oid.Equals(X9ObjectIdentifiers.IdECPublicKey))
        {
            return algorithm.Parameters is DerObjectIdentifier named
                ? ("EC", CurveOf(named)?.Curve.FieldSize, NistNamedCurves.GetName(named) ?? ECNamedCurveTable.GetName(named) ?? named.Id)
                : ("EC", null, ExplicitCurve);
        }

        return oid.Equals(EdECObjectIdentifiers.id_Ed25519) ? ("Ed25519", 256, null)
            : oid.Equals(EdECObjectIdentifiers.id_Ed448) ? ("Ed448", 456, null)
            : oid.Equals(EdECObjectIdentifiers.id_X25519) ? ("X25519", 256, null)
            : oid.Equals(EdECObjectIdentifiers.id_X448) ? ("X448", 448, null)
            : oid.Equals(X9ObjectIdentifiers.IdDsa)
                ? ("DSA", algorithm.Parameters is Asn1Sequence domain ? DsaParameter.GetInstance(domain).P.BitLength : null, null)
            : (oid.Id, null, null);
    }

    private static bool IsRsa(DerObjectIdentifier oid) =>
        oid.Equals(PkcsObjectIdentifiers.RsaEncryption)
        || oid.Equals(PkcsObjectIdentifiers.IdRsassaPss)
        || oid.Equals(X509ObjectIdentifiers.IdEARsa);

    private static X9ECParameters? CurveOf(DerObjectIdentifier named) => CustomNamedCurves.GetByOid(named) ?? ECNamedCurveTable.GetByOid(named);

    // Only numbers are kept of the key: the modulus, the public point. The secret parts go with the parser's garbage.
    private static Func<P12Certificate, bool> Matcher(PrivateKeyInfo key, byte[]? localKeyId, ref int size)
    {
        var algorithm = key.PrivateKeyAlgorithm;
        if (IsRsa(algorithm.Algorithm))
        {
            var rsa = RsaPrivateKeyStructure.GetInstance(Content(key));
            var (modulus, exponent) = (rsa.Modulus, rsa.PublicExponent);
            size = modulus.BitLength;
            var isWhole = size <= P12Limits.MaxRsaBits && IsWhole(rsa);
            return certificate => isWhole && P12Certificate.RsaOf(certificate.PublicKey) is var (m, e) && m.Equals(modulus) && e.Equals(exponent);
        }

        if (algorithm.Algorithm.Equals(X9ObjectIdentifiers.IdECPublicKey))
        {
            return EllipticMatcher(algorithm, ECPrivateKeyStructure.GetInstance(Content(key)));
        }

        if (algorithm.Algorithm.Equals(X9ObjectIdentifiers.IdDsa))
        {
            // The certificate may have left p, q and g to its issuer; the key has them.
            var domain = DsaParameter.GetInstance(algorithm.Parameters);
            var secret = DerInteger.GetInstance(Content(key)).PositiveValue;
            size = domain.P.BitLength;
            var shown = IsUsual(domain) && secret.BitLength <= P12Limits.MaxDsaSecretBits ? domain.G.ModPow(secret, domain.P) : BigInteger.Zero;
            return certificate => DerInteger.GetInstance(P12Certificate.PublicNumbersOf(certificate.PublicKey)).PositiveValue.Equals(shown);
        }

        if (!EdwardsAndMontgomery.Contains(algorithm.Algorithm))
        {
            // Of a kind that is not looked into; what the file says has to do.
            return certificate => localKeyId is not null && certificate.LocalKeyId is { } id && id.AsSpan().SequenceEqual(localKeyId)
                && certificate.PublicKey.Algorithm.Algorithm.Equals(algorithm.Algorithm);
        }

        var own = PrivateKeyFactory.CreateKey(key) switch
        {
            Ed25519PrivateKeyParameters edwards => edwards.GeneratePublicKey().GetEncoded(),
            Ed448PrivateKeyParameters edwards => edwards.GeneratePublicKey().GetEncoded(),
            X25519PrivateKeyParameters montgomery => montgomery.GeneratePublicKey().GetEncoded(),
            X448PrivateKeyParameters montgomery => montgomery.GeneratePublicKey().GetEncoded(),
            _ => null,
        };
        return certificate => own is not null && certificate.PublicKey.PublicKey.GetBytes().AsSpan().SequenceEqual(own);
    }

    private static Func<P12Certificate, bool> EllipticMatcher(AlgorithmIdentifier algorithm, ECPrivateKeyStructure key)
    {
        if (algorithm.Parameters is not DerObjectIdentifier named || !IsUsual(named) || CurveOf(named) is not { } curve)
        {
            // Curves that are described, or that nobody uses, can be made to cost any time. The point that the file says it is has to do.
            var told = key.PublicKey?.GetBytes();
            return certificate => told is not null && certificate.PublicKey.PublicKey.GetBytes().AsSpan().SequenceEqual(told);
        }

        // A longer number is no key of this curve, and a very long one takes seconds to divide.
        var secret = key.GetKey();
        if (secret.BitLength > curve.N.BitLength)
        {
            return _ => false;
        }

        var point = curve.G.Multiply(secret.Mod(curve.N)).Normalize();
        var (whole, compressed) = (point.GetEncoded(false), point.GetEncoded(true));
        return certificate =>
            certificate.PublicKey.PublicKey.GetBytes() is var shown
            && (shown.AsSpan().SequenceEqual(whole) || shown.AsSpan().SequenceEqual(compressed));
    }

    /// <summary>Whether the curve is one over a prime that people use; the cost of others is not looked into.</summary>
    internal static bool IsUsual(DerObjectIdentifier curve) =>
        (NistNamedCurves.GetName(curve) ?? ECNamedCurveTable.GetName(curve)) is { } name
        && CommonCurves.Any(common => name.StartsWith(common, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether the numbers of a DSA key are of a size that it has.</summary>
    internal static bool IsUsual(DsaParameter domain) =>
        domain.P.SignValue > 0
        && domain.P.BitLength <= P12Limits.MaxDsaBits
        && domain.Q.BitLength <= P12Limits.MaxDsaSecretBits
        && domain.G.BitLength <= domain.P.BitLength;

    // What does not fit together would sign rubbish. That the primes are none would show there too; to find out takes long.
    private static bool IsWhole(RsaPrivateKeyStructure rsa)
    {
        var (p, q) = (rsa.Prime1, rsa.Prime2);
        if (p.CompareTo(BigInteger.Two) <= 0
            || q.CompareTo(BigInteger.Two) <= 0
            || p.BitLength + q.BitLength > rsa.Modulus.BitLength + 1
            || !p.Multiply(q).Equals(rsa.Modulus))
        {
            return false;
        }

        var (withoutP, withoutQ) = (p.Subtract(BigInteger.One), q.Subtract(BigInteger.One));
        return rsa.Exponent1.Equals(rsa.PrivateExponent.Mod(withoutP))
            && rsa.Exponent2.Equals(rsa.PrivateExponent.Mod(withoutQ))
            && rsa.PublicExponent.Multiply(rsa.Exponent1).Mod(withoutP).Equals(BigInteger.One)
            && rsa.PublicExponent.Multiply(rsa.Exponent2).Mod(withoutQ).Equals(BigInteger.One)
            && rsa.Coefficient.Multiply(q).Mod(p).Equals(BigInteger.One);
    }

    private static Asn1Object Content(PrivateKeyInfo key) => P12Shape.Parse(key.PrivateKey.GetOctets());
}
