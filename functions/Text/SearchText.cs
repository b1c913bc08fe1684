using System.Buffers;
using System.Globalization;
using System.Text;

namespace Ssp.Text;

/// <summary>
/// What somebody looks for: its words, each of which has to be there, in any order and however capitals, accents, ligatures, hyphens and apostrophes are
/// written.
/// </summary>
public sealed class SearchText
{
    private static readonly SearchValues<char> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,:;@_/()&+");

    private readonly string[] words;

    private SearchText(string text, string[] words) => (Text, this.words) = (text, words);

    /// <summary>As it was typed.</summary>
    public string Text { get; }

    /// <returns>Null when nothing is looked for.</returns>
    public static SearchText? Of(string text) =>
        Fold(text).Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } words ? new(text, words) : null;

    public bool IsIn(string text) => IsInFolded(Fold(text));

    /// <param name="folded">A text that went through <see cref="Fold"/>.</param>
    public bool IsInFolded(string folded) => Array.TrueForAll(words, word => folded.Contains(word, StringComparison.Ordinal));

    /// <summary>
    /// How texts are searched and sorted: small letters without accents, ligatures as two letters, dashes as spaces, and no apostrophes.
    /// </summary>
    public static string Fold(string text)
    {
        // Most texts are; millions of values of a night's file pass here.
        if (!text.AsSpan().ContainsAnyExcept(Plain))
        {
            return text.ToLowerInvariant();
        }

        var folded = new StringBuilder(text.Length);
        foreach (var character in WellFormed.Is(text) ? text.Normalize(NormalizationForm.FormKD) : text)
        {
            _ = char.GetUnicodeCategory(character) switch
            {
                UnicodeCategory.NonSpacingMark or UnicodeCategory.Format => folded,
                UnicodeCategory.DashPunctuation or UnicodeCategory.SpaceSeparator or UnicodeCategory.Control => folded.Append(' '),
                _ => Folded(folded, char.ToLowerInvariant(character)),
            };
        }

        return folded.ToString();
    }

    private static StringBuilder Folded(StringBuilder folded, char character) => character switch
    {
        'œ' => folded.Append("oe"),
        'æ' => folded.Append("ae"),
        'ß' => folded.Append("ss"),
        'ø' => folded.Append('o'),
        'ł' => folded.Append('l'),
        'đ' or 'ð' => folded.Append('d'),
        'þ' => folded.Append("th"),
        'ı' => folded.Append('i'),
        // A minus that is no hyphen, and what is typed or made by programs for an apostrophe.
        '−' => folded.Append(' '),
        '\'' or '’' or '‘' or '‛' or 'ʼ' or 'ʹ' or '′' or '`' => folded,
        _ => folded.Append(character),
    };
}
