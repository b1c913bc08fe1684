using Ssp.Http;

namespace Ssp.Tests.Http;

public sealed class DayTextTests
{
    [Theory]
    [InlineData("1900-01-01")]
    [InlineData("2024-02-29")]
    [InlineData("2100-01-01")]
    [InlineData("2999-12-31")]
    public void A_day_is_taken(string text) => Assert.Equal((DateOnly.ParseExact(text, "yyyy-MM-dd"), null), DayText.Read(text));

    [Theory]
    [InlineData("", "Choose a day.")]
    [InlineData("24/11/2026", "A day as year-month-day, for example 2026-11-24.")]
    [InlineData("2026-02-30", "A day as year-month-day, for example 2026-11-24.")]
    [InlineData("1899-12-31", "A day in the years 1900 to 2999.")]
    [InlineData("3000-01-01", "A day in the years 1900 to 2999.")]
    public void What_is_wrong_with_another_text_is_told_as_it_is(string text, string sentence) =>
        Assert.Equal(sentence, Texts.Say("en", DayText.Read(text).Fault!));
}
