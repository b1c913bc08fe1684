using System.Text;
using System.Text.Unicode;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Pkcs;

namespace Ssp.Certificates.P12;

/// <summary>Files that people take for a P12 file. Named so that somebody can find the right one.</summary>
internal static class P12Kinds
{
    private static readonly (byte[] Beginning, string Variant)[] Beginnings =
    [
        ([0xfe, 0xed, 0xfe, 0xed], "jks"),
        ([0xce, 0xce, 0xce, 0xce], "jceks"),
        ("PK\x03\x04"u8.ToArray(), "zip"),
        ("%PDF"u8.ToArray(), "pdf"),
    ];

    private const string PemBeginning = "-----BEGIN ";
    private const string PemEnd = "-----END ";
    private const string PemMark = "-----";
    private const int MaxPemBlocks = 10;

    private const byte Sequence = 0x30;

    // Less is no P12 file.
    private const int FewBytes = 64;

    /// <summary>P02 for what is certainly another kind, by its first bytes.</summary>
    public static Finding? OfBeginning(ReadOnlySpan<byte> file)
    {
        foreach (var (beginning, variant) in Beginnings)
        {
            if (file.StartsWith(beginning))
            {
                return Other(variant);
            }
        }

        // A text may begin with a mark of its encoding, with spaces, or with what openssl prints before the PEM.
        var text = TextOf(file);
        var start = text.TrimStart('\ufeff', ' ', '\t', '\r', '\n');
        var isHtml = start.StartsWith("<!DOCTYPE", StringComparison.OrdinalIgnoreCase) || start.StartsWith("<html", StringComparison.OrdinalIgnoreCase);
        return isHtml ? Other("html")
            : file[0] == Sequence && !start.StartsWith("0x30", StringComparison.OrdinalIgnoreCase) ? null
            : text.Contains(PemBeginning, StringComparison.Ordinal) ? OfPem(text) ?? Other("pem")
            : OfDigits(start);
    }

    /// <summary>
    /// P01 for a file that a program took for text and wrote anew. Asked where the bytes make no sense, as it can only be told from how likely it is.
    /// </summary>
    public static Finding? OfMangled(ReadOnlySpan<byte> file)
    {
        var isMark = file.StartsWith(Encoding.Unicode.GetPreamble()) || file.StartsWith(Encoding.BigEndianUnicode.GetPreamble());
        var bytes = file.StartsWith(Encoding.UTF8.GetPreamble()) ? file[3..] : file;
        return bytes.Length < FewBytes ? null
            : isMark ? (IsWidened(TextOf(file)) ? Mangled() : null)
            : bytes[0] != Sequence ? null
            : IsUtf8(bytes) || IsSevenBits(bytes) || HasMoreLineEnds(bytes) ? Mangled() : null;
    }

    // The length of any real file is written in more than one byte, the first of which is from 0x80 to 0x84: in UTF-8 two bytes, or the three of U+FFFD.
    private static bool IsUtf8(ReadOnlySpan<byte> bytes)
    {
        // A file that was also cut may end in the middle of a character.
        var whole = bytes[^1] < 0x80 ? bytes : bytes[..bytes.LastIndexOfAnyInRange((byte)0, (byte)0x7f)];
        return bytes[1] >= 0xc2 && Utf8.IsValid(whole);
    }

    private static bool IsWidened(string text) =>
        text.TrimStart('\ufeff') is ['0', >= '\u0080' and not '\u3000', ..] wide && wide.All(one => one is <= '\u00ff' or '\ufffd' || IsOfWindows(one));

    // The characters that the page 1252 has from 0x80 to 0x9f.
    private static bool IsOfWindows(char one) => "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ".Contains(one, StringComparison.Ordinal);

    // The eighth bit was cut off, or what has it was replaced by a question mark; what is left of keys and texts are signs that no text has.
    private static bool IsSevenBits(ReadOnlySpan<byte> bytes) =>
        bytes[1] is 0x02 or 0x03 or (byte)'?' && !bytes.ContainsAnyInRange((byte)0x80, (byte)0xff) && bytes.ContainsAnyInRange((byte)0, (byte)8);

    // Each byte that is a line end of Unix was made one of Windows: undone, the lengths are right.
    private static bool HasMoreLineEnds(ReadOnlySpan<byte> bytes)
    {
        var before = new List<byte>(bytes.Length);
        foreach (var one in bytes)
        {
            if (one == '\n')
            {
                if (before is not [.., (byte)'\r'])
                {
                    return false;
                }

                before.RemoveAt(before.Count - 1);
            }

            before.Add(one);
        }

        try
        {
            return before.Count < bytes.Length && P12Shape.Measure(before.ToArray()) == before.Count;
        }
        catch (P12Fault)
        {
            return false;
        }
    }

    private static string TextOf(ReadOnlySpan<byte> file) =>
        file.StartsWith(Encoding.Unicode.GetPreamble()) ? Encoding.Unicode.GetString(file)
        : file.StartsWith(Encoding.BigEndianUnicode.GetPreamble()) ? Encoding.BigEndianUnicode.GetString(file)
        : file.StartsWith(Encoding.UTF8.GetPreamble()) ? Encoding.Latin1.GetString(file[3..])
        : Encoding.Latin1.GetString(file);

