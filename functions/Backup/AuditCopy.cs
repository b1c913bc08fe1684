using System.Buffers;
using System.Globalization;
using Azure.Data.Tables;
using Ssp.Audit;
using Ssp.Storage;

namespace Ssp.Backup;

/// <summary>
/// Copies the audit trail up to a moment. Events are only ever added, so a chain up to its end of that moment is what it was then, whenever it is read. The
/// witness tells the end, unless its writer died before it wrote it: then the head that was read before the moment is further, and counts.
/// </summary>
internal sealed class AuditCopy(StoredParts storage)
{
    public const string Table = "Audit";
    public const string WitnessTable = "AuditChains";
    public const string HeadKey = "head";
    public const string EventPrefix = "event-";

    private const int PieceEvents = 1_000;
    private readonly Dictionary<string, TableEntity> heads = [];

    /// <summary>How many rows were copied.</summary>
    public long Rows { get; private set; }

    /// <summary>Reads where the chains end now, before the moment.</summary>
    public async Task ReadHeadsAsync(IReadOnlyList<string> tables, CancellationToken cancel)
    {
        // A chain whose witness somebody removed is not forgotten.
        var chains = new HashSet<string> { AuditEvent.Installation };
        chains.UnionWith(tables.Contains(WitnessTable) ? (await ListKeysAsync(WitnessTable, cancel)).Select(key => key.Row) : []);
        chains.UnionWith(tables.Contains("Organizations")
            ? (await ListKeysAsync("Organizations", cancel)).Select(key => key.Partition).Where(AuditStore.IsOrganization)
            : []);

        foreach (var chain in chains)
        {
            if (await FindHeadAsync(chain, cancel) is { } head)
            {
                heads[chain] = head;
            }
        }
    }

    /// <summary>Adds the heads and all events up to them.</summary>
    /// <param name="witnesses">As they were at the moment.</param>
    public async Task AddAsync(ArchiveWriter archive, IAsyncEnumerable<TableEntity> witnesses, CancellationToken cancel)
    {
        var ends = new SortedDictionary<string, (TableEntity? Head, long Last)>(StringComparer.Ordinal);
        foreach (var (chain, head) in heads)
        {
            ends[chain] = (head, CountOf(head));
        }

        await foreach (var witness in witnesses)
        {
            var chain = witness.RowKey;
            if (CountOf(witness) is var count && (!ends.TryGetValue(chain, out var end) || end.Last < count))
            {
                // An honest head is never behind its witness. Where the witness is ahead of the head that was read above, the chain may have grown
                // between the two readings; so the head is read once more. One that has caught up was honest, and the witness tells what it was when the
                // witness was written. One that is still behind was set back: it goes into the copy as it is, for the check to find.
                var now = await FindHeadAsync(chain, cancel);
                ends[chain] = (now is not null && CountOf(now) >= count ? HeadOf(witness) : now, count);
            }
        }

        var headRows = ends.Values.Select(end => end.Head).OfType<TableEntity>().ToList();
        await AddAsync(archive, $"tables/{Table}.jsonl", headRows, cancel);
        foreach (var (chain, (_, last)) in ends)
        {
            await AddEventsAsync(archive, chain, 1, last, cancel);
            if (await ExistsAsync(chain, last + 1, cancel) && !(await FindHeadAsync(chain, cancel) is { } now && CountOf(now) > last))
            {
                // Events that even now no head knows: somebody set it back. A restore must not mend that in silence.
                await AddEventsAsync(archive, chain, last + 1, long.MaxValue, cancel);
            }
        }
    }

    private async Task AddEventsAsync(ArchiveWriter archive, string chain, long first, long last, CancellationToken cancel)
    {
        while (first <= last)
        {
            var until = last - first < PieceEvents ? last : first + PieceEvents - 1;
            var rows = await ReadAsync(chain, first, until, cancel);
            if (rows.Count == 0)
            {
                // A gap, or the end of what there is, wherever the head says that it is.
                if (await FindNextAsync(chain, until, last, cancel) is not { } next)
                {
                    return;
                }

                first = next;
                continue;
            }

            await AddAsync(archive, string.Create(CultureInfo.InvariantCulture, $"tables/{Table}.{chain}.{first:D10}.jsonl"), rows, cancel);
            first = until + 1;
        }
    }

    private async Task AddAsync(ArchiveWriter archive, string path, IReadOnlyList<TableEntity> rows, CancellationToken cancel)
    {
        var text = new ArrayBufferWriter<byte>();
        foreach (var row in rows)
        {
            RowText.Write(text, row);
        }

        var rest = text.WrittenMemory;
        await using var content = new PartStream(
            rest.Length,
            (buffer, _) =>
            {
                var count = Math.Min(buffer.Length, rest.Length);
                rest[..count].CopyTo(buffer);
                rest = rest[count..];
                return ValueTask.FromResult(count);
            },
            _ => false);
        await archive.AddAsync(path, content, null, cancel);
        Rows += rows.Count;
    }

    private async Task<IReadOnlyList<TableEntity>> ReadAsync(string chain, long first, long last, CancellationToken cancel)
    {
        var (from, to) = (KeyOf(first), KeyOf(last));
        var rows = new List<TableEntity>();
        await foreach (var row in storage.Table(Table).QueryAsync<TableEntity>(
            row => row.PartitionKey == chain && row.RowKey.CompareTo(from) >= 0 && row.RowKey.CompareTo(to) <= 0, cancellationToken: cancel))
        {
            rows.Add(row);
        }

        return rows;
    }

    private async Task<long?> FindNextAsync(string chain, long after, long last, CancellationToken cancel)
    {
        var (from, to) = (KeyOf(after), last == long.MaxValue ? EventPrefix + ":" : KeyOf(last));
        await foreach (var row in storage.Table(Table).QueryAsync<TableEntity>(
            row => row.PartitionKey == chain && row.RowKey.CompareTo(from) > 0 && row.RowKey.CompareTo(to) <= 0, 1, [nameof(TableEntity.RowKey)], cancel))
        {
            return NumberOf(row.RowKey);
        }

        return null;
    }

    private async Task<bool> ExistsAsync(string chain, long number, CancellationToken cancel) =>
        await storage.Table(Table).FindAsync<TableEntity>(chain, KeyOf(number), cancel) is not null;

    private Task<TableEntity?> FindHeadAsync(string chain, CancellationToken cancel) => storage.Table(Table).FindAsync<TableEntity>(chain, HeadKey, cancel);

    private async Task<IReadOnlyList<(string Partition, string Row)>> ListKeysAsync(string table, CancellationToken cancel)
    {
        var keys = new List<(string, string)>();
        var rows = storage.Table(table).QueryAsync<TableEntity>(
            select: [nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey)], cancellationToken: cancel);
        await foreach (var row in rows)
        {
            keys.Add((row.PartitionKey, row.RowKey));
        }

        return keys;
    }

    private static TableEntity HeadOf(TableEntity witness)
    {
        var head = new TableEntity(witness.RowKey, HeadKey);
        foreach (var column in (string[])["Count", "Hash", "LastAt"])
        {
            head[column] = witness[column];
        }

        return head;
    }

    private static long CountOf(TableEntity end) => end.GetInt64("Count") ?? 0;

    /// <summary>The number in an event's key; null when it is none.</summary>
    public static long? NumberOf(string rowKey) =>
        rowKey.StartsWith(EventPrefix, StringComparison.Ordinal)
        && long.TryParse(rowKey.AsSpan(EventPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private static string KeyOf(long number) => string.Create(CultureInfo.InvariantCulture, $"{EventPrefix}{number:D10}");
}
