using System.Globalization;
using System.Numerics;
using Ssp.Certificates.EHealth;
using Ssp.Certificates.P12;

namespace Ssp.Tests.Certificates;

/// <summary>P12 to P36: files that can be read, but whose certificates are not what a hospital needs of eHealth.</summary>
internal static class EHealthCases
{
    private static readonly EHealthStore Good = new();

    private static readonly TestKey Stranger = TestKey.Rsa("stranger");

    public static IEnumerable<P12Case> All => [.. Keys, .. Dates, .. Strength, .. Chain, .. Uses, .. ForWhom, .. Environment, .. Roles];

    private static IEnumerable<P12Case> Keys =>
    [
        Refuse("P12", "certificates alone", store => store with { Keys = _ => [], HasEncryption = false }, "P15 Warn"),
        Refuse("P12", "the certificate of an authority alone", store => store with { Keys = _ => [], Certificates = all => all.TakeLast(1) }),
        Refuse("P13.few", "one key", store => store with { HasEncryption = false }),
        Refuse("P13.few", "three keys where four are asked for", Renewed) with { Rules = new CertificateRules(MinKeys: 4) },
        Info("P13.more", "an older encryption key", Renewed),
        Info("P13.more", "the same key twice", store => store with { Keys = keys => [.. keys, StoreBag.Named(store.EncryptionKey.Private, "copy")] }),
        Refuse(
            "P14", "a key without certificate", store => store with { Keys = keys => [.. keys, StoreBag.Named(Stranger.Private, "lost", 9)] }, "P13.more Info"),
        Refuse("P14", "a key without certificate and without attributes",
            store => store with { Keys = keys => [.. keys, new StoreBag(Stranger.Private)] }, "P13.more Info"),
        Warn("P15", "a certificate without key", store => store with { Certificates = all => [.. all, StoreBag.Named(P12Maker.Plain(Stranger), "somebody")] }),
        Warn("P15", "a certificate whose id no key has",
            store => store with { Certificates = all => [.. all, StoreBag.Named(P12Maker.Plain(Stranger), "somebody", 9)] }),
        Refuse(
            "P16", "the key of another certificate", store => store with { Keys = keys => [keys[0], keys[1] with { Content = Stranger.Private }] }, "P15 Warn"),
        Refuse("P16", "the keys changed places",
            store => store with { Keys = keys => [keys[0] with { Content = keys[1].Content }, keys[1] with { Content = keys[0].Content }] },
            "P26.authentication Refuse", "P26.issuer Warn", "P35 Refuse", "P36 Refuse"),
    ];

    private static IEnumerable<P12Case> Dates =>
    [
        Refuse("P18", "from tomorrow").At(Good.NotBefore.AddDays(-1)),
        Refuse("P18", "from the next second").At(Good.NotBefore.AddSeconds(-1)),
        Refuse("P19", "until yesterday").At(Good.NotAfter.AddDays(1)),
        Refuse("P19", "until the last second").At(Good.NotAfter.AddSeconds(1)),
        Refuse("P19", "the encryption certificate alone", store => store with { EncryptionNotAfter = P12Maker.Now.AddDays(-1) }, "P36.dates Warn"),
        Refuse("P19", "a year of two digits that means the last century",
            store => store with { NotBefore = new(1990, 1, 1, 0, 0, 0, TimeSpan.Zero), NotAfter = new(1999, 1, 1, 0, 0, 0, TimeSpan.Zero) }),
        Warn("P20.renewal", "one month left").At(Good.NotAfter.AddMonths(-1)),
        Warn("P20.renewal", "the last minute").At(Good.NotAfter.AddMinutes(-1)),
        Warn("P20.renewal", "three months less a day left").At(Good.NotAfter.AddMonths(-3).AddDays(1)),
        Warn("P20.soon", "not to be renewed before the last month").At(Good.NotAfter.AddDays(-60)) with { Rules = new CertificateRules(RenewalMonths: 1) },
        Warn("P20.soon", "half a year is asked for").At(Good.NotAfter.AddDays(-150)) with { Rules = new CertificateRules(WarningDays: 180) },
    ];

