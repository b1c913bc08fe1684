using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Azure.Data.Tables;

namespace Ssp.Backup;

/// <summary>
/// The rows of all tables as they stood at one moment, though tables have no snapshots and the portal goes on writing. Everything is read, then read again to
/// see what changed: what did not change was so at every moment in between. The few partitions that did are read until two readings in a row agree, and
/// then the rest is read once more. When that finds nothing new, the moment between those two readings is one at which all of it was true.
/// </summary>
internal sealed class RowsOfOneMoment(StoredParts storage, IReadOnlyList<string> tables, Spool spool, TimeProvider clock)
{
    private const int PieceBytes = 512 * 1024;

    // Beyond this many, reading them one by one takes longer than beginning anew.
    private const int MaxBusy = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly Dictionary<Place, Reading> readings = [];
    private readonly HashSet<Place> busy = [];

    private readonly record struct Place(string Table, string Partition);

    private sealed record Reading(UInt128 Digest, long Rows, IReadOnlyList<Piece> Pieces);

    /// <summary>Reads; again, for a later moment, when it was called before.</summary>
    /// <returns>The moment.</returns>
    /// <exception cref="BackupException">The portal is changed too often.</exception>
    public async Task<DateTimeOffset> ReadAsync(CancellationToken cancel)
    {
        var begun = clock.GetUtcNow();
        if (readings.Count == 0)
        {
            await ReadAllAsync(cancel);
        }

        while (true)
        {
            var moment = await ReadBusyAsync(begun, cancel);
            var changed = await ListChangedAsync(cancel);
            if (changed.Count == 0)
            {
                return moment;
            }

            RequirePatience(begun);
            busy.UnionWith(changed);
            if (busy.Count > MaxBusy)
            {
                busy.Clear();
                await ReadAllAsync(cancel);
            }

            // Not in step with whoever writes.
            await Task.Delay(RandomNumberGenerator.GetInt32(200), cancel);
        }
    }

    /// <summary>How many rows the table had.</summary>
    public long Count(string table) => readings.Where(one => one.Key.Table == table).Sum(one => one.Value.Rows);

    /// <summary>The rows of a table in lines of JSON, in the order of their partitions.</summary>
    public PartStream Open(string table)
    {
        var pieces = readings
            .Where(one => one.Key.Table == table)
            .OrderBy(one => one.Key.Partition, StringComparer.Ordinal)
            .SelectMany(one => one.Value.Pieces)
            .ToList();
        var rest = ReadOnlyMemory<byte>.Empty;
        var next = 0;
        ValueTask<int> ReadOn(Memory<byte> buffer, CancellationToken cancel)
        {
            if (rest.IsEmpty && next < pieces.Count)
            {
                rest = spool.Read(pieces[next++]);
            }

            var count = Math.Min(buffer.Length, rest.Length);
            rest[..count].CopyTo(buffer);
            rest = rest[count..];
            return ValueTask.FromResult(count);
        }

        return new PartStream(pieces.Sum(piece => (long)piece.Length), ReadOn, _ => false);
    }

    /// <summary>The rows of a table.</summary>
    public async IAsyncEnumerable<TableEntity> ListAsync(string table)
    {
        using var lines = new StreamReader(Open(table));
        while (await lines.ReadLineAsync() is { } line)
        {
            yield return RowText.Parse(line);
        }
    }

    private async Task ReadAllAsync(CancellationToken cancel)
    {
        readings.Clear();
        spool.Clear();
        foreach (var table in tables)
        {
            await foreach (var (place, reading) in ReadTableAsync(table, keeps: true, cancel))
            {
                readings[place] = reading;
            }
        }
    }

    /// <summary>Reads the busy partitions until none of them changes from one reading to the next.</summary>
    /// <returns>A moment between these two readings.</returns>
    private async Task<DateTimeOffset> ReadBusyAsync(DateTimeOffset begun, CancellationToken cancel)
    {
        var pending = new List<Place>(busy);
        while (true)
        {
            foreach (var place in pending)
            {
                await ReadAgainAsync(place, cancel);
            }

            var moment = clock.GetUtcNow();
            pending.Clear();
            foreach (var place in busy)
            {
                if (await ReadPartitionAsync(place, keeps: false, cancel) is var now && now?.Digest != readings.GetValueOrDefault(place)?.Digest)
                {
                    pending.Add(place);
                }
            }

            if (pending.Count == 0)
            {
                return moment;
            }

            RequirePatience(begun);
            await Task.Delay(RandomNumberGenerator.GetInt32(20), cancel);
        }
    }

