using System.Buffers.Binary;

namespace Ssp.Hd4dp;

/// <summary>
/// Times as PostgreSQL counts them: in microseconds since 2000, UTC. It has times that no calendar of ours has (infinite ones, years before our era and of
/// five digits), and HD4DP's tables may hold such a slip: it counts as no time at all.
/// </summary>
public static class PostgresTime
{
    /// <summary>The first moment that counts, as the text of SQL.</summary>
    public const string FirstText = "0001-01-01 00:00:00+00";

    /// <summary>The moment from which on none counts, as the text of SQL.</summary>
    public const string EndText = "9999-12-31 23:00:00+00";

    private const long PerDay = 24L * 60 * 60 * 1_000_000;
    private static readonly DateTime Zero = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly long First = (DateTime.MinValue - Zero).Ticks / TimeSpan.TicksPerMicrosecond;

    // Its Belgian day must be one too, and Belgium is an hour ahead.
    private static readonly long End = ((DateTime.MaxValue.Date - Zero).Days * PerDay) + (23 * PerDay / 24);

    /// <summary>The time in a column of a binary COPY; null where there is none, or one that does not count.</summary>
    public static long? Read(ReadOnlyMemory<byte>? column) =>
        column is { } bytes && BinaryPrimitives.ReadInt64BigEndian(bytes.Span) is var time && time >= First && time < End ? time : null;

    public static DateTime TimeOf(long microseconds) => Zero.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    public static DateOnly DayOf(int days) => DateOnly.FromDateTime(Zero).AddDays(days);
}
