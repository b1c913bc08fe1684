using Ssp.Certificates;
using Ssp.Certificates.EHealth;
using Ssp.Certificates.P12;
using Ssp.Http;

namespace Ssp.Tests.Certificates;

public sealed class P12FindingTests
{
    private static readonly Dictionary<string, P12Case> Cases = StructureCases.All.Concat(EHealthCases.All).Concat(JavaCases.All).ToDictionary(one => one.Name);

    private static readonly Circumstances Today = new(P12Maker.Now, "71000436", "NIHII-HOSPITAL=71000436 20250115-093000.p12");

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_wrong_with_a_file_is_found_and_nothing_else(string name)
    {
        var one = Cases[name];
        var file = one.File();

        var verdict = EHealthCheck.Of(file, one.Password, one.Rules, one.Circumstances);

        Assert.Equal([.. new[] { $"{one.Finding} {one.Severity}" }.Concat(one.Beside).Order(StringComparer.Ordinal)], P12Case.Kinds(verdict.Findings));
        Assert.Equal(verdict.IsGood, !verdict.Findings.Any(finding => finding.Severity == Severity.Refuse));
        if (one.Value is not null)
        {
            Assert.Equal([one.Value], verdict.Findings.Single(finding => finding.Refuses).Values);
        }

        Assert.Equal(
            P12Case.Kinds(P12Reader.Read(file, one.Password).Findings.Where(finding => finding.Code != "P09")),
            P12Case.Kinds(verdict.Findings.Where(finding => finding.Code != "P09" && IsOfReading(finding))));
        Assert.All(verdict.Findings, finding => Assert.All(Texts.Languages, language => Assert.DoesNotContain(
            P12Maker.Password, Texts.Say(language, finding.Sentence()), StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public void Every_finding_has_a_file_that_shows_it() => Assert.Equal(
        Texts.Keys("en").Where(key => key.StartsWith("finding.", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
        // The last ones are not found in a file: see the tests of the history.
        Cases.Values.Select(one => $"finding.{one.Finding}")
            .Concat(["finding.P29.elsewhere", "finding.P29.here", "finding.P30"])
            .Distinct()
            .Order(StringComparer.Ordinal));

    [Fact]
    public void A_good_file_has_no_findings()
    {
        var verdict = Check(P12Maker.EHealth());

        Assert.Empty(verdict.Findings);
        Assert.True(verdict.IsGood);
        Assert.Equal(0, verdict.OtherKeys);
        Assert.Equal(EHealthStore.RealSerial, verdict.Encryption!.SerialNumber);
        Assert.Equal(verdict.Authentication!.Subject, verdict.Encryption.Issuer);
        Assert.Equal(2, verdict.Chain!.Count);
        Assert.Equal(
            "CN=NIHII-HOSPITAL=71000436,OU=eHealth-platform Belgium,OU=ALGEMEEN ZIEKENHUIS SINT-VOORBEELD,OU=NIHII-HOSPITAL=71000436,O=Federal Government,C=BE",
            verdict.Authentication.Subject);
    }

    public static TheoryData<string> GoodFiles => [.. Good.Keys];

    [Theory]
    [MemberData(nameof(GoodFiles))]
    public void A_file_that_is_good_in_another_way_is_neither_refused_nor_warned_of(string name)
    {
        var verdict = Check(P12Maker.EHealth(change: Good[name]));

        Assert.DoesNotContain(verdict.Findings, finding => finding.Severity != Severity.Info);
        Assert.Equal(EHealthStore.RealSerial, verdict.Encryption!.SerialNumber);
    }

    internal static Dictionary<string, Func<EHealthStore, EHealthStore>> Good => new()
    {
        ["protected as years ago"] = StructureCases.Legacy,
        ["authentication in capitals"] = store => store with { AuthenticationAlias = "AUTHENTICATION" },
        ["names on the keys alone"] = store => store with { Certificates = all => all.Select(one => one with { Attributes = [.. one.Attributes.Skip(1)] }) },
        ["another order"] = store => store with { Keys = keys => keys.AsEnumerable().Reverse(), Certificates = all => all.AsEnumerable().Reverse() },
        ["an older encryption key"] = EHealthCases.Renewed,
        ["an older encryption key in front"] = store =>
        {
            var renewed = EHealthCases.Renewed(store);
            return renewed with { Keys = keys => renewed.Keys!(keys).Reverse(), Certificates = all => renewed.Certificates!(all).Reverse() };
        },
        ["elliptic keys to sign in"] = store => store with { AuthenticationKey = TestKey.Ec("authentication", "nistP384") },
        ["a key for PSS"] = store => store with { AuthenticationKey = TestKey.RsaPss("authentication") },
        ["4096 bits"] = store => store with { AuthenticationKey = TestKey.Rsa("large", 4096) },
        ["SHA-512"] = store => store with { AuthenticationSignature = "SHA512WITHRSA", EncryptionSignature = "SHA384WITHRSA" },
        ["a signature over SHA-224"] = store => store with { AuthenticationSignature = "SHA224WITHRSA", EncryptionSignature = "SHA3-512WITHRSA" },
        ["a signature over RIPEMD"] = store => store with { AuthenticationSignature = "RIPEMD160WITHRSA", EncryptionSignature = "SHA3-256WITHRSA" },
        ["PSS over SHA-224"] = store => store with { AuthenticationSignature = "SHA224WITHRSAANDMGF1", EncryptionSignature = "SHA384WITHRSAANDMGF1" },
        ["as deep a chain as may be"] = store => EHealthCases.Long(store, P12Limits.MaxChain),
        ["the authority of before"] = store => store with { Issuer = ["C=BE", "O=Federal Government", "CN=Government CA"] },
        ["a root that signs with SHA-1"] = store => store with { RootSignature = "SHA1WITHRSA" },
        ["an application of the hospital"] = store => store with { Application = "HD4DP-2" },
        ["Java's attribute for trusted certificates"] = store => store with
        {
            Certificates = all => all.Select(
                (one, place) => place < 2
                    ? one
                    : one with { Attributes = [.. one.Attributes, P12Writer.Attribute("2.16.840.1.113894.746875.1.1", Der.Oid("2.5.29.37.0"))] }),
        },
        ["the end in a year with four digits"] = store => store with { NotAfter = new DateTimeOffset(2050, 1, 1, 0, 0, 0, TimeSpan.Zero) },
    };

    [Fact]
    public void A_root_from_the_settings_need_not_be_in_the_file()
    {
        var rules = new CertificateRules(TrustedRoots: [new EHealthStore().RootCertificate]);

        Assert.Empty(Check(P12Maker.EHealth(), rules: rules).Findings);
        Assert.Empty(Check(P12Maker.EHealth(change: store => store with { HasRoot = false }), rules: rules).Findings);
        Assert.Empty(Check(
            P12Maker.EHealth(change: store => EHealthCases.Unknown(store) with { HasRoot = false }),
            rules: rules with { TrustedRoots = [EHealthCases.Unknown(new()).RootCertificate] }).Findings);
    }

    [Fact]
    public void An_installation_for_acceptance_takes_acceptance_certificates() => Assert.Empty(EHealthCheck.Of(
        P12Maker.EHealth(),
        P12Maker.Password,
        new CertificateRules(IsAcceptance: true),
        Today with { FileName = "NIHII-HOSPITAL=71000436 20250115-093000.acc-p12" }).Findings);

    [Fact]
    public void An_installation_can_be_content_with_one_key()
    {
        var rules = new CertificateRules(MinKeys: 1);

        Assert.Empty(Check(P12Maker.EHealth(change: store => store with { HasEncryption = false }), rules: rules).Findings);
        Assert.Empty(Check(P12Maker.EHealth(), rules: rules).Findings);
    }

    [Fact]
    public void A_number_of_eleven_digits_is_that_of_its_first_eight()
    {
        Assert.Empty(Check(P12Maker.EHealth(), Today with { Nihdi = "71000436000" }).Findings);
        Assert.Empty(Check(P12Maker.EHealth(change: store => store with { Type = "NIHII11", Number = "71000436000" })).Findings);
    }

    [Fact]
    public void A_severity_from_the_settings_takes_the_place_of_its_own()
    {
        var file = P12Maker.EHealth(change: store => EHealthCases.Unknown(store) with { AuthenticationAlias = "mine" });
        var rules = new CertificateRules(Severities: new Dictionary<string, Severity?> { ["P24"] = Severity.Refuse, ["P34"] = Severity.Info });

        Assert.Equal(["P24 Warn", "P34 Refuse"], P12Case.Kinds(Check(file).Findings));
        Assert.Equal(["P24 Refuse", "P34 Info"], P12Case.Kinds(Check(file, rules: rules).Findings));
    }

    [Fact]
    public void A_finding_can_be_left_out_by_the_settings()
    {
        var rules = new CertificateRules(Severities: new Dictionary<string, Severity?> { ["P19"] = null, ["P17"] = null, ["P32"] = null });

        Assert.Empty(Check(P12Maker.EHealth(), Today with { Now = Today.Now.AddYears(20) }, rules).Findings);
        Assert.Empty(Check(
            P12Maker.EHealth(
                change: store => store with { Keys = keys => [keys[0] with { Attributes = [P12Writer.FriendlyName("a"), .. keys[0].Attributes] }, keys[1]] }),
            rules: rules).Findings);
        Assert.Empty(Check(StructureCases.All.First(one => one.Finding == "P32").File(), rules: rules).Findings);
    }

    [Fact]
    public void What_the_reading_needs_cannot_be_changed_by_the_settings()
    {
        var codes = Enumerable.Range(1, 11).Select(number => $"P{number:00}").ToDictionary(code => code, _ => (Severity?)null);

        Assert.All(
            StructureCases.All.Where(one => codes.ContainsKey(one.Finding[..3])).DistinctBy(one => one.Finding),
            one => Assert.Contains(
                $"{one.Finding} {one.Severity}", P12Case.Kinds((one with { Rules = new CertificateRules(Severities: codes) }).Check().Findings)));
    }

    public static TheoryData<string> Protections => [.. ByProtection.Keys];

    private static Dictionary<string, Func<EHealthStore, EHealthStore>> ByProtection => new()
    {
        ["modern"] = store => store,
        ["old"] = StructureCases.Legacy,
        ["PBMAC1"] = store => store with { Mac = P12Mac.Pbmac1(P12Digest.Sha256, P12Digest.Sha256) },
        ["scrypt"] = store => store with
        {
            KeyProtection = P12Protection.Scrypt(P12Cipher.Aes256),
            CertificateProtection = P12Protection.Scrypt(P12Cipher.Aes256),
        },
        ["PBES1"] = store => store with { KeyProtection = P12Protection.Pbes1(3, P12Digest.Md5, rc2: false) },
    };

    [Theory]
    [MemberData(nameof(Protections))]
    public void A_wrong_password_an_unknown_algorithm_and_damage_are_told_apart(string protection)
    {
        var change = ByProtection[protection];
        var file = P12Maker.EHealth(change: change);
        var withoutMac = P12Maker.EHealth(change: store => change(store) with { Mac = null });
        // The salt of the first protection, under its right MAC, is not known to be wrong before something is opened.
        var unknown = P12Maker.EHealth(change: store => change(store) with { CertificateProtection = P12Protection.Unknown(Der.Algorithm("1.2.3.4")) });
        var twoPasswords = P12Maker.EHealth(change: store => change(store) with { BagPassword = "another" });

        Assert.Equal(["P10"], Refusals(Check(file, password: "wrong")));
        Assert.Equal(["P10"], Refusals(Check(withoutMac, password: "wrong")));
        Assert.Equal(["P08"], Refusals(Check(unknown)));
        Assert.Equal(["P08"], Refusals(Check(unknown, password: "wrong")));
        Assert.Equal(["P11"], Refusals(Check(twoPasswords)));
        Assert.Equal(["P03"], Refusals(Check(file[..^10])));
        Assert.Equal(["P01"], Refusals(Check([0x30, 0x03, .. file[..3]])));
    }

    [Fact]
    public void A_file_as_large_as_may_be_is_read()
    {
        var padding = P12Limits.MaxBytes;
        byte[] file;
        do
        {
            padding -= 1000;
            file = P12Maker.EHealth(change: store => store with { Certificates = all => [.. all, StoreBag.Named(Large(padding), "large")] });
        }
        while (file.Length > P12Limits.MaxBytes);

        Assert.InRange(file.Length, P12Limits.MaxBytes - 2000, P12Limits.MaxBytes);
        Assert.Equal(["P15 Warn"], P12Case.Kinds(Check(file).Findings));
    }

    [Fact]
    public void The_same_certificate_again_is_told_with_its_day()
    {
        var verdict = Check(P12Maker.EHealth());

        var findings = UploadHistory.Judge(
            verdict, new EarlierUploads(new DateTimeOffset(2026, 2, 3, 23, 30, 0, TimeSpan.Zero), false, null), new CertificateRules());

        Assert.Equal(["P29.here Info"], P12Case.Kinds(findings));
        Assert.Contains(findings[0].Values, value => value.Contains("04/02/2026", StringComparison.Ordinal));
    }

    [Fact]
    public void A_certificate_of_another_organisation_is_warned_of() =>
        Assert.Equal(
            ["P29.elsewhere Warn"],
            P12Case.Kinds(UploadHistory.Judge(Check(P12Maker.EHealth()), new EarlierUploads(null, true, null), new CertificateRules())));

    [Fact]
    public void A_certificate_that_ends_not_later_than_the_active_one_is_warned_of()
    {
        var verdict = Check(P12Maker.EHealth());
        var end = verdict.Authentication!.NotAfter;

        Assert.Equal(["P30 Warn"], P12Case.Kinds(UploadHistory.Judge(verdict, new EarlierUploads(null, false, end.AddDays(1)), new CertificateRules())));
        Assert.Equal(["P30 Warn"], P12Case.Kinds(UploadHistory.Judge(verdict, new EarlierUploads(null, false, end), new CertificateRules())));
        Assert.Empty(UploadHistory.Judge(verdict, new EarlierUploads(null, false, end.AddDays(-1)), new CertificateRules()));
    }

    [Fact]
    public void The_settings_weigh_earlier_uploads_too()
    {
        var rules = new CertificateRules(Severities: new Dictionary<string, Severity?> { ["P29"] = Severity.Refuse, ["P30"] = null });

        var findings = UploadHistory.Judge(Check(P12Maker.EHealth()), new EarlierUploads(P12Maker.Now, true, P12Maker.Now.AddYears(50)), rules);

        Assert.Equal(["P29.elsewhere Refuse", "P29.here Refuse"], P12Case.Kinds(findings));
    }

    [Fact]
    public void Where_another_entry_bears_the_name_the_key_that_should_have_it_is_told_by_its_own()
    {
        var taken = EHealthCases.All.Single(one => one.Finding == "P34.taken");
        var file = P12Maker.EHealth(change: store => EHealthCases.Taken(store) with { Keys = keys => keys.AsEnumerable().Reverse() });

        Assert.All(
            [Check(taken.File()), Check(file)],
            verdict => Assert.Equal(["my certificate"], verdict.Findings.Single(finding => finding.Code == "P34").Values));
    }

    [Fact]
    public void A_file_without_a_certificate_has_no_history() =>
        Assert.Empty(UploadHistory.Judge(Check([]), new EarlierUploads(P12Maker.Now, true, P12Maker.Now.AddYears(50)), new CertificateRules()));

    private static EHealthVerdict Check(
        byte[] file, Circumstances? circumstances = null, CertificateRules? rules = null, string password = P12Maker.Password) =>
        EHealthCheck.Of(file, password, rules ?? new CertificateRules(), circumstances ?? Today);

    private static string[] Refusals(EHealthVerdict verdict) => [.. verdict.Findings.Where(finding => finding.Refuses).Select(finding => finding.Code)];

    private static bool IsOfReading(Finding finding) =>
        string.CompareOrdinal(finding.Code, "P12") < 0 || finding is { Code: "P31" or "P32" } or { Code: "P17", Variant: "attributes" or "repeated" };

    private static byte[] Large(int bytes) => new TestCertificate(
        TestCertificate.Name("CN=large"), TestCertificate.Name("CN=large"), 3, P12Maker.Now.AddDays(-1), P12Maker.Now.AddYears(1), TestKey.Rsa("large").Public,
        TestCertificate.Extension("1.3.6.1.4.1.99999.7", critical: false, new byte[bytes])).SignedBy(TestKey.Rsa("large"));
}
