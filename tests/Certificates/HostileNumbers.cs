using System.Numerics;
using System.Text;

namespace Ssp.Tests.Certificates;

/// <summary>Certificates and keys whose numbers hurt.</summary>
public static partial class HostileFiles
{
    private static TestCertificate Certificate =>
        new(TestCertificate.Name("CN=hostile"), TestCertificate.Name("CN=hostile"), 5, P12Maker.Now.AddDays(-1), P12Maker.Now.AddDays(1), Key.Public);

    private static IEnumerable<HostileFile> Certificates
    {
        get
        {
            var good = new EHealthStore();
            foreach (var (name, key) in new (string, byte[])[]
            {
                ("a modulus of 8,192 bits", Rsa(Odd(1024), 65537)),
                ("a modulus of 8,192 bits and an exponent of 33", Rsa(Odd(1024), BigInteger.Pow(2, 33) - 1)),
                ("a modulus of 16,384 bits", Rsa(Odd(2048), 65537)),
                ("a modulus of 65,536 bits", Rsa(Odd(8192), 65537)),
                ("a modulus and an exponent of 8,192 bits", Rsa(Odd(1024), Odd(1024) - 2)),
                ("an exponent of 100,000 bits", Rsa(Odd(256), Odd(12_500))),
                ("an exponent of 1", Rsa(Odd(256), 1)),
                ("an exponent of -3", Rsa(Odd(256), -3)),
                ("a modulus of 0", Rsa(0, 65537)),
                ("a modulus of 1", Rsa(1, 65537)),
                ("a negative modulus", Rsa(-Odd(256), 65537)),
                ("an even modulus", Rsa(Odd(256) - 1, 65537)),
                ("a point that is not on its curve", Elliptic(Der.Oid("1.2.840.10045.3.1.7"), [4, .. new byte[63], 5])),
                ("a point at infinity", Elliptic(Der.Oid("1.2.840.10045.3.1.7"), [0])),
                ("a curve of no name", Elliptic(Der.Oid("1.3.6.1.4.1.99999.9"), [4, .. new byte[64]])),
                ("a curve of its issuer", Elliptic(Der.Null, [4, .. new byte[64]])),
                ("a curve by its numbers, of 50,000 bits", Elliptic(Numbers(Odd(6250)), [4, .. new byte[12500]])),
                ("a curve over no prime", Elliptic(Numbers(Odd(32) - 1), [4, .. new byte[64]])),
                ("a curve over a field of 2^31 bits", Elliptic(BinaryField(int.MaxValue), [4, .. new byte[64]])),
                ("a curve over a field of 100,000 bits", Elliptic(BinaryField(100_000), [4, .. new byte[25_000]])),
                ("DSA of 16,384 bits",
                    Der.Sequence(
                        Der.Algorithm("1.2.840.10040.4.1", Der.Sequence(Der.Integer(Odd(2048)), Der.Integer(Odd(32)), Der.Integer(2))),
                        Der.Bits(Der.Integer(Odd(2047))))),
                ("DSA of a q of 50 KB",
                    Der.Sequence(
                        Der.Algorithm("1.2.840.10040.4.1", Der.Sequence(Der.Integer(Odd(256)), Der.Integer(Odd(50_000)), Der.Integer(2))),
                        Der.Bits(Der.Integer(5)))),
                ("DSA of a q of 380 bytes",
                    Der.Sequence(
                        Der.Algorithm("1.2.840.10040.4.1", Der.Sequence(Der.Integer(Odd(256)), Der.Integer(Odd(380)), Der.Integer(2))),
                        Der.Bits(Der.Integer(5)))),
                ("a compressed point of a binary curve", Elliptic(Der.Oid("1.2.840.10045.3.0.20"), [2, .. new byte[53], 5])),
                ("DSA without numbers", Der.Sequence(Der.Algorithm("1.2.840.10040.4.1"), Der.Bits(Der.Integer(5)))),
                ("Ed25519 of 3 bytes", Der.Sequence(Der.Algorithm("1.3.101.112"), Der.Bits([1, 2, 3]))),
                ("a key of no bytes", Der.Sequence(Der.Algorithm("1.2.840.113549.1.1.1", Der.Null), Der.Bits([]))),
                ("a key of no kind", Der.Sequence(Der.Algorithm("1.3.6.1.4.1.99999.8"), Der.Bits([1]))),
            })
            {
                yield return new($"a certificate with {name}", [],
                    () => StructureCases.With(P12Writer.Safe(P12Writer.Certificate((Certificate with { PublicKey = key }).SignedBy(Key)))));
                yield return new($"an issuer with {name}", ["P23", "P01", "P21"],
                    () => P12Maker.EHealth(change: store => store with { Certificates = all => [.. all.Take(2), StoreBag.Named(Issuer(store, key), null)] }));
            }

            yield return new("a serial number of 200 KB", ["P01"],
                () => P12Maker.EHealth(change: store => store with { EncryptionSerial = BigInteger.Pow(2, 1_600_000), EncryptionAlias = "1" }));
            yield return new("a subject of 50 kinds of 4 KB", ["P01"], () => StructureCases.With(P12Writer.Safe(P12Writer.Certificate((Certificate with
            {
                Subject = Der.Sequence([
                    .. Enumerable.Range(0, 50)
                        .Select(number => Der.Set(Der.Sequence(Der.Element(6, [0x55, .. Enumerable.Repeat((byte)0xff, 4_000), (byte)number]), Der.Utf8("x")))),
                ]),
            }).SignedBy(Key)))));
            yield return new("a negative serial number", ["P35"],
                () => P12Maker.EHealth(change: store => store with { EncryptionSerial = -5, EncryptionAlias = "5" }));
            yield return new("a subject of 10,000 parts", [],
                () => P12Maker.EHealth(change: store => store with { Subject = [.. Enumerable.Range(0, 5_000).Select(number => $"OU=A{number}=1")] }));
            yield return new("a subject of 200 KB", [],
                () => P12Maker.EHealth(change: store => store with { Subject = [$"CN={new string('\u202E', 10_000)}"] }));
            yield return new("a subject of nothing", [], () => P12Maker.EHealth(change: store => store with { Subject = [] }));
            yield return new("dates that are none", ["P01"], () => StructureCases.With(P12Writer.Safe(P12Writer.Certificate(Dated("999999999999Z")))));
            yield return new("a date of no day", ["P01"], () => StructureCases.With(P12Writer.Safe(P12Writer.Certificate(Dated("")))));
            yield return new("a date with a zone", [], () => StructureCases.With(P12Writer.Safe(P12Writer.Certificate(Dated("250101000000+9999")))));
            yield return new("200 certificates of one name", ["P12"], () => StructureCases.With(P12Writer.Safe(
                P12Protection.Modern,
                Password,
                [
                    .. Enumerable.Range(0, 200)
                        .Select(number => P12Writer.Certificate((Certificate with { Serial = number }).SignedBy(TestKey.Rsa("stranger")))),
                ])));
            yield return new("150 issuers of one name, none of which signed", ["P23"], () => P12Maker.EHealth(change: store => store with
            {
                Certificates = all =>
                [
                    .. all.Take(2),
                    .. Enumerable.Range(0, 150).Select(number => StoreBag.Named(Issuer(store, TestKey.Rsa("stranger").Public, number), null)),
                ],
            }));
            yield return new("150 issuers of 8,192 bits", ["P23"], () => P12Maker.EHealth(change: store => store with
            {
                Certificates = all =>
                [
                    .. all.Take(2),
                    .. Enumerable.Range(0, 150).Select(number => StoreBag.Named(Issuer(store, Rsa(Odd(1024), 65537), number), null)),
                ],
            }));
            foreach (var (name, key) in new (string, TestKey)[]
            {
                ("brainpoolP512r1", TestKey.Ec("issuer", "brainpoolP512r1")),
                ("P-521", TestKey.Ec("issuer", "nistP521")),
                ("Ed448", TestKey.Ed448("issuer")),
            })
            {
                yield return new($"150 issuers on {name}", ["P23"], () => P12Maker.EHealth(change: store => store with
                {
                    AuthenticationSigner = TestKey.Ec("another", name == "P-521" ? "nistP521" : "brainpoolP512r1"),
                    AuthenticationSignature = "SHA512WITHECDSA",
                    Certificates = all =>
                    [
                        .. all.Take(2),
                        .. Enumerable.Range(0, 150).Select(number => StoreBag.Named(Issuer(store, key.Public, number), null)),
                    ],
                }));
            }

            yield return new("150 issuers who sign with SHA-224", ["P23"], () => P12Maker.EHealth(change: store => store with
            {
                AuthenticationSigner = TestKey.Rsa("large", 4096),
                AuthenticationSignature = "SHA224WITHRSA",
                Certificates = all =>
                [
                    .. all.Take(2),
                    .. Enumerable.Range(0, 150).Select(number => StoreBag.Named(Issuer(store, TestKey.Rsa("large other", 4096).Public, number), null)),
                ],
            }));
            yield return new("20 keys and 180 certificates that are of none", ["P14"], () => StructureCases.With(P12Writer.Safe(
                [
                    .. Enumerable.Repeat(P12Writer.Key(TestKey.Rsa("large", 4096).Private), 20),
                    .. Enumerable.Range(0, 180).Select(number => P12Writer.Certificate(P12Maker.Plain(TestKey.Rsa("stranger"), $"n{number}"))),
                ])));
            foreach (var cipher in (P12Cipher[])[P12Cipher.TripleDes, P12Cipher.Aria256, P12Cipher.Idea, P12Cipher.Rc2Of128])
            {
                var protection = P12Protection.Pbes2(cipher, P12Digest.Sha256, 1);
                var secret = P12Writer.Bag(P12Writer.SecretBag, Der.Sequence(Der.Oid("1.2.3.4"), Der.Context(0, Der.Octets(new byte[200_000]))));
                yield return new($"200 KB in {cipher}", ["P12"], () => StructureCases.With(P12Writer.Safe(protection, Password, secret)));
            }

            foreach (var bytes in (int[])[256, 384])
            {
                yield return new($"100 issuers of {8 * bytes} bits of DSA", ["P23"], () => P12Maker.EHealth(change: store => store with
                {
                    AuthenticationSigner = TestKey.Dsa("dsa"),
                    AuthenticationSignature = "SHA256WITHDSA",
                    Certificates = all =>
                    [
                        .. all.Take(2),
                        .. Enumerable.Range(0, 100).Select(number => StoreBag.Named(Issuer(store, DsaPublic(bytes), number), null)),
                    ],
                }));
            }

            yield return new("a chain of 150", ["P25"], () => P12Maker.EHealth(change: store => EHealthCases.Long(store, 150)));
            yield return new("150 issuers of one name and key", ["P23"], () => P12Maker.EHealth(change: store => store with
            {
                Certificates = all => [.. all.Take(2), .. Enumerable.Range(0, 150).Select(number => StoreBag.Named((Certificate with
                {
                    Subject = TestCertificate.Name(store.Issuer),
                    Issuer = TestCertificate.Name(store.Issuer),
                    Serial = number,
                    PublicKey = store.IssuerKey.Public,
                }).SignedBy(number == 149 ? store.IssuerKey : TestKey.Rsa("stranger")), null))],
            }));
        }
    }

