using System.Numerics;
using System.Text;
using Ssp.Certificates.P12;

namespace Ssp.Tests.Certificates;

/// <summary>A file that is made to hurt its reader.</summary>
/// <param name="Codes">What it may be refused with; empty: it may also pass.</param>
public sealed record HostileFile(string Name, IReadOnlyList<string> Codes, Func<byte[]> Make);

/// <summary>What people have sent to programs that read P12 files, and what could be next.</summary>
public static partial class HostileFiles
{
    public const string Password = P12Maker.Password;

    private static readonly TestKey Key = TestKey.Rsa("authentication");

    private static readonly P12Mac Mac = P12Mac.Classic(P12Digest.Sha256);

    public static IReadOnlyList<HostileFile> All => [.. Kinds.SelectMany(kind => kind.Files)];

    public static IReadOnlyList<(string Kind, IReadOnlyList<HostileFile> Files)> Kinds =>
    [
        ("bombs", Bombs), ("rounds", [.. Rounds]), ("memory", [.. Memory]), ("crowds", [.. Crowds]), ("depths", [.. Depths]), ("lengths", [.. Lengths]),
        ("confusions", [.. Confusions]), ("MACs", [.. Macs]), ("certificates", [.. Certificates]), ("keys", [.. Keys]), ("noise", [.. Noise]),
    ];

    private static IEnumerable<HostileFile> Rounds
    {
        get
        {
            foreach (var (name, count) in new (string, BigInteger)[]
            {
                ("2^31-1", int.MaxValue),
                ("2^63", BigInteger.Pow(2, 63)),
                ("2^64+1", BigInteger.Pow(2, 64) + 1),
                ("2^4096", BigInteger.Pow(2, 4096)),
                ("0", 0),
                ("-1", -1),
                ("-2^63", -BigInteger.Pow(2, 63)),
            })
            {
                yield return new($"MAC of {name} rounds", ["P07"], () => OneKey(P12Protection.Modern, P12Mac.Classic(P12Digest.Sha512, written: count)));
                yield return new($"PBMAC1 of {name} rounds", ["P07"],
                    () => OneKey(P12Protection.Modern, P12Mac.Pbmac1(P12Digest.Sha512, P12Digest.Sha512, written: count)));
                yield return new($"key of {name} rounds", ["P07"],
                    () => StructureCases.With(P12Writer.Safe(P12Writer.Key(Key.Private, P12Protection.TripleDesOf(1, count), Password))));
                yield return new($"safe of {name} rounds", ["P07"], () => StructureCases.With(P12Writer.Safe(P12Protection.TripleDesOf(1, count), Password)));
                yield return new($"key in a safe of {name} rounds", ["P07"], () => StructureCases.With(P12Writer.Safe(
                    P12Protection.Modern,
                    Password,
                    P12Writer.Key(Key.Private, P12Protection.Pbes2(P12Cipher.Aes256, P12Digest.Sha512, 1, count), Password))));
                yield return new($"PBES2 of {name} rounds", ["P07"],
                    () => StructureCases.With(P12Writer.Safe(P12Protection.Pbes2(P12Cipher.Aes256, P12Digest.Sha3Over512, 1, count), Password)));
            }

            yield return new("twenty keys of 900,000 rounds", ["P07"], () => StructureCases.With(P12Writer.Safe(
                [
                    .. Enumerable.Range(0, 20)
                        .Select(_ => P12Writer.Key(TestKey.Ec("a").Private, P12Protection.Pbes2(P12Cipher.Aes256, P12Digest.Sha512, 1, 900_000), Password)),
                ])));
            yield return new("hundred safes of 50,000 rounds", ["P07"], () => StructureCases.With(
                [.. Enumerable.Range(0, 100).Select(_ => P12Writer.Safe(P12Protection.TripleDesOf(1, 50_000), Password))]));
        }
    }

