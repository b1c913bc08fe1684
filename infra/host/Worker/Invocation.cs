using Ssp.Hosting.Worker.Messages;

namespace Ssp.Hosting.Worker;

/// <summary>One run of one function.</summary>
internal sealed class Invocation : IDisposable
{
    private static readonly TimeSpan CancelAgain = TimeSpan.FromSeconds(1);
    private readonly WorkerStream _stream;
    private readonly CancellationTokenSource _timeout;
    private readonly CancellationTokenSource _cancelled;
    private readonly CancellationTokenRegistration _cancelling;

    public Invocation(WorkerStream stream, InvocationRequest request, TimeSpan timeLimit, params CancellationToken[] stops)
    {
        (_stream, Id) = (stream, request.InvocationId);
        Ended = End(request);
        _timeout = new CancellationTokenSource(timeLimit);
        _cancelled = CancellationTokenSource.CreateLinkedTokenSource([_timeout.Token, .. stops]);
        _cancelling = _cancelled.Token.Register(() => _ = KeepCancelling());
    }

    public string Id { get; }

    /// <summary>Why it failed; null when it did not.</summary>
    public Task<Exception?> Ended { get; }

    public bool TimedOut => _timeout.IsCancellationRequested;

    /// <summary>Cancels the function's token. Its end is still to be waited for.</summary>
    public void Cancel() => _cancelled.Cancel();

    public void Dispose()
    {
        _cancelling.Dispose();
        _cancelled.Dispose();
        _timeout.Dispose();
    }

    // The worker takes each message up on a thread of its own: a cancellation may overtake its invocation, and is then lost.
    private async Task KeepCancelling()
    {
        while (!Ended.IsCompleted)
        {
            _stream.Cancel(Id);
            await Task.WhenAny(Ended, Task.Delay(CancelAgain));
        }
    }

    private async Task<Exception?> End(InvocationRequest request)
    {
        try
        {
            var result = await _stream.Invoke(request);
            return result.Status == StatusResult.Types.Status.Success ? null : new FunctionException(result.Exception);
        }
        catch (WorkerGoneException gone)
        {
            return gone;
        }
    }
}
