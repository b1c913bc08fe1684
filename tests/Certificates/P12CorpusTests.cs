using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ssp.Certificates.EHealth;
using Ssp.Certificates.P12;

namespace Ssp.Tests.Certificates;

/// <summary>
/// The P12 files of the Python cryptography project and of NIST's test suite for certification paths, as Debian's package python3-cryptography-vectors has
/// them; beside the validator they are read by the runtime's own reader.
/// </summary>
[Trait("Run", "full")]
public sealed class P12CorpusTests
{
    private const string Folder = "/usr/lib/python3/dist-packages/cryptography_vectors";

    private static readonly Circumstances Today = new(P12Maker.Now, "71000436", "certificate.p12");

    // Its friendly name ends with a zero.
    private const string OddName = "pkcs12/no-password.p12";

    public static TheoryData<string> Own => [.. Names("pkcs12")];

    /// <summary>All of them.</summary>
    public static IEnumerable<(string Name, byte[] Content, string Password)> Files =>
        Names("pkcs12").Concat(Nist).Select(name => (name, Content(name), PasswordOf(name)));

    private static string[] Nist => Names("x509/PKITS_data/pkcs12");

    [Fact]
    public void The_files_are_there()
    {
        Assert.Equal(30, Names("pkcs12").Length);
        Assert.Equal(405, Nist.Length);
    }

    [Theory]
    [MemberData(nameof(Own))]
    public void A_file_of_the_cryptography_project_is_read_as_the_runtime_reads_it(string name) => AssertReadAsByTheRuntime(name);

    [Fact]
    public void Every_file_of_NIST_is_read_as_the_runtime_reads_it() => Assert.All(Nist, AssertReadAsByTheRuntime);

    [Theory]
    [MemberData(nameof(Own))]
    public void A_wrong_password_for_a_file_of_the_cryptography_project_is_wrong(string name) =>
        Assert.Equal("P10", P12Reader.Read(Content(name), "another password").Findings.Single(finding => finding.Refuses).Code);

    [Fact]
    public void A_wrong_password_for_a_file_of_NIST_is_wrong() => Assert.All(Nist, name =>
    {
        foreach (var password in (string[])["", "Password", "password ", "passwore"])
        {
            Assert.Equal("P10", P12Reader.Read(Content(name), password).Findings.Single(finding => finding.Refuses).Code);
        }
    });

