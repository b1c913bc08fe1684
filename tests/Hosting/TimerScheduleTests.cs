using System.Globalization;
using Ssp.Hosting.Settings;
using Ssp.Hosting.Timers;

namespace Ssp.Tests.Hosting;

public sealed class TimerScheduleTests
{
    // Clocks go forward from 02:00 to 03:00 on 2026-03-29 (01:00 UTC) and back from 03:00 to 02:00 on 2026-10-25 (01:00 UTC).
    private static readonly TimeZoneInfo Brussels = TimeZoneInfo.FindSystemTimeZoneById("Europe/Brussels");

    [Theory]
    [InlineData("0 0 3 * * *", "2026-01-10T12:00:00Z", "2026-01-11T02:00:00Z")]
    [InlineData("0 3 * * *", "2026-01-10T12:00:00Z", "2026-01-11T02:00:00Z")]
    [InlineData("*/10 * * * * *", "2026-01-10T12:00:00Z", "2026-01-10T12:00:10Z")]
    [InlineData("01:30:00", "2026-01-10T12:00:00Z", "2026-01-10T13:30:00Z")]
    [InlineData("0 0 0 * * 1", "2026-10-24T12:00:00Z", "2026-10-25T23:00:00Z")]
    public void The_next_tick_is_read_from_the_wall_clock(string schedule, string after, string next) =>
        Assert.Equal([At(next)], Ticks(schedule, after, 1));

    [Theory]
    [InlineData("nonsense")]
    [InlineData("0 0 25 * * *")]
    [InlineData("-00:01:00")]
    [InlineData("")]
    public void What_is_no_schedule_is_refused(string schedule) => Assert.Throws<IndexingException>(() => TimerSchedule.Parse(schedule, Brussels));

    [Fact]
    public void A_time_that_spring_skips_ticks_as_if_the_clocks_had_not_changed_yet() =>
        Assert.Equal(
            [At("2026-03-28T01:30:00Z"), At("2026-03-29T01:30:00Z"), At("2026-03-30T00:30:00Z")],
            Ticks("0 30 2 * * *", "2026-03-27T12:00:00Z", 3));

    [Fact]
    public void A_time_that_autumn_repeats_ticks_once() =>
        Assert.Equal(
            [At("2026-10-24T00:30:00Z"), At("2026-10-25T00:30:00Z"), At("2026-10-26T01:30:00Z")],
            Ticks("0 30 2 * * *", "2026-10-23T12:00:00Z", 3));

    [Theory]
    [InlineData("0 30 * * * *", "2026-03-28T20:30:00Z")]
    [InlineData("0 30 * * * *", "2026-10-24T20:30:00Z")]
    public void An_hourly_tick_is_neither_lost_nor_doubled(string schedule, string after) =>
        Assert.Equal(Enumerable.Range(1, 12).Select(hours => At(after).AddHours(hours)), Ticks(schedule, after, 12));

    [Theory]
    [InlineData("*/30 * * * * *", true)]
    [InlineData("0,59 * * * * *", true)]
    [InlineData("0 * * * * *", false)]
    [InlineData("00:00:59", true)]
    [InlineData("00:01:00", false)]
    public void Ticks_within_a_minute_are_recognised(string schedule, bool within) =>
        Assert.Equal(within, TimerSchedule.Parse(schedule, Brussels).IsWithinAMinute(At("2026-01-10T12:00:00Z")));

    private static List<DateTimeOffset> Ticks(string schedule, string after, int count)
    {
        var timer = TimerSchedule.Parse(schedule, Brussels);
        var ticks = new List<DateTimeOffset>();
        var time = At(after);
        for (var i = 0; i < count; i++)
        {
            ticks.Add(time = timer.Next(time));
        }

        return ticks;
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
