using System.Globalization;
using Ssp.Dev;
using Ssp.Tests.Chaos;

namespace Ssp.Bench;

/// <summary>The long chaos run and its report.</summary>
public static class ChaosBench
{
    /// <param name="registrations">Of each hospital.</param>
    /// <param name="rounds">How often there is trouble, for <paramref name="minutes"/> each time, and then a check.</param>
    /// <exception cref="DevException">Something was lost, doubled, invented or left without an end.</exception>
    public static async Task RunAsync(Repository repository, string folder, int seed, int registrations, int rounds, double minutes)
    {
        Directory.CreateDirectory(folder);
        Say($"chaos, seed {seed}, {registrations} registrations of each hospital, {rounds} × {minutes} minutes of trouble");
        var run = new ChaosRun(repository, folder, seed);
        await run.RunAsync(registrations, rounds, TimeSpan.FromMinutes(minutes), Say);
        foreach (var line in run.Lines)
        {
            Console.WriteLine($"- {line}");
        }

        Console.WriteLine($"violations: {run.Wrong.Count}");
        foreach (var one in run.Wrong)
        {
            Console.WriteLine($"  {one}");
        }

        if (run.Wrong.Count > 0)
        {
            throw new DevException("The run found violations.");
        }
    }

    private static void Say(string text) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:HH:mm:ss} {text}"));
}
