using System.Collections.Frozen;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;

namespace Ssp.Certificates.P12;

/// <summary>A cipher, with all that the file says of it but the key.</summary>
/// <param name="Transform">The library's name of it.</param>
/// <param name="Start">The start value; null where the cipher has none, or it is made of the password.</param>
/// <param name="EffectiveBits">Of RC2.</param>
/// <param name="TagBits">Of GCM.</param>
internal sealed record P12Cipher(string Name, string Transform, int KeyBytes, byte[]? Start = null, int EffectiveBits = 0, int TagBits = 0)
{
    // Enough for a block after the one that padding holds back.
    private const int Beginning = 64;
    private const byte Sequence = 0x30;

    // Setting up a key costs some as much as five hundred blocks, and ciphers of old handle a byte in a quarter of a unit.
    private const int SetUpWork = 200;
    private const int BytesPerUnit = 4;

    private static readonly FrozenDictionary<string, Kind> Kinds = AllKinds().ToFrozenDictionary(kind => kind.Oid);

    /// <summary>Whether others open it with little effort, or it shows which of its blocks are equal.</summary>
    public bool IsWeak =>
        Name.Contains("DES", StringComparison.Ordinal)
        || Name.Contains("RC", StringComparison.Ordinal)
        || Name.EndsWith("ECB", StringComparison.Ordinal);

    /// <summary>The cipher that PBES2 names.</summary>
    /// <param name="keyBytes">As the derivation gives it; null where that leaves it to the cipher.</param>
    /// <exception cref="P12Fault">P08 unknown, or not set up as it must be; P01 a key of a length that it does not have.</exception>
    public static P12Cipher Of(AlgorithmIdentifier algorithm, int? keyBytes)
    {
        var kind = Kinds.GetValueOrDefault(algorithm.Algorithm.Id) ?? throw P12Fault.Of("P08", null, algorithm.Algorithm.Id);
        P12Cipher cipher;
        try
        {
            cipher = kind.Read(kind, algorithm.Parameters?.ToAsn1Object());
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // Parts that are missing, of another kind, too long: to people they are all the same.
            throw P12Fault.Of("P08", "parameters", kind.Name);
        }

        return keyBytes is not { } told || told == cipher.KeyBytes ? cipher
            : told >= kind.LeastKey && told <= kind.MostKey ? cipher with { KeyBytes = told }
            : throw P12Fault.Damaged();
    }

    /// <summary>What a try costs that goes on to the end.</summary>
    public static long WorkOf(int contentBytes) => SetUpWork + (contentBytes / BytesPerUnit);

    /// <summary>What a try costs that ends at the beginning.</summary>
    public static long WorkOfTry => SetUpWork;

    /// <returns>
    /// The content, or null when this key does not open it: then it does not begin as the content of every bag does, or its padding does not fit.
    /// </returns>
    public byte[]? Decrypt(byte[] key, byte[]? start, byte[] content, Action<long> charge)
    {
        charge(WorkOfTry);
        try
        {
            var cipher = CipherUtilities.GetCipher(Transform);
            cipher.Init(false, Parameters(key, start));
            using var opened = new MemoryStream(content.Length);
            var beginning = cipher.ProcessBytes(content, 0, Math.Min(Beginning, content.Length)) ?? [];
            if (beginning is [not Sequence, ..])
            {
                return null;
            }

            charge(WorkOf(content.Length) - WorkOfTry);
            opened.Write(beginning);
            opened.Write(cipher.DoFinal(content, Math.Min(Beginning, content.Length), Math.Max(0, content.Length - Beginning)));
            return opened.ToArray();
        }
        catch (CryptoException)
        {
            return null;
        }
    }

    private ICipherParameters Parameters(byte[] key, byte[]? start)
    {
        ICipherParameters parameter = EffectiveBits > 0 ? new RC2Parameters(key, EffectiveBits) : new KeyParameter(key);
        return TagBits > 0 ? new AeadParameters((KeyParameter)parameter, TagBits, start)
            : start is { Length: > 0 } ? new ParametersWithIV(parameter, start)
            : parameter;
    }

    private sealed record Kind(
        string Oid, string Name, string Transform, int Key, int Block, Func<Kind, Asn1Object?, P12Cipher> Read, int LeastKey = -1, int MostKey = -1);

    private static IEnumerable<Kind> AllKinds() =>
    [
        .. Aes(16, 0), .. Aes(24, 20), .. Aes(32, 40),
        .. Aria(16, 0, 34), .. Aria(24, 5, 35), .. Aria(32, 10, 36),
        .. Camellia(16, 0, 2), .. Camellia(24, 20, 3), .. Camellia(32, 40, 4),
        .. Modes("SEED", "SEED", 16, 16, "1.2.410.200004.1", ("ECB", 3), ("CBC", 4), ("CFB", 5), ("OFB", 6)),
        .. Modes("SM4", "SM4", 16, 16, "1.2.156.10197.1.104", ("ECB", 1), ("CBC", 2), ("OFB", 3), ("CFB", 4), ("CTR", 7)),
        .. Modes("DES", "DES", 8, 8, "1.3.14.3.2", ("ECB", 6), ("CBC", 7), ("OFB", 8), ("CFB", 9)),
        .. Modes("3DES (two keys)", "DESEDE", 16, 8, "1.3.14.3.2", ("ECB", 17)),
        .. Modes("3DES", "DESEDE", 24, 8, "1.2.840.113549.3", ("CBC", 7)),
        new("1.2.840.113549.3.4", "RC4", "RC4", 16, 0, WithoutStart, 5, 16),
        new("1.2.840.113549.3.2", "RC2", "RC2/CBC/PKCS7", 16, 8, OfRc2, 1, 128),
        new("1.3.6.1.4.1.3029.1.2", "Blowfish", "BLOWFISH/CBC/PKCS7", 16, 8, WithStart, 4, 56),
        new("1.2.840.113533.7.66.10", "CAST5", "CAST5/CBC/PKCS7", 16, 8, OfCast5, 5, 16),
        new("1.3.6.1.4.1.188.7.1.1.2", "IDEA", "IDEA/CBC/PKCS7", 16, 8, OfIdea),
    ];