    /// <summary>Few bytes, few rounds at first sight, and much work all the same.</summary>
    public static IReadOnlyList<HostileFile> Bombs =>
    [
        new("a MAC of MD2 and a million rounds", ["P07"], () => WithMac(OfMac(P12Digest.Md2, P12Limits.MaxRounds))),
        new("a MAC of MD2 and 200,000 rounds", ["P07"], () => WithMac(OfMac(P12Digest.Md2, 200_000))),
        new("a MAC of Whirlpool and a million rounds", ["P07"],
            () => WithMac(P12Mac.Data(Der.Algorithm("1.0.10118.3.0.55", Der.Null), new byte[64], new byte[8], P12Limits.MaxRounds))),
        new("PBES1 of MD2 and a million rounds", ["P07"], () => Unmaced(Old("1.2.840.113549.1.5.1", P12Limits.MaxRounds))),
        new("PBES1 of MD2 and RC2 and a million rounds", ["P07"], () => Unmaced(Old("1.2.840.113549.1.5.4", P12Limits.MaxRounds))),
        new("PBMAC1 of SHA-1, 128 bytes of key and a million rounds", ["P07"],
            () => WithMac(OfPbmac1(P12Digest.Sha1, 128, P12Limits.MaxRounds))),
        new("PBMAC1 of 4,096 bytes of key and 100,000 rounds", ["P07"], () => WithMac(OfPbmac1(P12Digest.Sha256, 4_096, 100_000))),
        new("PBMAC1 of SHA3-256 and a million rounds", ["P07"], () => WithMac(OfPbmac1(P12Digest.Sha3Over256, 32, P12Limits.MaxRounds))),
        new("PBMAC1 of MD5, 64 bytes of key and a million rounds", ["P07"], () => WithMac(OfPbmac1(P12Digest.Md5, 64, P12Limits.MaxRounds))),
        new("RC2 of 128 bytes of key and a million rounds", ["P07"], () => Unmaced(P12Writer.SafeOf(
            Der.Algorithm("1.2.840.113549.1.5.13", Der.Sequence(
                Der.Algorithm("1.2.840.113549.1.5.12", Der.Sequence(Der.Octets(new byte[8]), Der.Integer(P12Limits.MaxRounds), Der.Integer(128))),
                Der.Algorithm("1.2.840.113549.3.2", Der.Sequence(Der.Integer(1024), Der.Octets(new byte[8]))))), new byte[64]))),
        new("scrypt of two steps of 16 MiB", ["P07"], () => Unmaced(ScryptSafe(2, 131_072, 1))),
        new("scrypt of two steps of 2 MiB, sixteen times", ["P07"], () => Unmaced(ScryptSafe(2, 16_384, 16))),
        new("scrypt of as much memory as may be, sixteen times", ["P07"], () => Unmaced(ScryptSafe(32_768, 8, 16))),
        new("scrypt of little memory, 16,000 times", ["P07"], () => Unmaced(ScryptSafe(1_024, 1, 16_000))),
        new("nine safes of a million rounds", ["P07"], () => Unmaced([.. Enumerable.Repeat(Pbkdf2Safe(P12Limits.MaxRounds), 9)])),
    ];

    private static IEnumerable<HostileFile> Memory =>
    [
        new("scrypt N=2^30", ["P07"], () => Scrypt(BigInteger.Pow(2, 30), 8, 1)),
        new("scrypt N=2^62", ["P07"], () => Scrypt(BigInteger.Pow(2, 62), 1, 1)),
        new("scrypt r=2^30", ["P07"], () => Scrypt(2, BigInteger.Pow(2, 30), 1)),
        new("scrypt p=2^30", ["P07"], () => Scrypt(2, 1, BigInteger.Pow(2, 30))),
        new("scrypt p=2^40", ["P07"], () => Scrypt(2, 1, BigInteger.Pow(2, 40))),
        new("scrypt N·r overflows", ["P07"], () => Scrypt(BigInteger.Pow(2, 30), BigInteger.Pow(2, 30), 1)),
        new("scrypt N=0", ["P07"], () => Scrypt(0, 8, 1)),
        new("scrypt N=-2^30", ["P07"], () => Scrypt(-BigInteger.Pow(2, 30), 8, 1)),
        new("scrypt N=1", ["P01", "P07"], () => Scrypt(1, 8, 1)),
        new("scrypt N=3", ["P01", "P07"], () => Scrypt(3, 8, 1)),
        new("scrypt N is a text", ["P01"], () => ScryptOf(Der.Utf8("1024"), Der.Integer(8), Der.Integer(1))),
        new("scrypt without p", ["P01"], () => ScryptOf(Der.Integer(1024), Der.Integer(8))),
        new("twenty keys with as much scrypt as may be", ["P07", "P10", "P11"], () => StructureCases.With(P12Writer.Safe([.. Enumerable.Range(0, 20).Select(_ =>
            P12Writer.Key(TestKey.Ec("a").Private, P12Protection.Unknown(P12Protection.Scrypt(P12Cipher.Aes256, written: 32768).Identifier), Password))]))),
        new("PBES2 with a key of 2^31 bytes", ["P01"], () => Pbes2With(Der.Octets(new byte[16]), Der.Integer(1000), Der.Integer(int.MaxValue))),
        new("PBES2 with a key of no bytes", ["P01"], () => Pbes2With(Der.Octets(new byte[16]), Der.Integer(1000), Der.Integer(0))),
        new("PBKDF2 of 128 bytes of key and a million rounds", ["P01"], () => Pbes2With(Der.Octets(new byte[8]), Der.Integer(1_000_000), Der.Integer(128))),
        new("PBKDF2 with GOST", ["P08"], () => Pbes2Of(Der.Octets(new byte[8]), Der.Integer(20_000), Der.Algorithm("1.2.643.7.1.1.4.2", Der.Null))),
        new("PBKDF2 with two functions", ["P01"], () => Pbes2With(Der.Octets(new byte[8]), Der.Integer(20_000), Der.Algorithm(P12Digest.Sha512.HmacOid!))),
        new("a MAC with GOST", ["P08"], () => WithMac(P12Mac.Data(Der.Algorithm("1.2.643.7.1.1.2.3", Der.Null), new byte[64], new byte[8], 20_000))),
        new("PBES2 with a salt of 200 KB", ["P07"], () => Pbes2With(Der.Octets(new byte[200_000]), Der.Integer(1000))),
        new("a MAC with a salt of 200 KB", ["P07"],
            () => WithMac(P12Mac.Data(Der.Algorithm(P12Digest.Sha256.Oid, Der.Null), new byte[32], new byte[200_000], 1_000_000))),
    ];

