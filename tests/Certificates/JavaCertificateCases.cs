using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using Ssp.Certificates.P12;

namespace Ssp.Tests.Certificates;

/// <summary>Certificates, keys and their protection that other programs read and Java does not, one in each file; and some beside them that it does.</summary>
internal static class JavaCertificateCases
{
    private const string RsaKey = "1.2.840.113549.1.1.1";
    private const string EllipticKey = "1.2.840.10045.2.1";
    private const string P256 = "1.2.840.10045.3.1.7";

    private static readonly TestKey Rsa = TestKey.Rsa("stranger");
    private static readonly TestKey Ec = TestKey.Ec("compressed");
    private static readonly TestKey P384 = TestKey.Ec("compressed encryption", "nistP384");
    private static readonly byte[] Other = TestCertificate.Name("CN=other");

    public static IEnumerable<P12Case> Refused =>
    [
        .. Unread.Select(one => Case("P37.certificate", $"another certificate: {one.Key}", WithExtra(one.Value), "P15 Warn")),
        Case("P37.certificate", "another certificate: no name, but extensions", WithExtra(() =>
            Extra(Rsa.Public, subject: Der.Sequence(), extensions: [TestCertificate.Authority()]))),
        Case("P37.certificate", "an encryption key whose point is written in its short form",
            store => store with { EncryptionUsage = TestCertificate.Usages.KeyAgreement, EncryptionKey = Compressed(P384) }),
        Case("P37.certificate", "an authentication key whose point is written in its short form",
            store => store with { AuthenticationKey = Compressed(Ec) }),
        Case("P37.certificate", "an issuer whose point is written in its short form", store => store with { IssuerKey = Compressed(Ec) }),
        Case("P37.entry", "a mark of trust that is a number", store => store with
        {
            Certificates = all => [.. all.SkipLast(1), all[^1] with { Attributes = [P12Writer.Attribute("2.16.840.1.113894.746875.1.1", Der.Integer(5))] }],
        }),
        new("P37.entry", Severity.Refuse, "a secret that is a number", () => StructureCases.With(P12Writer.Safe(
            P12Writer.Bag(P12Writer.SecretBag, Der.Sequence(Der.Oid("1.2.3.4"), Der.Context(0, Der.Integer(5)))))), "P12 Refuse"),
        Case("P37.pieces", "a private key in pieces", store => store with
        {
            Keys = keys => keys.Select(key => key with { Content = InPieces(key.Content) }),
        }),
        new("P37.lengths", Severity.Refuse, "a length of four bytes at the beginning", () => Lengthened(P12Maker.EHealth())),
        Case("P37.lengths", "private keys whose lengths have four bytes",
            store => store with { Keys = keys => keys.Select(key => key with { Content = Lengthened(key.Content) }) }),
        Case("P37.salt", "a MAC with a short salt", store => store with { Mac = MacOf(7) }),
        Case("P37.salt", "keys with a short salt", store => store with { KeyProtection = Pbes2Of(7) }),
        Case("P37.salt", "keys without a salt", store => store with { KeyProtection = Pbes2Of(0) }),
    ];

    /// <summary>Others of the kind that Java reads.</summary>
    public static IEnumerable<JavaFile> Read =>
        ReadByJava.Select(one => new JavaFile(one.Key, P12Maker.EHealth(change: WithExtra(one.Value)), P12Maker.Password));