    /// <summary>
    /// What NIST asks of a path, as far as this validator judges paths: names, signatures, basic constraints, dates of the certificate itself.
    /// </summary>
    [Theory]
    [InlineData("ValidCertificatePathTest1EE")]
    [InlineData("ValidDSASignaturesTest4EE")]
    [InlineData("ValidBasicSelfIssuedOldWithNewTest1EE")]
    [InlineData("ValidBasicSelfIssuedNewWithOldTest3EE")]
    [InlineData("ValidGeneralizedTimenotBeforeDateTest4EE")]
    [InlineData("ValidNameChainingWhitespaceTest3EE")]
    [InlineData("ValidNameChainingCapitalizationTest5EE")]
    [InlineData("ValidRolloverfromPrintableStringtoUTF8StringTest10EE")]
    [InlineData("ValidUTF8StringCaseInsensitiveMatchTest11EE")]
    [InlineData("InvalidCASignatureTest2EE", "P23.broken")]
    [InlineData("InvalidEESignatureTest3EE", "P23.broken")]
    [InlineData("InvalidDSASignatureTest6EE", "P23.broken")]
    [InlineData("InvalidNameChainingTest1EE", "P23")]
    [InlineData("InvalidMissingbasicConstraintsTest1EE", "P26.issuer")]
    [InlineData("InvalidcAFalseTest2EE", "P26.issuer")]
    [InlineData("InvalidcAFalseTest3EE", "P26.issuer")]
    [InlineData("InvalidEEnotBeforeDateTest2EE", "P18")]
    [InlineData("InvalidEEnotAfterDateTest6EE", "P19")]
    [InlineData("Invalidpre2000UTCEEnotAfterDateTest7EE", "P19")]
    public void A_path_of_NIST_is_judged_as_it_says(string name, string? finding = null)
    {
        var anchor = Certificate("TrustAnchorRootCertificate");
        var reading = P12Reader.Read(Content($"x509/PKITS_data/pkcs12/{name}.p12"), "password");
        using var collection = new Collection(
            X509CertificateLoader.LoadPkcs12Collection(Content($"x509/PKITS_data/pkcs12/{name}.p12"), "password", X509KeyStorageFlags.Exportable));
        var leaf = collection.Certificates.Single();
        var key = leaf.GetRSAPrivateKey()?.ExportPkcs8PrivateKey() ?? leaf.GetDSAPrivateKey()!.ExportPkcs8PrivateKey();
        var path = PathOf(reading.Certificates[0]).Select(one => P12Writer.Certificate(one));
        var file = P12Writer.File(
            [P12Writer.Safe([P12Writer.Key(key, P12Writer.FriendlyName("authentication")), .. path])],
            "password",
            P12Mac.Classic(P12Digest.Sha256));

        var verdict = EHealthCheck.Of(
            file,
            "password",
            new CertificateRules(MinKeys: 1, TrustedRoots: [anchor]),
            Today with { Now = new DateTimeOffset(2015, 1, 1, 0, 0, 0, TimeSpan.Zero) });

        var found = verdict.Findings
            .Select(one => one.Key["finding.".Length..])
            .Where(one => one[..3] is "P18" or "P19" or "P23" or "P24" or "P25" || one == "P26.issuer")
            .Except(["P24"]);
        Assert.Equal(finding is null ? [] : [finding], found);
    }

    [Fact]
    public void A_file_with_one_bit_changed_is_answered() => Assert.All(Names("pkcs12").Concat(Nist), name =>
    {
        var content = Content(name);
        var random = new Random(content.Length);
        for (var time = 0; time < 4; time++)
        {
            var changed = (byte[])content.Clone();
            changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
            Check(changed, PasswordOf(name));
        }
    });

    [Fact]
    public void A_file_cut_short_is_called_cut_short() => Assert.All(Names("pkcs12").Concat(Nist), name =>
    {
        var content = Content(name);
        for (var length = 0; length < content.Length; length += 97)
        {
            Assert.Equal(length == 0 ? "empty" : "truncated", Assert.Single(Check(content[..length], PasswordOf(name)).Findings).Variant);
        }
    });

    /// <summary>What is changed is also what only a right password opens, and lies under a right MAC.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_file_changed_at_random_is_answered(int seed)
    {
        var random = new Random(seed);
        var plain = P12Maker.EHealth(change: store => store with { KeyProtection = null, CertificateProtection = null, Mac = null });
        var rsa = Bags(TestKey.Rsa("authentication"), "CN=changed");
        var elliptic = Bags(TestKey.Ec("a", "nistP521"), "CN=changed");
        var file = P12Maker.EHealth(
            change: store => store with
            {
                Mac = P12Mac.Pbmac1(P12Digest.Sha256, P12Digest.Sha256, 2),
                KeyProtection = P12Protection.Scrypt(P12Cipher.Aes256, 16),
            });
        var stream = P12Maker.EHealth(change: store => StructureCases.Legacy(store) with { Ber = true });
        for (var time = 0; time < 200; time++)
        {
            Check(ChangedBytes.Of(plain, random), P12Maker.Password);
            Check(ChangedBytes.Of(file, random), P12Maker.Password);
            Check(ChangedBytes.Of(stream, random), P12Maker.Password);
            Check(StructureCases.WithContent(ChangedBytes.Of(Content(rsa, elliptic), random)), P12Maker.Password);
            Check(
                StructureCases.With(P12Writer.SafeOf(
                    P12Protection.Modern.Identifier, P12Protection.Modern.Encrypt(ChangedBytes.Of(rsa, random), P12Maker.Password))),
                P12Maker.Password);
        }
    }

