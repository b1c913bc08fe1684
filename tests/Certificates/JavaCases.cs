using Ssp.Certificates.P12;

namespace Ssp.Tests.Certificates;

/// <summary>P37 and P38: files that can be read, but in which a Java program such as HD4DP does not find what it looks for.</summary>
internal static class JavaCases
{
    private static readonly TestKey Stranger = TestKey.Rsa("stranger");

    public static IEnumerable<P12Case> All => [.. Unopened, .. JavaCertificateCases.Refused, .. Unfound];

    private static IEnumerable<P12Case> Unopened =>
    [
        Refuse("P37.name", "a name in UTF-8", store => store with { Certificates = all => Renamed(all, Der.Utf8("root")) }, "P32 Info"),
        Refuse("P37.name", "a name in printable letters",
            store => store with { Certificates = all => Renamed(all, Der.Element(0x13, "root"u8.ToArray())) }, "P32 Info"),
        Refuse("P37.name", "a name without a value",
            store => store with { Certificates = all => Renamed(all) }),
        Refuse("P37.method", "scrypt", store => store with { KeyProtection = P12Protection.Scrypt(P12Cipher.Aes256, cost: 16) }),
        Refuse("P37.method", "CAST5", store => store with { CertificateProtection = P12Protection.Pbes2(P12Cipher.Cast5, P12Digest.Sha256) }),
        Refuse("P37.method", "Camellia", store => store with { KeyProtection = P12Protection.Pbes2(P12Cipher.Camellia256, P12Digest.Sha256) }),
        Refuse("P37.method", "SHA-3 under PBKDF2", store => store with { KeyProtection = P12Protection.Pbes2(P12Cipher.Aes256, P12Digest.Sha3Over256) }),
        Refuse("P37.method", "SHA-3 in the MAC", store => store with { Mac = P12Mac.Classic(P12Digest.Sha3Over256) }),
        Refuse("P37.method", "MD5 in the MAC", store => store with { Mac = P12Mac.Classic(P12Digest.Md5) }, "P31 Info"),
        Warn("P37.newer", "PBMAC1", store => store with { Mac = P12Mac.Pbmac1(P12Digest.Sha256, P12Digest.Sha256) }),
        Refuse("P37.pieces", "written as a stream", store => store with { Ber = true }),
        Refuse("P37.certificate", "another certificate in the file, on a curve that is described",
            store => store with { Certificates = all => [.. all, StoreBag.Named(P12Maker.Plain(TestKey.EcExplicit("numbers")), "other")] }, "P15 Warn"),
        Refuse("P37.pieces", "an old file written as a stream", store => StructureCases.Legacy(store) with { Ber = true }, "P31 Info"),
        Refuse("P37.form", "a password as the old NSS took it", store => store with
        {
            KeyProtection = P12Protection.Pbes2(
                P12Cipher.Aes256, P12Digest.Sha256, typed: [.. System.Text.Encoding.BigEndianUnicode.GetBytes(P12Maker.Password), 0, 0]),
        }),
        Refuse("P37.password", "a letter with an accent", store => store with { Password = "Mérovingien 1" }) with { Password = "Mérovingien 1" },
        Refuse("P37.password", "a tabulator", store => store with { Password = "one\ttwo" }) with { Password = "one\ttwo" },
    ];

    private static IEnumerable<P12Case> Unfound =>
    [
        Refuse("P38.open", "keys that lie open", store => store with { KeyProtection = null }, "P31.open Info"),
        Refuse("P38.nested", "keys in a bag of bags", store => store with { KeysInBag = true }),
        Refuse("P38.id", "keys without numbers, beside certificates with them",
            store => store with { Keys = keys => keys.Select(key => key with { Attributes = [key.Attributes[0]] }) }),
        Refuse("P38.id", "no numbers at all", WithoutIds),
        Warn("P38.id", "an older encryption key without a number", store =>
        {
            var renewed = EHealthCases.Renewed(store);
            return renewed with { Keys = keys => renewed.Keys!(keys).Select((key, place) => place < 2 ? key : key with { Attributes = [key.Attributes[0]] }) };
        }, "P13.more Info"),
        Warn("P38.twice", "an earlier key of the name", store => store with
        {
            Keys = keys => [StoreBag.Named(Stranger.Private, "authentication", 9), .. keys],
            Certificates = all => [StoreBag.Named(P12Maker.Plain(Stranger), "authentication", 9), .. all],
        }, "P13.more Info"),
        Warn("P38.short", "an issuer whose name is another kind of string to Java", store => store with
        {
            Issuer = ["C=BE", "O=ZETES SA", "SERIALNUMBER=001", "CN=eHealth issuing CA"],
            Certificates = all => [.. all.Take(2), all[2] with { Content = OtherKindOfName(store) }, .. all.Skip(3)],
        }),
        Refuse("P38.chain", "an issuer of the same name that did not sign", store => store with
        {
            Certificates = all => [.. all.Take(2), StoreBag.Named((store with { IssuerKey = Stranger }).IssuerCertificate, null), .. all.Skip(2)],
        }),
    ];

    /// <summary>Keys and certificates belong together by their names alone.</summary>
    public static EHealthStore WithoutIds(EHealthStore store) => store with
    {
        Keys = keys => keys.Select(key => key with { Attributes = [key.Attributes[0]] }),
        Certificates = all => all.Select(one => one with { Attributes = [one.Attributes[0]] }),
    };

    // The same name, but its number is a string in UTF-8: types without a short name Java compares byte by byte.
    private static byte[] OtherKindOfName(EHealthStore store)
    {
        var name = Der.Sequence(
            Der.Set(Der.Sequence(Der.Oid("2.5.4.6"), Der.Printable("BE"))),
            Der.Set(Der.Sequence(Der.Oid("2.5.4.10"), Der.Utf8("ZETES SA"))),
            Der.Set(Der.Sequence(Der.Oid("2.5.4.5"), Der.Utf8("001"))),
            Der.Set(Der.Sequence(Der.Oid("2.5.4.3"), Der.Utf8("eHealth issuing CA"))));
        return new TestCertificate(
            name, TestCertificate.Name(store.Root), 11, store.NotBefore.AddYears(-2), store.NotAfter.AddYears(5), store.IssuerKey.Public,
            TestCertificate.Authority(depth: 0),
            TestCertificate.Usage(TestCertificate.Usages.CertificateSigning | TestCertificate.Usages.RevocationSigning)).SignedBy(store.RootKey);
    }

    private static StoreBag[] Renamed(List<StoreBag> certificates, params byte[][] name) =>
        [.. certificates.SkipLast(1), certificates[^1] with { Attributes = [P12Writer.Attribute(P12Writer.FriendlyNameType, name)] }];

    private static P12Case Refuse(string finding, string about, Func<EHealthStore, EHealthStore> change, params string[] beside) =>
        new(finding, Severity.Refuse, about, () => P12Maker.EHealth(change: change), beside);

    private static P12Case Warn(string finding, string about, Func<EHealthStore, EHealthStore> change, params string[] beside) =>
        new(finding, Severity.Warn, about, () => P12Maker.EHealth(change: change), beside);
}
