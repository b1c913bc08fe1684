using System.Text.Json;
using Ssp.Hosting.Timers;

namespace Ssp.Tests.Hosting;

/// <summary>What is remembered of a timer is read and written so that either host can go on from the other's.</summary>
public sealed class TimerTicksTests
{
    private static readonly DateTime Updated = new(2026, 11, 28, 2, 30, 0, DateTimeKind.Utc);
    private static readonly DateTime Next = new(2026, 11, 29, 2, 30, 0, DateTimeKind.Utc);

    [Theory]
    // This host, and this host before it wrote a last time for timers that never ticked.
    [InlineData("""{"Last":"2026-11-28T02:30:00Z","Next":"2026-11-29T02:30:00Z","LastUpdated":"2026-11-28T02:30:00Z"}""", true)]
    [InlineData("""{"Last":"0001-01-01T00:00:00","Next":"2026-11-29T02:30:00Z","LastUpdated":"2026-11-28T02:30:00Z"}""", false)]
    // The Microsoft host: times of the place, and the first of all times on that place's clock.
    [InlineData("""{"Last":"2026-11-28T03:30:00+01:00","Next":"2026-11-29T03:30:00+01:00","LastUpdated":"2026-11-28T03:30:00+01:00"}""", true)]
    [InlineData("""{"Last":"0001-01-01T00:18:00+00:18","Next":"2026-11-29T03:30:00+01:00","LastUpdated":"2026-11-28T03:30:00+01:00"}""", false)]
    [InlineData("""{"Last":"0001-01-01T00:00:00+01:00","Next":"2026-11-29T03:30:00+01:00","LastUpdated":"2026-11-28T03:30:00+01:00"}""", false)]
    [InlineData("""{"Next":"2026-11-29T02:30:00Z","LastUpdated":"2026-11-28T02:30:00Z","Extra":1}""", false)]
    public void Both_hosts_forms_are_read(string text, bool ticked) =>
        Assert.Equal(new TimerTicks(ticked ? Updated : null, Next, Updated), TimerTicks.Parse(BinaryData.FromString(text)));

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"Last":1,"Next":true,"LastUpdated":[]}""")]
    [InlineData("""{"Last":"2026-11-28T02:30:00Z","Next":"soon","LastUpdated":"2026-11-28T02:30:00Z"}""")]
    public void What_is_neither_is_as_if_it_were_not_there(string text) => Assert.Null(TimerTicks.Parse(BinaryData.FromString(text)));

    [Fact]
    public void Times_are_written_in_UTC_and_one_that_never_was_is_never_written()
    {
        Assert.Equal(
            """{"Last":"2026-11-28T02:30:00Z","Next":"2026-11-29T02:30:00Z","LastUpdated":"2026-11-28T02:30:00Z"}""",
            new TimerTicks(Updated, Next, Updated).ToStatus().ToString());
        Assert.Equal(
            """{"Last":"2026-11-28T02:30:00Z","Next":"2026-11-29T02:30:00Z","LastUpdated":"2026-11-28T02:30:00Z"}""",
            new TimerTicks(null, Next, Updated).ToStatus().ToString());
    }

    [Fact]
    public void A_function_gets_the_names_that_the_worker_reads()
    {
        using var info = JsonDocument.Parse(TimerTicks.ToTimerInfo(new TimerTicks(null, Next, Updated), isPastDue: true));
        Assert.True(info.RootElement.GetProperty("IsPastDue").GetBoolean());
        Assert.Equal(Next, info.RootElement.GetProperty("ScheduleStatus").GetProperty("Next").GetDateTime());
        Assert.Equal(default, info.RootElement.GetProperty("ScheduleStatus").GetProperty("Last").GetDateTime());
        using var nothing = JsonDocument.Parse(TimerTicks.ToTimerInfo(null, isPastDue: false));
        Assert.Equal(JsonValueKind.Null, nothing.RootElement.GetProperty("ScheduleStatus").ValueKind);
    }
}
