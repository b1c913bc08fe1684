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

    private const string Rc2Oid = "1.2.840.113549.3.2";
    private const string Cast5Oid = "1.2.840.113533.7.66.10";
    private const string IdeaOid = "1.3.6.1.4.1.188.7.1.1.2";

    private static readonly FrozenDictionary<string, Kind> Kinds = AllKinds().ToFrozenDictionary(kind => kind.Oid);

    /// <summary>Whether others open it with little effort, or it shows which of its blocks are equal.</summary>
    public bool IsWeak =>
        Name.Contains("DES", StringComparison.Ordinal)
        || Name.StartsWith("RC", StringComparison.Ordinal)
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

    /// <returns>The content, or null when this key does not open it: then it does not begin as the content of every bag does, or its padding does not fit.</returns>
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

    private static IEnumerable<Kind> AllKinds()
    {
        foreach (var (bytes, first) in ((int, int)[])[(16, 0), (24, 20), (32, 40)])
        {
            foreach (var kind in Modes($"AES-{8 * bytes}", "AES", bytes, 16, mode => mode switch
            {
                "ECB" => $"2.16.840.1.101.3.4.1.{first + 1}",
                "CBC" => $"2.16.840.1.101.3.4.1.{first + 2}",
                "OFB" => $"2.16.840.1.101.3.4.1.{first + 3}",
                "CFB" => $"2.16.840.1.101.3.4.1.{first + 4}",
                "GCM" => $"2.16.840.1.101.3.4.1.{first + 6}",
                _ => null,
            }))
            {
                yield return kind;
            }

            var aria = (bytes - 16) / 8 * 5;
            foreach (var kind in Modes($"ARIA-{8 * bytes}", "ARIA", bytes, 16, mode => mode switch
            {
                "ECB" => $"1.2.410.200046.1.1.{aria + 1}",
                "CBC" => $"1.2.410.200046.1.1.{aria + 2}",
                "CFB" => $"1.2.410.200046.1.1.{aria + 3}",
                "OFB" => $"1.2.410.200046.1.1.{aria + 4}",
                "CTR" => $"1.2.410.200046.1.1.{aria + 5}",
                "GCM" => $"1.2.410.200046.1.1.{34 + ((bytes - 16) / 8)}",
                _ => null,
            }))
            {
                yield return kind;
            }

            foreach (var kind in Modes($"Camellia-{8 * bytes}", "CAMELLIA", bytes, 16, mode => mode switch
            {
                "ECB" => $"0.3.4401.5.3.1.9.{first + 1}",
                "CBC" => $"1.2.392.200011.61.1.1.1.{2 + ((bytes - 16) / 8)}",
                "OFB" => $"0.3.4401.5.3.1.9.{first + 3}",
                "CFB" => $"0.3.4401.5.3.1.9.{first + 4}",
                "CTR" => $"0.3.4401.5.3.1.9.{first + 9}",
                _ => null,
            }))
            {
                yield return kind;
            }
        }

        foreach (var kind in (Kind[])
        [
            .. Modes("SEED", "SEED", 16, 16, mode => mode switch
            {
                "ECB" => "1.2.410.200004.1.3", "CBC" => "1.2.410.200004.1.4", "CFB" => "1.2.410.200004.1.5", "OFB" => "1.2.410.200004.1.6", _ => null,
            }),
            .. Modes("SM4", "SM4", 16, 16, mode => mode switch
            {
                "ECB" => "1.2.156.10197.1.104.1", "CBC" => "1.2.156.10197.1.104.2", "OFB" => "1.2.156.10197.1.104.3", "CFB" => "1.2.156.10197.1.104.4",
                "CTR" => "1.2.156.10197.1.104.7", _ => null,
            }),
            .. Modes("DES", "DES", 8, 8, mode => mode switch
            {
                "ECB" => "1.3.14.3.2.6", "CBC" => "1.3.14.3.2.7", "OFB" => "1.3.14.3.2.8", "CFB" => "1.3.14.3.2.9", _ => null,
            }),
            .. Modes("3DES", "DESEDE", 24, 8, mode => mode == "CBC" ? "1.2.840.113549.3.7" : null),
            .. Modes("3DES (two keys)", "DESEDE", 16, 8, mode => mode == "ECB" ? "1.3.14.3.2.17" : null),
            new("1.2.840.113549.3.4", "RC4", "RC4", 16, 0, WithoutStart, 5, 16),
            new(Rc2Oid, "RC2", "RC2/CBC/PKCS7", 16, 8, OfRc2, 1, 128),
            new("1.3.6.1.4.1.3029.1.2", "Blowfish", "BLOWFISH/CBC/PKCS7", 16, 8, WithStart, 4, 56),
            new(Cast5Oid, "CAST5", "CAST5/CBC/PKCS7", 16, 8, OfCast5, 5, 16),
            new(IdeaOid, "IDEA", "IDEA/CBC/PKCS7", 16, 8, OfIdea),
        ])
        {
            yield return kind;
        }
    }

    // The same cipher in the modes that have an identifier.
    private static IEnumerable<Kind> Modes(string name, string algorithm, int key, int block, Func<string, string?> oid)
    {
        foreach (var mode in (string[])["ECB", "CBC", "OFB", "CFB", "CTR", "GCM"])
        {
            if (oid(mode) is { } found)
            {
                var padding = mode is "ECB" or "CBC" ? "PKCS7" : "NoPadding";
                yield return new(
                    found,
                    mode == "CBC" ? name : $"{name} {mode}",
                    $"{algorithm}/{mode}/{padding}",
                    key,
                    block,
                    mode switch { "ECB" => WithoutStart, "GCM" => OfGcm, _ => WithStart });
            }
        }
    }

    private static P12Cipher Plain(Kind kind, byte[]? start) => new(kind.Name, kind.Transform, kind.Key, start);

    private static P12Cipher WithStart(Kind kind, Asn1Object? parameters) => Plain(kind, StartOf(kind, parameters));

    private static P12Cipher WithoutStart(Kind kind, Asn1Object? parameters) =>
        parameters is null or Asn1Null || (parameters is Asn1OctetString octets && octets.GetOctetsLength() == 0) ? Plain(kind, null) : throw P12Fault.Damaged();

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
