using System.Globalization;
using System.Text;

namespace Ssp.Hd4dp;

/// <summary>A field of a registration; in a repeated block, with the number of the repeat.</summary>
/// <param name="Key">The technical field name, in a block BLOCK|FIELD.</param>
/// <param name="Repeat">The number of the repeat as the warehouse writes it.</param>
public sealed record Field(string Key, string? Repeat)
{
    /// <summary>How the field is called in a file: KEY, or KEY|n for a repeat.</summary>
    public string Name => Repeat is null ? Key : $"{Key}|{Repeat}";
}

/// <summary>What <see cref="RegistrationReader.NextAsync"/> came upon.</summary>
public enum Reading
{
    Registration,
    End,

    /// <summary>A field that was not known when <see cref="RegistrationReader.Fields"/> was read: begin again, then all are known.</summary>
    NewField,
}

/// <summary>
/// Reads registrations one by one, in the order they were made. The fields must be known before the first line of a file is written, but
/// to ask for them means reading everything twice. So the reader looks at the first registrations ahead, takes their fields for all there
/// are, and only when a later one has another field does it read on to the end and begin again. Number, fields and data are of one snapshot.
/// Disposing it before the end cancels the query on the server.
/// </summary>
public sealed class RegistrationReader : IAsyncDisposable
{
    // Enough to meet every field of a form that is filled in normally, little enough for memory.
    private const int MaxAhead = 1_000;
    private const int MaxBytesAhead = 2_000_000;

    private readonly ReadTransaction transaction;
    private readonly string sql;
    private readonly CopyColumn[] columns;
    private readonly bool withPlus;
    private readonly IReadOnlyList<string> fieldOrder;
    // By the order in which they appeared. Two ways to write a field that have one name are one field: a file has no two columns of one name.
    private readonly List<Field> appeared = [];
    private readonly Dictionary<string, int> numbers = [];
    private readonly Dictionary<Field, int> known = [];
    private readonly Queue<TextArray[]> ahead = [];
    private readonly TextArray[] row;
    private CopyQuery copy;
    private int[] places = [];
    // For each place, where several values become one text; used again by the next registration.
    private byte[]?[] joined = [];
    private byte[]?[] lastKeys = [];
    private int[] lastNumbers = [];

    private RegistrationReader(
        ReadTransaction transaction, WarehouseNames names, string sql, bool withPlus, IReadOnlyList<string> fieldOrder, long total, long withoutDocument)
    {
        (this.transaction, this.sql, this.withPlus, this.fieldOrder) = (transaction, sql, withPlus, fieldOrder);
        (Total, WithoutDocument) = (total, withoutDocument);
        var plus = CopyColumn.Texts(names.AttributeValue);
        columns = [CopyColumn.Texts(names.Key), CopyColumn.Texts(names.Value), .. withPlus ? (CopyColumn[])[plus, plus] : []];
        row = new TextArray[columns.Length];
        copy = NewCopy();
    }

    /// <summary>How many registrations there are.</summary>
    public long Total { get; }

    /// <summary>How many of them have no document id: nothing tells which values are theirs.</summary>
    public long WithoutDocument { get; }

    /// <summary>How many registrations were read.</summary>
    public long Read { get; private set; }

    /// <summary>
    /// What stands at each place of <see cref="Values"/>: the catalogue's fields first, then the others by first appearance,
    /// the repeats of a field side by side.
    /// </summary>
    public IReadOnlyList<Field> Fields { get; private set; } = [];

    /// <summary>
    /// The values of the registration read last, in UTF-8; they are overwritten by the next. Several values of one field stand in one text
    /// with | between.
    /// </summary>
    public ReadOnlyMemory<byte>?[] Values { get; private set; } = [];

