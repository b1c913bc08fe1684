using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Ssp.Organizations;

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
        nihdi = null;
        var digits = string.Concat((text ?? "").Where(c => c is not (' ' or '.' or '-' or '/')));
        if (!digits.All(char.IsAsciiDigit) || !(digits.Length == 11 || (digits.Length == 8 && HasHospitalCheck(digits))))
        {
            return false;
        }

        nihdi = new Nihdi(digits);
        return true;
    }

    /// <summary>The number whose first six digits these are.</summary>
    public static Nihdi OfHospital(int firstSix) => new($"{firstSix:D6}{97 - (firstSix % 97):D2}");

    public override string ToString() => Digits;

    private static bool HasHospitalCheck(string digits)
    {
        var firstSix = int.Parse(digits.AsSpan(0, 6), NumberStyles.None, CultureInfo.InvariantCulture);
        return int.Parse(digits.AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture) == 97 - (firstSix % 97);
    }
}
