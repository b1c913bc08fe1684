using System.Collections.Concurrent;

namespace Ssp.Tests.Hosting;

/// <summary>What the functions of a test saw, and what they shall do.</summary>
public sealed class Probe
{
    public ConcurrentQueue<string> Seen { get; } = new();

    public Func<CancellationToken, Task> Work { get; set; } = _ => Task.CompletedTask;

    public Task Note(string what, CancellationToken cancellation)
    {
        Seen.Enqueue(what);
        return Work(cancellation);
    }
}
