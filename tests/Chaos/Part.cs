using Ssp.Dev;

namespace Ssp.Tests.Chaos;

/// <summary>
/// A program that is killed, stopped and started again, and that somebody starts again when it ends by itself, as a container's restart policy does.
/// </summary>
public sealed class Part(string name, Func<ChildProcess> start) : IAsyncDisposable
{
    private ChildProcess? child;

    public string Name => name;

    /// <summary>One fault at a time.</summary>
    public SemaphoreSlim Turn { get; } = new(1, 1);

    /// <summary>It may end by itself now: what it needs is taken from it.</summary>
    public bool MayEnd { get; set; }

    /// <summary>Ended by itself though it should run.</summary>
    public bool HasEnded => child?.HasExited == true;

    public bool IsRunning => child is { HasExited: false };

    public string LastOutput => child?.LastOutput ?? "";

    public void Start() => child = start();

    /// <summary>Waits until it accepts connections.</summary>
    public Task WaitUntilOpenAsync(int port) => Ports.WaitUntilOpenAsync(port, name, child!, CancellationToken.None);

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        if (Interlocked.Exchange(ref child, null) is { } running)
        {
            await running.KillAsync();
            await running.DisposeAsync();
        }
    }

    /// <summary>Asks it to end in good order, and waits for that; of one that ended by itself, takes away what is left.</summary>
    public async Task EndAsync()
    {
        if (Interlocked.Exchange(ref child, null) is { } running)
        {
            await running.DisposeAsync();
        }
    }

    /// <summary>STOP or CONT.</summary>
    public void Signal(string signal) => child?.Signal(signal);

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        Turn.Dispose();
    }
}