    private static IEnumerable<HostileFile> Crowds =>
    [
        new("10,000 bags", ["P06"],
            () => StructureCases.With(P12Writer.Safe([.. Enumerable.Repeat(P12Writer.Bag(P12Writer.CertificateBag, Der.Null), 10_000)]))),
        new("10,000 safes", ["P06"], () => StructureCases.With([.. Enumerable.Repeat(Der.Sequence(Der.Oid(P12Writer.Data)), 10_000)])),
        new("10,000 bags under the password", ["P06"],
            () => StructureCases.With(
                P12Writer.Safe(P12Protection.Modern, Password, [.. Enumerable.Repeat(P12Writer.Bag(P12Writer.SecretBag, Der.Null), 10_000)]))),
        new("100,000 empty sequences", ["P06"], () => StructureCases.WithContent(Der.Sequence([.. Enumerable.Repeat(Der.Sequence(), 100_000)]))),
        new("200 safes of 1,000 bags", ["P05", "P06"],
            () => StructureCases.With([.. Enumerable.Repeat(P12Writer.Safe([.. Enumerable.Repeat(Der.Sequence(), 600)]), 200)])),
        new("5,000 attributes", ["P06"],
            () => StructureCases.WithKeyAttributes([.. Enumerable.Range(0, 5000).Select(number => P12Writer.Attribute($"1.2.3.{number}", Der.Null))])),
        new("an attribute of 50,000 values", ["P06", "P17"],
            () => StructureCases.WithKeyAttributes(P12Writer.Attribute(P12Writer.FriendlyNameType, [.. Enumerable.Repeat(Der.Bmp("a"), 40_000)]))),
        new("an attribute of 20,000 values", ["P17"],
            () => StructureCases.WithKeyAttributes(P12Writer.Attribute(P12Writer.LocalKeyIdType, [.. Enumerable.Repeat(Der.Octets([1]), 20_000)]))),
        new("a friendly name of 200 KB", [], () => StructureCases.WithKeyAttributes(P12Writer.FriendlyName(new string('\u0001', 100_000)))),
        new("an id of 200 KB", [], () => StructureCases.WithKeyAttributes(P12Writer.LocalKeyId(new byte[200_000]))),
        new("an octet string in 60,000 pieces", ["P06"],
            () => P12Writer.Pfx(Der.Sequence(Der.Oid(P12Writer.Data), Der.Context(0, Der.OctetsInPieces(new byte[60_000], 1))), [])),
    ];

    private static IEnumerable<HostileFile> Depths
    {
        get
        {
            foreach (var (name, nested) in new (string, Func<byte[]>)[]
            {
                ("45,000 sequences", () => Deep(0x30, 45_000)),
                ("1,000 sequences", () => Deep(0x30, 1_000)),
                ("100,000 sequences of no length", () => DeepStreams(0x30, 100_000, closed: false)),
                ("50,000 sequences of no length, closed", () => DeepStreams(0x30, 50_000, closed: true)),
                ("50,000 octet strings of pieces", () => DeepStreams(0x24, 50_000, closed: true)),
                ("50,000 tags", () => DeepStreams(0xA0, 50_000, closed: true)),
                ("45,000 sets", () => Deep(0x31, 45_000)),
            })
            {
                // Where it stands there is no end to what is open, if it is not closed itself; then the file is cut off as well.
                string[] codes = ["P06", "P01"];
                yield return new($"{name} at the top", codes, nested);
                yield return new($"{name} instead of the version", codes, () => Der.Sequence(nested()));
                yield return new($"{name} in the content", codes, () => StructureCases.WithContent(nested()));
                yield return new($"{name} in a safe", codes,
                    () => StructureCases.With(Der.Sequence(Der.Oid(P12Writer.Data), Der.Context(0, Der.Octets(nested())))));
                yield return new($"{name} under the password", [.. codes, "P11"],
                    () => StructureCases.With(P12Writer.SafeOf(P12Protection.Modern.Identifier, P12Protection.Modern.Encrypt(nested(), Password))));
                yield return new($"{name} as a key", [.. codes, "P11"], () => StructureCases.With(P12Writer.Safe(P12Writer.Bag(
                    P12Writer.ShroudedKeyBag, Der.Sequence(P12Protection.Modern.Identifier, Der.Octets(P12Protection.Modern.Encrypt(nested(), Password)))))));
                yield return new($"{name} as a certificate", codes, () => StructureCases.With(P12Writer.Safe(P12Writer.Certificate(nested()))));
                yield return new($"{name} in an attribute", codes, () => StructureCases.WithKeyAttributes(P12Writer.Attribute("1.2.3.4", nested())));
                yield return new($"{name} in a private key", [], () => StructureCases.With(P12Writer.Safe(P12Writer.Key(Der.Sequence(
                    Der.Integer(0), Der.Algorithm("1.2.840.113549.1.1.1", Der.Null), Der.Octets(nested()))))));
                yield return new($"{name} in an extension", [], () => StructureCases.With(P12Writer.Safe(P12Writer.Certificate(
                    With(TestCertificate.Extension("2.5.29.19", true, nested()), TestCertificate.Extension("2.5.29.15", true, nested()))))));
                yield return new($"{name} as a public key", [], () => StructureCases.With(P12Writer.Safe(P12Writer.Certificate(
                    (Certificate with { PublicKey = Der.Sequence(Der.Algorithm("1.2.840.113549.1.1.1", Der.Null), Der.Bits(nested())) }).SignedBy(Key)))));
            }

            yield return new("100,000 sequences", ["P05"], () => Deep(0x30, 100_000));
            yield return new("bags in bags, 1,000 deep", ["P06", "P01"], () => StructureCases.With(P12Writer.Safe(StructureCases.BagsInBags(1_000))));
            yield return new("bags in bags, 9 deep", ["P06", "P12"], () => StructureCases.With(P12Writer.Safe(StructureCases.BagsInBags(9))));
        }
    }

