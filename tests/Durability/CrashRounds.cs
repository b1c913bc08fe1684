using System.Diagnostics;
using Ssp.Dev;

namespace Ssp.Tests.Durability;

/// <summary>
/// Kills Azurite again and again while writers change things, on one data folder, and counts what is missing or invented after.
/// Where the power fails too, each kill also takes from the folder what Azurite had not synced, see synced.js.
/// </summary>
public sealed class CrashRounds(Repository repository, string folder, int seed, bool powerFails = false)
{
    private const int Writers = 8;

    private readonly string recorder = Path.Combine(repository.Root, "tests", "Durability", "synced.js");
    private readonly string copy = $"{folder}.synced";

    /// <summary>What went wrong: one sentence per row, message or blob.</summary>
    public List<string> Wrong { get; } = [];

    /// <summary>How many changes were acknowledged in all.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>How many times Azurite was killed while it was starting, thus while it read its log.</summary>
    public int KilledInStart { get; private set; }

    /// <summary>Runs the rounds; the last start stays for a check and ends in good order.</summary>
    /// <param name="rounds">How many kills at least.</param>
    /// <param name="changes">How many changes must have been acknowledged: a slow machine gets more rounds for it, ten times as many at most.</param>
    /// <param name="afterRound">Is told the number of each round.</param>
    public async Task RunAsync(int rounds, long changes = 0, Action<int>? afterRound = null)
    {
        var random = new Random(seed);
        var ports = Ports.Free(3);

        // Often enough that a kill also meets a save.
        var settings = new Dictionary<string, string> { ["SSP_AZURITE_LOG_BYTES"] = "60000" };
        if (powerFails)
        {
            settings["NODE_OPTIONS"] = $"--require \"{recorder}\"";
            settings["SSP_SYNCED_FOLDER"] = folder;
            settings["SSP_SYNCED_COPY"] = copy;
        }

        List<CrashWriter>? writers = null;
        var isLast = false;
        for (var round = 0; !isLast; round++)
        {
            isLast = round >= rounds && (Acknowledged > changes || round >= 10 * rounds);
            if (round > 0 && random.Next(8) == 0)
            {
                await KillWhileStartingAsync(ports, settings, random.Next(300, 900));
                await CutPowerAsync(random);
            }

            await using var azurite = await Azurite.StartAsync(repository, folder, ports, plain: false, settings);
            writers ??= [.. Enumerable.Range(1, Writers).Select(number => new CrashWriter($"w{number}", azurite.ConnectionString))];
            if (round == 0)
            {
                await Task.WhenAll(writers.Select(writer => writer.PrepareAsync()));
            }

            foreach (var found in await Task.WhenAll(writers.Select(writer => writer.CheckAsync())))
            {
                Wrong.AddRange(found.Select(one => $"round {round}: {one}"));
            }

            if (!isLast)
            {
                await KillWhileWritingAsync(azurite, writers, random);
                await CutPowerAsync(random);
                Acknowledged = writers.Sum(writer => writer.Acknowledged);
                afterRound?.Invoke(round + 1);
            }
        }
    }

    private static async Task KillWhileWritingAsync(Azurite azurite, List<CrashWriter> writers, Random random)
    {
        using var killed = new CancellationTokenSource();
        var writing = writers.Select(writer => writer.WriteAsync(new Random(random.Next()), killed.Token)).ToList();
        await Task.Delay(random.Next(20, 500));
        await killed.CancelAsync();
        await azurite.KillAsync();
        await Task.WhenAll(writing);
    }

    private async Task KillWhileStartingAsync(int[] ports, Dictionary<string, string> settings, int after)
    {
        KilledInStart++;
        await using var child = ChildProcess.Start("TERM", Azurite.Command(repository, folder, ports), folder, settings);
        await Task.Delay(after);
        await child.KillAsync();
    }

    private async Task CutPowerAsync(Random random)
    {
        if (powerFails)
        {
            using var cut = Process.Start("node", [recorder, folder, copy, $"{random.Next()}"]);
            await cut.WaitForExitAsync();
            if (cut.ExitCode != 0)
            {
                throw new InvalidOperationException($"{recorder} ended with {cut.ExitCode}.");
            }
        }
    }
}
