using System.Text.Json;
using Ssp.Http;

namespace Ssp.Tests.Http;

public sealed class TimeConverterTests
{
    [Fact]
    public void Times_sort_as_texts_as_they_follow_each_other()
    {
        DateTimeOffset[] times =
        [
            new(2026, 11, 30, 8, 0, 28, TimeSpan.Zero),
            new(2026, 11, 30, 9, 0, 28, 444, TimeSpan.FromHours(1)),
            new(2026, 11, 30, 8, 0, 28, 460, TimeSpan.Zero),
        ];

        var texts = times.Select(time => JsonSerializer.Serialize(time, Json.Options)).ToList();

        Assert.Equal(["\"2026-11-30T08:00:28.000Z\"", "\"2026-11-30T08:00:28.444Z\"", "\"2026-11-30T08:00:28.460Z\""], texts);
        Assert.Equal(texts, texts.Order(StringComparer.Ordinal));
    }
}
