using System.Text;

namespace Ssp.Text;

/// <summary>Whether a text is one that every system can take.</summary>
public static class WellFormed
{
    /// <summary>
    /// False when it holds half of a surrogate pair, which can neither be normalised nor written as UTF-8, or U+FFFE, the byte order mark the wrong way
    /// round: Normalize throws at both.
    /// </summary>
    public static bool Is(string text) =>
        !text.Contains('\uFFFE', StringComparison.Ordinal)
        && (!text.EnumerateRunes().Contains(Rune.ReplacementChar) || text.Contains('\uFFFD', StringComparison.Ordinal));
}
