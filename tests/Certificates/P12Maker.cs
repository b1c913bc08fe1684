using System.Globalization;
using System.Numerics;

namespace Ssp.Tests.Certificates;

/// <summary>Makes key stores as eHealth's Certificate Manager leaves them, and the same with one thing wrong.</summary>
internal static class P12Maker
{
    /// <summary>The moment at which files are judged in tests, unless they say another.</summary>
    public static readonly DateTimeOffset Now = new(2026, 5, 20, 10, 0, 0, TimeSpan.Zero);

    public const string Password = "Geheim wachtwoord 1";

    /// <summary>The file of a hospital, with its two keys.</summary>
    public static byte[] EHealth(string nihdi = "71000436", string password = Password, Func<EHealthStore, EHealthStore>? change = null)
    {
        var store = new EHealthStore { Number = nihdi, Password = password };
        return (change?.Invoke(store) ?? store).Write();
    }

    /// <summary>A self-signed certificate that means nothing, over the key.</summary>
    public static byte[] Plain(TestKey key, string name = "test", TestKey? signer = null) =>
        new TestCertificate(TestCertificate.Name($"CN={name}"), TestCertificate.Name($"CN={name}"), 7, Now.AddDays(-30), Now.AddYears(2), key.Public)
            .SignedBy(signer ?? (key.Signature.Length > 0 ? key : TestKey.Rsa("issuer")));

    /// <summary>A file of one key and its certificate, without more.</summary>
    public static byte[] OneKey(TestKey key, string? password, P12Protection protection, P12Mac? mac, bool ber = false) => P12Writer.File(
        [
            P12Writer.Safe(P12Writer.Key(key.Private, protection, password, P12Writer.FriendlyName("key"), P12Writer.LocalKeyId(1))),
            P12Writer.Safe(protection, password, P12Writer.Certificate(Plain(key), P12Writer.FriendlyName("key"), P12Writer.LocalKeyId(1))),
        ],
        password, mac, ber);
}

/// <summary>A bag of a store: what is in it, and its attributes.</summary>
internal sealed record StoreBag(byte[] Content, params byte[][] Attributes)
{
    public static StoreBag Named(byte[] content, string? alias, params byte[] localKeyId) => new(
        content,
        [
            .. alias is null ? Array.Empty<byte[]>() : [P12Writer.FriendlyName(alias)],
            .. localKeyId.Length == 0 ? Array.Empty<byte[]>() : [P12Writer.LocalKeyId(localKeyId)],
        ]);
}

/// <summary>A key store of an organisation at eHealth. Left as it is, it is a good one; `with` makes each kind of bad one.</summary>
internal sealed record EHealthStore
{
    /// <summary>A number of 128 bits, as eHealth gives them out.</summary>
    public static readonly BigInteger RealSerial = BigInteger.Parse("337986951857310355882683937081880734299", CultureInfo.InvariantCulture);

    public string Type { get; init; } = "NIHII-HOSPITAL";

    public string Number { get; init; } = "71000436";

    public string Organisation { get; init; } = "ALGEMEEN ZIEKENHUIS SINT-VOORBEELD";

    public string? Application { get; init; }

    /// <summary>The whole subject, in the order it is encoded, where it is not made of the above.</summary>
    public string[]? Subject { get; init; }

    public string Password { get; init; } = P12Maker.Password;

    public DateTimeOffset NotBefore { get; init; } = new(2025, 1, 15, 8, 30, 0, TimeSpan.Zero);

    /// <summary>Thirty-nine months later.</summary>
    public DateTimeOffset NotAfter { get; init; } = new(2028, 4, 15, 8, 30, 0, TimeSpan.Zero);

    public DateTimeOffset? EncryptionNotAfter { get; init; }

    public string[] Issuer { get; init; } = ["C=BE", "O=ZETES SA", "SERIALNUMBER=001", "CN=ZetesConfidens Private Trust PKI - eHealth issuing CA 001"];

    public string[] Root { get; init; } = ["C=BE", "O=ZETES SA", "SERIALNUMBER=001", "CN=ZetesConfidens Private Trust PKI - root CA 001"];

    public TestKey AuthenticationKey { get; init; } = TestKey.Rsa("authentication");

    public TestKey EncryptionKey { get; init; } = TestKey.Rsa("encryption");

