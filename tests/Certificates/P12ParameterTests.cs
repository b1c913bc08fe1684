using System.Text;
using Ssp.Certificates.P12;

namespace Ssp.Tests.Certificates;

/// <summary>Every scheme, with parameters of every wrong shape, under every kind of password, is answered by a reason that somebody thought of.</summary>
public sealed class P12ParameterTests
{
    private static readonly string[] Passwords = ["abc", "méér", "clef 𝄞 de sol", "half \ud834", "", "null \0", new('é', 20_000)];

    private static readonly byte[] Salt = Encoding.ASCII.GetBytes("8 bytes.");

    private static readonly string[] Schemes =
    [
        .. Enumerable.Range(1, 6).Select(number => $"1.2.840.113549.1.12.1.{number}"),
        .. Enumerable.Range(1, 14).Select(number => $"1.2.840.113549.1.5.{number}"),
        "1.2.643.2.2.21",
    ];

    // Of OpenSSL, BouncyCastle and RFC 8018: block ciphers in all modes, streams, authenticated ones, those that only wrap keys, RC5.
    private static readonly string[] Ciphers =
    [
        .. Enumerable.Range(1, 9).SelectMany(mode => new[] { 0, 20, 40 }.Select(first => $"2.16.840.1.101.3.4.1.{first + mode}")),
        .. Enumerable.Range(1, 15).Select(mode => $"1.2.410.200046.1.1.{mode}"), "1.2.410.200046.1.1.34", "1.2.410.200046.1.1.37",
        "1.2.392.200011.61.1.1.1.2", "1.2.392.200011.61.1.1.1.4", "0.3.4401.5.3.1.9.1", "0.3.4401.5.3.1.9.49",
        "1.2.410.200004.1.3", "1.2.410.200004.1.4", "1.2.156.10197.1.104.1", "1.2.156.10197.1.104.7", "1.2.156.10197.1.104.8",
        "1.3.14.3.2.6", "1.3.14.3.2.7", "1.3.14.3.2.9", "1.3.14.3.2.17", "1.2.840.113549.3.7", "1.2.840.113549.3.2", "1.2.840.113549.3.4",
        "1.2.840.113549.3.9", "1.3.6.1.4.1.3029.1.2", "1.2.840.113533.7.66.10", "1.3.6.1.4.1.188.7.1.1.2", "1.2.643.2.2.21", "1.2.643.7.1.1.5.1.1",
        "1.2.840.113549.1.9.16.3.18",
    ];

    private static readonly byte[][] Shapes =
    [
        [],
        Der.Null,
        Der.Sequence(),
        Der.Utf8("text"),
        Der.Integer(-1),
        Der.Octets([]),
        Der.Octets([1]),
        Der.Octets(new byte[8]),
        Der.Octets(new byte[16]),
        Der.Octets(new byte[500]),
        Der.Sequence(Der.Octets(new byte[8])),
        Der.Sequence(Der.Octets(new byte[8]), Der.Integer(128)),
        Der.Sequence(Der.Octets(new byte[8]), Der.Integer(-128)),
        Der.Sequence(Der.Octets(new byte[12]), Der.Integer(16)),
        Der.Sequence(Der.Octets(new byte[12]), Der.Integer(16), Der.Null),
        Der.Sequence(Der.Integer(58), Der.Octets(new byte[8])),
        Der.Sequence(Der.Integer(58), Der.Octets(new byte[7])),
        Der.Sequence(Der.Integer(-58), Der.Octets(new byte[8])),
        Der.Sequence(Der.Integer(58), Der.Octets(new byte[8]), Der.Octets(new byte[8])),
        Der.Sequence(Der.Integer(System.Numerics.BigInteger.Pow(2, 100)), Der.Octets(new byte[8])),
        Der.Sequence(Der.Octets(Salt), Der.Integer(1)),
        Der.Sequence(Der.Octets(Salt), Der.Integer(1), Der.Null),
        Der.Sequence(Der.Octets(Salt), Der.Integer(-1)),
        Der.Sequence(Der.Octets(Salt), Der.Integer(0)),
        Der.Sequence(Der.Octets([]), Der.Integer(1)),
        Der.Sequence(Der.Integer(1), Der.Octets(Salt)),
        Der.Sequence(Der.Octets(Salt), Der.Integer(2), Der.Integer(1), Der.Integer(1)),
        Der.Sequence(Der.Octets(Salt), Der.Integer(2), Der.Integer(1), Der.Integer(1), Der.Integer(-5)),
        Der.Sequence(Der.Octets(Salt), Der.Integer(2), Der.Integer(1), Der.Integer(1), Der.Integer(16), Der.Null),
        Der.Sequence(Der.Octets(Salt), Der.Integer(1), Der.Integer(16), Der.Algorithm(P12Digest.Sha256.HmacOid!, Der.Octets([1]))),
        Der.Sequence(Der.Octets(Salt), Der.Integer(1), Der.Algorithm(P12Digest.Sha256.HmacOid!), Der.Integer(16)),
        Der.Sequence(Der.Algorithm("1.2.3.4"), Der.Integer(1)),
    ];

