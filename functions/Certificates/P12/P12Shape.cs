using System.Numerics;
using Org.BouncyCastle.Asn1;

namespace Ssp.Certificates.P12;

/// <summary>A file, or a part of it, cannot be read further; the finding says why. Never leaves <see cref="P12Reader"/>.</summary>
internal sealed class P12Fault(Finding finding) : Exception(finding.Key)
{
    public Finding Finding { get; } = finding;

    public static P12Fault Of(string code, string? variant = null, params string[] values) => new(new Finding(code, Severity.Refuse, variant, values));

    /// <summary>P01: what stands there is not what PKCS#12 (RFC 7292) says.</summary>
    public static P12Fault Damaged() => Of("P01");
}

/// <summary>
/// Walks over the skeleton of ASN.1 (tags and lengths, BER and DER) before anything is built from it: the parser behind it goes down by calling
/// itself and takes lengths at their word, so depth, number and lengths are settled here.
/// </summary>
internal static class P12Shape
{
    private const int Indefinite = -1;
    private const byte IntegerTag = 0x02;
    private const byte OidTag = 0x06;
    private const byte SequenceTag = 0x30;

    /// <summary>The one element that a whole file is, and the number of bytes behind it that mean nothing.</summary>
    /// <exception cref="P12Fault">P01 no ASN.1, P03 cut off or followed by more, P06 too deep or too many elements.</exception>
    public static (Asn1Object Whole, int Padding) ParseFile(byte[] bytes)
    {
        // Anything could be the beginning of something; only a SEQUENCE can be that of a P12 file.
        if (bytes is not [SequenceTag, ..])
        {
            throw P12Fault.Damaged();
        }

        var length = Measure(bytes);
        var more = bytes.Length - length;
        return more == 0 || IsPadding(bytes.AsSpan(length))
            ? (Build(() => Asn1Object.FromByteArray(bytes[..length])), more)
            : throw P12Fault.Of("P03", "trailing", $"{more}");
    }

    /// <summary>The one element that a part of a file is.</summary>
    /// <exception cref="P12Fault">P01, also where the part is too short or too long: the file itself is not; P06 too deep or too many elements.</exception>
    public static Asn1Object Parse(byte[] bytes, int maxElements = P12Limits.MaxElements)
    {
        try
        {
            return Measure(bytes, out _, maxElements) == bytes.Length ? Build(() => Asn1Object.FromByteArray(bytes)) : throw P12Fault.Damaged();
        }
        catch (P12Fault fault) when (fault.Finding.Code == "P03")
        {
            throw P12Fault.Damaged();
        }
    }

    /// <summary>Takes something from parsed ASN.1. Whatever the library throws at what it did not expect means that the file is damaged.</summary>
    public static T Build<T>(Func<T> build) =>
        // The library hands on null for what is left out.
        BuildOrNull(build) is { } built ? built : throw P12Fault.Damaged();

    /// <summary>The same where null is an answer.</summary>
    public static T BuildOrNull<T>(Func<T> build)
    {
        try
        {
            return build();
        }
        catch (Exception error) when (error is not P12Fault and not P12AllowanceException and not OutOfMemoryException)
        {
            throw P12Fault.Damaged();
        }
    }

    /// <summary>The bytes of the first element.</summary>
    /// <exception cref="P12Fault">See <see cref="Parse"/>.</exception>
    public static int Measure(ReadOnlySpan<byte> bytes) => Measure(bytes, out _);

