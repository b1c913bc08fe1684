using Ssp.Http;
using Ssp.Storage;

namespace Ssp.Jobs;

/// <summary>The columns that a worker writes, of a job of whatever kind.</summary>
public abstract class JobRow : Row
{
    private const string RetryEnding = ".retry";

    public int Attempt { get; set; }

    public DateTimeOffset? LastSign { get; set; }

    public string? Retry { get; set; }

    protected static string? Write(RetryReason? retry) => retry is null ? null : StoredJson.Write(retry);

    protected static string? Write(IReadOnlyList<Sentence> warnings) =>
        warnings.Count == 0 ? null : StoredJson.Write(warnings.Select(one => new StoredSentence(one.Key, [.. one.Values.Select(value => $"{value}")])));

    protected static IReadOnlyList<Sentence> ReadWarnings(string? warnings) =>
        StoredJson.Read<StoredSentence[]>(warnings) is { } all ? [.. all.Select(one => new Sentence(one.Key, [.. one.Values ?? []]))] : [];

    protected static string? WriteValues(Sentence? problem) => problem is null ? null : StoredJson.Write(problem.Values.Select(value => $"{value}"));

    /// <summary>Why the job failed.</summary>
    protected static Sentence? ReadProblem(string? key, string? values) =>
        key is null || IsRetry(key) ? null : new Sentence(key, [.. StoredJson.Read<string[]>(values) ?? []]);

    /// <summary>Why the job is tried again. Before the reason had a column of its own, it stood where a problem stands.</summary>
    protected RetryReason? ReadRetry(string? problemKey, string? problemValues) =>
        StoredJson.Read<RetryReason>(Retry) ?? (problemKey is not null && IsRetry(problemKey) ? EarlierForm(problemKey, problemValues) : null);

    private static RetryReason EarlierForm(string key, string? values) =>
        new(key[..^RetryEnding.Length], StoredJson.Read<string[]>(values) ?? [], IsOutage: key.StartsWith("warehouse_", StringComparison.Ordinal));

    private sealed record StoredSentence(string Key, string[]? Values);

    private static bool IsRetry(string key) => key.EndsWith(RetryEnding, StringComparison.Ordinal);
}
