using System.Globalization;

namespace Ssp.Certificates;

/// <summary>Times as people in Belgium read them.</summary>
public static class BelgianTime
{
    private static readonly TimeZoneInfo Brussels = TimeZoneInfo.FindSystemTimeZoneById("Europe/Brussels");

    public static DateTimeOffset Of(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, Brussels);

    /// <summary>A day as sentences show it.</summary>
    public static string Day(DateTimeOffset time) => Of(time).ToString("dd/MM/yyyy", CultureInfo.InvariantCulture);

    /// <summary>A moment as sentences show it.</summary>
    public static string Minute(DateTimeOffset time) => Of(time).ToString("dd/MM/yyyy HH:mm", CultureInfo.InvariantCulture);
}
