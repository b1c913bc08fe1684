using Ssp.Certificates.P12;

namespace Ssp.Tests.Certificates;

/// <summary>Whose signature a certificate bears, in every algorithm that is looked at.</summary>
public sealed class P12SignatureTests
{
    private static Dictionary<string, TestKey> Keys => new()
    {
        ["RSA"] = TestKey.Rsa("authentication"),
        ["RSA of 2049 bits"] = TestKey.RsaOfAnyLength("signer", 2049),
        ["RSA of 2050 bits"] = TestKey.RsaOfAnyLength("signer", 2050),
        ["P-256"] = TestKey.Ec("a"),
        ["P-521"] = TestKey.Ec("a", "nistP521"),
        ["brainpool"] = TestKey.Ec("a", "brainpoolP384r1"),
        ["DSA"] = TestKey.Dsa("a"),
    };

    public static TheoryData<string, string> Signatures
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (var digest in (string[])["SHA1", "SHA224", "SHA256", "SHA384", "SHA512", "SHA3-224", "SHA3-256", "SHA3-512"])
            {
                all.Add("RSA", $"{digest}WITHRSA");
                all.Add("RSA of 2049 bits", $"{digest}WITHRSA");
            }

            foreach (var key in (string[])["RSA", "RSA of 2049 bits", "RSA of 2050 bits"])
            {
                all.Add(key, "MD5WITHRSA");
                all.Add(key, "RIPEMD160WITHRSA");
                all.Add(key, "SHA224WITHRSAANDMGF1");
                all.Add(key, "SHA256WITHRSAANDMGF1");
                all.Add(key, "SHA512WITHRSAANDMGF1");
            }

            foreach (var key in (string[])["P-256", "P-521", "brainpool"])
            {
                all.Add(key, "SHA1WITHECDSA");
                all.Add(key, "SHA224WITHECDSA");
                all.Add(key, "SHA512WITHECDSA");
                all.Add(key, "SHA3-256WITHECDSA");
            }

            all.Add("DSA", "SHA1WITHDSA");
            all.Add("DSA", "SHA224WITHDSA");
            all.Add("DSA", "SHA256WITHDSA");
            all.Add("DSA", "SHA512WITHDSA");
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Signatures))]
    public void A_signature_is_that_of_its_signer_and_of_nobody_else(string kind, string signature)
    {
        var key = Keys[kind];
        var own = Read(key, key, signature);

        Assert.True(own.IsSignedBy(own));
        // Another certificate under the same signature, another signature over the same certificate, another key.
        Assert.False(Read(Changed(own.Der, own.Der.AsSpan().IndexOf("somebody"u8))).IsSignedBy(own));
        Assert.False(Read(Changed(own.Der, own.Der.Length - 5)).IsSignedBy(own));
        Assert.False(own.IsSignedBy(Read(TestKey.Rsa("stranger"), TestKey.Rsa("stranger"))));
    }

    /// <summary>As `openssl req -sigopt rsa_padding_mode:pss` makes it by itself: as long as fits.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(64)]
    [InlineData(222)]
    public void A_salt_of_PSS_may_have_any_length(int bytes)
    {
        using var tool = new Tool();
        tool.Run(
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-noenc", "-keyout", "key.pem", "-out", "made.cer", "-outform", "DER", "-subj", "/CN=pss",
            "-days", "9", "-sha256", "-sigopt", "rsa_padding_mode:pss", "-sigopt", $"rsa_pss_saltlen:{bytes}");

        var own = Read(tool.Read("made.cer"));

        Assert.True(own.IsSignedBy(own));
        Assert.False(Read(Changed(own.Der, own.Der.Length - 5)).IsSignedBy(own));
    }

    private static P12Certificate Read(TestKey key, TestKey signer, string? signature = null) => Read(
        new TestCertificate(
            TestCertificate.Name("CN=signed by somebody"), TestCertificate.Name("CN=signed by somebody"), 7, P12Maker.Now, P12Maker.Now.AddYears(1), key.Public)
            .SignedBy(signer, signature));

    private static P12Certificate Read(byte[] der) => P12Certificate.TryRead(der) ?? throw new InvalidOperationException("no certificate");

    private static byte[] Changed(byte[] der, int place)
    {
        var changed = (byte[])der.Clone();
        changed[place] ^= 1;
        return changed;
    }
}
