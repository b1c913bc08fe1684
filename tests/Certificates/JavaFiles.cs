using Ssp.Certificates.EHealth;

namespace Ssp.Tests.Certificates;

/// <summary>A file that Java is asked about.</summary>
internal sealed record JavaFile(string Name, byte[] File, string Password)
{
    public EHealthVerdict Check() => EHealthCheck.Of(
        File, Password, new CertificateRules(), new Circumstances(P12Maker.Now, "71000436", "NIHII-HOSPITAL=71000436 20250115-093000.p12"));
}

/// <summary>All files of the test writer and of other people's collections, and stores in which names, numbers and order are shuffled.</summary>
internal static class JavaFiles
{
    private static readonly byte[] Trusted = P12Writer.Attribute("2.16.840.1.113894.746875.1.1", Der.Oid("2.5.29.37.0"));

    public static IEnumerable<JavaFile> All =>
    [
        .. StructureCases.All.Concat(EHealthCases.All).Concat(JavaCases.All).Select(one => new JavaFile(one.Name, one.File(), one.Password)),
        .. P12FindingTests.Good.Select(one => new JavaFile(one.Key, P12Maker.EHealth(change: one.Value), P12Maker.Password)),
        .. P12AlgorithmTests.OfEveryAlgorithm.Select(one => new JavaFile(one.Name, one.File, P12Maker.Password)),
        .. P12CorpusTests.Files.Select(one => new JavaFile(one.Name, one.Content, one.Password)),
        .. JavaCertificateCases.Read,
        .. Enumerable.Range(0, 400).Select(Shuffled),
    ];

    private static JavaFile Shuffled(int seed)
    {
        var random = new Random(seed);
        T Any<T>(params T[] values) => values[random.Next(values.Length)];
        byte[][] Mostly(byte[] right, byte[] other) => Any<byte[][]>([], [right], [right], [other]);
        byte[][] Attributes(string name, byte id) =>
        [
            .. Mostly(P12Writer.FriendlyName(name), P12Writer.FriendlyName(Any("authentication", "Authentication ", "1", ""))),
            .. Mostly(P12Writer.LocalKeyId(id), P12Writer.LocalKeyId(Any<byte>(1, 2, 3))),
        ];

        var store = new EHealthStore();
        byte[] Key(TestKey key, string name, byte id) => random.Next(8) == 0
            ? P12Writer.Key(key.Private, Attributes(name, id))
            : P12Writer.Key(key.Private, P12Protection.Pbes2(P12Cipher.Aes128, P12Digest.Sha256, 20), store.Password, Attributes(name, id));
        byte[] Certificate(byte[] certificate, string name, byte id) => P12Writer.Certificate(
            certificate,
            [.. Attributes(name, id), .. random.Next(10) == 0 ? [Trusted] : Array.Empty<byte[]>()]);
        List<byte[]> bags =
        [
            Key(store.AuthenticationKey, "authentication", 1),
            Key(store.EncryptionKey, $"{EHealthStore.RealSerial}", 2),
            Certificate(store.AuthenticationCertificate, "authentication", 1),
            Certificate(store.EncryptionCertificate, $"{EHealthStore.RealSerial}", 2),
            Certificate(store.IssuerCertificate, "issuer", 8),
            Certificate(store.RootCertificate, "root", 9),
        ];
        if (random.Next(3) == 0)
        {
            var older = TestKey.Rsa("older encryption");
            bags.Add(Key(older, "123456789", 3));
            bags.Add(Certificate(store.EncryptionCertificateOf(older, 123_456_789, store.NotBefore), "123456789", 3));
        }

        if (random.Next(5) == 0)
        {
            bags.Add(P12Writer.Bag(
                P12Writer.SecretBag,
                Der.Sequence(Der.Oid(P12Writer.Data), Der.Context(0, Der.Octets([1, 2, 3]))),
                Attributes(Any("authentication", "secret"), 7)));
        }

        var order = random.Next(3) switch
        {
            0 => bags,
            1 => [.. bags.OrderBy(_ => random.Next())],
            _ => bags.AsEnumerable().Reverse().ToList(),
        };
        var cut = random.Next(order.Count + 1);
        byte[][] safes = [Safe(order[..cut]), Safe(order[cut..])];
        return new($"shuffled {seed}", P12Writer.File(safes, store.Password, P12Mac.Classic(P12Digest.Sha256, 20)), store.Password);

        byte[] Safe(List<byte[]> part) => random.Next(6) == 0
            ? P12Writer.Safe(P12Writer.Bag(P12Writer.SafeBag, Der.Sequence([.. part])))
            : P12Writer.Safe([.. part]);
    }
}
