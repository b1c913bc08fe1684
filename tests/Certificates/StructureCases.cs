using System.IO.Compression;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Ssp.Certificates.P12;

namespace Ssp.Tests.Certificates;

/// <summary>P01 to P11, P17, P31 and P32: files in which something is wrong with the file itself.</summary>
internal static class StructureCases
{
    private static readonly TestKey Key = TestKey.Rsa("authentication");

    private static readonly byte[] UnknownOid = Der.Algorithm("1.3.6.1.4.1.99999.1", Der.Null);

    public static IEnumerable<P12Case> All => [.. NotAFile, .. OtherKinds, .. Sizes, .. Rounds, .. Unknown, .. Passwords, .. Attributes, .. Weak];

    private static IEnumerable<P12Case> NotAFile =>
    [
        Refuse("P01", "text", () => Encoding.UTF8.GetBytes("This is my certificate, please use it.")),
        Refuse("P01", "random bytes", () => RandomOf(3000)),
        Refuse("P01", "a sequence of nothing", () => Der.Sequence()),
        Refuse("P01", "a version and no more", () => Der.Sequence(Der.Integer(3))),
        Refuse("P01", "content that is no octet string", () => P12Writer.Pfx(Der.Sequence(Der.Oid(P12Writer.Data), Der.Context(0, Der.Integer(5))), [])),
        Refuse("P01", "no content", () => P12Writer.Pfx(Der.Sequence(Der.Oid(P12Writer.Data)), [])),
        Refuse("P01", "content that is no ASN.1", () => WithContent(Encoding.ASCII.GetBytes("not ASN.1 at all"))),
        Refuse("P01", "a safe that was cut off within", () => With(
            Der.Sequence(Der.Oid(P12Writer.Data), Der.Context(0, Der.Octets(Der.Sequence(P12Writer.Certificate(P12Maker.Plain(Key)))[..^3]))))),
        Refuse("P01", "safes that are numbers", () => WithContent(Der.Sequence(Der.Integer(1), Der.Integer(2)))),
        Refuse("P01", "a MAC that is a text",
            () => P12Writer.Pfx(Der.Sequence(Der.Oid(P12Writer.Data), Der.Context(0, Der.Octets(Der.Sequence()))), Der.Utf8("MAC"))),
        Refuse("P01", "a MAC without a salt", () => P12Writer.Pfx(
            Der.Sequence(Der.Oid(P12Writer.Data), Der.Context(0, Der.Octets(Der.Sequence()))),
            Der.Sequence(Der.Sequence(Der.Algorithm(P12Digest.Sha256.Oid), Der.Octets(new byte[32]))))),
        Refuse("P01", "a bag without a value", () => With(P12Writer.Safe(Der.Sequence(Der.Oid(P12Writer.KeyBag))))),
        Refuse("P04", "version 2", () => P12Writer.Pfx(EmptyContent, [], 2)),
        Refuse("P04", "version 4", () => P12Writer.Pfx(EmptyContent, [], 4)),
        Refuse("P04", "version 0", () => P12Writer.Pfx(EmptyContent, [], 0)),
        Refuse("P04", "version -3", () => P12Writer.Pfx(EmptyContent, [], -3)),
        Refuse("P04", "a version of 256 bits", () => P12Writer.Pfx(EmptyContent, [], BigInteger.Pow(2, 256) + 3)),
    ];