    public TestKey IssuerKey { get; init; } = TestKey.Rsa("issuer");

    public TestKey RootKey { get; init; } = TestKey.Rsa("root");

    /// <summary>Who signs the authentication certificate; the issuer, if it is right.</summary>
    public TestKey? AuthenticationSigner { get; init; }

    /// <summary>Who signs the encryption certificate; the authentication key, if it is right.</summary>
    public TestKey? EncryptionSigner { get; init; }

    /// <summary>How the two certificates are signed, if not as their signer's key does by itself.</summary>
    public string? AuthenticationSignature { get; init; }

    public string? EncryptionSignature { get; init; }

    public string? RootSignature { get; init; }

    public BigInteger AuthenticationSerial { get; init; } = BigInteger.Parse("85070591730234615865843651857942052864", CultureInfo.InvariantCulture);

    public BigInteger EncryptionSerial { get; init; } = RealSerial;

    public string? AuthenticationAlias { get; init; } = "authentication";

    /// <summary>Null: the serial number, as is right.</summary>
    public string? EncryptionAlias { get; init; }

    public string[]? EncryptionSubject { get; init; }

    public string[]? EncryptionIssuer { get; init; }

    public TestCertificate.Usages AuthenticationUsage { get; init; } = TestCertificate.Usages.DigitalSignature | TestCertificate.Usages.KeyEncipherment;

    public TestCertificate.Usages EncryptionUsage { get; init; } = TestCertificate.Usages.KeyEncipherment | TestCertificate.Usages.DataEncipherment;

    public bool AuthenticationIsAuthority { get; init; }

    public bool IssuerIsAuthority { get; init; } = true;

    /// <summary>Whether the file holds the encryption key, the issuer's and the root's certificate.</summary>
    public bool HasEncryption { get; init; } = true;

    public bool HasIssuer { get; init; } = true;

    public bool HasRoot { get; init; } = true;

    /// <summary>Null: the keys lie open.</summary>
    public P12Protection? KeyProtection { get; init; } = P12Protection.Modern;

    /// <summary>Null: the certificates lie open.</summary>
    public P12Protection? CertificateProtection { get; init; } = P12Protection.Modern;

    /// <summary>The password of the bags, where it is not that of the file.</summary>
    public string? BagPassword { get; init; }

    public P12Mac? Mac { get; init; } = P12Mac.Classic(P12Digest.Sha256);

    public bool Ber { get; init; }

    /// <summary>Whether the keys lie in a bag of bags.</summary>
    public bool KeysInBag { get; init; }

    public Func<List<StoreBag>, IEnumerable<StoreBag>>? Keys { get; init; }

    public Func<List<StoreBag>, IEnumerable<StoreBag>>? Certificates { get; init; }

    public string[] SubjectParts => Subject ??
    [
        "C=BE",
        "O=Federal Government",
        .. Application is null ? Array.Empty<string>() : [$"OU={Application}"],
        $"OU={Type}={Number}",
        $"OU={Organisation}",
        "OU=eHealth-platform Belgium",
        Application is null ? $"CN={Type}={Number}" : $"CN={Type}={Number}, {Application}",
    ];

    public byte[] AuthenticationCertificate => new TestCertificate(
        TestCertificate.Name(SubjectParts), TestCertificate.Name(Issuer), AuthenticationSerial, NotBefore, NotAfter, AuthenticationKey.Public,
        [
            .. AuthenticationIsAuthority ? new[] { TestCertificate.Authority() } : [],
            .. AuthenticationUsage == TestCertificate.Usages.None ? Array.Empty<byte[]>() : [TestCertificate.Usage(AuthenticationUsage)],
        ]).SignedBy(AuthenticationSigner ?? IssuerKey, AuthenticationSignature);

    public byte[] EncryptionCertificate => EncryptionCertificateOf(EncryptionKey, EncryptionSerial, EncryptionNotAfter ?? NotAfter);

    public byte[] IssuerCertificate => new TestCertificate(
        TestCertificate.Name(Issuer), TestCertificate.Name(Root), 11, NotBefore.AddYears(-2), NotAfter.AddYears(5), IssuerKey.Public,
        IssuerIsAuthority
            ? [TestCertificate.Authority(depth: 0), TestCertificate.Usage(TestCertificate.Usages.CertificateSigning | TestCertificate.Usages.RevocationSigning)]
            : [])
        .SignedBy(RootKey, RootSignature);

