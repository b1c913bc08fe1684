using Ssp.Nippin;

namespace Ssp.Tests.Nippin;

public sealed class NightIndexTests
{
    private static readonly NightIndex Index = new(
        [
            new(new(2024, 7, 1), 100, 0, new(1, 0, 0, 0)), new(new(2024, 6, 30), 200, 1, new(0, 2, 0, 0)), new(new(2024, 6, 1), 400, 3, new(0, 0, 3, 0)),
            new(new(2024, 5, 31), 700, 6, new(0, 0, 0, 4)),
        ],
        HeaderBytes: 100, Bytes: 1_100);

    [Theory]
    [InlineData(null, null, 100, 1_100, 10)]
    [InlineData("2024-06-01", "2024-06-30", 200, 700, 5)]
    [InlineData("2024-06-02", "2024-06-29", 400, 400, 0)]
    [InlineData("2024-07-01", null, 100, 200, 1)]
    [InlineData(null, "2024-05-31", 700, 1_100, 4)]
    [InlineData("2025-01-01", "2025-12-31", 100, 100, 0)]
    [InlineData("2023-01-01", "2023-12-31", 1_100, 1_100, 0)]
    public void A_period_is_one_stretch_of_the_file_with_both_its_days(string? start, string? end, long from, long to, long rows)
    {
        var stretch = Index.Stretch(Day(start), Day(end));

        Assert.Equal((to - from, rows), (stretch.End - stretch.Begin, stretch.Counts.All));
        Assert.True(rows == 0 || stretch.Begin == from);
    }

    [Fact]
    public void What_is_stored_comes_back() => Assert.Equal(Index.Days, NightIndex.Parse(BinaryData.FromBytes(Index.ToJson())).Days);

    private static DateOnly? Day(string? text) => text is null ? null : DateOnly.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
