using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using Ssp.Hd4dp;
using Ssp.Http;

namespace Ssp.Identity;

/// <summary>The form of an organisation: what is typed, and what is right about it.</summary>
/// <param name="Title">As it will be shown: trimmed, NFC.</param>
public sealed record OrganizationForm(string Title, Nihdi Nihdi, string RevisionLog)
{
    private const int MaxTitle = 200;
    private const int MaxLog = 1_000;

    // What is no blank by its category and shows nothing: no character, Braille without dots, the fillers of Hangul.
    private static readonly FrozenSet<int> Blanks = new[] { 0xFFFE, 0x2800, 0x115F, 0x1160, 0x3164, 0xFFA0 }.ToFrozenSet();

    /// <exception cref="Problem">400 naming each field that is not right.</exception>
    public static OrganizationForm Require(string? title, string? nihdi, string? revisionLog)
    {
        var faults = new Dictionary<string, Sentence[]>();
        title = Clean(title);
        revisionLog = Clean(revisionLog);
        if (title.Length == 0)
        {
            faults["title"] = [Sentences.Field.TitleMissing];
        }
        else if (title.Length > MaxTitle)
        {
            faults["title"] = [Sentences.Field.TooLong(MaxTitle)];
        }

        if (Nihdi.FaultOf(nihdi) is { } fault)
        {
            faults["nihdi"] = [fault];
        }

        if (revisionLog.Length > MaxLog)
        {
            faults["revisionLog"] = [Sentences.Field.TooLong(MaxLog)];
        }

        return faults.Count == 0 && Nihdi.TryParse(nihdi, out var number) ? new OrganizationForm(title, number, revisionLog) : throw Problem.Invalid(faults);
    }

    // Nobody types a control character on purpose; a line break in a title would only break tables. Half a character has become a sign for that by here.
    // Signs that nobody sees, or that turn text around, come along with pasted text: two titles could look like one, or like something else.
    private static string Clean(string? text) =>
        string.Concat((text ?? "").EnumerateRunes().Select(Shown)).Trim().Normalize(NormalizationForm.FormC);

    private static string Shown(Rune rune) =>
        Rune.IsControl(rune) || Blanks.Contains(rune.Value) ? " " : Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format ? "" : rune.ToString();
}