    private static IEnumerable<HostileFile> Lengths =>
    [
        new("a length of 2^32-1", ["P03"], () => Der.Lying(0x30, [0x84, 0xFF, 0xFF, 0xFF, 0xFF], new byte[100])),
        new("a length of 2^31", ["P03"], () => Der.Lying(0x30, [0x84, 0x80, 0, 0, 0], new byte[100])),
        new("a length of 2^64-1", ["P01", "P03"], () => Der.Lying(0x30, [0x88, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], new byte[100])),
        new("a length of 126 bytes", ["P01", "P03"], () => Der.Lying(0x30, [0xFE, .. Enumerable.Repeat((byte)0xFF, 126)], new byte[100])),
        new("a length of 127 bytes", ["P01", "P03"], () => Der.Lying(0x30, [0xFF, .. Enumerable.Repeat((byte)0xFF, 127)], new byte[100])),
        new("a length with leading zeros", ["P01", "P03", "P04"], () => Der.Lying(0x30, [0x84, 0, 0, 0, 3], Der.Integer(3))),
        new("a part longer than the whole", ["P01"], () => Der.Sequence(Der.Integer(3), Der.Lying(0x30, [0x84, 0x7F, 0xFF, 0xFF, 0xFF], new byte[50]))),
        new("a part one byte longer than the whole", ["P01"], () => Der.Sequence(Der.Integer(3), Der.Lying(0x30, [51], new byte[50]))),
        new("parts that overlap", ["P01"],
            () => Der.Sequence(Der.Integer(3), Der.Sequence(Der.Oid(P12Writer.Data), Der.Lying(0xA0, [4], Der.Octets(Der.Sequence(new byte[20])))))),
        new("content longer than its octets", ["P01"], () => StructureCases.WithContent(Der.Lying(0x30, [0x83, 0xFF, 0xFF, 0xFF], new byte[50]))),
        new("octets longer than the file", ["P01"],
            () => P12Writer.Pfx(Der.Sequence(Der.Oid(P12Writer.Data), Der.Context(0, Der.Lying(0x04, [0x84, 0x7F, 0xFF, 0xFF, 0xF0], new byte[50]))), [])),
        new("no end", ["P03"], () => Der.Lying(0x30, [0x80], Der.Integer(3), Der.Sequence())),
        new("an end too many", ["P01"], () => [.. Der.Indefinite(0x30, Der.Integer(3)), 0, 0]),
        new("an end in something of a known length", ["P01"], () => Der.Sequence(Der.Integer(3), [0, 0], Der.Sequence())),
        new("a number of no length", ["P01"], () => Der.Sequence([0x02, 0x80, 3, 0, 0], Der.Sequence())),
        new("a number of no bytes", ["P01"], () => Der.Sequence([0x02, 0], Der.Sequence(Der.Oid(P12Writer.Data), Der.Context(0, Der.Octets(Der.Sequence()))))),
        new("a tag without end", ["P01", "P03"], () => Der.Sequence(Der.Integer(3), [0x3F, .. Enumerable.Repeat((byte)0xFF, 1000)])),
        new("garbage behind it", ["P03"], () => [.. P12Maker.EHealth(), .. StructureCases.RandomOf(1000)]),
        new("garbage behind the content", ["P01"], () => StructureCases.WithContent([.. Der.Sequence(), .. StructureCases.RandomOf(1000)])),
        new("garbage behind the bags", ["P01"], () => StructureCases.With(Der.Sequence(
            Der.Oid(P12Writer.Data), Der.Context(0, Der.Octets([.. Der.Sequence(), .. StructureCases.RandomOf(1000)]))))),
        new("garbage behind a certificate", ["P01"],
            () => StructureCases.With(P12Writer.Safe(P12Writer.Certificate([.. P12Maker.Plain(Key), .. StructureCases.RandomOf(1000)])))),
        new("a fourth part", ["P01"], () => Der.Sequence(Der.Integer(3), Content, Mac.Of(Der.Sequence(), Password), Der.Null)),
    ];

