using Ssp.Text;

namespace Ssp.Tests.Text;

public sealed class FormulaTextTests
{
    [Theory]
    [InlineData("=SUM(A1)")]
    [InlineData("+cmd|' /C calc'!A0")]
    [InlineData("-2+3+cmd|' /C calc'!A0")]
    [InlineData("@SUM(1)")]
    [InlineData("\t=1")]
    [InlineData("\r=1")]
    [InlineData("\n=1")]
    [InlineData("  =1")]
    [InlineData("＝1+1")]
    [InlineData("＋1")]
    [InlineData("－x")]
    [InlineData("＠x")]
    [InlineData("\u00a0=1")]
    [InlineData("\u3000@x")]
    [InlineData("\u200b+x")]
    [InlineData("-")]
    [InlineData("'=1")]
    [InlineData("''@x")]
    public void Text_a_spreadsheet_would_run_gets_an_apostrophe(string text) => Assert.Equal("'" + text, FormulaText.Neutralize(text));

    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("a=b")]
    [InlineData("-5")]
    [InlineData("-5.25")]
    [InlineData("-5,25")]
    [InlineData("+32 470 12 34 56")]
    [InlineData("-1e5")]
    [InlineData("01/02/2024")]
    [InlineData("'quoted'")]
    [InlineData("001")]
    public void Anything_else_stays_as_it_is(string text) => Assert.Equal(text, FormulaText.Neutralize(text));

    [Fact]
    public void Taking_one_apostrophe_away_always_gives_the_original_back()
    {
        string[] texts = ["=1", "'=1", "''=1", "'plain", "''", "'", "-5", "'-5", " =1", "+a@x.be", "", "@"];

        Assert.Equal(texts, texts.Select(FormulaText.Neutralize).Select(FormulaText.Restore));
    }
}
