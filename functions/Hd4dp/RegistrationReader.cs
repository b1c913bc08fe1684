using System.Globalization;
using Npgsql;
using NpgsqlTypes;

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
    private const int MostAhead = 1_000;
    private const int MostCharactersAhead = 2_000_000;

    private readonly NpgsqlDataSource source;
    private readonly NpgsqlConnection connection;
    private readonly NpgsqlTransaction transaction;
    private readonly string copy;
    private readonly bool withPlus;
    private readonly IReadOnlyList<string> fieldOrder;
    private readonly Dictionary<Field, int> appearance = [];
    private readonly Queue<Raw> ahead = [];
    private NpgsqlBinaryExporter? export;
    private int[] places = [];

    private RegistrationReader(
        NpgsqlDataSource source, NpgsqlConnection connection, NpgsqlTransaction transaction, string copy, bool withPlus, IReadOnlyList<string> fieldOrder, long total)
    {
        (this.source, this.connection, this.transaction) = (source, connection, transaction);
        (this.copy, this.withPlus, this.fieldOrder, Total) = (copy, withPlus, fieldOrder, total);
    }

    /// <summary>How many registrations there are.</summary>
    public long Total { get; }

    /// <summary>How many registrations were read.</summary>
    public long Read { get; private set; }

    /// <summary>What stands at each place of <see cref="Values"/>: the catalogue's fields first, then the others by first appearance, the repeats of a field side by side.</summary>
    public IReadOnlyList<Field> Fields { get; private set; } = [];

    /// <summary>The values of the registration read last; the array is used again for the next. Several values of one field stand in one text with | between.</summary>
    public string?[] Values { get; private set; } = [];

    internal static async Task<RegistrationReader> OpenAsync(
        NpgsqlDataSource source, NpgsqlConnection connection, NpgsqlTransaction transaction, WarehouseNames names, WarehouseQueries queries, Selection selection,
        IReadOnlyList<string> fieldOrder, CancellationToken cancel)
    {
        var schema = await WarehouseSchema.ReadAsync(connection, transaction, names, cancel);
        Task<object?> AskAsync(string sql, params string[] values) => ScalarAsync(connection, transaction, sql, values, cancel);
        await AskAsync(WarehouseQueries.Select, selection.Nihdi, selection.Collection, selection.Version);
        await AskAsync(queries.NoteSpellings);
        var total = (long)(await AskAsync(queries.Count))!;
        var withPlus = (bool)(await AskAsync(queries.HasPlus))!;
        var byIndex = queries.JoinsInOwnType(schema)
            && (bool)(await AskAsync(WarehouseQueries.HasIndex, names.ValueTable, names.ValueDocumentId.Actual!))!
            && (!withPlus || (bool)(await AskAsync(WarehouseQueries.HasIndex, names.PlusTable, names.PlusValueId.Actual!))!);
        var reader = new RegistrationReader(source, connection, transaction, queries.CopyRegistrations(schema, withPlus, byIndex), withPlus, fieldOrder, total);
        try
        {
            await reader.LookAheadAsync(cancel);
            return reader;
        }
        catch
        {
            // A connection closed in the middle of a COPY leaves the query running on the server; giving it back cancels it.
            await reader.DisposeAsync();
            throw;
        }
    }

    /// <exception cref="WarehouseException">The connection broke, the server stopped the query, or fewer registrations came than were counted.</exception>
    public async ValueTask<Reading> NextAsync(CancellationToken cancel)
    {
        if (!ahead.TryDequeue(out var raw) && (raw = await ReceiveAsync(cancel)) is null)
        {
            return Read == Total ? Reading.End : throw new WarehouseException("warehouse_unreachable", true, null);
        }

        Array.Clear(Values);
        for (var i = 0; i < raw.Keys.Length; i++)
        {
            if (raw.Keys[i] is null)
            {
                continue;
            }

            var number = NumberOf(raw, i);
            if (number >= places.Length)
            {
                return Reading.NewField;
            }

            ref var value = ref Values[places[number]];
            value = Join(value, Join(raw.Values[i], raw.Furthers?[i]));
        }

        Read++;
        return Reading.Registration;
    }

    /// <summary>After a new field: reads on to the end, so that all fields are known, and goes back to the first registration.</summary>
    public async Task BeginAgainAsync(CancellationToken cancel)
    {
        while (ahead.TryDequeue(out var raw) || (raw = await ReceiveAsync(cancel)) is not null)
        {
            for (var i = 0; i < raw.Keys.Length; i++)
            {
                NumberOf(raw, i);
            }
        }

        await export!.DisposeAsync();
        export = null;
        Read = 0;
        await LookAheadAsync(cancel);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (export is not null)
            {
                await export.DisposeAsync();
            }

            await transaction.DisposeAsync();
        }
        catch (Exception error) when (error is NpgsqlException or IOException or OperationCanceledException)
        {
            // The connection is broken or the query was cancelled; there is nothing left to give back.
        }

        await connection.DisposeAsync();
    }

    private async Task LookAheadAsync(CancellationToken cancel)
    {
        foreach (var key in fieldOrder)
        {
            appearance.TryAdd(new Field(key, null), appearance.Count);
        }

        var characters = 0;
        while (ahead.Count < MostAhead && characters < MostCharactersAhead && await ReceiveAsync(cancel) is { } raw)
        {
            ahead.Enqueue(raw);
            for (var i = 0; i < raw.Keys.Length; i++)
            {
                NumberOf(raw, i);
                characters += raw.Values[i]?.Length ?? 0;
            }
        }

        SettleFields();
    }

    private void SettleFields()
    {
        var firstOfKey = appearance.GroupBy(one => one.Key.Key).ToDictionary(one => one.Key, one => one.Min(field => field.Value));
        var ordered = appearance.Keys
            .OrderBy(field => firstOfKey[field.Key])
            .ThenBy(field => field.Repeat is null ? -1 : int.TryParse(field.Repeat, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue)
            .ThenBy(field => field.Repeat, StringComparer.Ordinal)
            .ToList();
        Fields = ordered;
        Values = new string?[ordered.Count];
        places = new int[ordered.Count];
        for (var place = 0; place < ordered.Count; place++)
        {
            places[appearance[ordered[place]]] = place;
        }
    }

    // Fields are numbered as they appear; a number from the look-ahead has a place, a later one is new.
    private int NumberOf(Raw raw, int i)
    {
        if (raw.Keys[i] is not { } key)
        {
            return -1;
        }

        var field = new Field(key, raw.Repeats?[i]);
        if (!appearance.TryGetValue(field, out var number))
        {
            number = appearance.Count;
            appearance.Add(field, number);
        }

        return number;
    }

    private async ValueTask<Raw?> ReceiveAsync(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        try
        {
            // A token given to these calls would only drop the connection and leave the query running; this stops it on the server.
            await using var stopping = cancel.UnsafeRegister(static reader => ((RegistrationReader)reader!).CancelOnServer(), this);
            export ??= await connection.BeginBinaryExportAsync(copy, CancellationToken.None);
            if (await export.StartRowAsync(CancellationToken.None) == -1)
            {
                return null;
            }

            return new Raw(await ArrayAsync(export), await ArrayAsync(export), withPlus ? await ArrayAsync(export) : null, withPlus ? await ArrayAsync(export) : null);
        }
        catch (Exception error) when (error is NpgsqlException or IOException)
        {
            // The server has ended the COPY or is gone; there is nothing left of it to give back.
            export = null;
            cancel.ThrowIfCancellationRequested();
            throw error is NpgsqlException fault ? WarehouseException.From(fault) : new WarehouseException("warehouse_unreachable", true, error);
        }
    }

    private void CancelOnServer()
    {
        try
        {
            using var other = source.OpenConnection();
            using var command = new NpgsqlCommand("SELECT pg_cancel_backend($1)", other) { Parameters = { new() { Value = connection.ProcessID } } };
            command.ExecuteNonQuery();
        }
        catch (NpgsqlException)
        {
            // The server is not there to be told; the reading call notices that by itself.
        }
    }

    private static async ValueTask<string?[]> ArrayAsync(NpgsqlBinaryExporter export)
    {
        if (!export.IsNull)
        {
            return await export.ReadAsync<string?[]>(NpgsqlDbType.Array | NpgsqlDbType.Text);
        }

        await export.SkipAsync();
        return [];
    }

    private static string? Join(string? one, string? other) => (one, other) switch
    {
        (null or "", _) => other ?? one,
        (_, null or "") => one,
        _ => $"{one}|{other}",
    };

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, string sql, string[] values, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection, transaction);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return await command.ExecuteScalarAsync(cancel);
    }

    /// <summary>A registration as it comes: arrays side by side.</summary>
    private sealed record Raw(string?[] Keys, string?[] Values, string?[]? Repeats, string?[]? Furthers);
}