    private static IEnumerable<HostileFile> Confusions =>
    [
        // OpenSSL CVE-2026-22795: what is no octet string was taken for one.
        new("a friendly name that is a BOOLEAN", ["P17"],
            () => StructureCases.WithKeyAttributes(P12Writer.Attribute(P12Writer.FriendlyNameType, Der.Boolean(true)))),
        new("an id that is a BOOLEAN", ["P17"], () => StructureCases.WithKeyAttributes(P12Writer.Attribute(P12Writer.LocalKeyIdType, Der.Boolean(true)))),
        new("an id that is a NULL", ["P17"], () => StructureCases.WithKeyAttributes(P12Writer.Attribute(P12Writer.LocalKeyIdType, Der.Null))),
        new("an id that is a tag", ["P17"], () => StructureCases.WithKeyAttributes(P12Writer.Attribute(P12Writer.LocalKeyIdType, Der.Implicit(3, [1])))),
        new("a friendly name that is a sequence", ["P17"],
            () => StructureCases.WithKeyAttributes(P12Writer.Attribute(P12Writer.FriendlyNameType, Der.Sequence()))),
        new("a friendly name of half a character", ["P01", "P17"],
            () => StructureCases.WithKeyAttributes(P12Writer.Attribute(P12Writer.FriendlyNameType, Der.Element(0x1E, [0])))),
        new("a friendly name in broken UTF-8", [],
            () => StructureCases.WithKeyAttributes(P12Writer.Attribute(P12Writer.FriendlyNameType, Der.Element(0x0C, [0xC3, 0x28, 0xF0, 0x9F])))),
        new("attributes in a sequence", ["P01", "P17"],
            () => StructureCases.With(P12Writer.Safe(Der.Sequence(Der.Oid(P12Writer.KeyBag), Der.Context(0, Key.Private), Der.Sequence())))),
        new("an attribute without values", ["P01", "P17"], () => StructureCases.WithKeyAttributes(Der.Sequence(Der.Oid(P12Writer.FriendlyNameType)))),
        new("an attribute that is a NULL", ["P01", "P17"], () => StructureCases.WithKeyAttributes(Der.Null)),
        // OpenSSL CVE-2025-69421: encrypted content may be left out.
        new("encrypted data without content", ["P01", "P11"], () => StructureCases.With(Der.Sequence(
            Der.Oid(P12Writer.EncryptedData),
            Der.Context(0, Der.Sequence(Der.Integer(0), Der.Sequence(Der.Oid(P12Writer.Data), P12Protection.Modern.Identifier)))))),
        new("encrypted data of no bytes", ["P11"], () => StructureCases.With(P12Writer.SafeOf(P12Protection.Modern.Identifier, []))),
        new("encrypted data that is a NULL", ["P01"], () => StructureCases.With(Der.Sequence(Der.Oid(P12Writer.EncryptedData), Der.Context(0, Der.Null)))),
        new("encrypted data of nothing", ["P01"], () => StructureCases.With(Der.Sequence(Der.Oid(P12Writer.EncryptedData), Der.Context(0, Der.Sequence())))),
        new("a key of nothing under the password", ["P01"], () => StructureCases.With(P12Writer.Safe(P12Writer.Bag(P12Writer.ShroudedKeyBag, Der.Sequence())))),
        new("a key that is a certificate", ["P01"], () => StructureCases.With(P12Writer.Safe(P12Writer.Key(P12Maker.Plain(Key))))),
        new("a certificate that is a key", ["P01"], () => StructureCases.With(P12Writer.Safe(P12Writer.Certificate(Key.Private)))),
        new("a certificate of no bytes", ["P01"], () => StructureCases.With(P12Writer.Safe(P12Writer.Certificate([])))),
        new("a certificate without parts", ["P01"], () => StructureCases.With(P12Writer.Safe(P12Writer.Bag(P12Writer.CertificateBag, Der.Sequence())))),
        new("a certificate without content", ["P01"],
            () => StructureCases.With(P12Writer.Safe(P12Writer.Bag(P12Writer.CertificateBag, Der.Sequence(Der.Oid("1.2.840.113549.1.9.22.1")))))),
        new("a bag of nothing", ["P01"], () => StructureCases.With(P12Writer.Safe(Der.Sequence()))),
        new("a bag that is a number", ["P01"], () => StructureCases.With(P12Writer.Safe(Der.Integer(5)))),
        new("a bag whose kind is a number", ["P01"], () => StructureCases.With(P12Writer.Safe(Der.Sequence(Der.Integer(5), Der.Context(0, Der.Null))))),
        new("a bag of an empty tag", ["P01"], () => StructureCases.With(P12Writer.Safe(Der.Sequence(Der.Oid(P12Writer.KeyBag), Der.Context(0))))),
        new("a bag of a tag of two", ["P01"],
            () => StructureCases.With(P12Writer.Safe(Der.Sequence(Der.Oid(P12Writer.KeyBag), Der.Context(0, Der.Null, Der.Null))))),
        new("a safe without content", ["P01"], () => StructureCases.With(Der.Sequence(Der.Oid(P12Writer.Data)))),
        new("a safe of nothing", ["P01"], () => StructureCases.With(Der.Sequence())),
        new("a version that is a BOOLEAN", ["P01"], () => Der.Sequence(Der.Boolean(true), Content)),
        new("content in bits", ["P01"], () => P12Writer.Pfx(Der.Sequence(Der.Oid(P12Writer.Data), Der.Context(0, Der.Bits(Der.Sequence()))), [])),
        new("content of no bytes", ["P01"], () => StructureCases.WithContent([])),
        new("PBES2 without parameters", ["P01"], () => StructureCases.With(P12Writer.SafeOf(Der.Algorithm("1.2.840.113549.1.5.13"), new byte[16]))),
        new("PBES2 of NULL", ["P01"], () => StructureCases.With(P12Writer.SafeOf(Der.Algorithm("1.2.840.113549.1.5.13", Der.Null), new byte[16]))),
        new("3DES without parameters", ["P01"], () => StructureCases.With(P12Writer.SafeOf(Der.Algorithm("1.2.840.113549.1.12.1.3"), new byte[16]))),
        new("AES without a start value", ["P08"], () => WithCipher(Der.Algorithm(P12Cipher.Aes256.Oid))),
        new("AES with a start value of 3 bytes", ["P08"], () => WithCipher(Der.Algorithm(P12Cipher.Aes256.Oid, Der.Octets([1, 2, 3])))),
        new("AES with a start value of 100 KB", ["P08"], () => WithCipher(Der.Algorithm(P12Cipher.Aes256.Oid, Der.Octets(new byte[100_000])))),
        new("RC2 of a strange version", ["P08"],
            () => WithCipher(Der.Algorithm("1.2.840.113549.3.2", Der.Sequence(Der.Integer(1_000_000), Der.Octets(new byte[8]))))),
        new("RC2 of a negative version", ["P08"],
            () => WithCipher(Der.Algorithm("1.2.840.113549.3.2", Der.Sequence(Der.Integer(-1), Der.Octets(new byte[8]))))),
        new("a cipher that only wraps keys", ["P08"], () => WithCipher(Der.Algorithm("2.16.840.1.101.3.4.1.45"))),
        new("AES-GCM with a tag of 2^31 bits", ["P08"],
            () => WithCipher(Der.Algorithm("2.16.840.1.101.3.4.1.46", Der.Sequence(Der.Octets(new byte[12]), Der.Integer(int.MaxValue))))),
        new("a cipher that is a signature", ["P08"], () => WithCipher(Der.Algorithm("1.2.840.113549.1.1.11", Der.Null))),
        new("an OID of 10,000 bytes", ["P01", "P08"],
            () => StructureCases.With(P12Writer.SafeOf(Der.Sequence(Der.Element(0x06, [0x2A, .. Enumerable.Repeat((byte)0xFF, 10_000), 0x7F])), new byte[16]))),
        new("an OID of no bytes", ["P01"], () => StructureCases.With(P12Writer.SafeOf(Der.Sequence([0x06, 0]), new byte[16]))),
        new("an OID without end", ["P01"], () => StructureCases.With(P12Writer.SafeOf(Der.Sequence([0x06, 2, 0x2A, 0x86]), new byte[16]))),
    ];