    private static Dictionary<string, Func<byte[]>> Unread => new()
    {
        ["another signature algorithm outside than inside"] = () => Extra(Rsa.Public, outer: Der.Algorithm("1.2.840.113549.1.1.5", Der.Null)),
        ["a point in its short form"] = () => Extra(Compressed(Ec).Public),
        ["an unknown curve"] = () => Extra(Elliptic("1.3.6.1.4.1.99999.7", 65)),
        ["a Chinese curve"] = () => Extra(Elliptic("1.2.156.10197.1.301", 65)),
        ["the twisted form of a curve"] = () => Extra(Elliptic("1.3.36.3.3.2.8.1.1.8", 65)),
        ["a point that is too short"] = () => Extra(Elliptic(P256, 63)),
        ["an RSA key of 480 bits"] = () => Extra(TestKey.RsaOfAnyLength("tiny", 480).Public),
        ["an exponent of one"] = () => Extra(Numbers(BigInteger.Pow(2, 2047) + 1, 1)),
        ["an exponent larger than the modulus"] = () => Extra(Numbers(BigInteger.Pow(2, 2047) + 1, BigInteger.Pow(2, 2050) + 1)),
        ["a long exponent of a long key"] = () => Extra(Numbers(BigInteger.Pow(2, 4095) + 1, BigInteger.Pow(2, 65) + 1)),
        ["an RSA key of 17,000 bits"] = () => Extra(Numbers(BigInteger.Pow(2, 17_000) + 1, 65_537)),
        ["an Ed25519 key that is too short"] = () => Extra(Der.Sequence(Der.Algorithm("1.3.101.112"), Der.Bits(new byte[31]))),
        ["purposes that are none"] = () => Extra(Rsa.Public, extensions: [Critical("2.5.29.37", Der.Octets([1]))]),
        ["other names that are none"] = () => Extra(Rsa.Public, extensions: [Critical("2.5.29.17", Der.Octets([1]))]),
        ["no other names where they stand"] = () => Extra(Rsa.Public, extensions: [Critical("2.5.29.17", Der.Sequence())]),
        ["limits of names that are none"] = () => Extra(Rsa.Public, extensions: [Critical("2.5.29.30", Der.Octets([1]))]),
        ["policies that are none"] = () => Extra(Rsa.Public, extensions: [Critical("2.5.29.32", Der.Octets([1]))]),
        ["PSS with another ending"] = () => Signed(Pss("2.16.840.1.101.3.4.2.1", 2)),
        ["PSS with an unknown digest"] = () => Signed(Pss("1.3.6.1.4.1.99999.2", 1)),
    };

    private static Dictionary<string, Func<byte[]>> ReadByJava => new()
    {
        ["no name and no extensions"] = () => Extra(Rsa.Public, subject: Der.Sequence()),
        ["no name but another, which counts"] = () => Extra(
            Rsa.Public, subject: Der.Sequence(), extensions: [Critical("2.5.29.17", Der.Sequence(Der.Implicit(2, "a.example"u8.ToArray())))]),
        ["parameters left out of one algorithm"] = () => Extra(Rsa.Public, outer: Der.Algorithm("1.2.840.113549.1.1.11")),
        ["a point that is not on its curve"] = () => Extra(Elliptic(P256, 65)),
        ["Bitcoin's curve"] = () => Extra(Elliptic("1.3.132.0.10", 65)),
        ["a curve over characteristic two"] = () => Extra(Elliptic("1.3.132.0.1", 43)),
        ["a Brainpool curve"] = () => Extra(Elliptic("1.3.36.3.3.2.8.1.1.13", 129)),
        ["a long exponent of a shorter key"] = () => Extra(Numbers(BigInteger.Pow(2, 2047) + 1, BigInteger.Pow(2, 65) + 1)),
        ["purposes that are none and do not count"] = () =>
            Extra(Rsa.Public, extensions: [TestCertificate.Extension("2.5.29.37", critical: false, Der.Octets([1]))]),
        ["something critical that nobody knows"] = () => Extra(Rsa.Public, extensions: [Critical("1.3.6.1.4.1.99999.9", [1, 2, 3])]),
        ["a key of an unknown kind"] = () => Extra(Der.Sequence(Der.Algorithm("1.3.6.1.4.1.99999.8"), Der.Bits(new byte[32]))),
        ["PSS without parameters"] = () => Signed(Der.Algorithm("1.2.840.113549.1.1.10")),
        ["PSS with SHA3-256"] = () => Signed(Pss("2.16.840.1.101.3.4.2.8", 1)),
        ["PSS with SHA-512"] = () => Signed(Pss("2.16.840.1.101.3.4.2.3", 1)),
    };

    private static P12Case Case(string finding, string about, Func<EHealthStore, EHealthStore> change, params string[] beside) =>
        new(finding, Severity.Refuse, about, () => P12Maker.EHealth(change: change), beside);

    private static Func<EHealthStore, EHealthStore> WithExtra(Func<byte[]> certificate) =>
        store => store with { Certificates = all => [.. all, StoreBag.Named(certificate(), "other")] };

