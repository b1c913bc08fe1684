using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace Ssp.Hosting.Timers;

/// <summary>The lease on a blob that makes one instance the one that ticks.</summary>
internal sealed class TimerLock : IAsyncDisposable
{
    private readonly BlobLeaseClient _lease;
    private readonly Leases _leases;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Task _renewal;

    private TimerLock(BlobLeaseClient lease, Leases leases)
    {
        (_lease, _leases, Lost) = (lease, leases, _lost.Token);
        _renewal = Renew();
    }

    /// <summary>Cancelled when another instance may have the lock.</summary>
    public CancellationToken Lost { get; }

    /// <summary>Null while another instance has it.</summary>
    public static async Task<TimerLock?> TryTake(BlobContainerClient container, BlobClient blob, Leases leases)
    {
        var lease = blob.GetBlobLeaseClient();
        try
        {
            await lease.AcquireAsync(leases.Lock);
            return new TimerLock(lease, leases);
        }
        catch (RequestFailedException error) when (error.Status == 404)
        {
            await Create(container, blob);
            return await TryTake(container, blob, leases);
        }
        catch (RequestFailedException error) when (error.Status == 409)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _renewal;
        if (!_leases.Abandon && !Lost.IsCancellationRequested)
        {
            try
            {
                await _lease.ReleaseAsync();
            }
            catch (RequestFailedException)
            {
                // It ends by itself.
            }
        }

        _end.Dispose();
        _lost.Dispose();
    }

    private static async Task Create(BlobContainerClient container, BlobClient blob)
    {
        await container.CreateIfNotExistsAsync();
        try
        {
            await blob.UploadAsync(BinaryData.Empty, new BlobUploadOptions { Conditions = new() { IfNoneMatch = ETag.All } });
        }
        catch (RequestFailedException error) when (error.Status is 409 or 412)
        {
            // Another instance was first.
        }
    }

    private async Task Renew()
    {
        var renewed = TimeProvider.System.GetTimestamp();
        while (true)
        {
            await Task.Delay(_leases.Lock * 2 / 5, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_end.IsCancellationRequested)
            {
                return;
            }

            var asked = TimeProvider.System.GetTimestamp();
            try
            {
                await _lease.RenewAsync(cancellationToken: _end.Token);
                renewed = asked;
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // Storage that does not answer costs the lock only when the lease is about to end.
                if (error is RequestFailedException { Status: 404 or 409 or 412 } || TimeProvider.System.GetElapsedTime(renewed) >= _leases.Lock * 2 / 3)
                {
                    await _lost.CancelAsync();
                    return;
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