    /// <param name="isLong">Whether a length is written in more bytes than it needs, as BER allows.</param>
    /// <inheritdoc cref="Measure(ReadOnlySpan{byte})"/>
    public static int Measure(ReadOnlySpan<byte> bytes, out bool isLong, int maxElements = P12Limits.MaxElements)
    {
        isLong = false;
        Span<int> ends = stackalloc int[P12Limits.MaxDepth];
        var (depth, place, elements) = (0, 0, 0);
        while (true)
        {
            // Closed here are the elements of a known length; those without one end at their mark, below.
            while (depth > 0 && ends[depth - 1] == place)
            {
                depth--;
            }

            if (depth == 0 && elements > 0)
            {
                return place;
            }

            var within = End(ends[..depth]);
            var tag = place < bytes.Length ? bytes[place] : (byte)0;
            var (isConstructed, length) = ReadHeader(bytes[..(within ?? bytes.Length)], ref place, isInner: within is not null, out var isEndMark, ref isLong);
            if (isEndMark)
            {
                if (depth == 0 || ends[depth - 1] != Indefinite)
                {
                    throw P12Fault.Damaged();
                }

                depth--;
                continue;
            }

            if (++elements > maxElements)
            {
                throw P12Fault.Of("P06", "elements", $"{maxElements}");
            }

            if (!isConstructed)
            {
                RequireSmall(tag, length);
                place += length;
                continue;
            }

            if (depth == P12Limits.MaxDepth)
            {
                throw P12Fault.Of("P06", "depth", $"{P12Limits.MaxDepth}");
            }

            ends[depth++] = length == Indefinite ? Indefinite : place + length;
        }
    }

    // A program for text ends the last line; one that copies whole blocks fills the last with zeros. Every program that reads P12 files passes over both.
    private static bool IsPadding(ReadOnlySpan<byte> rest) =>
        rest.SequenceEqual("\n"u8) || rest.SequenceEqual("\r\n"u8) || rest.IndexOfAnyExcept((byte)0) < 0;

    // Numbers and names of kinds take the square of their length to be written out, and to reckon with even more.
    private static void RequireSmall(byte tag, int length)
    {
        if ((tag == IntegerTag && length > P12Limits.MaxIntegerBytes) || (tag == OidTag && length > P12Limits.MaxOidBytes))
        {
            throw P12Fault.Damaged();
        }
    }

    // Of the innermost element of a known length, which is within the file.
    private static int? End(ReadOnlySpan<int> ends)
    {
        for (var level = ends.Length - 1; level >= 0; level--)
        {
            if (ends[level] != Indefinite)
            {
                return ends[level];
            }
        }

        return null;
    }

    private static (bool IsConstructed, int Length) ReadHeader(ReadOnlySpan<byte> bytes, ref int place, bool isInner, out bool isEndMark, ref bool isLong)
    {
        var tag = Next(bytes, ref place, isInner);
        if ((tag & 0x1f) == 0x1f)
        {
            // Numbers above 30 stand in further bytes; nothing in a P12 file has one, but it is legal.
            for (var more = 0; (Next(bytes, ref place, isInner) & 0x80) != 0; more++)
            {
                if (more == 4)
                {
                    throw P12Fault.Damaged();
                }
            }
        }

        var first = Next(bytes, ref place, isInner);
        isEndMark = tag == 0 && first == 0;
        var isConstructed = (tag & 0x20) != 0;
        if (first == 0x80)
        {
            return isConstructed ? (true, Indefinite) : throw P12Fault.Damaged();
        }

        BigInteger length = first;
        if (first > 0x80)
        {
            length = 0;
            for (var count = first & 0x7f; count > 0; count--)
            {
                length = (length << 8) + Next(bytes, ref place, isInner);
            }

            isLong |= length < 0x80 || length.GetByteCount(isUnsigned: true) < (first & 0x7f);
        }

        if (length > bytes.Length - place)
        {
            // More than its parent holds is wrong; more than the file holds may be a file that was cut off.
            throw isInner ? P12Fault.Damaged() : P12Fault.Of("P03", "truncated");
        }

        return (isConstructed, (int)length);
    }

    private static byte Next(ReadOnlySpan<byte> bytes, ref int place, bool isInner) =>
        place < bytes.Length ? bytes[place++] : throw (isInner ? P12Fault.Damaged() : P12Fault.Of("P03", "truncated"));
}
