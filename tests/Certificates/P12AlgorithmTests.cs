using System.Text;
using Ssp.Certificates.P12;

namespace Ssp.Tests.Certificates;

/// <summary>Every way in which a P12 file can be protected, and every kind of key in it, is read.</summary>
[Trait("Run", "full")]
public sealed class P12AlgorithmTests
{
    // What is derived does not depend on how often; few rounds make many combinations cheap.
    private const int Few = 20;

    private static readonly TestKey Key = TestKey.Rsa("authentication");

    private static readonly P12Digest[] Digests =
    [
        P12Digest.Md5, P12Digest.Sha1, P12Digest.Sha224, P12Digest.Sha256, P12Digest.Sha384, P12Digest.Sha512, P12Digest.Sha512Over224, P12Digest.Sha512Over256,
        P12Digest.Sha3Over224, P12Digest.Sha3Over256, P12Digest.Sha3Over384, P12Digest.Sha3Over512,
    ];

    private static readonly P12Digest[] MoreDigests = [P12Digest.Md2, P12Digest.Ripemd160, P12Digest.Sm3];

    private static readonly P12Cipher[] Ciphers =
    [
        P12Cipher.Aes128, P12Cipher.Aes192, P12Cipher.Aes256, P12Cipher.TripleDes, P12Cipher.Des, P12Cipher.Rc2Of128, P12Cipher.Rc2Of64, P12Cipher.Rc2Of40,
        P12Cipher.Camellia128, P12Cipher.Camellia192, P12Cipher.Camellia256, P12Cipher.Aria128, P12Cipher.Aria192, P12Cipher.Aria256,
        P12Cipher.Seed, P12Cipher.Blowfish, P12Cipher.Cast5, P12Cipher.Idea, P12Cipher.Cast5Alone, P12Cipher.IdeaAlone, P12Cipher.Aes256Ecb, P12Cipher.Rc4,
        P12Cipher.Aes256Gcm,
    ];

    private static readonly P12Protection[] OldProtections =
    [
        P12Protection.TripleDes, P12Protection.TwoKeyTripleDes, P12Protection.Rc2Of128, P12Protection.Rc2Of40, P12Protection.Rc4Of128, P12Protection.Rc4Of40,
        P12Protection.Pbes1(1, P12Digest.Md2, rc2: false), P12Protection.Pbes1(4, P12Digest.Md2, rc2: true),
        P12Protection.Pbes1(3, P12Digest.Md5, rc2: false), P12Protection.Pbes1(6, P12Digest.Md5, rc2: true),
        P12Protection.Pbes1(10, P12Digest.Sha1, rc2: false), P12Protection.Pbes1(11, P12Digest.Sha1, rc2: true),
    ];

    private static readonly Dictionary<string, P12Protection> Protections = OldProtections
        .Concat(Ciphers.Select(cipher => P12Protection.Pbes2(cipher, null, Few)))
        .Concat(Ciphers.Select(cipher => P12Protection.Pbes2(cipher, P12Digest.Sha512, Few, writeLength: true)))
        .Concat(Ciphers.Select(cipher => P12Protection.Scrypt(cipher, cost: 16)))
        .Append(P12Protection.Scrypt(P12Cipher.Aes256, cost: 16384))
        .ToDictionary(one => one.Name);

    private static readonly Dictionary<string, P12Mac> Macs = Digests.Concat(MoreDigests).Select(digest => P12Mac.Classic(digest, Few))
        .Append(P12Mac.Classic(P12Digest.Sha256, rounds: 1))
        .Append(P12Mac.Classic(P12Digest.Sha1, rounds: 100_000))
        .Append(P12Mac.Classic(P12Digest.Sha256, rounds: 3, parameters: []))
        .Append(P12Mac.Pbmac1(P12Digest.Sha256, P12Digest.Sha256))
        .Append(P12Mac.Pbmac1(P12Digest.Sha512, P12Digest.Sha512, keyLength: 64))
        .ToDictionary(one => one.Name);

    /// <summary>A file of one key for each protection and each MAC.</summary>
    public static IEnumerable<(string Name, byte[] File)> OfEveryAlgorithm =>
    [
        .. Protections.Select(one => (one.Key, P12Maker.OneKey(Key, P12Maker.Password, one.Value, P12Mac.Classic(P12Digest.Sha256, Few)))),
        .. Digests.Select(prf => P12Protection.Pbes2(P12Cipher.Aes256, prf, Few))
            .Select(one => (one.Name, P12Maker.OneKey(Key, P12Maker.Password, one, P12Mac.Classic(P12Digest.Sha256, Few)))),
        .. Macs.Select(one => (one.Key, P12Maker.OneKey(Key, P12Maker.Password, P12Protection.Modern, one.Value))),
    ];

