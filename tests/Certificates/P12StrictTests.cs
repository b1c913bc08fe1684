using Ssp.Certificates.EHealth;
using Ssp.Certificates.P12;

namespace Ssp.Tests.Certificates;

/// <summary>What is not written to the letter of its definition is refused, as other programs do: under a right MAC, and where no MAC looks.</summary>
public sealed class P12StrictTests
{
    private static readonly TestKey Key = TestKey.Rsa("authentication");

    private static readonly TestKey Elliptic = TestKey.Ec("a");

    private static readonly byte[] Certificate = P12Maker.Plain(Key);

    private static readonly byte[] Sha256 = Der.Algorithm(P12Digest.Sha256.Oid, Der.Null);

    private static readonly byte[] Rsa = Der.Algorithm("1.2.840.113549.1.1.1", Der.Null);

    private static Dictionary<string, (string Codes, Func<byte[]> File)> Cases => new()
    {
        ["a MAC with a fourth part"] = ("P01", () => WithMac(mac => Der.Sequence(mac.Digest, mac.Salt, mac.Rounds, Der.Integer(7)))),
        ["a MAC with two counts"] = ("P01", () => WithMac(mac => Der.Sequence(mac.Digest, mac.Salt, mac.Rounds, mac.Rounds))),
        ["a digest with a third part"] = ("P01", () => WithMac(mac => Der.Sequence(Der.Sequence(Sha256, mac.Value, Der.Null), mac.Salt, mac.Rounds))),
        ["a digest algorithm with a third part"] = ("P01",
            () => WithMac(mac => Der.Sequence(Der.Sequence(Der.Algorithm(P12Digest.Sha256.Oid, Der.Null, Der.Null), mac.Value), mac.Salt, mac.Rounds))),
        ["a digest algorithm with parameters"] = ("P01",
            () => WithMac(mac => Der.Sequence(Der.Sequence(Der.Algorithm(P12Digest.Sha256.Oid, Der.Integer(1)), mac.Value), mac.Salt, mac.Rounds))),
        ["a MAC in a set"] = ("P01", () => WithMac(mac => Der.Set(mac.Digest, mac.Salt, mac.Rounds))),
        ["a MAC whose value is bits"] = ("P01", () => WithMac(mac => Der.Sequence(Der.Sequence(Sha256, Der.Bits(new byte[32])), mac.Salt, mac.Rounds))),
        ["content with a third part"] = ("P01",
            () => P12Writer.Pfx(Der.Sequence(Der.Oid(P12Writer.Data), Der.Context(0, Der.Octets(Der.Sequence())), Der.Null), [])),
        ["content in another tag"] = ("P01", () => P12Writer.Pfx(Der.Sequence(Der.Oid(P12Writer.Data), Der.Context(1, Der.Octets(Der.Sequence()))), [])),
        ["content in a tag of an application"] = ("P01",
            () => P12Writer.Pfx(Der.Sequence(Der.Oid(P12Writer.Data), Der.Element(0x60, Der.Octets(Der.Sequence()))), [])),
        ["a safe with a third part"] = ("P01",
            () => StructureCases.With(Der.Sequence(Der.Oid(P12Writer.Data), Der.Context(0, Der.Octets(Der.Sequence())), Der.Null))),
        ["a safe in another tag"] = ("P01", () => StructureCases.With(Der.Sequence(Der.Oid(P12Writer.Data), Der.Context(1, Der.Octets(Der.Sequence()))))),
        ["encrypted data of version 1"] = ("P01", () => Encrypted(version: 1)),
        ["encrypted data of version 2"] = ("P01", () => Encrypted(version: 2)),
        ["encrypted data of version -1"] = ("P01", () => Encrypted(version: -1)),
        ["encrypted data with a third part"] = ("P01", () => Encrypted(more: Der.Context(1, Der.Set()))),
        ["encrypted data with a fourth part within"] = ("P01", () => Encrypted(inner: Der.Null)),
        ["encrypted data of another kind"] = ("P01", () => Encrypted(kind: P12Writer.SignedData)),
        ["encrypted data in another tag"] = ("P01", () => Encrypted(tag: 1)),
        ["a bag with a fourth part"] = ("P01", () => Bag(Der.Oid(P12Writer.KeyBag), Der.Context(0, Key.Private), Der.Set(), Der.Null)),
        ["a bag in another tag"] = ("P01", () => Bag(Der.Oid(P12Writer.KeyBag), Der.Context(1, Key.Private))),
        ["attributes in a tag"] = ("P01", () => Bag(Der.Oid(P12Writer.KeyBag), Der.Context(0, Key.Private), Der.Context(0, P12Writer.LocalKeyId(1)))),
        ["an attribute with a third part"] = ("P17", () => StructureCases.WithKeyAttributes(
            Der.Sequence(Der.Oid(P12Writer.FriendlyNameType), Der.Set(Der.Bmp("a")), Der.Set(Der.Bmp("b"))))),
        ["an attribute whose values are a sequence"] = ("P01",
            () => StructureCases.WithKeyAttributes(Der.Sequence(Der.Oid(P12Writer.FriendlyNameType), Der.Sequence(Der.Bmp("a"))))),
        ["a certificate with a third part"] = ("P01",
            () => Typed(P12Writer.CertificateBag, Der.Oid("1.2.840.113549.1.9.22.1"), Der.Context(0, Der.Octets(Certificate)), Der.Null)),
        ["a certificate in another tag"] = ("P01",
            () => Typed(P12Writer.CertificateBag, Der.Oid("1.2.840.113549.1.9.22.1"), Der.Context(1, Der.Octets(Certificate)))),
        ["a certificate with something after its extensions"] = ("P01",
            () => StructureCases.With(P12Writer.Safe(P12Writer.Certificate(WithMore(Certificate))))),
        ["a revocation list with a third part"] = ("P01",
            () => Typed(P12Writer.RevocationBag, Der.Oid("1.2.840.113549.1.9.23.1"), Der.Context(0, Der.Octets([0x30, 0])), Der.Null)),
        ["a secret of no kind"] = ("P01", () => Typed(P12Writer.SecretBag, Der.Context(0, Der.Octets([1])))),
        ["a secret that is a NULL"] = ("P01", () => Bag(Der.Oid(P12Writer.SecretBag), Der.Context(0, Der.Null))),
        ["an encrypted key with a third part"] = ("P01", () => Bag(Der.Oid(P12Writer.ShroudedKeyBag), Der.Context(0, Der.Sequence(
            P12Protection.Modern.Identifier, Der.Octets(P12Protection.Modern.Encrypt(Key.Private, P12Maker.Password)), Der.Null)))),
        ["a key of version 2"] = ("P01", () => OfKey(Der.Integer(2), Rsa, Part(Key.Private))),
        ["a key of version -1"] = ("P01", () => OfKey(Der.Integer(-1), Rsa, Part(Key.Private))),
        ["a key of version 0 with a public key"] = ("P01", () => OfKey(Der.Integer(0), Rsa, Part(Key.Private), Der.Implicit(1, [0, 1]))),
        ["a key with a part of another tag"] = ("P01", () => OfKey(Der.Integer(1), Rsa, Part(Key.Private), Der.Implicit(2, [0, 1]))),
        ["a key with attributes twice"] = ("P01", () => OfKey(Der.Integer(1), Rsa, Part(Key.Private), Der.Context(0), Der.Context(0))),
        ["a key of RSA of version 2"] = ("P01", () => OfKey(Der.Integer(0), Rsa, Der.Octets(Der.Sequence(
            Der.Integer(2), Der.Integer(15), Der.Integer(3), Der.Integer(3), Der.Integer(3), Der.Integer(5), Der.Integer(1), Der.Integer(3), Der.Integer(2))))),
        ["PBES2 of three"] = ("P01", () => Protected(Der.Algorithm("1.2.840.113549.1.5.13", Der.Sequence(
            Pbkdf2(Der.Octets(new byte[8]), Der.Integer(1)), P12Cipher.Aes256.Identifier(new byte[16]), Der.Null)))),
        ["a scheme of three"] = ("P01", () => Protected(Der.Algorithm("1.2.840.113549.1.12.1.3", Der.Sequence(Der.Octets([1]), Der.Integer(1), Der.Null)))),
        ["PBKDF2 of five"] = ("P01", () => OfPbkdf2(
            Der.Octets(new byte[8]), Der.Integer(1), Der.Integer(32), Der.Algorithm(P12Digest.Sha256.HmacOid!), Der.Algorithm(P12Digest.Sha256.HmacOid!))),
        ["PBKDF2 with two lengths"] = ("P01", () => OfPbkdf2(Der.Octets(new byte[8]), Der.Integer(1), Der.Integer(32), Der.Integer(32))),
        ["PBKDF2 with a function that has parameters"] = ("P01",
            () => OfPbkdf2(Der.Octets(new byte[8]), Der.Integer(1), Der.Algorithm(P12Digest.Sha256.HmacOid!, Der.Integer(1)))),
        ["AES of 256 bits with a key of 128"] = ("P01", () => OfPbkdf2(Der.Octets(new byte[8]), Der.Integer(1), Der.Integer(16))),
        ["an unknown curve"] = ("P14 P16", () => OnCurve(outer: "1.3.132.0.333")),
        ["an unknown curve in both"] = ("P14 P16", () => OnCurve(outer: "1.3.132.0.333", inner: "1.3.132.0.333")),
        ["another curve"] = ("P14 P16", () => OnCurve(outer: "1.3.132.0.10")),
        ["another curve within"] = ("P14 P16", () => OnCurve(inner: "1.3.132.0.10")),
        ["an elliptic key of version 2"] = ("P14 P16", () => OnCurve(version: 2)),
        ["an elliptic key with the point of another"] = ("P14 P16", () => OnCurve(point: [4, .. new byte[64]])),
        ["an elliptic key of zero"] = ("P14 P16", () => OnCurve(secret: new byte[32])),
        ["an elliptic key larger than the curve"] = ("P14 P16", () => OnCurve(secret: [.. Enumerable.Repeat((byte)0xff, 32)])),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_file_that_is_not_written_to_the_letter_is_refused(string name)
    {
        var (codes, file) = Cases[name];

        var verdict = EHealthCheck.Of(
            file(), P12Maker.Password, new CertificateRules(MinKeys: 1), new Circumstances(P12Maker.Now, "71000436", "certificate.p12"));

        Assert.Contains(verdict.Findings.Where(finding => finding.Refuses), finding => codes.Split(' ').Contains(finding.Code));
        Assert.Null(verdict.Unforeseen);
    }

    [Fact]
    public void What_these_files_are_made_of_is_read_as_long_as_it_is_right()
    {
        Assert.All(
            (byte[][])[
                WithMac(mac => Der.Sequence(mac.Digest, mac.Salt, mac.Rounds)),
                Encrypted(),
                Bag(Der.Oid(P12Writer.KeyBag), Der.Context(0, Key.Private), Der.Set()),
                Typed(P12Writer.CertificateBag, Der.Oid("1.2.840.113549.1.9.22.1"), Der.Context(0, Der.Octets(Certificate))),
                Typed(P12Writer.SecretBag, Der.Oid("1.2.3.4"), Der.Context(0, Der.Octets([1]))),
                OfKey(Der.Integer(0), Rsa, Part(Key.Private)),
                OfKey(Der.Integer(1), Rsa, Part(Key.Private), Der.Context(0), Der.Implicit(1, [0, 1])),
            ],
            file => Assert.True(P12Reader.Read(file, P12Maker.Password).IsReadable));
        var reading = P12Reader.Read(OnCurve(), P12Maker.Password);
        Assert.True(reading.Keys[0].IsOf(reading.Certificates[0]));
    }

    private static byte[] WithMac(Func<(byte[] Digest, byte[] Value, byte[] Salt, byte[] Rounds), byte[]> make)
    {
        var content = Der.Sequence(P12Writer.Safe(P12Writer.Key(Key.Private)));
        var salt = new byte[8];
        var value = Der.Octets(P12Digest.Sha256.Hmac(P12Digest.Sha256.Pkcs12(P12Maker.Password, salt, 5, 3, 32), content));
        return P12Writer.Pfx(
            Der.Sequence(Der.Oid(P12Writer.Data), Der.Context(0, Der.Octets(content))),
            make((Der.Sequence(Sha256, value), value, Der.Octets(salt), Der.Integer(5))));
    }

    private static byte[] Encrypted(
        int version = 0, byte[]? more = null, byte[]? inner = null, string kind = P12Writer.Data, int tag = 0) => StructureCases.With(
        Der.Sequence(Der.Oid(P12Writer.EncryptedData), Der.Context(0, Der.Sequence(
            Der.Integer(version),
            Der.Sequence(
                Der.Oid(kind),
                P12Protection.Modern.Identifier,
                Der.Implicit(tag, P12Protection.Modern.Encrypt(Der.Sequence(P12Writer.Certificate(Certificate)), P12Maker.Password)),
                inner ?? []),
            more ?? []))));

    // Something after the extensions of a certificate; the signature is not looked at here.
    private static byte[] WithMore(byte[] certificate)
    {
        var parts = new System.Formats.Asn1.AsnReader(certificate, System.Formats.Asn1.AsnEncodingRules.DER).ReadSequence();
        var content = parts.PeekContentBytes().ToArray();
        parts.ReadEncodedValue();
        return Der.Sequence(Der.Sequence(content, Der.Context(4, Der.Null)), parts.ReadEncodedValue().ToArray(), parts.ReadEncodedValue().ToArray());
    }

    private static byte[] Bag(params byte[][] parts) => StructureCases.With(P12Writer.Safe(Der.Sequence(parts)));

    private static byte[] Typed(string type, params byte[][] parts) => Bag(Der.Oid(type), Der.Context(0, Der.Sequence(parts)));

    private static byte[] OfKey(params byte[][] parts) => Bag(Der.Oid(P12Writer.KeyBag), Der.Context(0, Der.Sequence(parts)));

    private static byte[] Part(byte[] privateKey)
    {
        var parts = new System.Formats.Asn1.AsnReader(privateKey, System.Formats.Asn1.AsnEncodingRules.DER).ReadSequence();
        parts.ReadEncodedValue();
        parts.ReadEncodedValue();
        return parts.ReadEncodedValue().ToArray();
    }

    private static byte[] Protected(byte[] algorithm) => StructureCases.With(P12Writer.SafeOf(algorithm, new byte[64]));

    private static byte[] Pbkdf2(params byte[][] parts) => Der.Algorithm("1.2.840.113549.1.5.12", Der.Sequence(parts));

    private static byte[] OfPbkdf2(params byte[][] parts) => Protected(
        Der.Algorithm("1.2.840.113549.1.5.13", Der.Sequence(Pbkdf2(parts), P12Cipher.Aes256.Identifier(new byte[16]))));

    private static byte[] OnCurve(
        string outer = "1.2.840.10045.3.1.7", string? inner = null, int version = 1, byte[]? point = null, byte[]? secret = null)
    {
        using var key = System.Security.Cryptography.ECDsa.Create();
        key.ImportPkcs8PrivateKey(Elliptic.Private, out _);
        var numbers = key.ExportParameters(includePrivateParameters: true);
        return StructureCases.With(P12Writer.Safe(
            P12Writer.Key(
                Der.Sequence(
                    Der.Integer(0),
                    Der.Algorithm("1.2.840.10045.2.1", Der.Oid(outer)),
                    Der.Octets(Der.Sequence(
                        Der.Integer(version),
                        Der.Octets(secret ?? numbers.D!),
                        inner is null ? [] : Der.Context(0, Der.Oid(inner)),
                        Der.Context(1, Der.Bits(point ?? [4, .. numbers.Q.X!, .. numbers.Q.Y!]))))),
                P12Writer.LocalKeyId(1)),
            P12Writer.Certificate(P12Maker.Plain(Elliptic), P12Writer.LocalKeyId(1))));
    }
}
