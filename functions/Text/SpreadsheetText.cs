using System.Buffers;
using System.Text.RegularExpressions;

namespace Ssp.Text;

/// <summary>
/// What a spreadsheet would make something else of. It runs formulas (<see cref="FormulaText"/>); it takes zeros and digits away from numbers and makes
/// days and times of fractions, chapters and proportions: those are written as a formula that is a text ("=""0012"""), which Excel and LibreOffice show
/// letter by letter.
/// </summary>
public static partial class SpreadsheetText
{
    /// <summary>Excel's limits: characters of a cell, columns and lines of a sheet (support.microsoft.com, "Excel specifications and limits").</summary>
    public const int MaxCell = 32_767;
    public const int MaxColumns = 16_384;
    public const int MaxLines = 1_048_576;

    // A number has no more digits to Excel; the others become zeros.
    private const int MaxDigits = 15;

    // The longest day or time that is looked at closer: "september 24, 2026" has 18.
    private const int MaxDay = 24;
    private static readonly SearchValues<char> Number = SearchValues.Create("0123456789.,");

    // Of a Dutch, French or English Excel; a month may be cut to its first letters.
    private const string Month =
        "(jan(u(ari|ary)?)?|janv(ier)?|feb(r(uari|uary)?)?|f[ée]v(r(ier)?)?|m(rt|aart|ar(s|ch)?)|a[pv]r(il)?|may|mei|mai|june?|juni|juin|july?|juli|juil(let)?"
        + "|au(g(ustus|ust)?)|ao[uû]t|sep(t(ember|embre)?)?|o[ck]t(ober|obre)?|nov(ember|embre)?|d[eé]c(ember|embre)?)";

    /// <summary>The text as it is written for a spreadsheet.</summary>
    public static string Of(string text) => WouldChange(text) ? $"=\"{text}\"" : FormulaText.Neutralize(text);

    /// <summary>Whether a spreadsheet would read it as a number or a day, and lose something of it.</summary>
    public static bool WouldChange(ReadOnlySpan<char> text)
    {
        var sign = text.Length > 0 && text[0] is '+' or '-' ? 1 : 0;
        var whole = Digits(text[sign..]);
        if (whole == 0)
        {
            return IsDayWithMonth(text) || IsNegativeOfAccountants(text);
        }

        var rest = text[(sign + whole)..];
        if (rest.Length == 0)
        {
            return whole > MaxDigits || (whole > 1 && text[sign] == '0') || (sign == 1 && text[0] == '+');
        }

        if (sign == 0 && (IsShortDayOrTime(text) || IsDayWithMonth(text) || IsTimeOfHalfDay(text)))
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

    // 1-jan, MARCH1 or juin 2026 become a day, shown in another form; the best known victims are the names of genes.
    private static bool IsDayWithMonth(ReadOnlySpan<char> text) =>
        text.Length is >= 4 and <= MaxDay && (char.IsAsciiDigit(text[0]) || char.IsAsciiDigit(text[^1])) && DayWithMonth().IsMatch(text);

    // 3 PM becomes a time.
    private static bool IsTimeOfHalfDay(ReadOnlySpan<char> text) =>
        text.Length <= MaxDay && (text[^1] | ' ') is 'm' or 'a' or 'p' && TimeOfHalfDay().IsMatch(text);

    // (5) becomes -5.
    private static bool IsNegativeOfAccountants(ReadOnlySpan<char> text) => text is ['(', >= '0' and <= '9', .., ')'] && !text[1..^1].ContainsAnyExcept(Number);

    [GeneratedRegex(
        $@"\A([0-9]{{1,4}}[ ./-]{{0,2}}{Month}\.?([ ./,-]{{0,2}}[0-9]{{1,4}})?|{Month}\.?[ ./-]{{0,2}}[0-9]{{1,4}}([ ./,-]{{1,2}}[0-9]{{2,4}})?)\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex DayWithMonth();

    [GeneratedRegex(@"\A[0-9]{1,2}(:[0-9]{1,2}){0,2} ?[ap]m?\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex TimeOfHalfDay();

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
