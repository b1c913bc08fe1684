using Ssp.Storage;

namespace Ssp.Nippin;

/// <summary>Where a day begins in a night's file.</summary>
/// <param name="Offset">In bytes.</param>
/// <param name="FirstRow">How many rows stand before it.</param>
public sealed record NightDay(DateOnly Day, long Offset, long FirstRow, ResultCounts Counts);

/// <summary>
/// The days of a night's file, newest first, and where each begins: a period is one stretch of the file, and nothing outside it is read.
/// </summary>
/// <param name="HeaderBytes">The length of the first line.</param>
public sealed record NightIndex(IReadOnlyList<NightDay> Days, long HeaderBytes, long Bytes)
{
    public byte[] ToJson() => StoredJson.WriteBytes(this);

    public static NightIndex Parse(BinaryData json) => StoredJson.Read<NightIndex>(json);

    /// <summary>The stretch of a period, both ends included.</summary>
    public NightStretch Stretch(DateOnly? start, DateOnly? end)
    {
        var first = Days.TakeWhile(day => day.Day > (end ?? DateOnly.MaxValue)).Count();
        var days = Days.Skip(first).TakeWhile(day => day.Day >= (start ?? DateOnly.MinValue)).ToList();
        if (days.Count == 0)
        {
            return new NightStretch([], Bytes, Bytes);
        }

        var after = first + days.Count;
        return new NightStretch(days, days[0].Offset, after < Days.Count ? Days[after].Offset : Bytes);
    }
}

/// <summary>Days that follow each other in a night's file.</summary>
/// <param name="Begin">The first byte of it.</param>
/// <param name="End">The first byte after it.</param>
public sealed record NightStretch(IReadOnlyList<NightDay> Days, long Begin, long End)
{
    public ResultCounts Counts => Days.Aggregate(ResultCounts.None, (sum, day) => sum + day.Counts);
}
