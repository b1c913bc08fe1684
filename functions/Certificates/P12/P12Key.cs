using System.Security.Cryptography;
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
using Org.BouncyCastle.Utilities;

namespace Ssp.Certificates.P12;

/// <summary>A private key from a P12 file, by what is public of it.</summary>
public sealed class P12Key
{
    /// <summary>What stands for the name of a curve that is described instead of named.</summary>
    public const string ExplicitCurve = "explicit";

    private static readonly HashSet<DerObjectIdentifier> EdwardsAndMontgomery =
        [EdECObjectIdentifiers.id_Ed25519, EdECObjectIdentifiers.id_Ed448, EdECObjectIdentifiers.id_X25519, EdECObjectIdentifiers.id_X448];

    private static readonly string[] CommonCurves = ["P-2", "P-3", "P-5", "secp2", "secp3", "secp5", "prime256", "brainpoolP"];

    // Measured. OpenSSL has short cuts for NIST's curves; of others the work grows with the square of the bits, and 512 take 3.3 ms.
    private const int NistWorkPerBit = 3;
    private const int BitsOfSquare = 20;
    private const int BitsOfRsa = 7_500;
    private const int DsaWorkPerBit = 6;
    private const int EdwardsWork = 3_000;

    private readonly Func<P12Certificate, bool> isOf;

