using Ssp.Dev;

namespace Ssp.Bench;

/// <summary>
/// Two programs of the portal, an old and a new one, in turn on one Azurite and one PostgreSQL, each with its own tables, keys and port and the same data in them.
/// Only one of them runs at a time.
/// </summary>
public sealed class HostBench(Repository repository, string folder, IReadOnlyList<string> parts)
{
    public const string Parts = "start,memory,live,get,download,upload,export,idle";

    // What begins with a portal and what was asked of it before is over by then, and queues are polled as seldom as they will be.
    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(1);

    private readonly HostFigures figures = new();

    /// <param name="commands">By the name of the side, the old one first.</param>
    public async Task RunAsync(IReadOnlyList<(string Name, string Command)> commands, int rounds, double idleMinutes, CancellationToken cancel)
    {
        if (parts.FirstOrDefault(part => !Parts.Split(',').Contains(part)) is { } unknown)
        {
            throw new DevException($"There is no part {unknown}; these are: {Parts}.");
        }

        Console.WriteLine("Starting Azurite and PostgreSQL, generating registrations …");
        var ports = Ports.Free(4);
        await using var azurite = await Azurite.StartAsync(repository, Path.Combine(folder, "azurite"), ports[..3], cancel);
        await using var postgres = await Postgres.StartAsync(repository, Path.Combine(folder, "postgres"), ports[3], HostStack.Password, cancel: cancel);
        var stack = new HostStack(azurite, postgres);
        await stack.FillAsync(cancel);
        var sides = new List<HostSide>();
        foreach (var (name, command) in commands)
        {
            sides.Add(await HostSide.PrepareAsync(name, command, Path.Combine(folder, name), stack, cancel));
        }

        for (var round = 0; round < rounds && parts.Any(part => part != "idle"); round++)
        {
            // Each is as often the first.
            foreach (var side in round % 2 == 0 ? sides : Enumerable.Reverse(sides))
            {
                await VisitAsync(side, cancel);
            }
        }

        foreach (var side in parts.Contains("idle") ? sides : [])
        {
            await IdleAsync(side, stack, TimeSpan.FromMinutes(idleMinutes), cancel);
        }

        figures.Print();
    }

    private async Task VisitAsync(HostSide side, CancellationToken cancel)
    {
        void Add(string what, double value, string aim = "") => figures.Add(side.Name, what, value, aim);

        void AddTimes(string what, double[] times, string aim)
        {
            Add($"{what}, p50, ms", HostFigures.At(0.5, times), aim);
            Add($"{what}, p99, ms", HostFigures.At(0.99, times));
        }

        await using var visit = await HostVisit.StartAsync(side, cancel);
        try
        {
            if (parts.Contains("start"))
            {
                Add("from start until ready, ms", visit.StartedIn.TotalMilliseconds, "≤ 1.2");
            }

            if (parts.Contains("memory"))
            {
                Add("idle memory, MB", await visit.IdleMemoryAsync(cancel), "≤ 1.3");
            }

            if (parts.Contains("live"))
            {
                AddTimes("GET health/live", await visit.LiveAsync(cancel), "new ≤ 1");
            }

            if (parts.Contains("get"))
            {
                var (times, cpu) = await visit.MembersAsync(cancel);
                AddTimes("GET members", times, "≤ 1.15");
                Add("GET members, processor time, ms", cpu, "≤ 2.0");
            }

            if (parts.Contains("upload"))
            {
                AddTimes("upload of 200 kB", await visit.UploadAsync(cancel), "");
            }

            if (parts.Contains("export"))
            {
                var (told, seen) = await visit.WaitOfExportsAsync(cancel);
                AddTimes("request to start of an export, its own times", told, "new ≤ 60");
                AddTimes("request to start of an export, as seen", seen, "");
            }

            if (parts.Contains("download"))
            {
                Add("download of 60 MB, MB/s", HostFigures.Median(await visit.DownloadAsync(side.LargeExport, cancel)), "≥ 0.95");
            }
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException { InnerException: TimeoutException })
        {
            throw new DevException($"The {side.Name} portal does not answer any more: {error.Message}{Environment.NewLine}{visit.Process.LastOutput}");
        }
    }

    private async Task IdleAsync(HostSide side, HostStack stack, TimeSpan time, CancellationToken cancel)
    {
        await using var visit = await HostVisit.StartAsync(side, cancel);
        await Task.Delay(Settling, cancel);
        int[] programs = [visit.Process.ProgramId, stack.Azurite.ProgramId, stack.Postgres.ProgramId];
        var before = programs.Select(ProcessTree.Cpu).ToArray();
        await Task.Delay(time, cancel);
        if (visit.Process.HasExited)
        {
            throw new DevException($"The {side.Name} portal ended by itself:{Environment.NewLine}{visit.Process.LastOutput}");
        }

        var percent = programs.Select((program, i) => 100 * (ProcessTree.Cpu(program) - before[i]) / time).ToArray();
        figures.Add(side.Name, "idle, portal, % of one processor", percent[0]);
        figures.Add(side.Name, "idle, Azurite, % of one processor", percent[1]);
        figures.Add(side.Name, "idle, PostgreSQL, % of one processor", percent[2]);
        figures.Add(side.Name, "idle, portal + Azurite, % of one processor", percent[0] + percent[1], "new ≤ 2");
    }
}
