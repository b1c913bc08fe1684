using System.Globalization;
using Ssp.Dev;

namespace Ssp.Bench;

/// <summary>
/// What people at one hospital notice while somebody floods the portal: the times of their pages, of a sign-in and until their exports begin, beside those
/// of a quiet portal. The floods come from one address and from members of another hospital, one at a time and all together.
/// </summary>
public sealed class LoadBench(DevStack stack, TimeSpan time)
{
    /// <summary>The header from which the portal takes a caller's address here, as behind a proxy.</summary>
    public const string AddressHeader = "X-Real-IP";

    private readonly List<(string Name, LoadFigures Figures)> rows = [];

    public async Task RunAsync(CancellationToken cancel)
    {
        var floods = await Floods.PrepareAsync(stack.Demo, cancel);
        await MeasureAsync("quiet", [], cancel);
        foreach (var (name, flood) in floods.All)
        {
            await MeasureAsync(name, [flood], cancel);
        }

        await MeasureAsync("all together", [.. floods.All.Select(one => one.Flood)], cancel);
        Print();
        foreach (var line in await floods.MissingAsync(cancel))
        {
            Console.WriteLine($"LOST: {line}");
        }
    }

    private async Task MeasureAsync(string name, IReadOnlyList<Func<CancellationToken, Task>> floods, CancellationToken cancel)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var flooding = floods.Select(flood => Task.Run(() => flood(over.Token), CancellationToken.None)).ToList();
        // In the middle of it.
        await Task.Delay(TimeSpan.FromSeconds(floods.Count == 0 ? 1 : 4), cancel);
        using var other = await LoadCaller.SignInAsync(stack.Demo, "bo.other", "198.51.100.7", cancel);
        var figures = await LoadFigures.TakeAsync(other, time, cancel);
        await over.CancelAsync();
        await Task.WhenAll(flooding);
        rows.Add((name, figures));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {figures}"));
        // What was accepted is done before the next begins, or the next would stand behind it.
        await other.WaitUntilIdleAsync(cancel);
    }

    private void Print()
    {
        var quiet = rows[0].Figures;
        Console.WriteLine();
        Console.WriteLine("| | pages p95, ms | sign-in, most of them, ms | job begins after, most, ms | jobs, to quiet | refused of others |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var (name, one) in rows)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {one.PagesP95:0} | {one.SignInMax:0} | {one.JobStartMax:0} | {one.JobStartMax / quiet.JobStartMax:0.0} | {one.Refused} |"));
        }
    }
}
