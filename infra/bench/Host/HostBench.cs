using Ssp.Dev;

namespace Ssp.Bench;

/// <summary>
/// Two programs of the portal, an old and a new one, in turn on one Azurite and one PostgreSQL, each with its own tables, keys and port and the same data in
/// them. What is asked of them is asked of both in turn while both run; starts, memory and what an idle one uses are those of one alone.
/// </summary>
public sealed class HostBench(Repository repository, string folder, IReadOnlyList<string> parts)
{
    public const string Parts = "start,memory,live,get,download,upload,export,idle";

    // What begins with a portal and what was asked of it before is over by then, and queues are polled as seldom as they will be.
    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(1);

    // A portal runs for weeks: what is asked of it often has long been compiled for speed, which takes the runtime some thousand calls.
    private const int WarmUp = 4_000;

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

        for (var round = 0; round < rounds; round++)
        {
            await RoundAsync(sides, cancel);
        }

        foreach (var side in parts.Contains("idle") ? sides : [])
        {
            await IdleAsync(side, stack, TimeSpan.FromMinutes(idleMinutes), cancel);
        }

        figures.Print();
    }

    private async Task RoundAsync(IReadOnlyList<HostSide> sides, CancellationToken cancel)
    {
        if (parts.Contains("start"))
        {
            Add(sides, await InTurnAsync(sides, 3, async side =>
            {
                await using var visit = await HostVisit.StartAsync(side, cancel);
                return visit.StartedIn.TotalMilliseconds;
            }), "from start until ready, ms", HostFigures.Median, "≤ 1.2");
        }

        if (parts.Contains("memory"))
        {
            Add(sides, await InTurnAsync(sides, 1, async side =>
            {
                await using var visit = await HostVisit.StartAsync(side, cancel);
                return await visit.IdleMemoryAsync(cancel);
            }), "idle memory, MB", HostFigures.Median, "≤ 1.3");
        }

        var visits = new List<HostVisit>();
        try
        {
            foreach (var side in parts.Intersect(["live", "get", "download", "upload", "export"]).Any() ? sides : [])
            {
                visits.Add(await HostVisit.StartAsync(side, cancel));
            }

            await AskAsync(visits, cancel);
        }
        finally
        {
            foreach (var visit in visits)
            {
                await visit.DisposeAsync();
            }
        }
    }

    // Both run, and are asked a little each in turn: whatever else the machine does then disturbs both.
    private async Task AskAsync(IReadOnlyList<HostVisit> visits, CancellationToken cancel)
    {
        var sides = visits.Select(visit => visit.Side).ToList();
        void AddTimes(IReadOnlyList<IEnumerable<double>> times, string what, string aim = "")
        {
            Add(sides, times, $"{what}, p50, ms", HostFigures.Median, aim);
            Add(sides, times, $"{what}, p99, ms", one => HostFigures.At(0.99, one));
        }

        if (parts.Contains("live"))
        {
            await InTurnAsync(visits, 1, visit => visit.LiveAsync(WarmUp, cancel));
            var live = await InTurnAsync(visits, 20, visit => visit.LiveAsync(100, cancel));
            AddTimes([.. live.Select(one => one.SelectMany(times => times))], "GET health/live", "new ≤ 1");
        }

        if (parts.Contains("get"))
        {
            await InTurnAsync(visits, 1, visit => visit.MembersAsync(WarmUp, cancel));
            var members = await InTurnAsync(visits, 20, visit => visit.MembersAsync(50, cancel));
            AddTimes([.. members.Select(one => one.SelectMany(turn => turn.Times))], "GET members", "≤ 1.15");
            Add(
                sides,
                members,
                "GET members, processor time, ms",
                one => one.Sum(turn => turn.Cpu.TotalMilliseconds) / one.Sum(turn => turn.Times.Length),
                "≤ 2.0");
        }

        if (parts.Contains("download"))
        {
            await InTurnAsync(visits, 3, visit => visit.DownloadAsync(visit.Side.LargeExport, cancel));
            var downloads = await InTurnAsync(visits, 7, visit => visit.DownloadAsync(visit.Side.LargeExport, cancel));
            Add(sides, downloads, "download of 60 MB, MB/s", HostFigures.Median, "≥ 0.95");
        }

        if (parts.Contains("upload"))
        {
            await InTurnAsync(visits, 5, visit => visit.UploadAsync(cancel));
            AddTimes(await InTurnAsync(visits, 20, visit => visit.UploadAsync(cancel)), "upload of 200 kB");
        }

        if (parts.Contains("export"))
        {
            var waits = await InTurnAsync(visits, 40, visit => visit.WaitOfExportAsync(cancel));
            AddTimes([.. waits.Select(one => one.Select(wait => wait.Told))], "request to start of an export, its own times", "new ≤ 60");
            AddTimes([.. waits.Select(one => one.Select(wait => wait.Seen))], "request to start of an export, as seen");
        }
    }

    /// <returns>What each gave in all its turns; each begins every other one.</returns>
    private static async Task<List<TResult>[]> InTurnAsync<T, TResult>(IReadOnlyList<T> those, int turns, Func<T, Task<TResult>> measure)
    {
        var results = those.Select(_ => new List<TResult>()).ToArray();
        for (var turn = 0; turn < turns; turn++)
        {
            foreach (var one in turn % 2 == 0 ? Enumerable.Range(0, those.Count) : Enumerable.Range(0, those.Count).Reverse())
            {
                results[one].Add(await measure(those[one]));
            }
        }

        return results;
    }

    private void Add<T>(IReadOnlyList<HostSide> sides, IReadOnlyList<T> measured, string what, Func<T, double> figure, string aim = "")
    {
        foreach (var (side, one) in sides.Zip(measured))
        {
            figures.Add(side.Name, what, figure(one), aim);
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
