using System.Globalization;
using System.Text.Json;

namespace Ssp.Hosting.Timers;

/// <summary>The last and the next tick of a timer, all in UTC, in the two forms in which the Microsoft host keeps them and functions get them.</summary>
/// <param name="Last">Null when it has not ticked yet.</param>
/// <param name="Next">When it is due.</param>
/// <param name="LastUpdated">When this was written down.</param>
internal sealed record TimerTicks(DateTime? Last, DateTime Next, DateTime LastUpdated)
{
    /// <summary>What <see cref="Next"/> was reckoned from.</summary>
    public DateTime Origin => Last ?? LastUpdated;

    /// <summary>
    /// Reads what this host or the Microsoft host wrote: times in UTC or with any offset, and, for a timer that never ticked, no time, the first
    /// of all times, or the first of all times as it is read on a clock of that place. Null for what is neither.
    /// </summary>
    public static TimerTicks? Parse(BinaryData text)
    {
        try
        {
            using var status = JsonDocument.Parse(text);
            return TimeIn(status, "Next") is { } next && TimeIn(status, "LastUpdated") is { } updated
                ? new TimerTicks(TimeIn(status, "Last"), next, updated)
                : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>
    /// A timer that never ticked is kept as if it had when it was first seen: both hosts reckon the same next tick from that, and the
    /// Microsoft host cannot read the first of all times east of Greenwich.
    /// </summary>
    public BinaryData ToStatus() => BinaryData.FromObjectAsJson(new { Last = Origin, Next, LastUpdated });

    /// <summary>The value of a function's parameter.</summary>
    /// <param name="ticks">Null when nothing is remembered.</param>
    /// <param name="isPastDue">Whether the tick was missed and is made up for.</param>
    public static string ToTimerInfo(TimerTicks? ticks, bool isPastDue) => JsonSerializer.Serialize(new
    {
        ScheduleStatus = ticks is null ? null : new { Last = ticks.Last ?? default, ticks.Next, ticks.LastUpdated },
        IsPastDue = isPastDue,
    });

    private static DateTime? TimeIn(JsonDocument status, string name) =>
        status.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
        && DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && time.Year > 1
            ? time.UtcDateTime
            : null;
}