    public static TheoryData<string> ProtectionNames => [.. Protections.Keys];

    public static TheoryData<string> MacNames => [.. Macs.Keys];

    [Theory]
    [MemberData(nameof(ProtectionNames))]
    public void Every_protection_opens(string name)
    {
        AssertOneKey(P12Maker.OneKey(Key, P12Maker.Password, Protections[name], P12Mac.Classic(P12Digest.Sha256, Few)));
        AssertOneKey(P12Maker.OneKey(Key, P12Maker.Password, Protections[name], P12Mac.Classic(P12Digest.Sha1, Few), ber: true));
        AssertOneKey(P12Maker.OneKey(Key, P12Maker.Password, Protections[name], mac: null), "P09");
    }

    [Theory]
    [MemberData(nameof(MacNames))]
    public void Every_mac_is_checked(string name)
    {
        AssertOneKey(P12Maker.OneKey(Key, P12Maker.Password, P12Protection.Modern, Macs[name]));
        AssertOneKey(P12Maker.OneKey(Key, P12Maker.Password, P12Protection.TripleDes, Macs[name], ber: true));
        AssertRefused("P10", P12Maker.OneKey(Key, "another", P12Protection.Modern, Macs[name]));
    }

    [Fact]
    public void Every_cipher_of_PBES2_opens_with_every_function_of_PBKDF2() => Assert.All(
        from cipher in Ciphers from prf in Digests select P12Protection.Pbes2(cipher, prf, Few),
        protection => AssertOneKey(P12Maker.OneKey(Key, P12Maker.Password, protection, P12Mac.Classic(P12Digest.Sha256, Few))));

    [Fact]
    public void Every_pair_of_functions_of_PBMAC1_is_checked() => Assert.All(
        from prf in Digests from hmac in Digests select P12Mac.Pbmac1(prf, hmac, Few),
        mac => AssertOneKey(P12Maker.OneKey(Key, P12Maker.Password, P12Protection.Modern, mac)));

    [Theory]
    [InlineData(20)]
    [InlineData(32)]
    [InlineData(64)]
    [InlineData(128)]
    [InlineData(256)]
    [InlineData(1000)]
    public void PBMAC1_has_keys_of_any_sensible_length(int bytes) =>
        AssertOneKey(P12Maker.OneKey(Key, P12Maker.Password, P12Protection.Modern, P12Mac.Pbmac1(P12Digest.Sha256, P12Digest.Sha256, keyLength: bytes)));