    public byte[] RootCertificate => new TestCertificate(
        TestCertificate.Name(Root), TestCertificate.Name(Root), 1, NotBefore.AddYears(-5), NotAfter.AddYears(15), RootKey.Public,
        TestCertificate.Authority(), TestCertificate.Usage(TestCertificate.Usages.CertificateSigning | TestCertificate.Usages.RevocationSigning))
        .SignedBy(RootKey, RootSignature);

    public byte[] EncryptionCertificateOf(TestKey key, BigInteger serial, DateTimeOffset notAfter) => new TestCertificate(
        TestCertificate.Name(EncryptionSubject ?? SubjectParts),
        TestCertificate.Name(EncryptionIssuer ?? SubjectParts),
        serial,
        NotBefore,
        notAfter,
        key.Public,
        EncryptionUsage == TestCertificate.Usages.None ? [] : [TestCertificate.Usage(EncryptionUsage)])
        .SignedBy(EncryptionSigner ?? AuthenticationKey, EncryptionSignature);

    /// <summary>Another encryption key beside the one in use, as after a renewal.</summary>
    public EHealthStore WithOlderKey(BigInteger serial, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        var key = TestKey.Rsa("older encryption");
        var alias = serial.ToString(CultureInfo.InvariantCulture);
        var certificate = (this with { NotBefore = notBefore }).EncryptionCertificateOf(key, serial, notAfter);
        return this with
        {
            Keys = keys => [.. keys, StoreBag.Named(key.Private, alias, 3)],
            Certificates = certificates => [.. certificates, StoreBag.Named(certificate, alias, 3)],
        };
    }

    /// <summary>The state between the request and eHealth's answer: a placeholder of one minute, yesterday.</summary>
    public EHealthStore Unfinished(DateTimeOffset now)
    {
        var dummy = TestCertificate.Name("C=Dummy");
        var certificate = new TestCertificate(dummy, dummy, 0, now.AddDays(-1), now.AddDays(-1).AddMinutes(1), AuthenticationKey.Public)
            .SignedBy(AuthenticationKey);
        return this with { Keys = keys => keys.Take(1), Certificates = _ => [StoreBag.Named(certificate, AuthenticationAlias, 1)] };
    }

    public byte[] Write()
    {
        var alias = EncryptionAlias ?? EncryptionSerial.ToString(CultureInfo.InvariantCulture);
        List<StoreBag> keys = [StoreBag.Named(AuthenticationKey.Private, AuthenticationAlias, 1)];
        List<StoreBag> certificates = [StoreBag.Named(AuthenticationCertificate, AuthenticationAlias, 1)];
        if (HasEncryption)
        {
            keys.Add(StoreBag.Named(EncryptionKey.Private, alias, 2));
            certificates.Add(StoreBag.Named(EncryptionCertificate, alias, 2));
        }

        if (HasIssuer)
        {
            certificates.Add(StoreBag.Named(IssuerCertificate, TestCertificate.Text(Issuer)));
        }

        if (HasRoot)
        {
            certificates.Add(StoreBag.Named(RootCertificate, TestCertificate.Text(Root)));
        }

        var keyBags = (Keys?.Invoke(keys) ?? keys).Select(key => KeyProtection is null
            ? P12Writer.Key(key.Content, key.Attributes)
            : P12Writer.Key(key.Content, KeyProtection, BagPassword ?? Password, key.Attributes)).ToArray();
        var certificateBags = (Certificates?.Invoke(certificates) ?? certificates)
            .Select(certificate => P12Writer.Certificate(certificate.Content, certificate.Attributes))
            .ToArray();
        var open = P12Writer.Safe(KeysInBag ? [P12Writer.Bag(P12Writer.SafeBag, Der.Sequence(keyBags))] : keyBags);
        return P12Writer.File(
            [
                open,
                CertificateProtection is null
                    ? P12Writer.Safe(certificateBags)
                    : P12Writer.Safe(CertificateProtection, BagPassword ?? Password, certificateBags),
            ],
            Password,
            Mac,
            Ber);
    }
}
