using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Ssp.Storage;

/// <summary>
/// Notices that a storage service is silent: it takes calls and does not answer, as when its process is stopped or its disk hangs. One call finds
/// out, after the client's network timeout; until the service answers a question again every further call fails at once, so that nobody waits in
/// vain for one after another. A service that refuses connections fails fast by itself.
/// </summary>
public sealed class SilenceGuard(Uri service) : HttpPipelinePolicy
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly HttpClient Asker = new() { Timeout = TimeSpan.FromSeconds(2) };

    private int silent;

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        RefuseWhenSilent();
        try
        {
            ProcessNext(message, pipeline);
        }
        catch (OperationCanceledException) when (!message.CancellationToken.IsCancellationRequested)
        {
            Trip();
            throw;
        }
    }

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        RefuseWhenSilent();
        try
        {
            await ProcessNextAsync(message, pipeline);
        }
        catch (OperationCanceledException) when (!message.CancellationToken.IsCancellationRequested)
        {
            Trip();
            throw;
        }
    }

    private void RefuseWhenSilent()
    {
        if (Volatile.Read(ref silent) != 0)
        {
            throw new RequestFailedException(0, "The service was silent a moment ago and has not answered since.");
        }
    }

    private void Trip()
    {
        if (Interlocked.Exchange(ref silent, 1) == 0)
        {
            _ = AskUntilAnsweredAsync();
        }
    }

    // Whatever it answers to a question without a signature, it answers.
    private async Task AskUntilAnsweredAsync()
    {
        while (true)
        {
            await Task.Delay(Interval);
            try
            {
                using var answer = await Asker.GetAsync(service);
                Volatile.Write(ref silent, 0);
                return;
            }
            catch (HttpRequestException)
            {
                // It refuses connections: that is not silence, and calls notice it fast.
                Volatile.Write(ref silent, 0);
                return;
            }
            catch (OperationCanceledException)
            {
                // Still silent.
            }
        }
    }
}
