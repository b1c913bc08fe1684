using System.Globalization;
using System.Text.Json;
using Azure;
using Ssp.Http;

namespace Ssp.Audit;

/// <summary>The check of all chains on the command line: one line per chain.</summary>
public sealed class VerifyCommand(AuditCheck check)
{
    /// <summary>The word after the program's name.</summary>
    public const string Word = "verify-audit";

    /// <returns>The exit code: 0 when every chain is intact, 1 when one is not or storage does not answer.</returns>
    public async Task<int> RunAsync(TextWriter output, TextWriter errors, CancellationToken cancel)
    {
        var reports = new List<ChainReport>();
        try
        {
            await foreach (var report in check.CheckAllAsync(cancel))
            {
                await output.WriteLineAsync(LineOf(report));
                reports.Add(report);
            }
        }
        catch (Exception error) when (error is RequestFailedException or AggregateException)
        {
            await errors.WriteLineAsync($"The trail cannot be read: {error.Message.Split('\n')[0].Trim()}");
            return 1;
        }

        if (reports.Count == 0)
        {
            await output.WriteLineAsync("There are no events yet.");
        }

        return reports.All(report => report.FirstBreak is null) ? 0 : 1;
    }

    private static string LineOf(ChainReport report)
    {
        var verdict = report.FirstBreak is { } found
            ? $"BROKEN at event {found.Number} ({JsonNamingPolicy.SnakeCaseLower.ConvertName(found.Kind.ToString())}): {Texts.Say("en", AuditCheck.SentenceOf(found))}"
            : "intact";
        var unfinished = report.Unfinished.Count == 0 ? "" : $"; requested and without an end: {string.Join(", ", report.Unfinished.Select(one => one.Number))}";
        return string.Create(CultureInfo.InvariantCulture, $"{report.Chain}: {report.Events} events, {verdict}; head {report.Head ?? "none"}{unfinished}");
    }
}
