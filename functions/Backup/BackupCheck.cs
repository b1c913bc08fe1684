using System.Globalization;
using System.Text.Json;
using Azure.Data.Tables;
using Ssp.Audit;
using Ssp.Http;

namespace Ssp.Backup;

/// <summary>What a look at a whole backup found.</summary>
/// <param name="Faults">What was not in order when it was made, in sentences. What was changed since is not here: such a backup is refused.</param>
public sealed record BackupReport(Manifest Manifest, IReadOnlyList<string> Faults, IReadOnlyList<ChainReport> Chains)
{
    /// <summary>What is in it, a line for each thing.</summary>
    public IEnumerable<string> Lines()
    {
        var bytes = Manifest.Parts.Sum(part => part.Bytes);
        var kind = Manifest.Kind == BackupKind.Keys ? "keys" : "storage";
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"{kind} of {Manifest.Prefix} at {Manifest.MadeAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC: "
            + $"{Manifest.Parts.Count} parts, {bytes} bytes, all as written");
        foreach (var (table, rows) in Manifest.Rows.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"table {table}: {rows} rows");
        }

        foreach (var container in Manifest.Parts.Select(part => NamedBlobs.Parse(part.Path)?.Container).OfType<string>().CountBy(name => name))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"container {container.Key}: {container.Value} blobs");
        }

        foreach (var chain in Chains.Where(chain => chain.FirstBreak is null && chain.Head is not null))
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"audit trail {chain.Chain}: {chain.Events} events, intact; head {chain.Chain}:{chain.Last}:{chain.Head}");
        }

        foreach (var key in Manifest.KeyIds)
        {
            yield return $"{(Manifest.Kind == BackupKind.Keys ? "holds" : "needs")} the key {key}";
        }

        foreach (var fault in Faults)
        {
            yield return fault;
        }
    }
}

/// <summary>
/// Reads a backup from beginning to end: whether every part is as it was written, every blob that a row names is there, and the audit trail is intact.
/// </summary>
public sealed class BackupCheck
{
    private const string TableBeginning = "tables/";

    private readonly HashSet<NamedBlob> named = [];
    private readonly Dictionary<string, ChainEnd> heads = [];
    private readonly Dictionary<string, ChainEnd> witnesses = [];
    private readonly Dictionary<string, ChainCheck> checks = [];
    private readonly HashSet<string> goingOn = [];

    private BackupCheck()
    {
    }

    /// <exception cref="BackupException">It is no backup, the passphrase is another, or it was changed or cut off.</exception>
    public static async Task<BackupReport> ReadAsync(string path, byte[] passphrase, CancellationToken cancel)
    {
        var check = new BackupCheck();
        var manifest = await ArchiveReader.ReadAsync(path, passphrase, entry => check.LookAsync(entry, cancel), cancel);
        return check.End(manifest);
    }

    /// <summary>The table whose rows an entry holds; null when it holds none.</summary>
    public static string? TableOf(string path) =>
        path.StartsWith(TableBeginning, StringComparison.Ordinal) ? path[TableBeginning.Length..].Split('.')[0] : null;

    private async Task LookAsync(ArchiveEntry entry, CancellationToken cancel)
    {
        if (TableOf(entry.Path) is not { } table)
        {
            return;
        }

        using var lines = new StreamReader(entry.Content, leaveOpen: true);
        while (await lines.ReadLineAsync(cancel) is { } line)
        {
            Look(table, RowText.Parse(line));
        }
    }

    private void Look(string table, TableEntity row)
    {
        switch (table)
        {
            case AuditCopy.WitnessTable:
                witnesses[row.RowKey] = EndOf(row.RowKey, row);
                break;
            case AuditCopy.Table when row.RowKey == AuditCopy.HeadKey:
                heads[row.PartitionKey] = EndOf(row.PartitionKey, row);
                break;
            case AuditCopy.Table when AuditCopy.NumberOf(row.RowKey) is { } number:
                Look(row.PartitionKey, new StoredEvent(number, TextOf(row, "Text"), TextOf(row, "Previous"), TextOf(row, "Hash")));
                break;
            default:
                named.UnionWith(NamedBlobs.Of(table, row).Where(blob => blob.IsNeeded));
                break;
        }
    }

    // The ends stand in the archive before the events.
    private void Look(string chain, StoredEvent one)
    {
        var check = CheckOf(chain);
        if (one.Number > check.Reached)
        {
            goingOn.Add(chain);
        }
        else
        {
            check.Look([one]);
        }
    }

    private ChainCheck CheckOf(string chain)
    {
        if (!checks.TryGetValue(chain, out var check))
        {
            checks[chain] = check = new ChainCheck(chain, heads.GetValueOrDefault(chain), witnesses.GetValueOrDefault(chain));
        }

        return check;
    }

    private BackupReport End(Manifest manifest)
    {
        var there = manifest.Parts.Select(part => part.Path).ToHashSet(StringComparer.Ordinal);
        var faults = named.Select(blob => blob.Path).Union(manifest.Missing).Where(path => !there.Contains(path)).Order(StringComparer.Ordinal)
            .Select(path => $"MISSING: {path} is named by a row, and storage did not have it").ToList();
        var chains = heads.Keys.Union(witnesses.Keys).Union(checks.Keys).Order(StringComparer.Ordinal)
            .Select(chain => CheckOf(chain).End(goingOn.Contains(chain), manifest.MadeAt)).ToList();
        faults.AddRange(chains.Where(chain => chain.FirstBreak is not null).Select(chain => string.Create(
            CultureInfo.InvariantCulture,
            $"BROKEN: audit trail {chain.Chain} at event {chain.FirstBreak!.Number}: {Texts.Say("en", AuditCheck.SentenceOf(chain.FirstBreak))}")));
        return new BackupReport(manifest, faults, chains);
    }

    private static string TextOf(TableEntity row, string column) =>
        row.GetString(column) ?? throw new JsonException($"An event of the audit trail has no {column}.");

    private static ChainEnd EndOf(string chain, TableEntity row) => new(
        chain, row.GetInt64("Count") ?? 0, row.GetString("Hash") ?? "",
        DateTimeOffset.TryParse(row.GetString("LastAt"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at
            : DateTimeOffset.MinValue);
}
