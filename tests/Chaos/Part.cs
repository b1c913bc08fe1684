using System.Diagnostics;
using System.Globalization;
using Ssp.Dev;

namespace Ssp.Tests.Chaos;

/// <summary>A program that is killed, stopped and started again, and that somebody starts again when it ends by itself, as a container's restart policy does.</summary>
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

    /// <summary>Asks it to end in good order, and waits for that.</summary>
    public async Task EndAsync()
    {
        if (Interlocked.Exchange(ref child, null) is { } running)
        {
            await running.DisposeAsync();
        }
    }

    /// <summary>Takes away the process of one that ended by itself.</summary>
    public Task ClearAsync() => EndAsync();

    /// <summary>STOP or CONT, to the program and to those it started.</summary>
    public void Signal(string signal)
    {
        foreach (var pid in child is { HasExited: false } running ? ProgramWithChildren(running) : [])
        {
            using var kill = Process.Start("kill", [$"-{signal}", pid.ToString(CultureInfo.InvariantCulture)]);
            kill.WaitForExit();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        Turn.Dispose();
    }

    private static List<int> ProgramWithChildren(ChildProcess running)
    {
        try
        {
            var program = running.ProgramId;
            var children = File.ReadAllText($"/proc/{program}/task/{program}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return [program, .. children.Select(child => int.Parse(child, CultureInfo.InvariantCulture))];
        }
        catch (Exception error) when (error is FormatException or IOException)
        {
            // It has not come up yet, or is gone: there is nobody to tell.
            return [];
        }
    }
}
