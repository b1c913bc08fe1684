namespace Ssp.Text;

/// <summary>
/// What a spreadsheet would make something else of. It runs formulas (<see cref="FormulaText"/>); it takes zeros and digits away from numbers and makes
/// days and times of fractions, chapters and proportions: those are written as a formula that is a text ("=""0012"""), which Excel and LibreOffice show
/// letter by letter.
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

        if (sign == 0 && IsShortDayOrTime(text))
        {
            return true;
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

    // 1-2-24 becomes a day whose century, and by the country also whose order, is a guess; 3:30 or 27:15 is shown as another time of day, or as hours. A year
    // of four digits and a time on the clock stay: they are shown as what they are.
    private static bool IsShortDayOrTime(ReadOnlySpan<char> text)
    {
        var isTime = text.Contains(':');
        var isClock = isTime && text.Length is 5 or 8;
        Span<int> numbers = stackalloc int[3];
        var count = 0;
        while (true)
        {
            var digits = Digits(text);
            if (digits is 0 or > 2 || count == numbers.Length)
            {
                return false;
            }

            numbers[count++] = digits == 1 ? text[0] - '0' : ((text[0] - '0') * 10) + text[1] - '0';
            isClock &= digits == 2;
            if (digits == text.Length)
            {
                break;
            }

            if (isTime ? text[digits] != ':' : text[digits] is not ('.' or '-' or '/'))
            {
                return false;
            }

            text = text[(digits + 1)..];
        }

        return isTime ? count > 1 && !(isClock && numbers[0] < 24 && numbers[1] < 60 && numbers[2] < 60) : count == 3;
    }

    private static int Digits(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAnyExceptInRange('0', '9');
        return end < 0 ? text.Length : end;
    }
}