    private static IEnumerable<HostileFile> Macs =>
    [
        // OpenSSL CVE-2025-11187 and its neighbours: the length of PBMAC1's key.
        new("PBMAC1 without a length", ["P01"], () => OneKey(P12Protection.Modern, P12Mac.Pbmac1(P12Digest.Sha256, P12Digest.Sha256, keyLength: null))),
        new("PBMAC1 with a length of 2^31", ["P07"],
            () => OneKey(P12Protection.Modern, P12Mac.Pbmac1(P12Digest.Sha256, P12Digest.Sha256, keyLength: 1L << 31, trueLength: 32))),
        new("PBMAC1 with a length of 2^62", ["P07"],
            () => OneKey(P12Protection.Modern, P12Mac.Pbmac1(P12Digest.Sha256, P12Digest.Sha256, keyLength: 1L << 62, trueLength: 32))),
        new("PBMAC1 with a length of 5,000", ["P07"], () => OneKey(P12Protection.Modern, P12Mac.Pbmac1(P12Digest.Sha256, P12Digest.Sha256, keyLength: 5000))),
        new("PBMAC1 with a length of 4", ["P08"], () => OneKey(P12Protection.Modern, P12Mac.Pbmac1(P12Digest.Sha256, P12Digest.Sha256, keyLength: 4))),
        new("PBMAC1 with a length of 0", ["P01"],
            () => OneKey(P12Protection.Modern, P12Mac.Pbmac1(P12Digest.Sha256, P12Digest.Sha256, keyLength: 0, trueLength: 32))),
        new("PBMAC1 with a length of -1", ["P01"],
            () => OneKey(P12Protection.Modern, P12Mac.Pbmac1(P12Digest.Sha256, P12Digest.Sha256, keyLength: -1, trueLength: 32))),
        new("PBMAC1 without parameters", ["P01"], () => WithMac(P12Mac.Data(Der.Algorithm("1.2.840.113549.1.5.14"), new byte[32], new byte[8], 1))),
        new("PBMAC1 of NULL", ["P01"], () => WithMac(P12Mac.Data(Der.Algorithm("1.2.840.113549.1.5.14", Der.Null), new byte[32], new byte[8], 1))),
        new("PBMAC1 with scrypt", ["P01", "P08"], () => WithMac(P12Mac.Data(Der.Algorithm("1.2.840.113549.1.5.14", Der.Sequence(
            Der.Algorithm("1.3.6.1.4.1.11591.4.11", Der.Sequence(Der.Octets([1]), Der.Integer(1024), Der.Integer(8), Der.Integer(1))),
            Der.Algorithm(P12Digest.Sha256.HmacOid!))), new byte[32], [], 1))),
        new("PBMAC1 with a salt that is a number", ["P01", "P08"], () => WithMac(P12Mac.Data(Der.Algorithm("1.2.840.113549.1.5.14", Der.Sequence(
            Der.Algorithm("1.2.840.113549.1.5.12", Der.Sequence(Der.Integer(5), Der.Integer(1000), Der.Integer(32))),
            Der.Algorithm(P12Digest.Sha256.HmacOid!))), new byte[32], [], 1))),
        new("PBMAC1 with a cipher for its HMAC", ["P08"], () => WithMac(P12Mac.Data(Der.Algorithm("1.2.840.113549.1.5.14", Der.Sequence(
            Der.Algorithm("1.2.840.113549.1.5.12", Der.Sequence(Der.Octets([1]), Der.Integer(1000), Der.Integer(32))),
            Der.Algorithm(P12Cipher.Aes256.Oid))), new byte[32], [], 1))),
        new("a MAC of no bytes", ["P01"], () => WithMac(P12Mac.Data(Der.Algorithm(P12Digest.Sha256.Oid, Der.Null), [], new byte[8], 2048))),
        new("a MAC of one byte", ["P01"], () => WithMac(P12Mac.Data(Der.Algorithm(P12Digest.Sha256.Oid, Der.Null), [1], new byte[8], 2048))),
        new("a MAC that goes on", ["P01"], () => WithMac(P12Mac.Data(Der.Algorithm(P12Digest.Sha256.Oid, Der.Null), new byte[33], new byte[8], 2048))),
        new("a MAC of a cipher", ["P08"], () => WithMac(P12Mac.Data(Der.Algorithm(P12Cipher.Aes256.Oid, Der.Null), new byte[32], new byte[8], 2048))),
        new("a MAC of any length", ["P01", "P08", "P10"],
            () => WithMac(P12Mac.Data(Der.Algorithm("2.16.840.1.101.3.4.2.11", Der.Null), new byte[32], new byte[8], 2048))),
        new("a MAC whose count is a text", ["P01"],
            () => WithMac(Der.Sequence(Der.Sequence(Der.Algorithm(P12Digest.Sha256.Oid), Der.Octets(new byte[32])), Der.Octets([1]), Der.Utf8("1000")))),
        new("a MAC whose salt is a number", ["P01"],
            () => WithMac(Der.Sequence(Der.Sequence(Der.Algorithm(P12Digest.Sha256.Oid), Der.Octets(new byte[32])), Der.Integer(1), Der.Integer(1000)))),
        new("a MAC that is a NULL", ["P01"], () => WithMac(Der.Null)),
        new("a MAC of nothing", ["P01"], () => WithMac(Der.Sequence())),
        new("a digest of nothing", ["P01"], () => WithMac(Der.Sequence(Der.Sequence(), Der.Octets([1]), Der.Integer(1000)))),
    ];