    private static IEnumerable<HostileFile> Keys
    {
        get
        {
            foreach (var (name, key) in new (string, byte[])[]
            {
                ("RSA of one number", Private("1.2.840.113549.1.1.1", Der.Sequence(Der.Integer(0)))),
                ("RSA of zeros", Private("1.2.840.113549.1.1.1", Der.Sequence([.. Enumerable.Repeat(Der.Integer(0), 9)]))),
                ("RSA of negative numbers", Private("1.2.840.113549.1.1.1", Der.Sequence([.. Enumerable.Repeat(Der.Integer(-7), 9)]))),
                ("RSA of 200,000 bits", Private("1.2.840.113549.1.1.1", Der.Sequence(
                    Der.Integer(0), Der.Integer(Odd(25_000)), Der.Integer(3), Der.Integer(Odd(25_000)), Der.Integer(Odd(25_000)), Der.Integer(Odd(25_000)),
                    Der.Integer(3), Der.Integer(3), Der.Integer(3)))),
                ("RSA of nothing", Private("1.2.840.113549.1.1.1", [])),
                ("a curve of no name",
                    Der.Sequence(
                        Der.Integer(0),
                        Der.Algorithm("1.2.840.10045.2.1", Der.Oid("1.2.3.4")),
                        Der.Octets(Der.Sequence(Der.Integer(1), Der.Octets(new byte[32]))))),
                ("a curve by its numbers",
                    Der.Sequence(
                        Der.Integer(0),
                        Der.Algorithm("1.2.840.10045.2.1", Numbers(Odd(6250))),
                        Der.Octets(Der.Sequence(Der.Integer(1), Der.Octets(new byte[32]))))),
                ("P-256 and zero",
                    Der.Sequence(
                        Der.Integer(0),
                        Der.Algorithm("1.2.840.10045.2.1", Der.Oid("1.2.840.10045.3.1.7")),
                        Der.Octets(Der.Sequence(Der.Integer(1), Der.Octets(new byte[32]))))),
                ("P-256 and 100 KB", Der.Sequence(Der.Integer(0), Der.Algorithm("1.2.840.10045.2.1", Der.Oid("1.2.840.10045.3.1.7")), Der.Octets(Der.Sequence(
                    Der.Integer(1), Der.Octets([1, .. StructureCases.RandomOf(100_000)]))))),
                ("Ed25519 of 3 bytes", Private("1.3.101.112", Der.Octets([1, 2, 3]))),
                ("X448 of nothing", Private("1.3.101.111", [])),
                ("DSA of zeros",
                    Der.Sequence(
                        Der.Integer(0),
                        Der.Algorithm("1.2.840.10040.4.1", Der.Sequence(Der.Integer(0), Der.Integer(0), Der.Integer(0))),
                        Der.Octets(Der.Integer(0)))),
                ("DSA of a g of 100 KB",
                    Der.Sequence(
                        Der.Integer(0),
                        Der.Algorithm("1.2.840.10040.4.1", Der.Sequence(Der.Integer(Odd(128)), Der.Integer(Odd(20)), Der.Integer(Odd(100_000)))),
                        Der.Octets(Der.Integer(Odd(19))))),
                ("DSA of a g of 4 KB",
                    Der.Sequence(
                        Der.Integer(0),
                        Der.Algorithm("1.2.840.10040.4.1", Der.Sequence(Der.Integer(Odd(128)), Der.Integer(Odd(20)), Der.Integer(Odd(4_000)))),
                        Der.Octets(Der.Integer(Odd(19))))),
                ("RSA of primes longer than it", Private("1.2.840.113549.1.1.1", Der.Sequence(
                    Der.Integer(0), Der.Integer(Odd(256)), Der.Integer(3), Der.Integer(Odd(256)), Der.Integer(Odd(4_000)), Der.Integer(Odd(4_000)),
                    Der.Integer(3), Der.Integer(3), Der.Integer(3)))),
                ("RSA of one prime", Private("1.2.840.113549.1.1.1", Der.Sequence(
                    Der.Integer(0), Der.Integer(Odd(256)), Der.Integer(65537), Der.Integer(3), Der.Integer(1), Der.Integer(Odd(256)), Der.Integer(0),
                    Der.Integer(3), Der.Integer(1)))),
                ("a binary curve",
                    Der.Sequence(
                        Der.Integer(0),
                        Der.Algorithm("1.2.840.10045.2.1", Der.Oid("1.2.840.10045.3.0.19")),
                        Der.Octets(Der.Sequence(Der.Integer(1), Der.Octets(new byte[45]))))),
                ("DSA of 3,072 bits", DsaKey(384)),
                ("DSA of 4,096 bits", DsaKey(512)),
                ("DSA of 65,536 bits", DsaKey(8192)),
                ("P-521", TestKey.Ec("a", "nistP521").Private),
                ("brainpoolP512r1", TestKey.Ec("a", "brainpoolP512r1").Private),
                ("DSA of 2,048 bits", DsaKey(256)),
                ("Ed448", TestKey.Ed448("a").Private),
                ("no kind", Private("1.3.6.1.4.1.99999.8", [1])),
                ("a version of 1,000 bits", Der.Sequence(Der.Integer(Odd(125)), Der.Algorithm("1.2.840.113549.1.1.1", Der.Null), Der.Octets([]))),
            })
            {
                yield return new($"a key of {name}", ["P01", "P14", "P13"], () => StructureCases.With(P12Writer.Safe(P12Writer.Key(key))));
                yield return new($"twenty keys of {name}", ["P01", "P14", "P13", "P05", "P07"],
                    () => StructureCases.With(P12Writer.Safe([.. Enumerable.Repeat(P12Writer.Key(key), 20)])));
            }
        }
    }