    /// <exception cref="Exception">The bytes are no private key; whatever the library throws.</exception>
    internal P12Key(Asn1Object content, string? alias, byte[]? localKeyId, P12Budget budget)
    {
        var key = InfoOf(content);
        (Alias, LocalKeyId) = (alias, localKeyId);
        IsInPieces = P12Protection.HasPieces(content);
        var algorithm = key.PrivateKeyAlgorithm;
        var size = 0;
        isOf = Matcher(key, localKeyId, budget, ref size);
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

    /// <summary>Whether it is written in several pieces, as BER allows.</summary>
    internal bool IsInPieces { get; }

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

    // PKCS#8 has version 0; RFC 5958 made it 1, which may have the public key as a fifth part.
    private static PrivateKeyInfo InfoOf(Asn1Object content)
    {
        var parts = P12Parts.Sequence(content, 3, 5);
        var version = P12Parts.Integer(parts[0]);
        P12Parts.Algorithm(parts[1]);
        P12Parts.Octets(parts[2]);
        var tags = parts.Skip(3)
            .Select(part => part.ToAsn1Object() is Asn1TaggedObject { TagClass: Asn1Tags.ContextSpecific } tagged ? tagged.TagNo : -1)
            .ToList();
        var isWhole = version.HasValue(0) ? tags is [] or [0] : version.HasValue(1) && tags is [] or [0] or [1] or [0, 1];
        return isWhole ? PrivateKeyInfo.GetInstance(content) : throw P12Fault.Damaged();
    }

    internal static bool IsRsa(DerObjectIdentifier oid) =>
        oid.Equals(PkcsObjectIdentifiers.RsaEncryption)
        || oid.Equals(PkcsObjectIdentifiers.IdRsassaPss)
        || oid.Equals(X509ObjectIdentifiers.IdEARsa);

    internal static X9ECParameters? CurveOf(DerObjectIdentifier named) => CustomNamedCurves.GetByOid(named) ?? ECNamedCurveTable.GetByOid(named);

    // Only numbers are kept of the key: the modulus, the public point. The secret parts go with the parser's garbage.
    private static Func<P12Certificate, bool> Matcher(PrivateKeyInfo key, byte[]? localKeyId, P12Budget budget, ref int size)
    {
        var algorithm = key.PrivateKeyAlgorithm;
        if (IsRsa(algorithm.Algorithm))
        {
            var rsa = RsaPrivateKeyStructure.GetInstance(Content(key));
            var (modulus, exponent) = (rsa.Modulus, rsa.PublicExponent);
            size = modulus.BitLength;
            budget.Handle((long)size * size / BitsOfRsa);
            var isWhole = size <= P12Limits.MaxRsaBits && IsWhole(rsa);
            return certificate => isWhole && certificate.KeyAlgorithm is ("RSA" or "RSA-PSS")
                && certificate.Rsa is var (m, e) && m.Equals(modulus) && e.Equals(exponent);
        }

        if (algorithm.Algorithm.Equals(X9ObjectIdentifiers.IdECPublicKey))
        {
            return EllipticMatcher(algorithm, Content(key), budget);
        }

        if (algorithm.Algorithm.Equals(X9ObjectIdentifiers.IdDsa))
        {
            // The certificate may have left p, q and g to its issuer; the key has them.
            var domain = DsaParameter.GetInstance(algorithm.Parameters);
            var secret = DerInteger.GetInstance(Content(key)).PositiveValue;
            size = domain.P.BitLength;
            budget.Handle((long)DsaWorkPerBit * Math.Min(size, P12Limits.MaxDsaBits));
            var shown = IsUsual(domain) && secret.BitLength <= P12Limits.MaxDsaSecretBits ? domain.G.ModPow(secret, domain.P) : BigInteger.Zero;
            return certificate => DerInteger.GetInstance(P12Certificate.PublicNumbersOf(certificate.PublicKey)).PositiveValue.Equals(shown);
        }

        if (!EdwardsAndMontgomery.Contains(algorithm.Algorithm))
        {
            // Of a kind that is not looked into; what the file says has to do.
            return certificate => localKeyId is not null && certificate.LocalKeyId is { } id && id.AsSpan().SequenceEqual(localKeyId)
                && certificate.PublicKey.Algorithm.Algorithm.Equals(algorithm.Algorithm);
        }

        budget.Handle(EdwardsWork);
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

    private static Func<P12Certificate, bool> EllipticMatcher(AlgorithmIdentifier algorithm, Asn1Object content, P12Budget budget)
    {
        var parts = P12Parts.Sequence(content, 2, 4);
        var key = ECPrivateKeyStructure.GetInstance(parts);
        // The curve may be said again within; other programs believe that one.
        var within = key.Parameters?.ToAsn1Object();
        var isOneCurve = P12Parts.Integer(parts[0]).HasValue(1) && (within is null || within.Equals(algorithm.Parameters?.ToAsn1Object()));
        if (!isOneCurve || algorithm.Parameters is DerObjectIdentifier unknown && CurveOf(unknown) is null)
        {
            // No program can do anything with such a key.
            return _ => false;
        }

        var told = key.PublicKey?.GetBytes();
        var points = algorithm.Parameters is DerObjectIdentifier named && IsUsual(named) ? PointsOf(named, key.GetKey(), budget) : null;
        if (points is null)
        {
            // Curves that are described, or that nobody uses, can be made to cost any time. The point that the file says it is has to do.
            return certificate =>
                told is not null && IsOnCurve(certificate, algorithm) && certificate.PublicKey.PublicKey.GetBytes().AsSpan().SequenceEqual(told);
        }

        var isWhole = told is null || points.Exists(point => point.AsSpan().SequenceEqual(told));
        return certificate => isWhole && IsOnCurve(certificate, algorithm)
            && certificate.PublicKey.PublicKey.GetBytes() is var shown && points.Exists(point => point.AsSpan().SequenceEqual(shown));
    }

    /// <summary>
    /// The ways to write the public point of a secret; none where it is no secret of this curve, null where the runtime does not know the curve.
    /// </summary>
    private static List<byte[]>? PointsOf(DerObjectIdentifier named, BigInteger secret, P12Budget budget)
    {
        var order = CurveOf(named)!.N;
        // A very long number takes seconds to divide.
        if (secret.SignValue <= 0 || secret.CompareTo(order) >= 0)
        {
            return [];
        }

        // By the runtime: the library takes a hundred times as long for some curves.
        long bits = order.BitLength;
        budget.Handle(NistNamedCurves.GetName(named) is null ? bits * bits / BitsOfSquare : bits * NistWorkPerBit);
        try
        {
            using var key = ECDiffieHellman.Create(new ECParameters
            {
                Curve = ECCurve.CreateFromValue(named.Id),
                D = BigIntegers.AsUnsignedByteArray((order.BitLength + 7) / 8, secret),
            });
            var point = key.ExportParameters(includePrivateParameters: false).Q;
            return [[4, .. point.X!, .. point.Y!], [(byte)(2 + (point.Y![^1] & 1)), .. point.X!]];
        }
        catch (Exception error) when (error is CryptographicException or PlatformNotSupportedException)
        {
            return null;
        }
    }

    private static bool IsOnCurve(P12Certificate certificate, AlgorithmIdentifier algorithm) =>
        certificate.PublicKey.Algorithm.Algorithm.Equals(algorithm.Algorithm) && Equals(certificate.PublicKey.Algorithm.Parameters, algorithm.Parameters);

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
