using Ssp.Text;

namespace Ssp.Tests.Text;

public sealed class SpreadsheetTextTests
{
    [Theory]
    [InlineData("01020312345")]
    [InlineData("007")]
    [InlineData("00")]
    [InlineData("-012")]
    [InlineData("1234567890123456")]
    [InlineData("12345678901,23456")]
    [InlineData("01,5")]
    [InlineData("1e5")]
    [InlineData("12E03")]
    [InlineData("12E-3")]
    [InlineData("1-2")]
    [InlineData("3/4")]
    [InlineData("1.5")]
    [InlineData("12/2026")]
    [InlineData("+32")]
    public void What_a_spreadsheet_would_change_is_written_as_a_text(string text) => Assert.Equal($"=\"{text}\"", SpreadsheetText.Of(text));

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("0,5")]
    [InlineData("-5,25")]
    [InlineData("12345678901234")]
    [InlineData("123.456")]
    [InlineData("24/11/2026")]
    [InlineData("2026-11-24")]
    [InlineData("12:30")]
    [InlineData("71000436A")]
    [InlineData("1 000")]
    [InlineData("206.24.100001.88")]
    [InlineData("text")]
    [InlineData("e5")]
    [InlineData("1e")]
    public void Anything_else_stays_as_it_is(string text) => Assert.Equal(text, SpreadsheetText.Of(text));

    [Theory]
    [InlineData("=\"0012\"")]
    [InlineData("=1")]
    [InlineData("@x")]
    public void A_formula_is_made_harmless_as_before(string text) => Assert.Equal("'" + text, SpreadsheetText.Of(text));
}
