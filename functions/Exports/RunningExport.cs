using Ssp.Jobs;

namespace Ssp.Exports;

/// <summary>A worker's lease on an export, with its progress.</summary>
public sealed class RunningExport : IAsyncDisposable
{
    private readonly Lease<ExportJob> lease;
    private long rows;
    private long total;

    public RunningExport(ExportJob job, ExportStore exports, TimeProvider clock, CancellationToken cancel) =>
        lease = new Lease<ExportJob>(job, exports.SaveAsync, latest => Beat(latest, clock), clock, cancel);

    /// <summary>Cancelled when the export was taken away from this worker, or the portal stops.</summary>
    public CancellationToken Cancel => lease.Cancel;

    public bool WasTakenAway => lease.WasTakenAway;

    public long Rows
    {
        set => Volatile.Write(ref rows, value);
    }

    public long Total
    {
        set => Volatile.Write(ref total, value);
    }

    /// <summary>Writes how the export ended; unless it was taken away, then its row is somebody else's.</summary>
    public Task EndAsync(ExportJob end, CancellationToken cancel) => lease.EndAsync(latest => end with { ETag = latest.ETag }, cancel);

    public ValueTask DisposeAsync() => lease.DisposeAsync();

    private ExportJob Beat(ExportJob latest, TimeProvider clock)
    {
        var counted = Volatile.Read(ref total);
        return latest with { Rows = Volatile.Read(ref rows), Total = counted == 0 ? null : counted, Heartbeat = clock.GetUtcNow() };
    }
}