    private static IEnumerable<P12Case> Strength =>
    [
        Refuse("P21.rsa", "1024 bits to sign in", store => store with { AuthenticationKey = TestKey.Rsa("small", 1024) }),
        Refuse("P21.rsa", "1024 bits to encrypt", store => store with { EncryptionKey = TestKey.Rsa("small", 1024) }),
        Refuse("P21.rsa", "2048 bits where 3072 are asked for") with { Rules = new CertificateRules(MinRsaBits: 3072) },
        Refuse("P21.curve", "secp256k1", store => store with { AuthenticationKey = TestKey.Ec("bitcoin", "secP256k1") }),
        Refuse("P21.curve", "brainpool", store => store with { EncryptionKey = TestKey.Ec("brainpool", "brainpoolP256r1") }, "P26.encryption Refuse"),
        Refuse("P21.curve", "P-256 by its numbers", store => store with { EncryptionKey = TestKey.EcExplicit("numbers") },
            "P26.encryption Refuse", "P37.certificate Refuse"),
        Refuse("P21.kind", "DSA", store => store with { EncryptionKey = TestKey.Dsa("dsa") }),
        Refuse("P21.signs", "Ed25519 to encrypt", store => store with { EncryptionKey = TestKey.Ed25519("edwards") }),
        Refuse("P21.signs", "PSS to encrypt", store => store with { EncryptionKey = TestKey.RsaPss("pss") }),
        Refuse("P21.kind", "X25519", store => store with { EncryptionKey = TestKey.X25519("x") }),
        Warn("P22", "SHA-1 by the issuer", store => store with { AuthenticationSignature = "SHA1WITHRSA" }),
        Warn("P22", "MD5 by the issuer", store => store with { AuthenticationSignature = "MD5WITHRSA" }),
        Warn("P22", "SHA-1 by the authentication key", store => store with { EncryptionSignature = "SHA1WITHRSA" }),
        Warn("P22", "SHA-1 with PSS", store => store with { AuthenticationSignature = "SHA1WITHRSAANDMGF1" }),
        Warn("P22", "SHA-1 with an elliptic curve", store => store with { IssuerKey = TestKey.Ec("issuer"), AuthenticationSignature = "SHA1WITHECDSA" }),
    ];

    private static IEnumerable<P12Case> Chain =>
    [
        Warn("P23", "no certificate of an authority", store => store with { HasIssuer = false, HasRoot = false }),
        Warn("P23", "no root", store => store with { HasRoot = false }),
        Warn("P23", "no issuer between it and the root", store => store with { HasIssuer = false }),
        Refuse("P23.broken", "signed by another than its issuer", store => store with { AuthenticationSigner = Stranger }),
        Refuse("P23.broken", "an issuer that its root did not sign",
            store => store with { Certificates = all => [.. all.SkipLast(1), StoreBag.Named((Good with { RootKey = Stranger }).RootCertificate, null)] }),
        Warn("P24", "an unknown issuer", Unknown),
        Warn("P24", "another root than the trusted one") with
        {
            Rules = new CertificateRules(TrustedRoots: [(Good with { RootKey = Stranger }).RootCertificate]),
        },
        Warn("P24", "a certificate it signed itself", store => store with
        {
            Issuer = store.SubjectParts, IssuerKey = store.AuthenticationKey, HasIssuer = false, HasRoot = false,
        }),
        Refuse("P25.loop", "two issuers of each other", store => store with { Certificates = all => [.. all.Take(2), .. Loop(store)] }),
        Refuse("P25.deep", "eleven issuers", store => Long(store, P12Limits.MaxChain + 1)),
    ];