    [Fact]
    public void A_file_can_have_another_protection_for_each_part()
    {
        var file = P12Writer.File(
            [
                P12Writer.Safe(
                    P12Writer.Key(Key.Private, P12Protection.TripleDes, P12Maker.Password),
                    P12Writer.Key(TestKey.Ec("a").Private, P12Protection.Modern, P12Maker.Password)),
                P12Writer.Safe(P12Protection.Rc2Of40, P12Maker.Password, P12Writer.Certificate(P12Maker.Plain(Key))),
                P12Writer.Safe(P12Protection.Scrypt(P12Cipher.Camellia256), P12Maker.Password, P12Writer.Certificate(P12Maker.Plain(TestKey.Ec("a")))),
                P12Writer.Safe(P12Writer.Key(TestKey.Ed25519("a").Private)),
            ],
            P12Maker.Password, P12Mac.Pbmac1(P12Digest.Sha512, P12Digest.Sha256));

        var reading = P12Reader.Read(file, P12Maker.Password);

        Assert.True(reading.IsReadable);
        Assert.Equal(["RSA", "EC", "Ed25519"], reading.Keys.Select(key => key.Algorithm));
        Assert.Equal(2, reading.Certificates.Count);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void An_empty_password_opens_in_both_of_its_encodings(bool macHasZeros, bool bagsHaveZeros)
    {
        // No bytes at all, as null, or the two zero bytes that end every password.
        var (macPassword, bagPassword) = (macHasZeros ? "" : null, bagsHaveZeros ? "" : null);
        foreach (var protection in (P12Protection[])[P12Protection.TripleDes, P12Protection.Rc2Of40, P12Protection.Rc4Of128, P12Protection.Modern])
        {
            var safe = P12Writer.Safe(protection, bagPassword, P12Writer.Certificate(P12Maker.Plain(Key)));

            AssertOneKey(
                P12Writer.File([P12Writer.Safe(P12Writer.Key(Key.Private, protection, bagPassword)), safe], macPassword, P12Mac.Classic(P12Digest.Sha1)),
                password: "");
            AssertOneKey(P12Writer.File([P12Writer.Safe(P12Writer.Key(Key.Private, protection, bagPassword)), safe], macPassword, null), "P09", password: "");
        }
    }

    [Theory]
    [InlineData("é")]
    [InlineData("paßwörd")]
    [InlineData("€uro")]
    [InlineData("Ω≈ç√")]
    [InlineData("пароль")]
    [InlineData("密码")]
    [InlineData("clef 𝄞 de sol")]
    [InlineData("e\u0301 composed or not")]
    [InlineData("null \0 inside")]
    [InlineData(" spaces around ")]
    public void A_password_outside_ASCII_opens(string password)
    {
        foreach (var protection in (P12Protection[])[P12Protection.TripleDes, P12Protection.Modern])
        {
            AssertOneKey(P12Maker.OneKey(Key, password, protection, P12Mac.Classic(P12Digest.Sha256, Few)), password: password);
            AssertOneKey(P12Maker.OneKey(Key, password, protection, P12Mac.Pbmac1(P12Digest.Sha256, P12Digest.Sha256, Few)), password: password);
            AssertOneKey(P12Maker.OneKey(Key, password, protection, mac: null), "P09", password);
        }
    }

    [Theory]
    [InlineData(NormalizationForm.FormC, NormalizationForm.FormD)]
    [InlineData(NormalizationForm.FormD, NormalizationForm.FormC)]
    public void An_accent_typed_on_another_keyboard_opens(NormalizationForm made, NormalizationForm typed)
    {
        const string Password = "été à Liège";
        Assert.NotEqual(Password.Normalize(made), Password.Normalize(typed));

        Assert.All(
            (P12Protection[])[P12Protection.TripleDes, P12Protection.Modern],
            protection => AssertOneKey(
                P12Maker.OneKey(Key, Password.Normalize(made), protection, P12Mac.Classic(P12Digest.Sha256, Few)), password: Password.Normalize(typed)));
    }

    [Fact]
    public void What_old_programs_made_of_accents_opens()
    {
        const string Password = "café";
        // OpenSSL before 1.1 took each byte of the UTF-8 for a character.
        var old = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(Password));

        AssertOneKey(P12Maker.OneKey(Key, old, P12Protection.TripleDes, P12Mac.Classic(P12Digest.Sha1, Few)), password: Password);
    }

    public static TheoryData<string, int> OfPages => new()
    {
        { "10-of-méér", 850 },
        { "paßwörd £", 850 },
        { "méér €", 1252 },
        { "“été”", 1252 },
        { "déjà vu", 28591 },
    };

    /// <summary>openssl.exe gets the bytes of the window's code page, and takes each for a character where they are no UTF-8.</summary>
    [Theory]
    [MemberData(nameof(OfPages))]
    public void A_password_typed_in_a_window_of_Windows_opens(string password, int page)
    {
        var bytes = CodePagesEncodingProvider.Instance.GetEncoding(page)?.GetBytes(password) ?? Encoding.GetEncoding(page).GetBytes(password);
        var characters = Encoding.Latin1.GetString(bytes);

        Assert.All(
            (P12Protection[])[
                P12Protection.TripleDes,
                P12Protection.Pbes2(P12Cipher.Aes256, P12Digest.Sha256, Few, typed: bytes),
                P12Protection.Pbes1(3, P12Digest.Md5, rc2: false, typed: bytes),
            ],
            protection => AssertOneKey(P12Maker.OneKey(Key, characters, protection, P12Mac.Classic(P12Digest.Sha256, Few)), password: password));
    }

    [Theory]
    [InlineData("Zon-en-Zee-2026!")]
    [InlineData("10-of-méér")]
    public void A_file_of_the_old_NSS_which_gave_every_scheme_the_same_bytes_opens(string password)
    {
        byte[] bytes = [.. Encoding.BigEndianUnicode.GetBytes(password), 0, 0];

        AssertOneKey(
            P12Maker.OneKey(Key, password, P12Protection.Pbes2(P12Cipher.Aes256, P12Digest.Sha256, Few, typed: bytes), P12Mac.Classic(P12Digest.Sha1, Few)),
            password: password);
    }

