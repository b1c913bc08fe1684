using System.Threading.Channels;

namespace Ssp.Hosting.Queues;

/// <summary>A delay that can be cut short, also by a signal that came before it began.</summary>
internal sealed class WakeUp
{
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Signal() => _signal.Writer.TryWrite(true);

    /// <summary>Call before looking for work: what is signalled after the look must end the next wait.</summary>
    public void Clear() => _signal.Reader.TryRead(out _);

    public async Task Wait(TimeSpan delay, CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        end.CancelAfter(delay);
        try
        {
            await _signal.Reader.WaitToReadAsync(end.Token);
        }
        catch (OperationCanceledException)
        {
            // Slept long enough, or the host stops.
        }
    }
}
