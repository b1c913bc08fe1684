using System.Formats.Asn1;
using System.Numerics;
using System.Text;

namespace Ssp.Tests.Certificates;

/// <summary>DER and BER, byte by byte: also what a decent writer refuses to write.</summary>
internal static class Der
{
    public static readonly byte[] Null = [0x05, 0x00];

    public static byte[] Element(byte tag, params byte[][] parts) => Element(tag, Join(parts));

    public static byte[] Element(byte tag, byte[] content) => [tag, .. Length(content.Length), .. content];

    /// <summary>An element whose length says something else than its content is long.</summary>
    public static byte[] Lying(byte tag, byte[] length, params byte[][] parts) => [tag, .. length, .. Join(parts)];

    public static byte[] Indefinite(byte tag, params byte[][] parts) => [tag, 0x80, .. Join(parts), 0, 0];

    public static byte[] Sequence(params byte[][] parts) => Element(0x30, parts);

    public static byte[] Set(params byte[][] parts) => Element(0x31, parts);

    public static byte[] Octets(byte[] content) => Element(0x04, content);

    /// <summary>An octet string in pieces, as BER writers that stream make it.</summary>
    public static byte[] OctetsInPieces(byte[] content, int piece) => Indefinite(0x24, [.. content.Chunk(piece).Select(Octets)]);

    public static byte[] Bits(byte[] content, byte unused = 0) => Element(0x03, [unused, .. content]);

    public static byte[] Integer(BigInteger value) => Element(0x02, value.ToByteArray(isBigEndian: true));

    public static byte[] Boolean(bool value) => Element(0x01, [value ? (byte)0xFF : (byte)0]);

    public static byte[] Utf8(string text) => Element(0x0C, Encoding.UTF8.GetBytes(text));

    public static byte[] Printable(string text) => Element(0x13, Encoding.ASCII.GetBytes(text));

    public static byte[] Bmp(string text) => Element(0x1E, Encoding.BigEndianUnicode.GetBytes(text));

    /// <summary>[number] EXPLICIT, or IMPLICIT over something constructed.</summary>
    public static byte[] Context(int number, params byte[][] parts) => Element((byte)(0xA0 | number), parts);

    /// <summary>[number] IMPLICIT over something primitive.</summary>
    public static byte[] Implicit(int number, byte[] content) => Element((byte)(0x80 | number), content);

    public static byte[] Oid(string dotted)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteObjectIdentifier(dotted);
        return writer.Encode();
    }

    public static byte[] Algorithm(string oid, params byte[][] parameters) => Sequence([Oid(oid), .. parameters]);

    /// <summary>A certificate's time: UTCTime to 2049, GeneralizedTime from 2050.</summary>
    public static byte[] Time(DateTimeOffset time)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        if (time.Year is >= 1950 and < 2050)
        {
            writer.WriteUtcTime(time);
        }
        else
        {
            writer.WriteGeneralizedTime(time, omitFractionalSeconds: true);
        }

        return writer.Encode();
    }

    /// <summary>The same in BER: every length that can be indefinite is, every octet string comes in pieces.</summary>
    public static byte[] ToBer(byte[] der)
    {
        using var output = new MemoryStream();
        for (ReadOnlyMemory<byte> rest = der; rest.Length > 0;)
        {
            var tag = AsnDecoder.ReadEncodedValue(rest.Span, AsnEncodingRules.BER, out var offset, out var length, out var whole);
            var content = rest.Slice(offset, length).ToArray();
            output.Write(
                tag.IsConstructed ? Indefinite(rest.Span[0], ToBer(content))
                : rest.Span[0] == 0x04 && length > 0 ? OctetsInPieces(content, 1000)
                : rest.Span[0] == 0x80 && length > 0 ? Indefinite(0xA0, [.. content.Chunk(1000).Select(Octets)])
                : rest[..whole].ToArray());
            rest = rest[whole..];
        }

        return output.ToArray();
    }

    public static byte[] Join(params byte[][] parts) => [.. parts.SelectMany(part => part)];

    public static byte[] Length(long length)
    {
        if (length < 0x80)
        {
            return [(byte)length];
        }

        var bytes = new BigInteger(length).ToByteArray(isUnsigned: true, isBigEndian: true);
        return [(byte)(0x80 | bytes.Length), .. bytes];
    }
}
