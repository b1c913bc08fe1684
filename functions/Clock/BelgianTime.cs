using System.Globalization;

namespace Ssp.Clock;

/// <summary>Times as people in Belgium read them.</summary>
public static class BelgianTime
{
    private static readonly TimeZoneInfo Brussels = TimeZoneInfo.FindSystemTimeZoneById("Europe/Brussels");

    public static DateTimeOffset Of(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, Brussels);

    /// <summary>The calendar day in Belgium.</summary>
    public static DateOnly DayOf(DateTimeOffset time) => DateOnly.FromDateTime(Of(time).DateTime);

    /// <summary>A day as sentences show it.</summary>
    public static string Day(DateTimeOffset time) => Of(time).ToString("dd/MM/yyyy", CultureInfo.InvariantCulture);

    /// <summary>A moment as sentences show it.</summary>
    public static string Minute(DateTimeOffset time) => Of(time).ToString("dd/MM/yyyy HH:mm", CultureInfo.InvariantCulture);
}
