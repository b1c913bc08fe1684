using System.Globalization;
using System.Text.RegularExpressions;

namespace Ssp.Text;

/// <summary>
/// Text a spreadsheet would run as a formula (OWASP, CSV injection). An apostrophe before it makes it plain text; text that already
/// has apostrophes before a formula gets one more, so that taking one away always gives the original back.
/// </summary>
public static partial class FormulaText
{
    // Full-width forms are read as the ASCII signs by some spreadsheets; tab and line ends let the next sign begin a cell.
    private const string Beginnings = "=+-@\t\r\n＝＋－＠";

    public static string Neutralize(string text) => IsLikeFormula(text) ? "'" + text : text;

    /// <summary>The text that <see cref="Neutralize"/> was given.</summary>
    public static string Restore(string text) => text.StartsWith('\'') && IsLikeFormula(text[1..]) ? text[1..] : text;

    private static bool IsLikeFormula(string text)
    {
        var bare = text.AsSpan().TrimStart('\'');
        while (bare.Length > 0 && IsSkipped(bare[0]))
        {
            bare = bare[1..];
        }

        return bare.Length > 0 && Beginnings.Contains(bare[0], StringComparison.Ordinal) && !PlainNumber().IsMatch(text);
    }

    // Blanks of any width, and signs without any: a spreadsheet may look behind them.
    private static bool IsSkipped(char character) =>
        char.GetUnicodeCategory(character) is UnicodeCategory.SpaceSeparator or UnicodeCategory.Format;

    // A negative number is a number, and so is a telephone number in the international form.
    [GeneratedRegex(@"\A[+-]?[0-9][0-9 ]*([.,][0-9]+)?([eE][+-]?[0-9]+)?\z")]
    private static partial Regex PlainNumber();
}
