using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace Ssp.Hd4dp;

/// <summary>A field of a registration; in a repeated block, with the number of the repeat.</summary>
/// <param name="Name">The technical field name; of a repeat, BLOCK|FIELD|n.</param>
/// <param name="Key">The name without the number of the repeat.</param>
public sealed record Field(string Name, string Key);

/// <summary>
/// Reads registrations one by one, in the order they were made.
/// Fields, number and data are of one snapshot. Disposing it before the end cancels the query on the server.
/// </summary>
public sealed class RegistrationReader : IAsyncDisposable
{
    private const string ValueSeparator = "|";

    private readonly NpgsqlConnection connection;
    private readonly NpgsqlTransaction transaction;
    private readonly string copy;
    private readonly bool withPlus;
    private readonly Dictionary<(string Key, string? Repeat), int> places;
    private NpgsqlBinaryExporter? export;
    private long? upcoming;

    private RegistrationReader(
        NpgsqlConnection connection, NpgsqlTransaction transaction, string copy, bool withPlus, long total, IReadOnlyList<(Field Field, string? Repeat)> fields)
    {
        this.connection = connection;
        this.transaction = transaction;
        this.copy = copy;
        this.withPlus = withPlus;
        Total = total;
        Fields = [.. fields.Select(one => one.Field)];
        Values = new string?[Fields.Count];
        places = fields.Select((one, place) => (one, place)).ToDictionary(x => (x.one.Field.Key, x.one.Repeat), x => x.place);
    }

    /// <summary>How many registrations there are.</summary>
    public long Total { get; }

    /// <summary>What stands at each place of a registration's array.</summary>
    public IReadOnlyList<Field> Fields { get; }

    internal static async Task<RegistrationReader> OpenAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, WarehouseQueries queries, WarehouseSchema schema, Selection selection,
        IReadOnlyList<string> fieldOrder, CancellationToken cancel)
    {
        await using (var select = new NpgsqlCommand(WarehouseQueries.Select, connection, transaction))
        {
            foreach (var value in (string[])[selection.Nihdi, selection.Collection, selection.Version])
            {
                select.Parameters.Add(new NpgsqlParameter { Value = value });
            }

            await select.ExecuteNonQueryAsync(cancel);
        }

        var total = (long)(await ScalarAsync(connection, transaction, queries.Count, cancel))!;
        var withPlus = (bool)(await ScalarAsync(connection, transaction, queries.HasPlus, cancel))!;
        var found = new List<(string Key, string? Repeat)>();
        await using (var command = new NpgsqlCommand(queries.Fields(schema, withPlus), connection, transaction))
        await using (var reader = await command.ExecuteReaderAsync(cancel))
        {
            while (await reader.ReadAsync(cancel))
            {
                found.Add((reader.GetString(0), await reader.IsDBNullAsync(1, cancel) ? null : reader.GetString(1)));
            }
        }

        return new RegistrationReader(connection, transaction, queries.CopyValues(schema, withPlus), withPlus, total, InOrder(found, fieldOrder));
    }

    /// <summary>The values of the registration read last; the array is used again for the next. Several values of one field stand in one text with | between.</summary>
    public string?[] Values { get; }

    /// <summary>How many registrations were read.</summary>
    public long Read { get; private set; }

    /// <returns>False after the last one.</returns>
    /// <exception cref="WarehouseException">The connection broke, the server stopped the query, or fewer registrations came than were counted.</exception>
    public async ValueTask<bool> NextAsync(CancellationToken cancel)
    {
        try
        {
            export ??= await BeginAsync(cancel);
            if (upcoming is null)
            {
                return Read == Total ? false : throw new WarehouseException("warehouse_unreachable", true, null);
            }

            Array.Clear(Values);
            var current = upcoming;
            while (upcoming == current)
            {
                await TakeValueAsync(export, cancel);
                upcoming = await NumberOfNextRowAsync(export, cancel);
            }

            Read++;
            return true;
        }
        catch (NpgsqlException error)
        {
            throw WarehouseException.From(error);
        }
        catch (IOException error)
        {
            throw new WarehouseException("warehouse_unreachable", true, error);
        }
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

    private async Task<NpgsqlBinaryExporter> BeginAsync(CancellationToken cancel)
    {
        var begun = await connection.BeginBinaryExportAsync(copy, cancel);
        upcoming = await NumberOfNextRowAsync(begun, cancel);
        return begun;
    }

    private static async ValueTask<long?> NumberOfNextRowAsync(NpgsqlBinaryExporter export, CancellationToken cancel) =>
        await export.StartRowAsync(cancel) == -1 ? null : await export.ReadAsync<long>(NpgsqlDbType.Bigint, cancel);

    private async ValueTask TakeValueAsync(NpgsqlBinaryExporter export, CancellationToken cancel)
    {
        var key = await TextAsync(export, cancel);
        var value = await TextAsync(export, cancel);
        var repeat = withPlus ? await TextAsync(export, cancel) : null;
        var further = withPlus ? await TextAsync(export, cancel) : null;
        if (key is not null)
        {
            var place = places[(key, repeat)];
            Values[place] = Join(Values[place], Join(value, further));
        }
    }

    private static string? Join(string? one, string? other) => (one, other) switch
    {
        (null or "", _) => other ?? one,
        (_, null or "") => one,
        _ => one + ValueSeparator + other,
    };

    private static async ValueTask<string?> TextAsync(NpgsqlBinaryExporter export, CancellationToken cancel)
    {
        if (!export.IsNull)
        {
            return await export.ReadAsync<string>(NpgsqlDbType.Text, cancel);
        }

        await export.SkipAsync(cancel);
        return null;
    }

    // The catalogue's fields first, then the others by first appearance; the repeats of a field side by side.
    private static IReadOnlyList<(Field, string?)> InOrder(List<(string Key, string? Repeat)> found, IReadOnlyList<string> fieldOrder)
    {
        var missing = fieldOrder.Except(found.Select(one => one.Key)).Select(key => (Key: key, Repeat: (string?)null));
        var all = found.Concat(missing).ToList();
        var appearance = fieldOrder.Concat(found.Select(one => one.Key)).Distinct().Select((key, place) => (key, place)).ToDictionary(x => x.key, x => x.place);
        return
        [
            .. all.OrderBy(one => appearance[one.Key])
                .ThenBy(one => one.Repeat is null ? -1 : int.TryParse(one.Repeat, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue)
                .ThenBy(one => one.Repeat, StringComparer.Ordinal)
                .Select(one => (new Field(one.Repeat is null ? one.Key : $"{one.Key}|{one.Repeat}", one.Key), one.Repeat)),
        ];
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection, transaction);
        return await command.ExecuteScalarAsync(cancel);
    }
}