    private static IEnumerable<HostileFile> Noise =>
    [
        new("256 KiB of noise", ["P01", "P03"], () => StructureCases.RandomOf(256 * 1024)),
        new("256 KiB of noise in a sequence", ["P01"], () => Der.Sequence(StructureCases.RandomOf(255 * 1024))),
        new("256 KiB of zeros", ["P01"], () => new byte[256 * 1024]),
        new("256 KiB of the same letter", ["P01", "P03"], () => [.. Enumerable.Repeat((byte)0x30, 256 * 1024)]),
        new("256 KiB of streams", ["P06"], () => [.. Enumerable.Repeat<byte[]>([0x30, 0x80], 128 * 1024).SelectMany(part => part)]),
        new("256 KiB of text", ["P01", "P03"], () => Encoding.ASCII.GetBytes(new string('-', 256 * 1024))),
        new("256 KiB of PEM's beginnings", ["P02"], () => Repeated("-----BEGIN ")),
        new("256 KiB of PEM's first lines", ["P02"], () => Repeated("-----BEGIN A-----\n")),
        new("256 KiB of PEM with other ends", ["P02"], () => Repeated("-----BEGIN A-----\nAAAA\n-----END B-----\n")),
        new("noise in the content", ["P01"], () => StructureCases.WithContent(StructureCases.RandomOf(200_000))),
        new("noise under the password", ["P11"],
            () => StructureCases.With(P12Writer.SafeOf(P12Protection.Modern.Identifier, StructureCases.RandomOf(200_000)))),
        new("noise under the password, in blocks", ["P11"],
            () => StructureCases.With(P12Writer.SafeOf(P12Protection.TripleDes.Identifier, StructureCases.RandomOf(200_000 / 8 * 8)))),
        new("a certificate whose name has 16,000 values", ["P06"], () => StructureCases.With(P12Writer.Safe(P12Writer.Certificate(CrowdedName())))),
        new("noise as a certificate", ["P01"], () => StructureCases.With(P12Writer.Safe(P12Writer.Certificate(StructureCases.RandomOf(200_000))))),
        new("a million bytes", ["P05"], () => new byte[1_000_000]),
        new("100 MB", ["P05"], () => new byte[100_000_000]),
    ];

