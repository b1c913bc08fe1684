using Ssp.Clock;
using Ssp.Storage;

namespace Ssp.Jobs;

/// <summary>When a worker counts as alive, of whatever kind its work is.</summary>
public static class Lease
{
    /// <summary>A worker without a heartbeat for this long is dead: a living one writes one every second.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(20);

    /// <summary>Whether the worker that last wrote its heartbeat then is still at it.</summary>
    public static bool IsAlive(DateTimeOffset? heartbeat, TimeProvider clock) =>
        heartbeat is { } beat && clock.GetUtcNow() is var now && now - beat < Silence && !ClockSkew.IsAhead(beat, now);
}

/// <summary>
/// A worker's lease on a row. Every second it writes a heartbeat and the progress; when that write is refused, somebody
/// cancelled the work or took it over, and the work is stopped at once.
/// </summary>
/// <typeparam name="TRow">A record with the ETag it was read with.</typeparam>
public sealed class Lease<TRow> : IAsyncDisposable
    where TRow : class
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Func<TRow, CancellationToken, Task<TRow?>> save;
    private readonly Func<TRow, TRow> beat;
    private readonly TimeProvider clock;
    private readonly CancellationTokenSource stop;
    private readonly CancellationTokenSource ended = new();
    private readonly Task beating;
    private TRow latest;

    /// <param name="row">As it was just saved.</param>
    /// <param name="save">Writes the row, or answers null when somebody changed it meanwhile.</param>
    /// <param name="beat">The row with the heartbeat and the progress of this moment.</param>
    public Lease(TRow row, Func<TRow, CancellationToken, Task<TRow?>> save, Func<TRow, TRow> beat, TimeProvider clock, CancellationToken cancel)
    {
        (latest, this.save, this.beat, this.clock) = (row, save, beat, clock);
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        beating = BeatAsync();
    }

    /// <summary>Cancelled when the work was taken away from this worker, or the portal stops.</summary>
    public CancellationToken Cancel => stop.Token;

    public bool WasTakenAway { get; private set; }

    /// <summary>Writes how the work ended; unless it was taken away, then its row is somebody else's.</summary>
    /// <param name="end">The row at its end, made from the newest one.</param>
    public Task<TRow?> EndAsync(Func<TRow, TRow> end, CancellationToken cancel) => EndAsync((row, stop) => save(end(row), stop), cancel);

    /// <summary>Writes how the work ended; unless it was taken away, then its row is somebody else's.</summary>
    /// <param name="end">Writes it, given the newest row.</param>
    /// <returns>The row at its end; null when the work was taken away.</returns>
    public async Task<TRow?> EndAsync(JobEnd<TRow> end, CancellationToken cancel)
    {
        await StopBeatingAsync();
        var ended = WasTakenAway ? null : await end(latest, cancel);
        WasTakenAway = ended is null;
        return ended;
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
                if (await save(beat(latest), CancellationToken.None) is not { } saved)
                {
                    WasTakenAway = true;
                    await stop.CancelAsync();
                    return;
                }

                latest = saved;
            }
            catch (Exception error) when (error.IsOfStorage())
            {
                // Storage is away for a moment; the next beat tries again, and the work itself meets the same trouble.
            }
        }
    }
}