    // A P12 file between the lines of PEM, as certtool and certutil write it.
    private static Finding? OfPem(string text)
    {
        // Each beginning looks for its own end once: a library that looks for it anew from every beginning takes a second for a file that has many.
        var start = text.IndexOf(PemBeginning, StringComparison.Ordinal);
        for (var block = 0; start >= 0 && block < MaxPemBlocks; block++)
        {
            var label = text.IndexOf(PemMark, start + PemBeginning.Length, StringComparison.Ordinal);
            var end = label < 0 ? -1 : text.IndexOf(PemEnd, label, StringComparison.Ordinal);
            if (end >= 0 && FromBase64(string.Concat(text[(label + PemMark.Length)..end].Where(one => !char.IsWhiteSpace(one))).TrimEnd('=')) is { } content)
            {
                return IsPfx(content) ? Other("text") : null;
            }

            start = text.IndexOf(PemBeginning, start + 1, StringComparison.Ordinal);
        }

        return null;
    }

    // The same in base64 alone, as it stands in settings and letters, or in hexadecimal digits.
    private static Finding? OfDigits(string start)
    {
        var mark = start.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? start.IndexOf("base64,", StringComparison.OrdinalIgnoreCase) : -1;
        var digits = string.Concat((mark < 0 ? start : start[(mark + 7)..]).Where(one => !char.IsWhiteSpace(one) && one is not '"' and not '\'')).TrimEnd('\0');
        if (digits.Length < FewBytes)
        {
            return null;
        }

        var hexadecimal = digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? digits[2..] : digits;
        hexadecimal = hexadecimal.Replace(":", "", StringComparison.Ordinal);
        var content = hexadecimal.All(char.IsAsciiHexDigit)
            ? Convert.FromHexString(hexadecimal[..(hexadecimal.Length & ~1)])
            : FromBase64(digits.Replace('-', '+').Replace('_', '/').TrimEnd('='));
        return content is not [Sequence, ..] ? null : IsPfx(content) ? Other("text") : OfOther(content);
    }

    private static byte[]? FromBase64(string digits)
    {
        // A single digit that is left over means nothing, as of a text that was cut.
        var whole = digits.Length % 4 == 1 ? digits[..^1] : digits;
        var content = new byte[digits.Length];
        return Convert.TryFromBase64String(whole.PadRight((whole.Length + 3) / 4 * 4, '='), content, out var length) ? content[..length] : null;
    }

    // A sequence that begins with the number three.
    private static bool IsPfx(ReadOnlySpan<byte> content) =>
        content.Length > FewBytes / 2
        && content[0] == Sequence
        && content[1] is >= 0x80 and <= 0x84
        && content[(2 + (content[1] & 0x7f))..] is [2, 1, 3, ..];

    private static Finding? OfOther(byte[] content)
    {
        try
        {
            return OfContent(P12Shape.ParseFile(content).Whole);
        }
        catch (P12Fault)
        {
            // No ASN.1 after all: some other text.
            return null;
        }
    }

    /// <summary>P02 for other ASN.1: a bare certificate, a PKCS#7 bundle, a bare key.</summary>
    public static Finding? OfContent(Asn1Object content) => content switch
    {
        Asn1Sequence { Count: >= 2 } pkcs7
            when pkcs7[0] is DerObjectIdentifier type && type.Equals(PkcsObjectIdentifiers.SignedData) => Other("pkcs7"),
        // A request begins with its version, 0 (RFC 2986); a certificate with its own in a tag, or with its serial number.
        Asn1Sequence { Count: 3 } request
            when request[0] is Asn1Sequence { Count: 3 or 4 } info && info[0] is DerInteger version && version.HasValue(0) && info[1] is Asn1Sequence
                && info[2] is Asn1Sequence { Count: 2 } key && key[1] is DerBitString && request[2] is DerBitString => Other("request"),
        Asn1Sequence { Count: 3 } certificate
            when certificate[0] is Asn1Sequence && certificate[1] is Asn1Sequence && certificate[2] is DerBitString => Other("certificate"),
        Asn1Sequence { Count: >= 3 } key
            when key[0] is DerInteger
                && key[1] is Asn1Sequence { Count: >= 1 } algorithm && algorithm[0] is DerObjectIdentifier
                && key[2] is Asn1OctetString => Other("pkcs8"),
        Asn1Sequence { Count: >= 9 } rsa when rsa.All(part => part is DerInteger) => Other("pkcs8"),
        Asn1Sequence { Count: 2 } sealedKey
            when sealedKey[0] is Asn1Sequence { Count: >= 1 } scheme && scheme[0] is DerObjectIdentifier
                && sealedKey[1] is Asn1OctetString => Other("pkcs8"),
        _ => null,
    };

    private static Finding Mangled() => new("P01", Severity.Refuse, "mangled");

    private static Finding Other(string variant) => new("P02", Severity.Refuse, variant);
}