    private static byte[] Bags(TestKey key, string name) => Der.Sequence(
        P12Writer.Key(key.Private, P12Writer.FriendlyName("authentication"), P12Writer.LocalKeyId(1)),
        P12Writer.Certificate(P12Maker.Plain(key, name), P12Writer.LocalKeyId(1)));

    private static byte[] Content(params byte[][] bags) =>
        Der.Sequence([.. bags.Select(bag => Der.Sequence(Der.Oid(P12Writer.Data), Der.Context(0, Der.Octets(bag))))]);

    private static void AssertReadAsByTheRuntime(string name)
    {
        var (content, password) = (Content(name), PasswordOf(name));

        var reading = P12Reader.Read(content, password);

        using var expected = new Collection(X509CertificateLoader.LoadPkcs12Collection(content, password, X509KeyStorageFlags.EphemeralKeySet));
        Assert.DoesNotContain(reading.Findings, finding => finding.Severity != Severity.Info && finding.Code != "P09");
        Assert.Equal(name == OddName, reading.Findings.Any(finding => finding.Code == "P32"));
        Assert.Equal(
            expected.Certificates.Select(one => Convert.ToHexStringLower(one.GetCertHash(HashAlgorithmName.SHA256))).Order(),
            reading.Certificates.Select(one => one.Sha256).Order());
        // The runtime does not tell of a key without a certificate.
        Assert.Equal(
            name.EndsWith("/no-cert-key-aes256cbc.p12", StringComparison.Ordinal) ? 1 : expected.Certificates.Count(one => one.HasPrivateKey),
            reading.Keys.Count);
        Assert.All(expected.Certificates, one => Assert.Equal(
            one.HasPrivateKey, reading.Keys.Any(key => key.IsOf(reading.Certificates.First(other => other.Der.AsSpan().SequenceEqual(one.RawData))))));
    }

    // The certificate, and whatever bears the name of an issuer on the way up.
    private static List<byte[]> PathOf(P12Certificate leaf)
    {
        var all = Directory.EnumerateFiles(Path.Combine(Folder, "x509/PKITS_data/certs"))
            .Select(File.ReadAllBytes)
            .Select(P12Certificate.TryRead)
            .OfType<P12Certificate>()
            .ToList();
        var path = new List<P12Certificate> { leaf };
        for (var place = 0; place < path.Count; place++)
        {
            path.AddRange(all.Where(one => path[place].NamesAsIssuer(one) && !path.Exists(other => other.Sha256 == one.Sha256)));
        }

        return [.. path.Select(one => one.Der)];
    }

    private static byte[] Certificate(string name) => Content($"x509/PKITS_data/certs/{name}.crt");

    private static EHealthVerdict Check(byte[] content, string password) => EHealthCheck.Of(content, password, new CertificateRules(), Today);

    private static string[] Names(string under) =>
        [.. Directory.EnumerateFiles(Path.Combine(Folder, under), "*.p12").Select(file => $"{under}/{Path.GetFileName(file)}").Order(StringComparer.Ordinal)];

    private static byte[] Content(string name) => File.ReadAllBytes(Path.Combine(Folder, name));

    private static string PasswordOf(string name) =>
        name.EndsWith("no-pwd.p12", StringComparison.Ordinal) || name == OddName ? ""
        : name.StartsWith("pkcs12/", StringComparison.Ordinal)
            && (name.Contains("aes256cbc", StringComparison.Ordinal)
                || name.Contains("rc2", StringComparison.Ordinal)
                || name.Contains("none", StringComparison.Ordinal)) ? "cryptography"
        : "password";

    private sealed record Collection(X509Certificate2Collection Certificates) : IDisposable
    {
        public void Dispose()
        {
            foreach (var certificate in Certificates)
            {
                certificate.Dispose();
            }
        }
    }
}