    private async Task ReadAgainAsync(Place place, CancellationToken cancel)
    {
        if (await ReadPartitionAsync(place, keeps: true, cancel) is { } reading)
        {
            readings[place] = reading;
        }
        else
        {
            readings.Remove(place);
        }
    }

    /// <summary>The partitions that are not busy and not as they were read: changed, new or gone.</summary>
    private async Task<HashSet<Place>> ListChangedAsync(CancellationToken cancel)
    {
        var changed = new HashSet<Place>();
        var there = new HashSet<Place>();
        foreach (var table in tables)
        {
            await foreach (var (place, reading) in ReadTableAsync(table, keeps: false, cancel))
            {
                there.Add(place);
                if (reading.Digest != readings.GetValueOrDefault(place)?.Digest)
                {
                    changed.Add(place);
                }
            }
        }

        changed.UnionWith(readings.Keys.Where(place => !there.Contains(place)));
        changed.ExceptWith(busy);
        return changed;
    }

    private async Task<Reading?> ReadPartitionAsync(Place place, bool keeps, CancellationToken cancel)
    {
        Reading? found = null;
        var rows = storage.Table(place.Table).QueryAsync<TableEntity>(row => row.PartitionKey == place.Partition, cancellationToken: cancel);
        await foreach (var (_, reading) in ReadAsync(place.Table, rows, keeps))
        {
            found = reading;
        }

        return found;
    }

    private IAsyncEnumerable<(Place Place, Reading Reading)> ReadTableAsync(string table, bool keeps, CancellationToken cancel) =>
        ReadAsync(table, storage.Table(table).QueryAsync<TableEntity>(cancellationToken: cancel), keeps);

    // Rows come sorted by their keys, so a partition is at its end when another begins.
    private async IAsyncEnumerable<(Place Place, Reading Reading)> ReadAsync(string table, IAsyncEnumerable<TableEntity> rows, bool keeps)
    {
        Partition? partition = null;
        await foreach (var row in rows)
        {
            if (LeftOut.Row(row))
            {
                continue;
            }

            if (partition is not null && partition.Key != row.PartitionKey)
            {
                yield return (new Place(table, partition.Key), partition.End());
                partition = null;
            }

            partition ??= new Partition(row.PartitionKey, table, keeps ? spool : null);
            partition.Add(row);
        }

        if (partition is not null)
        {
            yield return (new Place(table, partition.Key), partition.End());
        }
    }

    private void RequirePatience(DateTimeOffset begun)
    {
        if (clock.GetUtcNow() - begun > Patience)
        {
            throw new BackupException(string.Create(
                CultureInfo.InvariantCulture,
                $"The portal was changed so often for {Patience.TotalMinutes} minutes that no moment could be read; run it again at a quieter time."));
        }
    }

    /// <summary>A partition while it is read.</summary>
    private sealed class Partition(string key, string table, Spool? spool)
    {
        private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private readonly ArrayBufferWriter<byte> text = new();
        private readonly ArrayBufferWriter<byte> compared = new();
        private readonly List<Piece> pieces = [];
        private readonly IReadOnlySet<string>? ticking = LeftOut.TickingColumns(table);
        private long rows;

        public string Key => key;

        public void Add(TableEntity row)
        {
            rows++;
            compared.ResetWrittenCount();
            RowText.Write(compared, row, ticking);
            hash.AppendData(compared.WrittenSpan);
            if (ticking is null)
            {
                // The time of the last write counts too: a row that was changed and changed back between two reads has equal fields.
                var time = new byte[sizeof(long)];
                BinaryPrimitives.WriteInt64BigEndian(time, row.Timestamp?.UtcTicks ?? 0);
                hash.AppendData(time);
            }

            if (spool is null)
            {
                return;
            }

            RowText.Write(text, row);
            if (text.WrittenCount >= PieceBytes)
            {
                Keep();
            }
        }

        public Reading End()
        {
            Keep();
            var digest = BinaryPrimitives.ReadUInt128BigEndian(hash.GetHashAndReset());
            hash.Dispose();
            return new Reading(digest, rows, pieces);
        }

        private void Keep()
        {
            if (text.WrittenCount > 0)
            {
                pieces.Add(spool!.Write(text.WrittenSpan));
                text.ResetWrittenCount();
            }
        }
    }
}