    private static byte[] Issuer(EHealthStore store, byte[] publicKey, int serial = 11) => new TestCertificate(
        TestCertificate.Name(store.Issuer),
        TestCertificate.Name(store.Issuer),
        serial,
        store.NotBefore,
        store.NotAfter,
        publicKey,
        TestCertificate.Authority()).SignedBy(store.IssuerKey);

    private static byte[] Dated(string time)
    {
        var (algorithm, sign) = Key.Signer();
        var name = TestCertificate.Name("CN=hostile");
        var content = Der.Sequence(
            Der.Context(0, Der.Integer(2)),
            Der.Integer(5),
            algorithm,
            name,
            Der.Sequence(Der.Element(0x17, Encoding.ASCII.GetBytes(time)), Der.Time(P12Maker.Now)),
            name,
            Key.Public);
        return Der.Sequence(content, algorithm, Der.Bits(sign(content)));
    }

    private static byte[] Rsa(BigInteger modulus, BigInteger exponent) =>
        Der.Sequence(Der.Algorithm("1.2.840.113549.1.1.1", Der.Null), Der.Bits(Der.Sequence(Der.Integer(modulus), Der.Integer(exponent))));

    private static byte[] Elliptic(byte[] curve, byte[] point) => Der.Sequence(Der.Algorithm("1.2.840.10045.2.1", curve), Der.Bits(point));

