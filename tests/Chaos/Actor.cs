using System.Collections.Concurrent;

namespace Ssp.Tests.Chaos;

/// <summary>
/// Somebody who does one kind of work and keeps book of what was acknowledged. What nobody else changes must be there as acknowledged; a change without an
/// answer may have been made or not, but whole.
/// </summary>
public abstract class Actor(string name)
{
    private readonly ConcurrentQueue<string> wrong = new();
    private long acknowledged;
    private long lost;

    public string Name => name;

    /// <summary>What must not have happened, in sentences.</summary>
    public IReadOnlyCollection<string> Wrong => wrong;

    /// <summary>How many changes were acknowledged.</summary>
    public long Acknowledged => Interlocked.Read(ref acknowledged);

    /// <summary>How many changes had no answer, or one that promised nothing.</summary>
    public long Lost => Interlocked.Read(ref lost);

    /// <summary>Works until told to stop; the step under way is finished.</summary>
    public async Task RunAsync(Random random, TimeSpan most, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await TryAsync(() => StepAsync(random));
            await Task.Delay(most * random.NextDouble(), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>In quiet times: whether all is as acknowledged, and all that was begun has ended.</summary>
    public Task CheckAsync() => TryAsync(LookAsync);

    protected abstract Task StepAsync(Random random);

    protected abstract Task LookAsync();

    protected void Acknowledge() => Interlocked.Increment(ref acknowledged);

    protected void Lose() => Interlocked.Increment(ref lost);

    protected void Complain(string sentence) => wrong.Enqueue($"{DateTime.UtcNow:HH:mm:ss} {name}: {sentence}");

    private async Task TryAsync(Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (Violation violation)
        {
            Complain(violation.Message);
        }
        catch (Exception error) when (error is System.Text.Json.JsonException or KeyNotFoundException or InvalidOperationException)
        {
            Complain($"an answer was not understood: {error.Message}");
        }
    }
}
