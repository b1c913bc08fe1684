using System.Globalization;
using System.Text;

namespace Ssp.Text;

/// <summary>
/// Text from outside as it may stand in the trail. What a screen, a terminal or a spreadsheet would obey or hide instead of showing
/// (control characters, line ends, bidirectional and zero-width signs, halves of characters) becomes \u{hex}; a backslash is doubled, so
/// that nobody can write such a sign's stand-in by hand.
/// </summary>
public static class VisibleText
{
    // Room for "… [1234567890 more]".
    private const int Notice = 20;

    /// <param name="max">Longer text is cut, and says how much is missing; more than <see cref="Notice"/>.</param>
    public static string Of(string text, int max)
    {
        var shown = new StringBuilder(Math.Min(text.Length, max) + 16);
        var (cutShown, cutPlace) = (0, 0);
        for (var place = 0; place < text.Length;)
        {
            var isWhole = Rune.TryGetRuneAt(text, place, out var rune);
            var width = isWhole ? rune.Utf16SequenceLength : 1;
            shown.Append(Show(text.Substring(place, width), isWhole ? rune.Value : text[place], isWhole && IsPlain(rune)));
            place += width;
            if (shown.Length <= max - Notice)
            {
                (cutShown, cutPlace) = (shown.Length, place);
            }
            else if (shown.Length > max)
            {
                shown.Length = cutShown;
                return shown.Append(CultureInfo.InvariantCulture, $"… [{text.Length - cutPlace} more]").ToString();
            }
        }

        return shown.ToString();
    }

    /// <summary>The texts with "; " between, in as many pieces as it takes for none to be cut; at least one.</summary>
    public static IReadOnlyList<string> Join(IEnumerable<string> texts, int max)
    {
        var pieces = new List<string> { "" };
        var shown = 0;
        foreach (var text in texts)
        {
            var more = Of(text, int.MaxValue).Length;
            shown += 2 + more;
            if (pieces[^1].Length > 0 && shown > max)
            {
                pieces.Add(text);
                shown = more;
            }
            else
            {
                pieces[^1] += pieces[^1].Length == 0 ? text : $"; {text}";
            }
        }

        return pieces;
    }

    private static string Show(string piece, int code, bool isPlain) =>
        !isPlain ? string.Create(CultureInfo.InvariantCulture, $"\\u{{{code:x}}}") : piece == "\\" ? "\\\\" : piece;

    private static bool IsPlain(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