    private static byte[] Private(string oid, byte[] key) => Der.Sequence(Der.Integer(0), Der.Algorithm(oid, Der.Null), Der.Octets(key));

    private static byte[] DsaKey(int bytes) => Der.Sequence(
        Der.Integer(0),
        Der.Algorithm("1.2.840.10040.4.1", Der.Sequence(Der.Integer(Odd(bytes)), Der.Integer(Odd(32)), Der.Integer(Odd(bytes) / 3))),
        Der.Octets(Der.Integer(Odd(bytes) / 5)));

    private static byte[] DsaPublic(int bytes) => Der.Sequence(
        Der.Algorithm("1.2.840.10040.4.1", Der.Sequence(Der.Integer(Odd(bytes)), Der.Integer(Odd(32)), Der.Integer(Odd(bytes) / 3))),
        Der.Bits(Der.Integer(Odd(bytes) / 5)));

    // ECParameters of X9.62 over a field of this prime.
    private static byte[] Numbers(BigInteger prime)
    {
        var octets = Der.Octets(prime.ToByteArray(isUnsigned: true, isBigEndian: true));
        return Der.Sequence(
            Der.Integer(1), Der.Sequence(Der.Oid("1.2.840.10045.1.1"), Der.Integer(prime)), Der.Sequence(octets, octets),
            Der.Octets([4, .. prime.ToByteArray(isUnsigned: true, isBigEndian: true), .. prime.ToByteArray(isUnsigned: true, isBigEndian: true)]),
            Der.Integer(prime - 2));
    }

    private static byte[] BinaryField(int bits) => Der.Sequence(
        Der.Integer(1), Der.Sequence(Der.Oid("1.2.840.10045.1.2"), Der.Sequence(Der.Integer(bits), Der.Oid("1.2.840.10045.1.2.3.2"), Der.Integer(5))),
        Der.Sequence(Der.Octets([1]), Der.Octets([1])), Der.Octets([4, 1, 1]), Der.Integer(7));

    private static BigInteger Odd(int bytes) => new BigInteger((byte[])[.. StructureCases.RandomOf(bytes - 1), 0xFF], isUnsigned: true) | 1;
}