    [Fact]
    public void The_first_schemes_of_PKCS5_take_any_password() => Assert.All(
        from protection in OldProtections from password in (string[])["é", "méér", "密码", "clef 𝄞 de sol", "null \0 inside"] select (protection, password),
        pair => AssertOneKey(P12Maker.OneKey(Key, pair.password, pair.protection, P12Mac.Classic(P12Digest.Sha1, Few)), password: pair.password));

    [Theory]
    [InlineData("half a character \ud834")]
    [InlineData("\udd1e")]
    [InlineData("\0")]
    [InlineData("\uffff\ufffe")]
    public void A_password_that_is_no_text_is_wrong_like_any_other(string password)
    {
        AssertRefused("P10", P12Maker.OneKey(Key, P12Maker.Password, P12Protection.Modern, P12Mac.Classic(P12Digest.Sha256, Few)), password);
        AssertRefused(
            "P10", P12Maker.OneKey(Key, P12Maker.Password, P12Protection.TripleDes, P12Mac.Pbmac1(P12Digest.Sha256, P12Digest.Sha256, Few)), password);
    }

    [Fact]
    public void A_very_long_password_is_wrong_like_any_other()
    {
        var password = new string('é', 1 << 20);

        AssertRefused("P10", P12Maker.OneKey(Key, P12Maker.Password, P12Protection.Modern, P12Mac.Classic(P12Digest.Sha256, Few)), password);
        AssertRefused("P10", P12Maker.OneKey(Key, P12Maker.Password, P12Protection.TripleDes, mac: null), password);
    }

    public static TheoryData<string> KeyKinds => [.. Kinds.Keys];

    private static Dictionary<string, (TestKey Key, string Algorithm, int? Size)> Kinds => new()
    {
        ["RSA 1024"] = (TestKey.Rsa("small", 1024), "RSA", 1024),
        ["RSA 2048"] = (Key, "RSA", 2048),
        ["RSA 4096"] = (TestKey.Rsa("large", 4096), "RSA", 4096),
        ["RSA-PSS"] = (TestKey.RsaPss("authentication"), "RSA-PSS", 2048),
        ["P-256"] = (TestKey.Ec("a"), "EC", 256),
        ["P-384"] = (TestKey.Ec("a", "nistP384"), "EC", 384),
        ["P-521"] = (TestKey.Ec("a", "nistP521"), "EC", 521),
        ["secp256k1"] = (TestKey.Ec("a", "secP256k1"), "EC", 256),
        ["brainpool"] = (TestKey.Ec("a", "brainpoolP384r1"), "EC", 384),
        ["Ed25519"] = (TestKey.Ed25519("a"), "Ed25519", 256),
        ["Ed448"] = (TestKey.Ed448("a"), "Ed448", 456),
        ["X25519"] = (TestKey.X25519("a"), "X25519", 256),
        ["DSA"] = (TestKey.Dsa("a"), "DSA", 1024),
        ["a curve by its numbers"] = (TestKey.EcExplicit("a"), "EC", null),
    };

    [Theory]
    [MemberData(nameof(KeyKinds))]
    public void Every_kind_of_key_is_found_with_its_certificate(string name)
    {
        var (key, algorithm, size) = Kinds[name];

        foreach (var ber in (bool[])[false, true])
        {
            var read = AssertOneKey(P12Maker.OneKey(key, P12Maker.Password, P12Protection.Modern, P12Mac.Classic(P12Digest.Sha256, Few), ber));
            Assert.Equal((algorithm, size), (read.Algorithm, read.Size));
            Assert.Equal("key", read.Alias);
            Assert.Equal([1], read.LocalKeyId!);
        }
    }

    [Fact]
    public void A_curve_is_told_by_its_name()
    {
        Assert.Equal(["P-256", "P-384", "P-521"], new[] { "nistP256", "nistP384", "nistP521" }.Select(curve =>
            AssertOneKey(P12Maker.OneKey(TestKey.Ec("a", curve), P12Maker.Password, P12Protection.Modern, P12Mac.Classic(P12Digest.Sha256, Few))).Curve));
    }