    private static byte[] Signed(byte[] algorithm) => Extra(Rsa.Public, algorithm, algorithm);

    private static byte[] Extra(byte[] key, byte[]? inner = null, byte[]? outer = null, byte[]? subject = null, byte[][]? extensions = null)
    {
        var (algorithm, sign) = Rsa.Signer();
        var content = Der.Sequence(
            Der.Context(0, Der.Integer(2)),
            Der.Integer(7),
            inner ?? algorithm,
            Other,
            Der.Sequence(Der.Time(P12Maker.Now.AddDays(-30)), Der.Time(P12Maker.Now.AddYears(2))),
            subject ?? Other,
            key,
            extensions is null ? [] : Der.Context(3, Der.Sequence(extensions)));
        return Der.Sequence(content, outer ?? algorithm, Der.Bits(sign(content)));
    }

    private static byte[] Critical(string oid, byte[] value) => TestCertificate.Extension(oid, critical: true, value);

    private static byte[] Elliptic(string curve, int bytes) =>
        Der.Sequence(Der.Algorithm(EllipticKey, Der.Oid(curve)), Der.Bits([4, .. new byte[bytes - 1]]));

    private static byte[] Numbers(BigInteger modulus, BigInteger exponent) =>
        Der.Sequence(Der.Algorithm(RsaKey, Der.Null), Der.Bits(Der.Sequence(Der.Integer(modulus), Der.Integer(exponent))));

    private static byte[] Pss(string digest, int ending) => Der.Algorithm("1.2.840.113549.1.1.10", Der.Sequence(
        Der.Context(0, Der.Algorithm(digest, Der.Null)),
        Der.Context(1, Der.Algorithm("1.2.840.113549.1.1.8", Der.Algorithm(digest, Der.Null))),
        Der.Context(2, Der.Integer(32)),
        ending == 1 ? [] : Der.Context(3, Der.Integer(ending))));

    private static TestKey Compressed(TestKey key)
    {
        var info = new AsnReader(key.Public, AsnEncodingRules.DER).ReadSequence();
        var algorithm = info.ReadEncodedValue().ToArray();
        var point = info.ReadBitString(out _);
        var bytes = (point.Length - 1) / 2;
        return key with { Public = Der.Sequence(algorithm, Der.Bits([(byte)(2 + (point[^1] & 1)), .. point[1..(1 + bytes)]])) };
    }

    private static byte[] InPieces(byte[] privateKey)
    {
        var info = new AsnReader(privateKey, AsnEncodingRules.DER).ReadSequence();
        return Der.Sequence(
            info.ReadEncodedValue().ToArray(), info.ReadEncodedValue().ToArray(), Der.OctetsInPieces(info.ReadOctetString(), 100));
    }

    // The length of the outermost element in four bytes, as programs write it that come back to it when they know it.
    private static byte[] Lengthened(byte[] element)
    {
        AsnDecoder.ReadEncodedValue(element, AsnEncodingRules.BER, out var start, out var length, out _);
        return [element[0], 0x84, (byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length, .. element[start..(start + length)]];
    }

    private static P12Mac MacOf(int saltBytes) => new($"salt of {saltBytes}", (content, password) =>
    {
        var salt = new byte[saltBytes];
        var key = P12Digest.Sha256.Pkcs12(password, salt, 2048, 3, 32);
        return P12Mac.Data(Der.Algorithm(P12Digest.Sha256.Oid, Der.Null), P12Digest.Sha256.Hmac(key, content), salt, 2048);
    });

    private static P12Protection Pbes2Of(int saltBytes)
    {
        var salt = new byte[saltBytes];
        return P12Protection.Pbes2(
            $"salt of {saltBytes}",
            P12Cipher.Aes256,
            Der.Algorithm("1.2.840.113549.1.5.12", Der.Sequence(Der.Octets(salt), Der.Integer(2048), Der.Algorithm(P12Digest.Sha256.HmacOid!, Der.Null))),
            password => Rfc2898DeriveBytes.Pbkdf2(password, salt, 2048, HashAlgorithmName.SHA256, P12Cipher.Aes256.KeyLength));
    }
}
