using System.Globalization;
using NCrontab;
using Ssp.Hosting.Settings;

namespace Ssp.Hosting.Timers;

/// <summary>When a timer ticks: an NCRONTAB expression of five or six fields read by a wall clock, or a fixed interval.</summary>
internal sealed class TimerSchedule
{
    private readonly TimeZoneInfo _zone;
    private readonly CrontabSchedule? _cron;
    private readonly bool _everyHour;
    private readonly TimeSpan _interval;

    private TimerSchedule(TimeZoneInfo zone, CrontabSchedule? cron, bool everyHour, TimeSpan interval) =>
        (_zone, _cron, _everyHour, _interval) = (zone, cron, everyHour, interval);

    public static TimerSchedule Parse(string text, TimeZoneInfo zone)
    {
        var fields = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (fields.Length is 5 or 6)
        {
            var cron = CrontabSchedule.TryParse(text, new CrontabSchedule.ParseOptions { IncludingSeconds = fields.Length == 6 });
            return cron is null
                ? throw new IndexingException($"\"{text}\" is not an NCRONTAB expression")
                : new TimerSchedule(zone, cron, fields[^4].Contains('*', StringComparison.Ordinal), default);
        }

        return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var interval) && interval > TimeSpan.Zero
            ? new TimerSchedule(zone, null, false, interval)
            : throw new IndexingException($"\"{text}\" is neither an NCRONTAB expression nor an interval");
    }

    /// <summary>Ticks closer together than a minute are not worth remembering over a restart.</summary>
    public bool IsWithinAMinute(DateTimeOffset now)
    {
        for (var i = 0; i < 5; i++)
        {
            var next = Next(now);
            if (Next(next) - next < TimeSpan.FromMinutes(1))
            {
                return true;
            }

            now = next;
        }

        return false;
    }

    public DateTimeOffset Next(DateTimeOffset after)
    {
        if (_cron is null)
        {
            return after.ToUniversalTime() + _interval;
        }

        var wall = TimeZoneInfo.ConvertTime(after, _zone);
        // In the hour that autumn repeats, a schedule for every hour goes on by elapsed time; one for a named hour has had its tick.
        var elapsed = new DateTimeOffset(_cron.GetNextOccurrence(wall.DateTime), wall.Offset);
        if (_everyHour && Ticks(TimeZoneInfo.ConvertTime(elapsed, _zone).DateTime))
        {
            return elapsed.ToUniversalTime();
        }

        var time = wall.DateTime;
        while (true)
        {
            time = _cron.GetNextOccurrence(time);
            var next = Instant(time);
            if (next > after)
            {
                return next;
            }
        }
    }

    private bool Ticks(DateTime wall) => _cron!.GetNextOccurrence(wall.AddSeconds(-1)) == wall;

    private DateTimeOffset Instant(DateTime wall)
    {
        var offset =
            // Spring skips this time: the tick comes as if the clocks had not changed yet.
            _zone.IsInvalidTime(wall) ? _zone.GetUtcOffset(wall.AddHours(-3))
            // Autumn has this time twice: the first one counts.
            : _zone.IsAmbiguousTime(wall) ? _zone.GetAmbiguousTimeOffsets(wall).Max()
            : _zone.GetUtcOffset(wall);
        return new DateTimeOffset(wall, offset).ToUniversalTime();
    }
}