    /// <param name="transaction">Disposed of with the reader.</param>
    internal static async Task<RegistrationReader> OpenAsync(
        ReadTransaction transaction, WarehouseNames names, WarehouseQueries queries,
        Selection selection, IReadOnlyList<string> fieldOrder, CancellationToken cancel)
    {
        var schema = await WarehouseSchema.ReadAsync(transaction, names.Columns, cancel);
        Task<object?> AskAsync(string sql, params object[] values) => transaction.AskAsync(sql, cancel, values);
        await AskAsync(WarehouseQueries.Select, selection.Nihdi, selection.Collection, selection.Version);
        await AskAsync(queries.NoteSpellings(schema));
        var (total, withoutDocument) = await CountAsync(transaction, queries.Count(schema), cancel);
        var withPlus = (bool)(await AskAsync(queries.HasPlus))!;
        var byIndex = queries.IndexesServe(schema, withPlus)
            && (bool)(await AskAsync(WarehouseQueries.HasIndex, names.ValueTable, names.ValueDocumentId.Actual!))!
            && (!withPlus || (bool)(await AskAsync(WarehouseQueries.HasIndex, names.PlusTable, names.PlusValueId.Actual!))!);
        if (byIndex)
        {
            await AskAsync(WarehouseQueries.PlainIndexScans);
        }

        var reader = new RegistrationReader(
            transaction, names, queries.CopyRegistrations(schema, withPlus, byIndex), withPlus, fieldOrder, total, withoutDocument);
        try
        {
            await reader.LookAheadAsync(cancel);
            return reader;
        }
        catch
        {
            // A connection closed in the middle of a COPY leaves the query running on the server; giving it back cancels it.
            await reader.copy.DisposeAsync();
            throw;
        }
    }

    /// <exception cref="WarehouseException">The connection broke, the server stopped the query, or not as many registrations came as were counted.</exception>
    public async ValueTask<Reading> NextAsync(CancellationToken cancel)
    {
        if (!ahead.TryDequeue(out var raw) && (raw = await ReceiveAsync(cancel)) is null)
        {
            return Read == Total ? Reading.End : throw transaction.Miscounted(Total, Read);
        }

        Array.Clear(Values);
        if (!Take(raw))
        {
            return Reading.NewField;
        }

        Read++;
        return Reading.Registration;
    }

