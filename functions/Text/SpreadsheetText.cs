namespace Ssp.Text;

/// <summary>
/// What a spreadsheet would make something else of. It runs formulas (<see cref="FormulaText"/>); it takes zeros and digits away from numbers and makes
/// days of fractions: those are written as a formula that is a text ("=""0012"""), which Excel and LibreOffice show letter by letter.
/// </summary>
public static class SpreadsheetText
{
    /// <summary>Excel's limits: characters of a cell, columns and lines of a sheet (support.microsoft.com, "Excel specifications and limits").</summary>
    public const int MaxCell = 32_767;
    public const int MaxColumns = 16_384;
    public const int MaxLines = 1_048_576;

    // A number has no more digits to Excel; the others become zeros.
    private const int MaxDigits = 15;

    /// <summary>The text as it is written for a spreadsheet.</summary>
    public static string Of(string text) => WouldChange(text) ? $"=\"{text}\"" : FormulaText.Neutralize(text);

    /// <summary>Whether a spreadsheet would read it as a number or a day, and lose something of it.</summary>
    public static bool WouldChange(ReadOnlySpan<char> text)
    {
        var sign = text.Length > 0 && text[0] is '+' or '-' ? 1 : 0;
        var whole = Digits(text[sign..]);
        if (whole == 0)
        {
            return false;
        }

        var rest = text[(sign + whole)..];
        if (rest.Length == 0)
        {
            return whole > MaxDigits || (whole > 1 && text[sign] == '0') || (sign == 1 && text[0] == '+');
        }

        var behind = Digits(rest[1..]);
        if (behind == 0 || behind + 1 < rest.Length)
        {
            // 12E-3 and the like are numbers too.
            return rest[0] is 'e' or 'E' && rest.Length > 2 && rest[1] is '+' or '-' && Digits(rest[2..]) == rest.Length - 2;
        }

        return rest[0] switch
        {
            'e' or 'E' => true,
            // In Belgium a comma separates decimals; with a point, as with a hyphen or a stroke, Excel sees a day and a month.
            ',' => whole + behind > MaxDigits || (whole > 1 && text[sign] == '0'),
            '.' or '-' or '/' => sign == 0 && whole <= 2 && behind <= 4,
            _ => false,
        };
    }

    private static int Digits(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAnyExceptInRange('0', '9');
        return end < 0 ? text.Length : end;
    }
}
