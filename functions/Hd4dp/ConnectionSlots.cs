namespace Ssp.Hd4dp;

/// <summary>How many connections the portal may have to one database. Work beyond that waits until one is given back.</summary>
public sealed class ConnectionSlots(int count)
{
    private readonly SemaphoreSlim free = new(count, count);

    /// <summary>Takes one; disposing what comes back gives it back. Null when none came free in time.</summary>
    /// <param name="patience">Null: as long as it takes.</param>
    public async Task<IDisposable?> TakeAsync(TimeSpan? patience, CancellationToken cancel) =>
        await free.WaitAsync(patience ?? Timeout.InfiniteTimeSpan, cancel) ? new Slot(free) : null;

    private sealed class Slot(SemaphoreSlim free) : IDisposable
    {
        private int given;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref given, 1) == 0)
            {
                free.Release();
            }
        }
    }
}