    private static IEnumerable<P12Case> OtherKinds =>
    [
        Refuse("P02.pem", "a certificate", () => Pem("CERTIFICATE", P12Maker.Plain(Key))),
        Refuse("P02.pem", "a key", () => Pem("ENCRYPTED PRIVATE KEY", EncryptedKey)),
        Refuse("P02.pem", "what openssl pkcs12 shows",
            () => [.. Encoding.ASCII.GetBytes("Bag Attributes\n    friendlyName: authentication\n"), .. Pem("PRIVATE KEY", Key.Private)]),
        Refuse("P02.pem", "a mark in front", () => [0xEF, 0xBB, 0xBF, .. Pem("CERTIFICATE", P12Maker.Plain(Key))]),
        Refuse("P02.jks", "an old Java key store", () => [0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 2, 0, 0, 0, 0, .. RandomOf(20)]),
        Refuse("P02.jceks", "another old Java key store", () => [0xCE, 0xCE, 0xCE, 0xCE, 0, 0, 0, 2, 0, 0, 0, 0, .. RandomOf(20)]),
        Refuse("P02.zip", "the file in a zip", Zip),
        Refuse("P02.certificate", "a certificate", () => P12Maker.Plain(Key)),
        Refuse("P02.request", "a request for a certificate", () =>
        {
            using var key = RSA.Create();
            key.ImportPkcs8PrivateKey(Key.Private, out _);
            return new CertificateRequest("CN=NIHII-HOSPITAL=71000436", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSigningRequest();
        }),
        Refuse("P02.pkcs7", "certificates alone", () => Der.Sequence(Der.Oid(P12Writer.SignedData), Der.Context(0, Der.Sequence(
            Der.Integer(1), Der.Set(), Der.Sequence(Der.Oid(P12Writer.Data)), Der.Context(0, P12Maker.Plain(Key)), Der.Set())))),
        Refuse("P02.pkcs8", "a key", () => Key.Private),
        Refuse("P02.pkcs8", "a key under a password", () => EncryptedKey),
        Refuse("P02.text", "base64", () => Encoding.ASCII.GetBytes(Convert.ToBase64String(P12Maker.EHealth()))),
        Refuse("P02.text", "base64 in lines",
            () => Encoding.ASCII.GetBytes(Convert.ToBase64String(P12Maker.EHealth(), Base64FormattingOptions.InsertLineBreaks))),
        Refuse("P02.text", "base64 for addresses", () => Encoding.ASCII.GetBytes(
            Convert.ToBase64String(P12Maker.EHealth()).Replace('+', '-').Replace('/', '_').TrimEnd('='))),
        Refuse("P02.text", "base64 with a mark in front", () => [0xEF, 0xBB, 0xBF, .. Encoding.ASCII.GetBytes(Convert.ToBase64String(P12Maker.EHealth()))]),
        Refuse("P02.text", "base64 in UTF-16", () => [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Convert.ToBase64String(P12Maker.EHealth()) + "\r\n")]),
        Refuse("P02.text", "base64 in an address",
            () => Encoding.ASCII.GetBytes($"data:application/x-pkcs12;base64,{Convert.ToBase64String(P12Maker.EHealth())}")),
        Refuse("P02.text", "base64 of a stream",
            () => Encoding.ASCII.GetBytes(Convert.ToBase64String(P12Maker.EHealth(change: store => store with { Ber = true })))),
        Refuse("P02.text", "between lines of PEM", () => Pem("PKCS12", P12Maker.EHealth())),
        Refuse("P02.text", "as certutil of Windows writes everything", () => Pem("CERTIFICATE", P12Maker.EHealth())),
        Refuse("P02.text", "hexadecimal digits", () => Encoding.ASCII.GetBytes(Convert.ToHexString(P12Maker.EHealth()))),
        Refuse("P02.text", "hexadecimal digits of a database", () => Encoding.ASCII.GetBytes("0x" + Convert.ToHexStringLower(P12Maker.EHealth()))),
        Refuse("P02.certificate", "a certificate in base64", () => Encoding.ASCII.GetBytes(Convert.ToBase64String(P12Maker.Plain(Key)))),
        Refuse("P01.mangled", "Latin-1 made UTF-8", () => Encoding.UTF8.GetBytes(Encoding.Latin1.GetString(P12Maker.EHealth()))),
        Refuse("P01.mangled", "the same with a mark in front",
            () => [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Encoding.Latin1.GetString(P12Maker.EHealth()))]),
        Refuse("P01.mangled", "the same, cut off", () => Encoding.UTF8.GetBytes(Encoding.Latin1.GetString(P12Maker.EHealth()))[..2001]),
        Refuse("P01.mangled", "the page of Windows made UTF-8",
            () => Encoding.UTF8.GetBytes(CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetString(P12Maker.EHealth()))),
        Refuse("P01.mangled", "what is no UTF-8 replaced", () => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(P12Maker.EHealth()))),
        Refuse("P01.mangled", "a stream with what is no UTF-8 replaced",
            () => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(P12Maker.EHealth(change: store => store with { Ber = true })))),
        Refuse("P01.mangled", "Latin-1 made UTF-16", () => [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Encoding.Latin1.GetString(P12Maker.EHealth()))]),
        Refuse("P01.mangled", "Latin-1 made UTF-16 the other way round",
            () => [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(Encoding.Latin1.GetString(P12Maker.EHealth()))]),
        Refuse("P01.mangled", "line ends of Windows", () => Replaced(P12Maker.EHealth(), "\n"u8, "\r\n"u8)),
        Refuse("P01.mangled", "line ends of Windows in a stream",
            () => Replaced(P12Maker.EHealth(change: store => store with { Ber = true }), "\n"u8, "\r\n"u8)),
        Refuse("P01.mangled", "the eighth bit cut off", () => [.. P12Maker.EHealth().Select(one => (byte)(one & 0x7f))]),
        Refuse("P01.mangled", "question marks", () => [.. P12Maker.EHealth().Select(one => one > 0x7f ? (byte)'?' : one)]),
        Refuse("P02.html", "an error page", () => Encoding.UTF8.GetBytes("<!DOCTYPE html>\n<html><body>Not found</body></html>")),
        Refuse("P02.html", "a page without a type", () => Encoding.UTF8.GetBytes("\r\n  <HTML><head></head></HTML>")),
        Refuse("P02.pdf", "a letter", () => Encoding.ASCII.GetBytes("%PDF-1.7\n%âãÏÓ\n1 0 obj")),
        Refuse("P03.empty", "nothing", () => []),
        Refuse("P03.truncated", "the last byte is missing", () => P12Maker.EHealth()[..^1]),
        Refuse("P03.truncated", "half of it", () => P12Maker.EHealth()[..3000]),
        Refuse("P03.truncated", "one byte of it", () => [0x30]),
        Refuse("P03.truncated", "written as a stream", () => P12Maker.EHealth(change: store => store with { Ber = true })[..^1]),
        Refuse("P03.trailing", "two line ends", () => [.. P12Maker.EHealth(), .. "\n\n"u8]),
        Refuse("P03.trailing", "a letter", () => [.. P12Maker.EHealth(), (byte)'x']),
        Refuse("P03.trailing", "zeros and something else", () => [.. P12Maker.EHealth(), 0, 0, 1]),
        Warn("P03.padding", "a line end of Unix", () => [.. P12Maker.EHealth(), .. "\n"u8]),
        Warn("P03.padding", "a line end of Windows", () => [.. P12Maker.EHealth(), .. "\r\n"u8]),
        Warn("P03.padding", "zeros up to a whole block", () => [.. P12Maker.EHealth(), .. new byte[512]]),
        Warn("P03.padding", "a stream with a line end",
            () => [.. P12Maker.EHealth(change: store => store with { Ber = true }), .. "\r\n"u8], "P37.pieces Refuse"),
        Refuse("P03.trailing", "the file twice", () => [.. P12Maker.EHealth(), .. P12Maker.EHealth()]),
    ];

    private static IEnumerable<P12Case> Sizes =>
    [
        Refuse("P05", "one byte too many", () => new byte[P12Limits.MaxBytes + 1]),
        Refuse("P05", "a good file with a picture behind it", () => [.. P12Maker.EHealth(), .. new byte[P12Limits.MaxBytes]]),
        Refuse("P06.depth", "sequences in sequences", () => With(Nested(P12Limits.MaxDepth + 1))),
        Refuse("P06.depth", "the same as streams write it", () => With(NestedStreams(P12Limits.MaxDepth + 1))),
        Refuse("P06.depth", "bags in bags", () => With(P12Writer.Safe(BagsInBags(P12Limits.MaxDepth)))),
        Refuse("P06.elements", "nothing, often",
            () => Der.Sequence(Der.Integer(3), new byte[2 * (P12Limits.MaxElements + 1)].Select((_, place) => place % 2 == 0 ? (byte)5 : (byte)0).ToArray())),
        Refuse("P06.elements", "nothing, often, in the content",
            () => WithContent(Der.Sequence(Enumerable.Repeat(Der.Null, P12Limits.MaxElements + 1).ToArray()))),
        Refuse("P06.bags", "one too many",
            () => With(P12Writer.Safe([.. Enumerable.Repeat(P12Writer.Certificate(P12Maker.Plain(TestKey.Ec("small"))), P12Limits.MaxBags + 1)]))),
        Refuse("P06.bags", "in two safes", () => With(Many(P12Limits.MaxBags - 50), Many(P12Limits.MaxBags - 50))),
        Refuse("P06.keys", "one too many",
            () => With(P12Writer.Safe([.. Enumerable.Repeat(P12Writer.Key(TestKey.Ec("small").Private), P12Limits.MaxKeys + 1)]))),
        Refuse("P06.attributes", "one too many", () => With(P12Writer.Safe(P12Writer.Key(
            Key.Private,
            [.. Enumerable.Range(0, P12Limits.MaxAttributes + 1).Select(number => P12Writer.Attribute($"1.3.6.1.4.1.99999.{number}", Der.Utf8("x")))])))),
    ];

    private static IEnumerable<P12Case> Rounds =>
    [
        Refuse("P07.rounds", "of the MAC", () => OneKey(P12Protection.Modern, P12Mac.Classic(P12Digest.Sha256, written: P12Limits.MaxRounds + 1))),
        Refuse("P07.rounds", "of the MAC, more than a number holds",
            () => OneKey(P12Protection.Modern, P12Mac.Classic(P12Digest.Sha256, written: BigInteger.Pow(2, 64)))),
        Refuse("P07.rounds", "of PBMAC1",
            () => OneKey(P12Protection.Modern, P12Mac.Pbmac1(P12Digest.Sha256, P12Digest.Sha256, written: P12Limits.MaxRounds + 1))),
        Refuse("P07.rounds", "of a key", () => OneKey(P12Protection.TripleDesOf(2048, P12Limits.MaxRounds + 1))),
        Refuse("P07.rounds", "of PBES2", () => OneKey(P12Protection.Pbes2(P12Cipher.Aes256, P12Digest.Sha256, written: P12Limits.MaxRounds + 1))),
        Refuse("P07.rounds", "of four bags together", () => With(Enumerable.Range(0, 4).Select(_ =>
            P12Writer.Safe(P12Protection.TripleDesOf(2048, P12Limits.MaxRounds), P12Maker.Password, P12Writer.Certificate(P12Maker.Plain(Key)))).ToArray())),
        Refuse("P07.zero", "rounds of the MAC", () => OneKey(P12Protection.Modern, P12Mac.Classic(P12Digest.Sha256, written: 0))),
        Refuse("P07.zero", "less than no rounds of the MAC", () => OneKey(P12Protection.Modern, P12Mac.Classic(P12Digest.Sha256, written: -5))),
        Refuse("P07.zero", "rounds of PBMAC1", () => OneKey(P12Protection.Modern, P12Mac.Pbmac1(P12Digest.Sha256, P12Digest.Sha256, written: 0))),
        Refuse("P07.zero", "rounds of a key", () => OneKey(P12Protection.TripleDesOf(2048, 0))),
        Refuse("P07.zero", "less than no rounds of PBES2", () => OneKey(P12Protection.Pbes2(P12Cipher.Aes256, P12Digest.Sha256, written: -1))),
        Refuse("P07.memory", "much work", () => OneKey(P12Protection.Scrypt(P12Cipher.Aes256, written: BigInteger.Pow(2, 30)))),
        Refuse("P07.memory", "a key of a MAC of 5,000 bytes",
            () => OneKey(P12Protection.Modern, P12Mac.Pbmac1(P12Digest.Sha256, P12Digest.Sha256, keyLength: 5000))),
        Refuse("P07.handling", "200 KB under the slowest of hashes", () => P12Writer.File(
            [P12Writer.Safe(P12Writer.Bag(P12Writer.SecretBag, Der.Sequence(Der.Oid("1.2.3.4"), Der.Context(0, Der.Octets(new byte[200_000])))))],
            P12Maker.Password,
            P12Mac.Classic(P12Digest.Md2, 1))),
        Refuse("P07.memory", "large blocks", () => OneKey(P12Protection.Scrypt(P12Cipher.Aes256, writtenBlock: 1 << 20))),
    ];

    private static IEnumerable<P12Case> Unknown =>
    [
        Refuse("P08", "a MAC", () => OneKey(P12Protection.Modern, WithUnknownOid(P12Mac.Classic(P12Digest.Sha256)))) with { Value = "1.3.6.1.4.1.99999.1" },
        Refuse("P08", "the protection of a key", () => OneKey(P12Protection.Unknown(UnknownOid))) with { Value = "1.3.6.1.4.1.99999.1" },
        Refuse("P08", "the cipher of PBES2",
            () => OneKey(P12Protection.Pbes2(new P12Cipher("none", "1.3.6.1.4.1.99999.2", "AES/CBC/PKCS7", 32, 16), P12Digest.Sha256))) with
        {
            Value = "1.3.6.1.4.1.99999.2",
        },
        Refuse("P08", "the PRF of PBES2",
            () => OneKey(P12Protection.Pbes2(P12Cipher.Aes256, P12Digest.Sha256 with { HmacOid = "1.3.6.1.4.1.99999.3" }))) with
        {
            Value = "1.3.6.1.4.1.99999.3",
        },
        Refuse("P08", "the derivation of PBES2",
            () => OneKey(P12Protection.Pbes2("none", P12Cipher.Aes256, UnknownOid, _ => new byte[32]))) with { Value = "1.3.6.1.4.1.99999.1" },
        Refuse("P08", "the PRF of PBMAC1",
            () => OneKey(P12Protection.Modern, P12Mac.Pbmac1(P12Digest.Sha256 with { HmacOid = "1.3.6.1.4.1.99999.4" }, P12Digest.Sha256))) with
        {
            Value = "1.3.6.1.4.1.99999.4",
        },
        Refuse("P08.parameters", "AES without a start value", () => WithCipher(Der.Algorithm(P12Cipher.Aes256.Oid))) with { Value = "AES-256" },
        Refuse("P08.parameters", "GCM without parameters", () => WithCipher(Der.Algorithm(P12Cipher.Aes256Gcm.Oid))) with { Value = "AES-256 GCM" },
        Refuse("P08.short", "the key of PBMAC1", () => OneKey(P12Protection.Modern, P12Mac.Pbmac1(P12Digest.Sha256, P12Digest.Sha256, keyLength: 16))),
        Refuse("P08.short", "the key of PBMAC1, by one byte",
            () => OneKey(P12Protection.Modern, P12Mac.Pbmac1(P12Digest.Sha256, P12Digest.Sha256, keyLength: 19))),
        Refuse("P08", "a bag", () => With(P12Writer.Safe(P12Writer.Bag("1.3.6.1.4.1.99999.5", Der.Null)))) with { Value = "1.3.6.1.4.1.99999.5" },
        Refuse("P08", "a safe", () => With(Der.Sequence(Der.Oid("1.3.6.1.4.1.99999.6"), Der.Context(0, Der.Null)))) with { Value = "1.3.6.1.4.1.99999.6" },
        Refuse("P08", "a certificate of another kind", () => With(P12Writer.Safe(P12Writer.Bag(
            P12Writer.CertificateBag,
            Der.Sequence(Der.Oid("1.2.840.113549.1.9.22.2"), Der.Context(0, Der.Octets([1, 2, 3]))))))) with { Value = "1.2.840.113549.1.9.22.2" },
        Refuse("P08.mode", "signed instead of a MAC", () => P12Writer.Pfx(Der.Sequence(Der.Oid(P12Writer.SignedData), Der.Context(0, Der.Sequence(
            Der.Integer(1), Der.Set(), Der.Sequence(Der.Oid(P12Writer.Data), Der.Context(0, Der.Octets(Der.Sequence()))), Der.Set()))), [])),
        Refuse("P08.mode", "for a public key instead of a password", () => With(Der.Sequence(Der.Oid(P12Writer.EnvelopedData), Der.Context(0, Der.Sequence(
            Der.Integer(0), Der.Set(), Der.Sequence(Der.Oid(P12Writer.Data), P12Cipher.Aes256.Identifier(new byte[16]), Der.Implicit(0, new byte[16]))))))),
    ];

    private static IEnumerable<P12Case> Passwords =>
    [
        new("P09", Severity.Warn, "a good file without a MAC", () => P12Maker.EHealth(change: store => store with { Mac = null })),
        Refuse("P09.unchecked", "no MAC and nothing encrypted",
            () => P12Maker.EHealth(change: store => store with { Mac = null, KeyProtection = null, CertificateProtection = null }),
            "P31.open Info", "P38.open Refuse"),
        Refuse("P10", "another word", () => P12Maker.EHealth()) with { Password = "another password" },
        Refuse("P10", "a space at the end", () => P12Maker.EHealth()) with { Password = P12Maker.Password + " " },
        Refuse("P10", "another case", () => P12Maker.EHealth()) with { Password = P12Maker.Password.ToUpperInvariant() },
        Refuse("P10", "none", () => P12Maker.EHealth()) with { Password = "" },
        Refuse("P10", "no MAC and nothing opens",
            () => P12Maker.EHealth(change: store => store with { Mac = null }), "P09 Warn") with { Password = "another password" },
        Refuse("P10", "PBMAC1",
            () => P12Maker.EHealth(change: store => store with { Mac = P12Mac.Pbmac1(P12Digest.Sha256, P12Digest.Sha512) })) with
        {
            Password = "another password",
        },
        Refuse("P10", "an old file", () => P12Maker.EHealth(change: Legacy)) with { Password = "another password" },
        Refuse("P10.accents", "a word with accents", () => P12Maker.EHealth()) with { Password = "één ander" },
        Refuse("P10.accents", "a word with accents, no MAC", () => P12Maker.EHealth(change: store => store with { Mac = null }), "P09 Warn") with
        {
            Password = "één ander",
        },
        Refuse("P11", "keys and certificates under another password",
            () => P12Maker.EHealth(change: store => store with { BagPassword = "the second password" })),
        Refuse("P11", "the same in an old file", () => P12Maker.EHealth(change: store => Legacy(store) with { BagPassword = "the second password" })),
        Refuse("P11", "rubbish instead of certificates", () => With(P12Writer.SafeOf(P12Protection.Modern.Identifier, RandomOf(160)))),
        Refuse("P11", "rubbish instead of a key", () => With(P12Writer.Safe(P12Writer.Bag(
            P12Writer.ShroudedKeyBag,
            Der.Sequence(P12Protection.Modern.Identifier, Der.Octets(P12Protection.Modern.Encrypt(RandomOf(500), P12Maker.Password))))))),
        Refuse("P11", "no whole block of a cipher", () => With(P12Writer.SafeOf(P12Protection.TripleDes.Identifier, RandomOf(37)))),
    ];

    private static IEnumerable<P12Case> Attributes =>
    [
        Refuse("P17.id", "two keys of one id",
            () => P12Maker.EHealth(
                change: store => store with { Keys = keys => keys.Select(key => key with { Attributes = [key.Attributes[0], P12Writer.LocalKeyId(1)] }) }),
            "P16 Refuse"),
        Refuse("P17.id", "two certificates of one id", () => P12Maker.EHealth(change: store => store with
        {
            Certificates = all => [all[0], all[1] with { Attributes = [all[1].Attributes[0], P12Writer.LocalKeyId(1)] }, .. all.Skip(2)],
        })),
        Refuse("P17.attributes", "two friendly names", () => WithKeyAttributes(P12Writer.FriendlyName("a"), P12Writer.FriendlyName("b"))),
        Info("P17.repeated", "an id twice", () => WithMore(P12Writer.LocalKeyId(1))),
        Info("P17.repeated", "two ids", () => WithMore(P12Writer.LocalKeyId(9))),
        Info("P17.repeated", "three ids", () => WithMore(P12Writer.LocalKeyId(9), P12Writer.LocalKeyId(1))),
        Info("P17.repeated", "an id of two values",
            () => WithOnly(P12Writer.FriendlyName("authentication"), P12Writer.Attribute(P12Writer.LocalKeyIdType, Der.Octets([1]), Der.Octets([7])))),
        Info("P17.repeated", "a name twice", () => WithMore(P12Writer.FriendlyName("authentication"))),
        Info("P17.repeated", "something else twice",
            () => WithMore(P12Writer.Attribute("1.2.3.4", Der.Null), P12Writer.Attribute("1.2.3.4", Der.Null))),
        Refuse("P17.attributes", "something else twice, each time another",
            () => WithMore(P12Writer.Attribute("1.2.3.4", Der.Null), P12Writer.Attribute("1.2.3.4", Der.Integer(1)))),
        Refuse("P17.attributes", "an attribute with two sets of values", () => WithOnly(
            Der.Sequence(Der.Oid(P12Writer.FriendlyNameType), Der.Set(Der.Bmp("authentication")), Der.Set(Der.Bmp("other"))), P12Writer.LocalKeyId(1))),
        Refuse("P17.attributes", "a repeated name with another value", () => WithMore(P12Writer.FriendlyName("other"))),
        Refuse("P17.attributes", "a friendly name of two values",
            () => WithKeyAttributes(P12Writer.Attribute(P12Writer.FriendlyNameType, Der.Bmp("a"), Der.Bmp("b")))),
        Refuse("P17.attributes", "a friendly name that is a BOOLEAN",
            () => WithKeyAttributes(P12Writer.Attribute(P12Writer.FriendlyNameType, Der.Boolean(true)))),
        Refuse("P17.attributes", "an id that is a BOOLEAN", () => WithKeyAttributes(P12Writer.Attribute(P12Writer.LocalKeyIdType, Der.Boolean(true)))),
        Info("P32", "half a character",
            () => P12Maker.EHealth(
                change: store => store with
                {
                    Certificates = all => Renamed(all, P12Writer.Attribute(P12Writer.FriendlyNameType, Der.Element(0x1E, [0xD8, 0x34]))),
                })),
        Info("P32", "a line end",
            () => P12Maker.EHealth(change: store => store with { Certificates = all => Renamed(all, P12Writer.FriendlyName("root\nCA")) })),
    ];

    private static IEnumerable<P12Case> Weak =>
    [
        Info("P31", "RC2 of 40 bits", () => P12Maker.EHealth(change: store => store with { CertificateProtection = P12Protection.Rc2Of40 })),
        Info("P31", "3DES", () => P12Maker.EHealth(change: store => store with { KeyProtection = P12Protection.TripleDes })),
        Info("P31", "as Java did it", () => P12Maker.EHealth(change: Legacy)),
        Info("P31.rounds", "one round", () => P12Maker.EHealth(change: store => store with { Mac = P12Mac.Classic(P12Digest.Sha256, rounds: 1) })),
        new("P31", Severity.Info, "DES under a new scheme",
            () => P12Maker.EHealth(change: store => store with { KeyProtection = P12Protection.Pbes2(P12Cipher.Des, P12Digest.Sha256) }),
            "P37.method Refuse"),
        Info("P31.rounds", "a hundred rounds of PBES2",
            () => P12Maker.EHealth(change: store => store with { KeyProtection = P12Protection.Pbes2(P12Cipher.Aes256, P12Digest.Sha256, rounds: 100) })),
        new("P31.open", Severity.Info, "keys that lie open", () => P12Maker.EHealth(change: store => store with { KeyProtection = null }), "P38.open Refuse"),
    ];

    /// <summary>Protection as OpenSSL 1 and Java up to 8u300 left it.</summary>
    public static EHealthStore Legacy(EHealthStore store) =>
        store with { KeyProtection = P12Protection.TripleDes, CertificateProtection = P12Protection.Rc2Of40, Mac = P12Mac.Classic(P12Digest.Sha1) };

    /// <summary>The same bytes in each run.</summary>
    public static byte[] RandomOf(int length)
    {
        var bytes = new byte[length];
        var seed = SHA256.HashData(Encoding.ASCII.GetBytes($"{length} bytes"));
        for (var place = 0; place < length; place += seed.Length)
        {
            seed = SHA256.HashData(seed);
            seed.AsSpan(0, Math.Min(seed.Length, length - place)).CopyTo(bytes.AsSpan(place));
        }

        return bytes;
    }

    /// <summary>A file of these safes with a right MAC.</summary>
    public static byte[] With(params byte[][] safes) => P12Writer.File(safes, P12Maker.Password, P12Mac.Classic(P12Digest.Sha256));

    public static byte[] WithContent(byte[] content) =>
        P12Writer.Pfx(
            Der.Sequence(Der.Oid(P12Writer.Data), Der.Context(0, Der.Octets(content))), P12Mac.Classic(P12Digest.Sha256).Of(content, P12Maker.Password));

    public static byte[] OneKey(P12Protection protection, P12Mac? mac = null) =>
        P12Maker.OneKey(Key, P12Maker.Password, protection, mac ?? P12Mac.Classic(P12Digest.Sha256));

    public static byte[] WithKeyAttributes(params byte[][] attributes) =>
        With(P12Writer.Safe(P12Writer.Key(Key.Private, P12Protection.Modern, P12Maker.Password, attributes)));

    /// <summary>A good file whose authentication key has more attributes.</summary>
    private static byte[] WithMore(params byte[][] more) => P12Maker.EHealth(
        change: store => store with { Keys = keys => [keys[0] with { Attributes = [.. keys[0].Attributes, .. more] }, .. keys.Skip(1)] });

    /// <summary>A good file whose authentication key has these attributes.</summary>
    private static byte[] WithOnly(params byte[][] attributes) =>
        P12Maker.EHealth(change: store => store with { Keys = keys => [keys[0] with { Attributes = attributes }, .. keys.Skip(1)] });

    public static byte[] Nested(int depth)
    {
        var inner = Der.Null;
        for (var level = 0; level < depth; level++)
        {
            inner = Der.Sequence(inner);
        }

        return inner;
    }

    public static byte[] NestedStreams(int depth) => [.. Enumerable.Repeat<byte[]>([0x30, 0x80], depth).SelectMany(part => part), .. new byte[2 * depth]];

    public static byte[] BagsInBags(int depth)
    {
        var inner = P12Writer.Certificate(P12Maker.Plain(Key));
        for (var level = 0; level < depth; level++)
        {
            inner = P12Writer.Bag(P12Writer.SafeBag, Der.Sequence(inner));
        }

        return inner;
    }

    private static byte[] EmptyContent => Der.Sequence(Der.Oid(P12Writer.Data), Der.Context(0, Der.Octets(Der.Sequence())));

    private static byte[] EncryptedKey =>
        Der.Sequence(P12Protection.Modern.Identifier, Der.Octets(P12Protection.Modern.Encrypt(Key.Private, P12Maker.Password)));

    private static byte[] Many(int count) =>
        P12Writer.Safe(P12Protection.Modern, P12Maker.Password, [.. Enumerable.Repeat(P12Writer.Certificate(P12Maker.Plain(TestKey.Ec("small"))), count)]);

    private static byte[] Pem(string label, byte[] content) => Encoding.ASCII.GetBytes(PemEncoding.WriteString(label, content) + "\n");

    private static byte[] WithCipher(byte[] cipher) => With(P12Writer.SafeOf(
        Der.Algorithm("1.2.840.113549.1.5.13", Der.Sequence(
            Der.Algorithm("1.2.840.113549.1.5.12", Der.Sequence(Der.Octets(new byte[16]), Der.Integer(1000))), cipher)), new byte[64]));

    private static byte[] Replaced(byte[] file, ReadOnlySpan<byte> old, ReadOnlySpan<byte> with) => Encoding.Latin1.GetBytes(
        Encoding.Latin1.GetString(file).Replace(Encoding.Latin1.GetString(old), Encoding.Latin1.GetString(with), StringComparison.Ordinal));

    private static P12Mac WithUnknownOid(P12Mac mac) =>
        mac with { Of = (content, password) => P12Mac.Data(UnknownOid, mac.Of(content, password)[..32], new byte[8], 2048) };

    private static StoreBag[] Renamed(List<StoreBag> certificates, byte[] name) => [.. certificates.SkipLast(1), certificates[^1] with { Attributes = [name] }];

    private static byte[] Zip()
    {
        using var output = new MemoryStream();
        using (var zip = new ZipArchive(output, ZipArchiveMode.Create))
        {
            using var entry = zip.CreateEntry("certificate.p12").Open();
            entry.Write(P12Maker.EHealth());
        }

        return output.ToArray();
    }

    private static P12Case Refuse(string finding, string about, Func<byte[]> file, params string[] beside) =>
        new(finding, Severity.Refuse, about, file, beside);

    private static P12Case Warn(string finding, string about, Func<byte[]> file, params string[] beside) =>
        new(finding, Severity.Warn, about, file, beside);

    private static P12Case Info(string finding, string about, Func<byte[]> file) => new(finding, Severity.Info, about, file);
}