    [Fact]
    public void A_scheme_with_odd_parameters_is_answered() => AssertAnswered(
        from scheme in Schemes from shape in Shapes select Der.Algorithm(scheme, shape));

    [Fact]
    public void A_cipher_of_PBES2_with_odd_parameters_is_answered() => AssertAnswered(
        from cipher in Ciphers
        from shape in Shapes
        select Pbes2(Der.Algorithm("1.2.840.113549.1.5.12", Der.Sequence(Der.Octets(Salt), Der.Integer(1))), Der.Algorithm(cipher, shape)));

    [Fact]
    public void A_derivation_of_PBES2_with_odd_parameters_is_answered() => AssertAnswered(
        from derivation in (string[])["1.2.840.113549.1.5.12", "1.3.6.1.4.1.11591.4.11", "1.2.3.4"]
        from shape in Shapes
        select Pbes2(Der.Algorithm(derivation, shape), P12Cipher.Aes256.Identifier(new byte[16])));

    [Fact]
    public void A_key_of_PBES2_of_an_odd_length_is_answered() => AssertAnswered(
        from cipher in Ciphers
        from length in (long[])[-1, 0, 1, 5, 8, 16, 17, 24, 32, 56, 128, 129, 1L << 40]
        select Pbes2(
            Der.Algorithm("1.2.840.113549.1.5.12", Der.Sequence(Der.Octets(Salt), Der.Integer(1), Der.Integer(length))),
            Der.Algorithm(cipher, cipher.StartsWith("1.2.840.113549.3.2", StringComparison.Ordinal)
                ? Der.Sequence(Der.Integer(58), Der.Octets(new byte[8]))
                : Der.Octets(new byte[cipher.StartsWith("1.3", StringComparison.Ordinal) ? 8 : 16]))));

    [Fact]
    public void A_MAC_with_odd_parameters_is_answered()
    {
        var digests = (string[])[P12Digest.Md2.Oid, P12Digest.Sha1.Oid, P12Digest.Sha512.Oid, "1.2.840.113549.1.5.14", "2.16.840.1.101.3.4.2.11", "1.2.3.4"];
        var bare = (byte[][])[[], [1], new byte[16], new byte[20], new byte[64], new byte[300]];
        var files =
            from digest in digests
            from shape in Shapes
            from value in bare
            select P12Writer.Pfx(
                Der.Sequence(Der.Oid(P12Writer.Data), Der.Context(0, Der.Octets(Der.Sequence()))),
                P12Mac.Data(Der.Algorithm(digest, shape), value, Salt, 1));
        AssertFilesAnswered(files, ["abc", "méér", "half \ud834"]);
    }

    private static void AssertAnswered(IEnumerable<byte[]> algorithms) => AssertFilesAnswered(
        algorithms.Select(algorithm => P12Writer.File([P12Writer.SafeOf(algorithm, StructureCases.RandomOf(64))], null, null)), Passwords);

    private static void AssertFilesAnswered(IEnumerable<byte[]> files, string[] passwords) => Assert.All(files, file =>
    {
        foreach (var password in passwords)
        {
            var reading = P12Reader.Read(file, password);

            Assert.Null(reading.Unforeseen);
            Assert.Contains(reading.Findings.Single(finding => finding.Refuses).Code, (string[])["P01", "P07", "P08", "P10"]);
        }
    });

    private static byte[] Pbes2(byte[] derivation, byte[] cipher) => Der.Algorithm("1.2.840.113549.1.5.13", Der.Sequence(derivation, cipher));
}
