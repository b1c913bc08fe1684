using Ssp.Text;

namespace Ssp.Tests.Text;

public sealed class VisibleTextTests
{
    [Theory]
    [InlineData("Zoë d'Été 中 😀 \"a;b\" =1", "Zoë d'Été 中 😀 \"a;b\" =1")]
    [InlineData("a\r\n2026-01-01;done", "a\\u{d}\\u{a}2026-01-01;done")]
    [InlineData("\u001b[31mred\u0007", "\\u{1b}[31mred\\u{7}")]
    [InlineData("a\u2028b\u2029c\u0085d", "a\\u{2028}b\\u{2029}c\\u{85}d")]
    [InlineData("gpj.\u202Eexe\u2066", "gpj.\\u{202e}exe\\u{2066}")]
    [InlineData("a\u200Bb\uFEFFc\u00ADd", "a\\u{200b}b\\u{feff}c\\u{ad}d")]
    [InlineData("typed \\u{a} by hand", "typed \\\\u{a} by hand")]
    [InlineData("", "")]
    public void What_would_not_be_seen_is_written_out(string text, string shown) => Assert.Equal(shown, VisibleText.Of(text, 100));

    [Fact]
    public void Half_a_character_is_written_out() => Assert.Equal("\\u{d83d} broken \\u{de00}", VisibleText.Of("\uD83D broken \uDE00", 100));

    [Fact]
    public void Long_text_is_cut_between_characters_and_says_so()
    {
        Assert.Equal(new string('a', 30), VisibleText.Of(new string('a', 30), 30));
        Assert.Equal($"{new string('a', 10)}… [21 more]", VisibleText.Of(new string('a', 31), 30));
        Assert.Equal("a😀😀😀😀… [22 more]", VisibleText.Of("a" + string.Concat(Enumerable.Repeat("😀", 15)), 30));
        Assert.Equal("\\u{202e}… [99 more]", VisibleText.Of(new string('\u202E', 100), 30));
    }
}
