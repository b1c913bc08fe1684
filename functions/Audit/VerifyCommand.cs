using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ssp.Http;
using Ssp.Storage;

namespace Ssp.Audit;

/// <summary>The check of all chains on the command line: one line per chain.</summary>
public sealed partial class VerifyCommand(AuditCheck check, AuditStore store)
{
    /// <summary>The word after the program's name.</summary>
    public const string Word = "verify-audit";

    /// <param name="keptHeads">Heads that an earlier check printed and somebody kept elsewhere: they must still stand in their chains.</param>
    /// <returns>The exit code: 0 when every chain is intact, 1 when one is not, a kept head is not there, or storage does not answer.</returns>
    public async Task<int> RunAsync(IEnumerable<string> keptHeads, TextWriter output, TextWriter errors, CancellationToken cancel)
    {
        try
        {
            var isGood = true;
            var chains = 0;
            await foreach (var report in check.CheckAllAsync(cancel))
            {
                await output.WriteLineAsync(LineOf(report));
                isGood &= report.FirstBreak is null;
                chains++;
            }

            if (chains == 0)
            {
                await output.WriteLineAsync("There are no events yet.");
            }

            foreach (var kept in keptHeads)
            {
                if (!await StandsAsync(kept, cancel))
                {
                    await output.WriteLineAsync($"NOT FOUND: {kept}");
                    isGood = false;
                }
            }

            return isGood ? 0 : 1;
        }
        catch (Exception error) when (error.IsOfStorage())
        {
            await errors.WriteLineAsync($"The trail cannot be read: {error.Message.Split('\n')[0].Trim()}");
            return 1;
        }
    }

    /// <summary>What is said of a chain on the command line and in the log.</summary>
    public static string LineOf(ChainReport report)
    {
        if (report is { Events: 0, FirstBreak: null })
        {
            return $"{report.Chain}: no events; only a head that was kept elsewhere can tell whether there were any";
        }

        var verdict = report.FirstBreak is { } found
            ? $"BROKEN at event {found.Number} ({JsonNamingPolicy.SnakeCaseLower.ConvertName(found.Kind.ToString())}): "
                + Texts.Say("en", AuditCheck.SentenceOf(found))
            : "intact";
        var head = report.Head is null ? "" : string.Create(CultureInfo.InvariantCulture, $"; head {report.Chain}:{report.Last}:{report.Head}");
        var unfinished = report.Unfinished.Count == 0
            ? ""
            : $"; requested and without an end: {string.Join(", ", report.Unfinished.Select(one => one.Number))}";
        return string.Create(CultureInfo.InvariantCulture, $"{report.Chain}: {report.Events} events, {verdict}{head}{unfinished}");
    }

    private async Task<bool> StandsAsync(string kept, CancellationToken cancel) =>
        KeptHead().Match(kept) is { Success: true } head
        && (await store.FindAsync(head.Groups[1].Value, long.Parse(head.Groups[2].Value, CultureInfo.InvariantCulture), cancel))?.Hash == head.Groups[3].Value;

    [GeneratedRegex(@"\A(installation|[0-9a-f]{32}):([0-9]{1,10}):([0-9a-f]{64})\z")]
    private static partial Regex KeptHead();
}
