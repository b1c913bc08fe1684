using Azure;

namespace Ssp.Exports;

/// <summary>
/// A worker's hold on an export. Every second it writes a sign of life and the progress; when that write is refused, somebody
/// cancelled the export or took it over, and the work is stopped at once.
/// </summary>
public sealed class RunningExport : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ExportStore exports;
    private readonly TimeProvider clock;
    private readonly CancellationTokenSource stop;
    private readonly CancellationTokenSource ended = new();
    private readonly Task beating;
    private ExportJob latest;
    private long rows;
    private long total;

    public RunningExport(ExportJob job, ExportStore exports, TimeProvider clock, CancellationToken cancel)
    {
        latest = job;
        this.exports = exports;
        this.clock = clock;
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        beating = BeatAsync();
    }

    /// <summary>Cancelled when the export was taken away from this worker, or the portal stops.</summary>
    public CancellationToken Cancel => stop.Token;

    public bool WasTakenAway { get; private set; }

    public long Rows
    {
        set => Volatile.Write(ref rows, value);
    }

    public long Total
    {
        set => Volatile.Write(ref total, value);
    }

    /// <summary>Writes how the export ended; unless it was taken away, then its row is somebody else's.</summary>
    public async Task EndAsync(ExportJob end, CancellationToken cancel)
    {
        await StopBeatingAsync();
        if (!WasTakenAway && await exports.SaveAsync(end with { ETag = latest.ETag }, cancel) is null)
        {
            WasTakenAway = true;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopBeatingAsync();
        ended.Dispose();
        stop.Dispose();
    }

    private async Task StopBeatingAsync()
    {
        await ended.CancelAsync();
        await beating;
    }

    private async Task BeatAsync()
    {
        while (!ended.IsCancellationRequested)
        {
            await Task.Delay(Interval, clock, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (ended.IsCancellationRequested)
            {
                return;
            }

            try
            {
                var counted = Volatile.Read(ref total);
                var sign = latest with { Rows = Volatile.Read(ref rows), Total = counted == 0 ? null : counted, LastSign = clock.GetUtcNow() };
                if (await exports.SaveAsync(sign, CancellationToken.None) is not { } saved)
                {
                    WasTakenAway = true;
                    await stop.CancelAsync();
                    return;
                }

                latest = saved;
            }
            catch (Exception error) when (error is RequestFailedException or AggregateException)
            {
                // Storage is away for a moment; the next beat tries again, and the work itself meets the same trouble.
            }
        }
    }
}
