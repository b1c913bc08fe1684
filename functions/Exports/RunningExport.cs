using Ssp.Jobs;

namespace Ssp.Exports;

/// <summary>A worker's hold on an export, with its progress.</summary>
public sealed class RunningExport : IAsyncDisposable
{
    private readonly Lease<ExportJob> hold;
    private long rows;
    private long total;

    public RunningExport(ExportJob job, ExportStore exports, TimeProvider clock, CancellationToken cancel) =>
        hold = new Lease<ExportJob>(job, exports.SaveAsync, latest => Sign(latest, clock), clock, cancel);

    /// <summary>Cancelled when the export was taken away from this worker, or the portal stops.</summary>
    public CancellationToken Cancel => hold.Cancel;

    public bool WasTakenAway => hold.WasTakenAway;

    public long Rows
    {
        set => Volatile.Write(ref rows, value);
    }

    public long Total
    {
        set => Volatile.Write(ref total, value);
    }

    /// <summary>Writes how the export ended; unless it was taken away, then its row is somebody else's.</summary>
    public Task EndAsync(ExportJob end, CancellationToken cancel) => hold.EndAsync(latest => end with { ETag = latest.ETag }, cancel);

    public ValueTask DisposeAsync() => hold.DisposeAsync();

    private ExportJob Sign(ExportJob latest, TimeProvider clock)
    {
        var counted = Volatile.Read(ref total);
        return latest with { Rows = Volatile.Read(ref rows), Total = counted == 0 ? null : counted, LastSign = clock.GetUtcNow() };
    }
}
