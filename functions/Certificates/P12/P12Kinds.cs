using System.Text;
using Org.BouncyCastle.Asn1;

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

    private const string SignedOrOtherPkcs7 = "1.2.840.113549.1.7.";

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
        var text = Encoding.Latin1.GetString(file[..Math.Min(file.Length, 16 * 1024)]);
        var start = text.TrimStart('\u00ef', '\u00bb', '\u00bf', ' ', '\t', '\r', '\n');
        var isHtml = start.StartsWith("<!DOCTYPE", StringComparison.OrdinalIgnoreCase) || start.StartsWith("<html", StringComparison.OrdinalIgnoreCase);
        return isHtml ? Other("html")
            : file[0] != 0x30 && text.Contains("-----BEGIN ", StringComparison.Ordinal) ? Other("pem")
            : null;
    }

    /// <summary>P02 for other ASN.1: a bare certificate, a PKCS#7 bundle, a bare key.</summary>
    public static Finding? OfContent(Asn1Object content) => content switch
    {
        Asn1Sequence { Count: >= 2 } pkcs7
            when pkcs7[0] is DerObjectIdentifier type && type.Id.StartsWith(SignedOrOtherPkcs7, StringComparison.Ordinal) => Other("pkcs7"),
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

    private static Finding Other(string variant) => new("P02", Severity.Refuse, variant);
}
