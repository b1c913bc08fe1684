using System.Text;
using Ssp.Hd4dp;

namespace Ssp.Nippin;

/// <summary>
/// What became of the message for a registration, in the words of the manual ("Export of NIPPIN reports", fair-v1.healthdata.be/nl/node/10061).
/// </summary>
public enum NippinResult
{
    Valid,
    Invalid,
    NotFound,
    NotSent,
}

/// <summary>The rule of the results; it needs no database.</summary>
public static class NippinRule
{
    /// <summary>NIPPIN's technical acknowledgement (mycarenet-genasync-v1.xsd).</summary>
    public static ReadOnlySpan<byte> Acknowledged => "urn:nip:tack:result:major:success"u8;

    /// <summary>
    /// Decided in this order: no message; a message whose content is wrong or that is never processed again; one that is sent or ready, and was not refused by
    /// NIPPIN; everything else has not reached the insurers. A check of the content that said nothing counts as good. How it is sent does not matter.
    /// </summary>
    public static NippinResult Of(NippinMessage? message) => message switch
    {
        null => NippinResult.NotFound,
        { Valid: false } => NippinResult.Invalid,
        { } sent when Is(sent.Status.Span, "INVALID"u8) || Is(sent.Status.Span, "ARCHIVED"u8) => NippinResult.Invalid,
        { } sent when (Is(sent.Status.Span, "SENT"u8) || Is(sent.Status.Span, "TO_SEND"u8)) && IsAcknowledged(sent.TackMajor.Span) => NippinResult.Valid,
        _ => NippinResult.NotSent,
    };

    /// <summary>Whether the status is one of those documented (fair-v1.healthdata.be/documentation/heart-valves/nippin-database).</summary>
    public static bool IsKnown(ReadOnlySpan<byte> status) =>
        Is(status, "SENT"u8)
        || Is(status, "TO_SEND"u8)
        || Is(status, "INVALID"u8)
        || Is(status, "ARCHIVED"u8)
        || Is(status, "ERROR"u8)
        || Is(status, "BUFFERED"u8);

    /// <summary>Whether a message names, as its sender, another hospital than this one.</summary>
    /// <param name="identification">
    /// As the message has it, with or without separators; the first eight digits of eleven identify (INAMI note I 2012/26).
    /// </param>
    /// <param name="nihdi">The hospital's number, digits only.</param>
    public static bool NamesAnother(ReadOnlySpan<byte> identification, ReadOnlySpan<byte> nihdi)
    {
        const int Whole = 8;
        const int WithQualification = 11;
        Span<byte> digits = stackalloc byte[WithQualification + 1];
        var count = 0;
        foreach (var sign in identification)
        {
            if (char.IsAsciiDigit((char)sign) && count < digits.Length)
            {
                digits[count++] = sign;
            }
        }

        return count > 0 && !digits[..(count == WithQualification ? Whole : count)].SequenceEqual(nihdi);
    }

    // A hospital that fetches its messages itself (FILE_SYSTEM) gets no acknowledgement at all.
    private static bool IsAcknowledged(ReadOnlySpan<byte> major) => !major.ContainsAnyExcept((byte)' ') || Is(major, Acknowledged);

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) => Ascii.EqualsIgnoreCase(text.Trim((byte)' '), word);
}
