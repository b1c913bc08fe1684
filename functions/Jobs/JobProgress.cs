namespace Ssp.Jobs;

/// <summary>How far a job is, told by who does it and written with each heartbeat.</summary>
public sealed class JobProgress
{
    private long rows;
    private long total;

    public long Rows
    {
        get => Volatile.Read(ref rows);
        set => Volatile.Write(ref rows, value);
    }

    /// <summary>0 while it is not known.</summary>
    public long Total
    {
        get => Volatile.Read(ref total);
        set => Volatile.Write(ref total, value);
    }
}