    private static byte[] Content => Der.Sequence(Der.Oid(P12Writer.Data), Der.Context(0, Der.Octets(Der.Sequence())));

    private static byte[] CrowdedName()
    {
        var name = Der.Sequence(Der.Set([.. Enumerable.Repeat(Der.Sequence(Der.Oid("2.5.4.3"), Der.Utf8("a")), 16_000)]));
        return new TestCertificate(name, TestCertificate.Name("CN=issuer"), 7, P12Maker.Now.AddDays(-30), P12Maker.Now.AddYears(2), Key.Public).SignedBy(Key);
    }

    private static byte[] Repeated(string text) => Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(text, (256 * 1024 / text.Length) - 1)));

    private static byte[] OneKey(P12Protection protection, P12Mac mac) => P12Maker.OneKey(Key, Password, protection, mac);

    private static byte[] WithMac(byte[] macData) => P12Writer.Pfx(Content, macData);

    private static byte[] Scrypt(BigInteger cost, BigInteger block, BigInteger parallel) =>
        ScryptOf(Der.Integer(cost), Der.Integer(block), Der.Integer(parallel));

    private static byte[] ScryptOf(params byte[][] numbers) => StructureCases.With(ScryptSafeOf(numbers));

    private static byte[] ScryptSafe(BigInteger cost, BigInteger block, BigInteger parallel) =>
        ScryptSafeOf(Der.Integer(cost), Der.Integer(block), Der.Integer(parallel));

    private static byte[] ScryptSafeOf(params byte[][] numbers) => P12Writer.SafeOf(
        Der.Algorithm("1.2.840.113549.1.5.13", Der.Sequence(
            Der.Algorithm("1.3.6.1.4.1.11591.4.11", Der.Sequence([Der.Octets([1, 2, 3]), .. numbers])),
            P12Cipher.Aes256.Identifier(new byte[16]))), new byte[64]);

    private static byte[] OfMac(P12Digest digest, long rounds) =>
        P12Mac.Data(Der.Algorithm(digest.Oid, Der.Null), new byte[digest.Of().Length], new byte[8], rounds);

    private static byte[] OfPbmac1(P12Digest digest, int keyBytes, long rounds) => P12Mac.Data(
        Der.Algorithm("1.2.840.113549.1.5.14", Der.Sequence(
            Der.Algorithm("1.2.840.113549.1.5.12", Der.Sequence(
                Der.Octets(new byte[8]), Der.Integer(rounds), Der.Integer(keyBytes), Der.Algorithm(digest.HmacOid!, Der.Null))),
            Der.Algorithm(digest.HmacOid!, Der.Null))),
        new byte[digest.Of().Length], new byte[8], 1);

    private static byte[] Old(string scheme, long rounds) =>
        P12Writer.SafeOf(Der.Algorithm(scheme, Der.Sequence(Der.Octets(new byte[8]), Der.Integer(rounds))), new byte[64]);

    private static byte[] Pbkdf2Safe(long rounds) => P12Writer.SafeOf(
        P12Protection.Pbes2(P12Cipher.Aes256, P12Digest.Sha256, 1, written: rounds).Identifier, new byte[64]);

    private static byte[] Unmaced(params byte[][] safes) => P12Writer.File(safes, null, null);

    private static byte[] Pbes2With(params byte[][] parameters) => Pbes2Of([.. parameters, Der.Algorithm(P12Digest.Sha256.HmacOid!)]);

    private static byte[] Pbes2Of(params byte[][] parameters) => StructureCases.With(P12Writer.SafeOf(
        Der.Algorithm("1.2.840.113549.1.5.13", Der.Sequence(
            Der.Algorithm("1.2.840.113549.1.5.12", Der.Sequence(parameters)),
            P12Cipher.Aes256.Identifier(new byte[16]))), new byte[64]));

    private static byte[] WithCipher(byte[] cipher) => StructureCases.With(P12Writer.SafeOf(
        Der.Algorithm("1.2.840.113549.1.5.13", Der.Sequence(
            Der.Algorithm("1.2.840.113549.1.5.12", Der.Sequence(Der.Octets(new byte[16]), Der.Integer(1000))), cipher)), new byte[64]));

    // From the inside out, without copying it for each level.
    private static byte[] Deep(byte tag, int levels)
    {
        var reversed = new List<byte> { 0, 5 };
        for (var level = 0; level < levels; level++)
        {
            var length = Der.Length(reversed.Count);
            for (var place = length.Length - 1; place >= 0; place--)
            {
                reversed.Add(length[place]);
            }

            reversed.Add(tag);
        }

        reversed.Reverse();
        return [.. reversed];
    }

    private static byte[] DeepStreams(byte tag, int levels, bool closed)
    {
        var bytes = new byte[(closed ? 4 : 2) * levels];
        for (var level = 0; level < levels; level++)
        {
            (bytes[2 * level], bytes[(2 * level) + 1]) = (tag, 0x80);
        }

        return bytes;
    }

    private static byte[] With(params byte[][] extensions) => (Certificate with { Extensions = extensions }).SignedBy(Key);
}