    /// <summary>After a new field: reads on to the end, so that all fields are known, and goes back to the first registration.</summary>
    public async Task BeginAgainAsync(CancellationToken cancel)
    {
        while (ahead.TryDequeue(out var raw) || (raw = await ReceiveAsync(cancel)) is not null)
        {
            NoteFields(raw);
        }

        await copy.DisposeAsync();
        copy = NewCopy();
        Read = 0;
        await LookAheadAsync(cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await copy.DisposeAsync();
        await transaction.DisposeAsync();
    }

    private static async Task<(long All, long WithoutDocument)> CountAsync(ReadTransaction transaction, string sql, CancellationToken cancel)
    {
        await using var command = transaction.Command(sql);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    private CopyQuery NewCopy() => transaction.Copy(sql, columns);

    private async Task LookAheadAsync(CancellationToken cancel)
    {
        foreach (var key in fieldOrder)
        {
            NumberOf(new Field(key, null));
        }

        var bytes = 0;
        while (ahead.Count < MaxAhead && bytes < MaxBytesAhead && await ReceiveAsync(cancel) is { } raw)
        {
            ahead.Enqueue([.. raw.Select(array => array.Keep())]);
            bytes += raw.Sum(array => array.Bytes);
            NoteFields(raw);
        }

        SettleFields();
    }

    private void SettleFields()
    {
        var firstOfKey = appeared.Index().GroupBy(one => one.Item.Key).ToDictionary(one => one.Key, one => one.First().Index);
        var ordered = appeared
            .OrderBy(field => firstOfKey[field.Key])
            .ThenBy(field => field.Repeat is null ? -1
                : int.TryParse(field.Repeat, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
                : int.MaxValue)
            .ThenBy(field => field.Repeat, StringComparer.Ordinal)
            .ToList();
        Fields = ordered;
        Values = new ReadOnlyMemory<byte>?[ordered.Count];
        places = new int[ordered.Count];
        joined = new byte[ordered.Count][];
        for (var place = 0; place < ordered.Count; place++)
        {
            places[numbers[ordered[place].Name]] = place;
        }
    }

    // Puts each value where its field stands; false when a field has no place.
    private bool Take(TextArray[] raw)
    {
        var keys = raw[0].Read();
        var values = raw[1].Read();
        var repeats = withPlus ? raw[2].Read() : default;
        var furthers = withPlus ? raw[3].Read() : default;
        var count = raw[0].Count;
        var known = true;
        for (var i = 0; i < count; i++)
        {
            var key = keys.Next();
            var value = values.Next();
            var repeat = withPlus ? repeats.Next() : null;
            var further = withPlus ? furthers.Next() : null;
            if (key is null && value is null && further is null)
            {
                continue;
            }

            var number = NumberOf(i, key.GetValueOrDefault(), repeat);
            // Its other fields are numbered all the same: when reading begins again, all of them are to be known.
            if (number >= places.Length)
            {
                known = false;
                continue;
            }

            Add(places[number], value);
            Add(places[number], further);
        }

        return known;
    }

    private void NoteFields(TextArray[] raw)
    {
        var keys = raw[0].Read();
        var values = raw[1].Read();
        var repeats = withPlus ? raw[2].Read() : default;
        var furthers = withPlus ? raw[3].Read() : default;
        for (var i = 0; i < raw[0].Count; i++)
        {
            var key = keys.Next();
            var value = values.Next();
            var repeat = withPlus ? repeats.Next() : null;
            var further = withPlus ? furthers.Next() : null;
            if (key is not null || value is not null || further is not null)
            {
                NumberOf(i, key.GetValueOrDefault(), repeat);
            }
        }
    }

    // Fields are numbered as they appear; a number from the look-ahead has a place, a later one is new. Registrations of one form mostly
    // have the same fields in the same order, so the field at this position of the registration before is tried first.
    private int NumberOf(int position, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte>? repeat)
    {
        if (repeat is null && position < lastKeys.Length && lastKeys[position] is { } last && key.Span.SequenceEqual(last))
        {
            return lastNumbers[position];
        }

        var number = NumberOf(new Field(Encoding.UTF8.GetString(key.Span), repeat is null ? null : Encoding.UTF8.GetString(repeat.Value.Span)));
        if (repeat is null)
        {
            if (position >= lastKeys.Length)
            {
                Array.Resize(ref lastKeys, position + 1);
                Array.Resize(ref lastNumbers, position + 1);
            }

            (lastKeys[position], lastNumbers[position]) = (key.ToArray(), number);
        }

        return number;
    }

    private int NumberOf(Field field)
    {
        if (known.TryGetValue(field, out var number))
        {
            return number;
        }

        if (!numbers.TryGetValue(field.Name, out number))
        {
            number = appeared.Count;
            numbers.Add(field.Name, number);
            appeared.Add(field);
        }

        known.Add(field, number);
        return number;
    }

    private async ValueTask<TextArray[]?> ReceiveAsync(CancellationToken cancel)
    {
        if (await copy.NextAsync(cancel) is not { } received)
        {
            return null;
        }

        for (var column = 0; column < row.Length; column++)
        {
            row[column] = new TextArray(received[column].GetValueOrDefault());
        }

        return row;
    }

    // A field of many values is written on to in its own buffer, which is twice as large each time it is full: to join two texts anew for each value would
    // copy the first values as often as there are others.
    private void Add(int place, ReadOnlyMemory<byte>? value)
    {
        ref var whole = ref Values[place];
        if (value is not { Length: > 0 } next || whole is not { Length: > 0 } before)
        {
            whole = whole is { Length: > 0 } ? whole : value ?? whole;
            return;
        }

        ref var buffer = ref joined[place];
        var length = before.Length + 1 + next.Length;
        if (length > (buffer?.Length ?? 0))
        {
            var larger = new byte[Math.Max(length, (int)Math.Min(2L * length, Array.MaxLength))];
            before.CopyTo(larger);
            buffer = larger;
        }
        else if (!before.Span.Overlaps(buffer))
        {
            before.CopyTo(buffer);
        }

        buffer![before.Length] = (byte)'|';
        next.CopyTo(buffer.AsMemory(before.Length + 1));
        whole = buffer.AsMemory(0, length);
    }
}
