namespace Ssp.Certificates;

/// <summary>Days as people in Belgium count them.</summary>
public static class BelgianTime
{
    private static readonly TimeZoneInfo Brussels = TimeZoneInfo.FindSystemTimeZoneById("Europe/Brussels");

    public static DateTime DayOf(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, Brussels).Date;
}