    private static IEnumerable<Kind> Aes(int key, int first) => Modes(
        $"AES-{8 * key}", "AES", key, 16, "2.16.840.1.101.3.4.1",
        ("ECB", first + 1), ("CBC", first + 2), ("OFB", first + 3), ("CFB", first + 4), ("GCM", first + 6));

    private static IEnumerable<Kind> Aria(int key, int first, int gcm) => Modes(
        $"ARIA-{8 * key}", "ARIA", key, 16, "1.2.410.200046.1.1",
        ("ECB", first + 1), ("CBC", first + 2), ("CFB", first + 3), ("OFB", first + 4), ("CTR", first + 5), ("GCM", gcm));

    private static IEnumerable<Kind> Camellia(int key, int first, int cbc) =>
    [
        .. Modes($"Camellia-{8 * key}", "CAMELLIA", key, 16, "1.2.392.200011.61.1.1.1", ("CBC", cbc)),
        .. Modes(
            $"Camellia-{8 * key}", "CAMELLIA", key, 16, "0.3.4401.5.3.1.9",
            ("ECB", first + 1), ("OFB", first + 3), ("CFB", first + 4), ("CTR", first + 9)),
    ];

    // The same cipher in its modes, which stand beside each other under one identifier.
    private static IEnumerable<Kind> Modes(string name, string algorithm, int key, int block, string oid, params (string Mode, int Number)[] modes) =>
        modes.Select(one => new Kind(
            $"{oid}.{one.Number}",
            one.Mode == "CBC" ? name : $"{name} {one.Mode}",
            $"{algorithm}/{one.Mode}/{(one.Mode is "ECB" or "CBC" ? "PKCS7" : "NoPadding")}",
            key,
            block,
            one.Mode switch { "ECB" => WithoutStart, "GCM" => OfGcm, _ => WithStart }));

    private static P12Cipher Plain(Kind kind, byte[]? start) => new(kind.Name, kind.Transform, kind.Key, start);

    private static P12Cipher WithStart(Kind kind, Asn1Object? parameters) => Plain(kind, StartOf(kind, parameters));

    private static P12Cipher WithoutStart(Kind kind, Asn1Object? parameters) =>
        parameters is null or Asn1Null || (parameters is Asn1OctetString octets && octets.GetOctetsLength() == 0)
            ? Plain(kind, null)
            : throw P12Fault.Damaged();

    // RFC 5084: a nonce, and the length of the tag where it is not 12 bytes.
    private static P12Cipher OfGcm(Kind kind, Asn1Object? parameters)
    {
        var parts = P12Parts.Sequence(parameters, 1, 2);
        var nonce = P12Parts.Octets(parts[0]);
        var tag = parts.Count == 1 ? 12 : P12Parts.Integer(parts[1]).IntValueExact;
        return nonce.Length is >= 1 and <= 64 && tag is >= 12 and <= 16
            ? new P12Cipher(kind.Name, kind.Transform, kind.Key, nonce, TagBits: 8 * tag)
            : throw P12Fault.Damaged();
    }

    // RFC 8018, appendix B.2.3: a number says the effective bits in a way of its own.
    private static P12Cipher OfRc2(Kind kind, Asn1Object? parameters)
    {
        var parts = P12Parts.Sequence(parameters, 2, 2);
        var bits = P12Parts.Integer(parts[0]).IntValueExact switch
        {
            160 => 40,
            120 => 64,
            58 => 128,
            var version => version is >= 256 and <= 1024 ? version : throw P12Fault.Damaged(),
        };
        return new P12Cipher(kind.Name, kind.Transform, bits / 8, StartOf(kind, parts[1].ToAsn1Object()), EffectiveBits: bits);
    }

    // RFC 2144 puts the start value and the bits of the key in a sequence; OpenSSL writes the start value alone.
    private static P12Cipher OfCast5(Kind kind, Asn1Object? parameters)
    {
        if (parameters is Asn1OctetString)
        {
            return WithStart(kind, parameters);
        }

        var parts = P12Parts.Sequence(parameters, 2, 2);
        var bits = P12Parts.Integer(parts[1]).IntValueExact;
        return bits is >= 40 and <= 128 && bits % 8 == 0
            ? Plain(kind, StartOf(kind, parts[0].ToAsn1Object())) with { KeyBytes = bits / 8 }
            : throw P12Fault.Damaged();
    }

    // A sequence of the start value, or, as OpenSSL writes it, the start value alone.
    private static P12Cipher OfIdea(Kind kind, Asn1Object? parameters) =>
        parameters is Asn1OctetString ? WithStart(kind, parameters) : WithStart(kind, P12Parts.Sequence(parameters, 1, 1)[0].ToAsn1Object());

    private static byte[] StartOf(Kind kind, Asn1Object? octets) =>
        P12Parts.Octets(octets) is { } start && start.Length == kind.Block ? start : throw P12Fault.Damaged();
}
