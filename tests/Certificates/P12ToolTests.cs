using System.Security.Cryptography;
using Ssp.Certificates.EHealth;
using Ssp.Certificates.P12;

namespace Ssp.Tests.Certificates;

/// <summary>What OpenSSL, Java, NSS and GnuTLS write is read, and what the tests write they read.</summary>
[Trait("Run", "full")]
public sealed class P12ToolTests : IDisposable
{
    private static readonly TestKey Key = TestKey.Rsa("authentication");

    private readonly Tool tool = new();

    public void Dispose() => tool.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("-legacy")]
    [InlineData("-legacy -descert")]
    [InlineData("-macalg sha1")]
    [InlineData("-macalg sha512")]
    [InlineData("-macalg sha3-256")]
    [InlineData("-iter 1 -maciter")]
    [InlineData("-iter 100000")]
    [InlineData("-keypbe AES-128-CBC -certpbe CAMELLIA-256-CBC")]
    [InlineData("-keypbe ARIA-256-CBC -certpbe DES-EDE3-CBC")]
    [InlineData("-legacy -keypbe PBE-SHA1-RC4-128 -certpbe PBE-SHA1-RC2-128")]
    [InlineData("-legacy -keypbe PBE-SHA1-2DES -certpbe RC2-40-CBC")]
    [InlineData("-legacy -keypbe PBE-MD5-DES -certpbe PBE-SHA1-RC2-64")]
    [InlineData("-keypbe NONE -certpbe NONE")]
    [InlineData("-nomac")]
    [InlineData("-keypbe NONE -certpbe NONE -nomac")]
    public void A_file_of_OpenSSL_is_read(string options)
    {
        WritePem(Key);
        tool.Run([
            "openssl", "pkcs12", "-export", "-in", "certificate.pem", "-inkey", "key.pem", "-name", "authentication",
            "-out", "made.p12", "-passout", "env:PASSWORD", .. Words(options),
        ]);

        var reading = AssertRead(1, 1);

        Assert.Equal("authentication", reading.Keys[0].Alias);
        Assert.Equal(options.Contains("-nomac", StringComparison.Ordinal), reading.Findings.Any(finding => finding.Code == "P09"));
    }

    /// <summary>Every cipher that this OpenSSL can write into PBES2 and read again.</summary>
    [Fact]
    public void A_file_of_OpenSSL_in_any_of_its_ciphers_is_read()
    {
        WritePem(Key);
        var ciphers = Words(tool.Run("openssl", "enc", "-ciphers", "-provider", "default", "-provider", "legacy").Replace('\n', ' '))
            .Where(word => word.StartsWith('-'))
            .Select(word => word[1..])
            // Those of less than a block a step are written under the name of those of a whole block.
            .Where(cipher => !cipher.EndsWith("-cfb1", StringComparison.Ordinal) && !cipher.EndsWith("-cfb8", StringComparison.Ordinal))
            // Triple DES in CFB is written under the name of DES.
            .Where(cipher => !cipher.StartsWith("des-ede3-cfb", StringComparison.Ordinal) && !cipher.Contains("wrap", StringComparison.Ordinal))
            .Distinct()
            .ToList();
        var read = 0;
        foreach (var cipher in ciphers)
        {
            if (tool.Try(
                "openssl", "pkcs12", "-export", "-legacy", "-in", "certificate.pem", "-inkey", "key.pem", "-out", "made.p12", "-passout", "env:PASSWORD",
                "-keypbe", cipher, "-certpbe", cipher).Code == 0
                && tool.Try("openssl", "pkcs12", "-legacy", "-noenc", "-in", "made.p12", "-passin", "env:PASSWORD").Code == 0)
            {
                var reading = P12Reader.Read(tool.Read("made.p12"), Tool.Password);
                Assert.True(reading.IsReadable, $"{cipher}: {string.Join(' ', reading.Findings.Select(finding => finding.Key))}");
                Assert.True(reading.Keys.Single().IsOf(reading.Certificates.Single()));
                read++;
            }
        }

        Assert.InRange(read, 20, ciphers.Count);
    }

    [Fact]
    public void A_file_of_OpenSSL_with_a_MAC_of_any_of_its_digests_is_read()
    {
        WritePem(Key);
        var read = 0;
        foreach (var digest in (string[])
        [
            "md4", "md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha512-224", "sha512-256", "sha3-224", "sha3-256", "sha3-384", "sha3-512",
            "ripemd160", "sm3", "blake2b512", "blake2s256", "whirlpool",
        ])
        {
            if (tool.Try(
                "openssl", "pkcs12", "-export", "-legacy", "-in", "certificate.pem", "-inkey", "key.pem", "-out", "made.p12", "-passout", "env:PASSWORD",
                "-macalg", digest).Code == 0)
            {
                AssertRead(1, 1);
                read++;
            }
        }

        Assert.InRange(read, 10, 18);
    }

    /// <summary>Its first schemes take the bytes of the password as they are; the argument is bytes as well.</summary>
    [Theory]
    [InlineData("PBE-SHA1-DES", "méér")]
    [InlineData("PBE-MD5-DES", "paßwörd €")]
    [InlineData("PBE-SHA1-RC2-64", "密码")]
    [InlineData("PBE-SHA1-3DES", "méér")]
    [InlineData("AES-256-CBC", "méér")]
    public void A_file_of_OpenSSL_with_accents_in_its_password_is_read(string scheme, string password)
    {
        WritePem(Key);
        tool.Run(
            "openssl", "pkcs12", "-export", "-legacy", "-in", "certificate.pem", "-inkey", "key.pem", "-out", "made.p12", "-passout", $"pass:{password}",
            "-keypbe", scheme, "-certpbe", scheme);

        Assert.True(P12Reader.Read(tool.Read("made.p12"), password).IsReadable);
        Assert.Equal("accents", P12Reader.Read(tool.Read("made.p12"), password + "é").Findings.Single(finding => finding.Refuses).Variant);
    }

    /// <summary>As openssl.exe gets it from a window for commands.</summary>
    [Theory]
    [InlineData(850)]
    [InlineData(1252)]
    public void A_file_of_OpenSSL_with_a_password_in_a_page_of_Windows_is_read(int page)
    {
        WritePem(Key);
        tool.Write("typed", [.. System.Text.CodePagesEncodingProvider.Instance.GetEncoding(page)!.GetBytes("10-of-méér"), (byte)'\n']);
        foreach (var scheme in (string[])["PBE-SHA1-DES", "PBE-SHA1-3DES", "AES-256-CBC"])
        {
            tool.Run(
                "openssl", "pkcs12", "-export", "-legacy", "-in", "certificate.pem", "-inkey", "key.pem", "-out", "made.p12", "-passout", "file:typed",
                "-keypbe", scheme, "-certpbe", scheme);

            Assert.True(P12Reader.Read(tool.Read("made.p12"), "10-of-méér").IsReadable);
        }
    }

    /// <summary>
    /// What the portal finds in order of files changed at random under a right MAC, or none, another program must be able to read; how many more are
    /// tried by <c>bench p12</c>.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_changed_file_that_is_in_order_is_so_for_OpenSSL_too(int seed)
    {
        foreach (var (file, place) in ChangedFiles.Of(seed, 200).Select((file, place) => (file, place)))
        {
            if (ChangedFiles.IsGood(file))
            {
                tool.Write("changed.p12", file);
                var (code, output) = tool.Try("openssl", "pkcs12", "-legacy", "-noenc", "-in", "changed.p12", "-passin", $"pass:{ChangedFiles.Password}");
                Assert.True(code == 0, $"{place}: {output}");
            }
        }
    }

    [Fact]
    public void A_file_of_OpenSSL_with_PBMAC1_is_read()
    {
        WritePem(Key);
        var (code, output) = tool.Try(
            "openssl", "pkcs12", "-export", "-in", "certificate.pem", "-inkey", "key.pem", "-out", "made.p12", "-passout", "env:PASSWORD", "-pbmac1_pbkdf2");
        Assert.SkipUnless(code == 0, $"this OpenSSL does not write PBMAC1 ({output.Split('\n')[0]})");

        AssertRead(1, 1);
    }

    [Theory]
    [InlineData("nistP256")]
    [InlineData("nistP521")]
    public void A_file_of_OpenSSL_with_an_elliptic_key_is_read(string curve)
    {
        WritePem(TestKey.Ec("tool", curve));
        tool.Run("openssl", "pkcs12", "-export", "-in", "certificate.pem", "-inkey", "key.pem", "-out", "made.p12", "-passout", "env:PASSWORD");

        Assert.Equal("EC", AssertRead(1, 1).Keys[0].Algorithm);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-J-Dkeystore.pkcs12.legacy")]
    [InlineData("-J-Dkeystore.pkcs12.macAlgorithm=HmacPBESHA512 -J-Dkeystore.pkcs12.keyProtectionAlgorithm=PBEWithHmacSHA512AndAES_256")]
    [InlineData("-J-Dkeystore.pkcs12.macAlgorithm=NONE")]
    public void A_key_store_of_Java_with_two_keys_is_read(string options)
    {
        foreach (var alias in (string[])["authentication", "37986951857310355882683937081880734299"])
        {
            Keytool(["-genkeypair", "-alias", alias, "-keyalg", "RSA", "-keysize", "2048", "-dname", $"CN={alias}", "-keystore", "made.p12"], options);
        }

        var reading = AssertRead(2, 2);

        Assert.Equal(["37986951857310355882683937081880734299", "authentication"], reading.Keys.Select(key => key.Alias).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_key_store_of_Java_with_keys_certificates_and_a_secret_is_read()
    {
        tool.Write("authority.cer", P12Maker.Plain(TestKey.Rsa("root"), "an authority"));
        Keytool(["-genkeypair", "-alias", "Authentication", "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=somebody", "-keystore", "made.p12"]);
        Keytool(["-genkeypair", "-alias", "edwards", "-keyalg", "Ed25519", "-dname", "CN=somebody else", "-keystore", "made.p12"]);
        Keytool(["-importcert", "-noprompt", "-alias", "authority", "-file", "authority.cer", "-keystore", "made.p12"]);
        Keytool(["-genseckey", "-alias", "secret", "-keyalg", "AES", "-keysize", "256", "-keystore", "made.p12"]);

        var reading = AssertRead(2, 3);

        Assert.Equal(["authentication", "edwards"], reading.Keys.Select(key => key.Alias).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_store_as_eHealth_makes_it_put_together_by_Java_is_good()
    {
        // Java writes the chain beside its key; the authorities' own entries come after it, as eHealth's program adds them.
        var store = new EHealthStore { Password = Tool.Password };
        tool.Write("source.p12", store.Write());
        tool.Run(
            "keytool", "-importkeystore", "-srckeystore", "source.p12", "-srcstoretype", "PKCS12", "-srcstorepass:env", "PASSWORD",
            "-destkeystore", "made.p12", "-deststoretype", "PKCS12", "-deststorepass:env", "PASSWORD");
        foreach (var (certificate, name) in new[]
        {
            (store.IssuerCertificate, TestCertificate.Text(store.Issuer)),
            (store.RootCertificate, TestCertificate.Text(store.Root)),
        })
        {
            tool.Write("authority.cer", certificate);
            Keytool(["-importcert", "-noprompt", "-alias", name, "-file", "authority.cer", "-keystore", "made.p12"]);
        }

        var verdict = EHealthCheck.Of(tool.Read("made.p12"), Tool.Password, new CertificateRules(), new Circumstances(P12Maker.Now, "71000436", "made.p12"));

        Assert.DoesNotContain(verdict.Findings, finding => finding.Severity != Severity.Info);
        Assert.Equal(EHealthStore.RealSerial, verdict.Encryption!.SerialNumber);
        Assert.Equal(2, verdict.Chain!.Count);
    }

    [Fact]
    public void Java_finds_both_keys_in_a_store_of_the_tests()
    {
        tool.Write("made.p12", P12Maker.EHealth(password: Tool.Password));

        var listed = Keytool(["-list", "-keystore", "made.p12"]);

        Assert.Contains("authentication,", listed, StringComparison.Ordinal);
        Assert.Contains($"{EHealthStore.RealSerial},", listed, StringComparison.Ordinal);
    }

    [Fact]
    public void OpenSSL_finds_both_keys_in_a_store_of_the_tests()
    {
        tool.Write("modern.p12", P12Maker.EHealth(password: Tool.Password));
        tool.Write("old.p12", P12Maker.EHealth(password: Tool.Password, change: StructureCases.Legacy));
        tool.Write("stream.p12", P12Maker.EHealth(password: Tool.Password, change: store => store with { Ber = true }));

        Assert.All((string[])["modern.p12", "old.p12", "stream.p12"], name =>
        {
            var shown = tool.Run("openssl", "pkcs12", "-legacy", "-noenc", "-in", name, "-passin", "env:PASSWORD");
            Assert.Equal(2, shown.Split("-----BEGIN PRIVATE KEY-----").Length - 1);
            Assert.Equal(4, shown.Split("-----BEGIN CERTIFICATE-----").Length - 1);
        });
    }

    [Theory]
    [InlineData("")]
    [InlineData("-C AES-256-CBC -c AES-128-CBC -M SHA-512")]
    [InlineData("-C DES-EDE3-CBC -c CAMELLIA-256-CBC -M SHA-1")]
    public void A_file_of_NSS_is_read(string options)
    {
        tool.Write("source.p12", P12Maker.OneKey(Key, Tool.Password, P12Protection.Modern, P12Mac.Classic(P12Digest.Sha256)));
        tool.Write("none", "");
        tool.Run("certutil", "-N", "-d", "sql:.", "--empty-password");
        tool.Run("pk12util", "-i", "source.p12", "-d", "sql:.", "-k", "none", "-w", "password");
        tool.Run(["pk12util", "-o", "made.p12", "-n", "key", "-d", "sql:.", "-k", "none", "-w", "password", .. Words(options)]);

        AssertRead(1, 1);
    }

    [Theory]
    [InlineData("aes-256")]
    [InlineData("aes-128")]
    [InlineData("3des")]
    [InlineData("3des-pkcs12")]
    [InlineData("rc2-40")]
    [InlineData("arcfour")]
    public void A_file_of_GnuTLS_is_read(string cipher)
    {
        WritePem(Key);
        tool.Write("template", $"password = \"{Tool.Password}\"\npkcs12_key_name = \"authentication\"\n");
        tool.Run(
            "certtool", "--to-p12", "--load-certificate", "certificate.pem", "--load-privkey", "key.pem", "--template", "template", "--pkcs-cipher", cipher,
            "--outder", "--outfile", "made.p12");

        Assert.Equal("authentication", AssertRead(1, 1).Keys[0].Alias);
    }

    [Fact]
    public void GnuTLS_checks_the_mac_of_a_store_of_the_tests()
    {
        tool.Write("made.p12", P12Maker.EHealth(password: Tool.Password));
        tool.Write("template", $"password = \"{Tool.Password}\"\n");

        var shown = tool.Run("certtool", "--p12-info", "--inder", "--infile", "made.p12", "--template", "template");

        Assert.Equal(2, shown.Split("Type: PKCS #8 Encrypted key").Length - 1);
        Assert.Equal(4, shown.Split("Type: Certificate").Length - 1);
    }

    private static string[] Words(string options) => options.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private void WritePem(TestKey key)
    {
        tool.Write("key.pem", PemEncoding.WriteString("PRIVATE KEY", key.Private));
        tool.Write("certificate.pem", PemEncoding.WriteString("CERTIFICATE", P12Maker.Plain(key)));
    }

    private string Keytool(string[] command, string options = "") =>
        tool.Run(["keytool", .. Words(options), .. command, "-storetype", "PKCS12", "-storepass:env", "PASSWORD"]);

    private P12Reading AssertRead(int keys, int certificates)
    {
        var reading = P12Reader.Read(tool.Read("made.p12"), Tool.Password);

        Assert.DoesNotContain(reading.Findings, finding => finding.Refuses);
        Assert.Equal((keys, certificates), (reading.Keys.Count, reading.Certificates.Count));
        Assert.All(reading.Keys, key => Assert.Contains(reading.Certificates, key.IsOf));
        Assert.Equal("P10", P12Reader.Read(tool.Read("made.p12"), "another").Findings.FirstOrDefault(finding => finding.Refuses)?.Code ?? "P10");
        return reading;
    }
}
