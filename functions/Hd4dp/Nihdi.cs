using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Ssp.Http;

namespace Ssp.Hd4dp;

/// <summary>
/// A NIHDI (RIZIV/INAMI) number: 8 digits of a hospital, whose last two are 97 minus the first six modulo 97, or 11 digits.
/// People write it with spaces, dots or dashes; only digits are kept. Rule checked on the 65 numbers of docs.healthdata.be's hip list.
/// </summary>
public sealed record Nihdi
{
    private Nihdi(string digits) => Digits = digits;

    public string Digits { get; }

    public static bool TryParse(string? text, [NotNullWhen(true)] out Nihdi? nihdi)
    {
        nihdi = FaultOf(text) is null ? new Nihdi(DigitsOf(text)) : null;
        return nihdi is not null;
    }

    /// <returns>What is wrong with it, or null when it is a NIHDI number.</returns>
    public static Sentence? FaultOf(string? text)
    {
        var digits = DigitsOf(text);
        return digits.Length == 0 ? Sentences.Field.NihdiMissing
            : !digits.All(char.IsAsciiDigit) ? Sentences.Field.NihdiLetters
            : digits.Length is not (8 or 11) ? Sentences.Field.NihdiLength(digits.Length)
            : digits.Length == 8 && !HasHospitalCheck(digits) ? Sentences.Field.NihdiCheck(digits[..6], CheckOf(digits))
            : null;
    }

    /// <summary>The number whose first six digits these are.</summary>
    public static Nihdi OfHospital(int firstSix) => new($"{firstSix:D6}{97 - (firstSix % 97):D2}");

    public override string ToString() => Digits;

    /// <summary>What people type without the separators they type with it; digits only where it is a number or a part of one.</summary>
    public static string DigitsOf(string? text) => string.Concat((text ?? "").Where(c =>
        c is not ('.' or '/') && !char.IsWhiteSpace(c) && char.GetUnicodeCategory(c) != UnicodeCategory.DashPunctuation));

    private static bool HasHospitalCheck(string digits) => digits.EndsWith(CheckOf(digits), StringComparison.Ordinal);

    private static string CheckOf(string digits) =>
        (97 - (int.Parse(digits.AsSpan(0, 6), NumberStyles.None, CultureInfo.InvariantCulture) % 97)).ToString("D2", CultureInfo.InvariantCulture);
}