    [Fact]
    public void A_key_of_a_kind_that_is_not_known_is_told_by_its_OID()
    {
        var read = AssertOneKey(P12Maker.OneKey(TestKey.DiffieHellman("a"), P12Maker.Password, P12Protection.Modern, P12Mac.Classic(P12Digest.Sha256, Few)));

        Assert.Contains(read.Algorithm, (string[])["DH", "1.2.840.113549.1.3.1", "1.2.840.10046.2.1"]);
    }

    [Fact]
    public void A_key_that_brings_its_public_key_is_read()
    {
        var key = TestKey.Ed25519("a");

        AssertOneKey(
            P12Maker.OneKey(key with { Private = key.PrivateWithPublic! }, P12Maker.Password, P12Protection.Modern, P12Mac.Classic(P12Digest.Sha256, Few)));
    }

    [Fact]
    public void Several_keys_are_all_found()
    {
        var keys = Kinds.Values.Select(kind => kind.Key).ToList();
        var file = P12Writer.File(
            [
                P12Writer.Safe(
                    [.. keys.Select((key, place) => P12Writer.Key(key.Private, P12Protection.Modern, P12Maker.Password, P12Writer.LocalKeyId((byte)place)))]),
                P12Writer.Safe(
                    P12Protection.Modern,
                    P12Maker.Password,
                    [.. keys.Select((key, place) => P12Writer.Certificate(P12Maker.Plain(key), P12Writer.LocalKeyId((byte)place)))]),
            ],
            P12Maker.Password, P12Mac.Classic(P12Digest.Sha256));

        var reading = P12Reader.Read(file, P12Maker.Password);

        Assert.True(reading.IsReadable);
        Assert.Equal(Kinds.Values.Select(kind => kind.Algorithm), reading.Keys.Select(key => key.Algorithm));
        Assert.All(reading.Keys.Zip(reading.Certificates), pair => Assert.True(pair.First.IsOf(pair.Second)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(150)]
    public void Certificates_without_keys_are_read(int count)
    {
        var certificates = Enumerable.Range(0, count).Select(number => P12Writer.Certificate(P12Maker.Plain(Key, $"number {number}"))).ToArray();

        var reading = P12Reader.Read(StructureCases.With(P12Writer.Safe(P12Protection.Modern, P12Maker.Password, certificates)), P12Maker.Password);

        Assert.True(reading.IsReadable);
        Assert.Empty(reading.Keys);
        Assert.Equal(Enumerable.Range(0, count).Select(number => $"CN=number {number}"), reading.Certificates.Select(one => one.Subject));
    }

    [Fact]
    public void Bags_in_bags_and_bags_of_other_things_do_not_hide_the_key()
    {
        var revocations = P12Writer.Bag(P12Writer.RevocationBag, Der.Sequence(Der.Oid("1.2.840.113549.1.9.23.1"), Der.Context(0, Der.Octets([0x30, 0]))));
        var secret = P12Writer.Bag(P12Writer.SecretBag, Der.Sequence(Der.Oid("1.2.840.113549.1.12.10.1.2"), Der.Context(0, Der.Octets([1, 2, 3]))));
        var inner = P12Writer.Bag(
            P12Writer.SafeBag, Der.Sequence(P12Writer.Key(Key.Private, P12Protection.Modern, P12Maker.Password), P12Writer.Certificate(P12Maker.Plain(Key))));

        AssertOneKey(
            StructureCases.With(P12Writer.Safe(revocations, secret), P12Writer.Safe(P12Protection.Modern, P12Maker.Password, secret, inner), P12Writer.Safe()));
    }

    [Fact]
    public void Names_in_other_alphabets_are_read()
    {
        const string Name = "Clé privée – Ωμέγα – 密钥 – 𝄞";
        var file = StructureCases.With(P12Writer.Safe(P12Writer.Key(Key.Private, P12Writer.FriendlyName(Name))));

        Assert.Equal(Name, P12Reader.Read(file, P12Maker.Password).Keys.Single().Alias);
    }

    private static P12Key AssertOneKey(byte[] file, string? beside = null, string password = P12Maker.Password)
    {
        var reading = P12Reader.Read(file, password);

        Assert.Equal(beside is null ? [] : [beside], reading.Findings.Select(finding => finding.Code).Where(code => code != "P31"));
        Assert.True(Assert.Single(reading.Keys).IsOf(Assert.Single(reading.Certificates)));
        return reading.Keys[0];
    }

    private static void AssertRefused(string code, byte[] file, string password = P12Maker.Password) =>
        Assert.Equal(code, P12Reader.Read(file, password).Findings.Single(finding => finding.Refuses).Code);
}
