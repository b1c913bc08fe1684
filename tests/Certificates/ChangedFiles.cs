using Ssp.Certificates.EHealth;

namespace Ssp.Tests.Certificates;

/// <summary>Good files in which something was changed at random, each time in another layer: outside, under the MAC, under the encryption.</summary>
public static class ChangedFiles
{
    public const string Password = P12Maker.Password;

    private static readonly Circumstances Today = new(P12Maker.Now, "71000436", "certificate.p12");

    /// <summary>The same files for the same seed, but for keys and signatures, which are made anew in each run.</summary>
    public static IEnumerable<byte[]> Of(int seed, int count)
    {
        var random = new Random(seed);
        var store = new EHealthStore();
        for (var number = 0; number < count; number++)
        {
            yield return (number % 5) switch
            {
                0 => ChangedBytes.Of(P12Maker.EHealth(), random),
                1 => ChangedBytes.Of(P12Maker.EHealth(change: one => one with { KeyProtection = null, CertificateProtection = null, Mac = null }), random),
                2 => StructureCases.WithContent(ChangedBytes.Of(Der.Sequence(Keys(store), Certificates(store)), random)),
                3 => StructureCases.With(Sealed(ChangedBytes.Of(Bags(Keys(store)), random)), Certificates(store)),
                _ => StructureCases.With(Keys(store), Sealed(ChangedBytes.Of(Bags(Certificates(store)), random))),
            };
        }
    }

    public static bool IsGood(byte[] file) => EHealthCheck.Of(file, Password, new CertificateRules(), Today).IsGood;

    private static byte[] Keys(EHealthStore store) => P12Writer.Safe(
        P12Writer.Key(store.AuthenticationKey.Private, P12Writer.FriendlyName("authentication"), P12Writer.LocalKeyId(1)),
        P12Writer.Key(store.EncryptionKey.Private, P12Writer.FriendlyName($"{EHealthStore.RealSerial}"), P12Writer.LocalKeyId(2)));

    private static byte[] Certificates(EHealthStore store) => P12Writer.Safe(
        P12Writer.Certificate(store.AuthenticationCertificate, P12Writer.LocalKeyId(1)),
        P12Writer.Certificate(store.EncryptionCertificate, P12Writer.LocalKeyId(2)),
        P12Writer.Certificate(store.IssuerCertificate),
        P12Writer.Certificate(store.RootCertificate));

    private static byte[] Bags(byte[] safe)
    {
        var info = new System.Formats.Asn1.AsnReader(safe, System.Formats.Asn1.AsnEncodingRules.DER).ReadSequence();
        info.ReadObjectIdentifier();
        return info.ReadSequence(new System.Formats.Asn1.Asn1Tag(System.Formats.Asn1.TagClass.ContextSpecific, 0)).ReadOctetString();
    }

    private static byte[] Sealed(byte[] bags) => P12Writer.SafeOf(P12Protection.Modern.Identifier, P12Protection.Modern.Encrypt(bags, Password));
}