    private static IEnumerable<P12Case> Uses =>
    [
        Refuse("P26.authority", "the certificate of an authority to sign in with", store => store with { AuthenticationIsAuthority = true }),
        Refuse("P26.authentication", "to sign in with a certificate to encrypt with",
            store => store with { AuthenticationUsage = TestCertificate.Usages.KeyEncipherment }),
        Refuse("P26.encryption", "to encrypt with a certificate to sign with",
            store => store with { EncryptionUsage = TestCertificate.Usages.DigitalSignature }),
        Refuse("P26.encryption", "an elliptic key whose certificate speaks of RSA's use", store => store with { EncryptionKey = TestKey.Ec("encryption") }),
        Warn("P26.issuer", "an issuer that is no authority", store => store with { IssuerIsAuthority = false }),
    ];

    private static IEnumerable<P12Case> ForWhom =>
    [
        Refuse("P27", "another hospital", store => store with { Number = "71014391" }),
        Refuse("P27", "a pharmacy", store => store with { Type = "NIHII-PHARMACY", Number = "52000123" }),
        Info("P27.other", "a company number", store => store with { Type = "CBE", Number = "0406798006" }),
        Info("P27.other", "a number of eHealth's own", store => store with { Type = "EHP", Number = "1990001916", Application = "VITALINKGATEWAY" }),
        Warn("P27.person", "a person", store => store with { Type = "SSIN", Number = "79021802145" }),
        Warn("P27.person", "an identity card", store => store with { Subject = ["C=BE", "CN=Jan Voorbeeld (Authentication)", "SERIALNUMBER=79021802145"] }),
        Warn("P27.unknown", "a server", store => store with { Subject = ["C=BE", "O=Hospital", "CN=www.hospital.example"] }),
    ];

    private static IEnumerable<P12Case> Environment =>
    [
        Warn("P28", "by the file's name").Named("NIHII-HOSPITAL=71000436 20250115-093000.acc-p12"),
        Warn("P28", "by the file's name in capitals").Named("CERTIFICATE.ACC-P12"),
        Warn("P28", "by the issuer",
            store => store with { Issuer = [.. store.Issuer.SkipLast(1), "CN=ZetesConfidens Private Trust PKI - eHealth issuing CA ACC 001"] }),
        Warn("P28", "by the word test", store => store with { Issuer = [.. store.Issuer.SkipLast(1), "CN=TEST Private Trust PKI - eHealth issuing CA 001"] }),
        Warn("P28.production", "on an installation for acceptance") with { Rules = new CertificateRules(IsAcceptance: true) },
    ];

    private static IEnumerable<P12Case> Roles =>
    [
        Refuse("P33", "eHealth has not answered", store => store.Unfinished(P12Maker.Now), "P13.few Refuse"),
        Refuse("P33", "beside an encryption key",
            store => store with { Certificates = all => [.. store.Unfinished(P12Maker.Now).Certificates!(all), .. all.Skip(1)] }),
        Refuse("P34", "a name that somebody chose", store => store with { AuthenticationAlias = "my certificate" }),
        Refuse("P34", "no name", store => store with { AuthenticationAlias = null }),
        Refuse("P34.blanks", "a blank before it", store => store with { AuthenticationAlias = " authentication" }),
        Refuse("P34.certificate", "names on the certificates alone",
            store => store with { Keys = keys => keys.Select(key => key with { Attributes = [key.Attributes[1]] }) },
            "P35 Refuse"),
        Refuse("P34.taken", "the name on a certificate that Java trusts", Taken),
        Refuse("P34", "both names by somebody", store => store with { AuthenticationAlias = "my certificate", EncryptionAlias = "encryption" }, "P35 Refuse"),
        Refuse("P35", "a blank behind the number", store => store with { EncryptionAlias = $"{EHealthStore.RealSerial} " }),
        Warn("P36.same", "one key for both", store => store with { EncryptionKey = store.AuthenticationKey }),
        Refuse("P35", "a name that somebody chose", store => store with { EncryptionAlias = "encryption" }),
        Refuse("P35", "the number in hexadecimal",
            store => store with { EncryptionAlias = EHealthStore.RealSerial.ToString("x", CultureInfo.InvariantCulture) }),
        Refuse("P35", "the next number", store => store with { EncryptionAlias = (EHealthStore.RealSerial + 1).ToString(CultureInfo.InvariantCulture) }),
        Refuse("P35", "the number as if it were signed",
            store => store with { EncryptionAlias = (EHealthStore.RealSerial - BigInteger.Pow(2, 128)).ToString(CultureInfo.InvariantCulture) }),
        Refuse("P36", "signed by another key", store => store with { EncryptionSigner = Stranger }),
        Refuse("P36", "signed by itself", store => store with { EncryptionSigner = store.EncryptionKey }),
        Refuse("P36", "another subject", store => store with { EncryptionSubject = ["C=BE", "CN=NIHII-HOSPITAL=71014391"] }),
        Refuse("P36", "another issuer", store => store with { EncryptionIssuer = store.Issuer, EncryptionSigner = store.IssuerKey }),
        Warn("P36.dates", "another end", store => store with { EncryptionNotAfter = store.NotAfter.AddDays(-1) }),
    ];

    /// <summary>After a renewal: the encryption key of before is kept, to read what was encrypted for it.</summary>
    public static EHealthStore Renewed(EHealthStore store) => store.WithOlderKey(123_456_789, store.NotBefore.AddMonths(-39), store.NotBefore.AddMonths(1));

    public static EHealthStore Unknown(EHealthStore store) =>
        store with { Issuer = ["C=BE", "O=Somebody", "CN=Somebody's CA"], Root = ["C=BE", "O=Somebody", "CN=Somebody's root"] };

    /// <summary>A chain of so many issuers, the last of which signed itself.</summary>
    public static EHealthStore Long(EHealthStore store, int issuers) => store with
    {
        Certificates = all => [.. all.Take(2), .. Enumerable.Range(0, issuers).Select(level => StoreBag.Named(
            Authority(
                level == 0 ? store.Issuer : Level(level),
                Level(level == issuers - 1 ? (level == 0 ? -1 : level) : level + 1),
                100 + level,
                store.IssuerKey,
                store.IssuerKey),
            null))],
    };

    private static string[] Level(int level) =>
        level < 0 ? new EHealthStore().Issuer : ["C=BE", string.Create(CultureInfo.InvariantCulture, $"CN=Level {level}")];

    public static EHealthStore Taken(EHealthStore store) => store with
    {
        AuthenticationAlias = "my certificate",
        Certificates = all => all.Select((one, place) => place != 2 ? one : one with { Attributes = TrustedAs("authentication") }),
    };

    private static byte[][] TrustedAs(string name) =>
        [P12Writer.FriendlyName(name), P12Writer.Attribute("2.16.840.1.113894.746875.1.1", Der.Oid("2.5.29.37.0"))];

    private static StoreBag[] Loop(EHealthStore store) =>
    [
        StoreBag.Named(Authority(store.Issuer, store.Root, 5, store.IssuerKey, store.RootKey), null),
        StoreBag.Named(Authority(store.Root, store.Issuer, 6, store.RootKey, store.IssuerKey), null),
    ];

    private static byte[] Authority(string[] subject, string[] issuer, BigInteger serial, TestKey key, TestKey signer) => new TestCertificate(
        TestCertificate.Name(subject), TestCertificate.Name(issuer), serial, Good.NotBefore.AddYears(-2), Good.NotAfter.AddYears(5), key.Public,
        TestCertificate.Authority(), TestCertificate.Usage(TestCertificate.Usages.CertificateSigning)).SignedBy(signer);

    private static P12Case Refuse(string finding, string about, Func<EHealthStore, EHealthStore>? change = null, params string[] beside) =>
        new(finding, Severity.Refuse, about, () => P12Maker.EHealth(change: change), beside);

    private static P12Case Warn(string finding, string about, Func<EHealthStore, EHealthStore>? change = null, params string[] beside) =>
        new(finding, Severity.Warn, about, () => P12Maker.EHealth(change: change), beside);

    private static P12Case Info(string finding, string about, Func<EHealthStore, EHealthStore>? change = null, params string[] beside) =>
        new(finding, Severity.Info, about, () => P12Maker.EHealth(change: change), beside);
}
