using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace Ssp.Hd4dp;

/// <summary>A transaction that only reads; all it sees is of the moment it began. Disposing it gives the connection back.</summary>
/// <param name="slot">Given back after the connection; null where it counts as none of the portal's.</param>
public sealed class ReadTransaction(Database database, NpgsqlConnection connection, NpgsqlTransaction transaction, IDisposable? slot) : IAsyncDisposable
{
    /// <summary>Set where the database does not turn its text into UTF-8 by itself.</summary>
    public RawText? RawText { get; set; }

    /// <summary>The server's process that serves this transaction; behind a pooler not the one that the connection names.</summary>
    public int ServerProcess { get; set; }

    // What a silent server has left unanswered goes on until it ends; until then nothing else may use the connection.
    private Task underWay = Task.CompletedTask;

    public NpgsqlCommand Command(string sql, params object[] values)
    {
        var command = new NpgsqlCommand(sql, connection, transaction);
        foreach (var value in values)
        {
            command.Parameters.Add(
                value is string text && RawText is { } raw
                    ? new NpgsqlParameter { Value = raw.FromText(text), NpgsqlDbType = NpgsqlDbType.Text }
                    : new NpgsqlParameter { Value = value });
        }

        return command;
    }

    /// <summary>The one value a query answers with.</summary>
    public async Task<object?> AskAsync(string sql, CancellationToken cancel, params object[] values)
    {
        await using var command = Command(sql, values);
        return await command.ExecuteScalarAsync(cancel);
    }

    /// <summary>The text in a column of a row, or null.</summary>
    /// <param name="column">Where it comes from.</param>
    public string? TextIn(NpgsqlDataReader row, int place, WarehouseColumn column) =>
        row.IsDBNull(place) ? null
            : RawText is { } raw && column.Actual is not null ? Encoding.UTF8.GetString(raw.ToUtf8(row.GetFieldValue<byte[]>(place), column).Span)
            : row.GetString(place);

    /// <summary>The rows of a COPY … TO STDOUT (FORMAT binary). One at a time: the connection is busy until it was read to the end or disposed of.</summary>
    public CopyQuery Copy(string sql, params IReadOnlyList<CopyColumn> columns) => new(this, database, connection, sql, columns);

    /// <summary>As many rows were counted and another number was given, though both are of one moment.</summary>
    public WarehouseException Miscounted(long counted, long given) => database.Miscounted(counted, given);

    /// <summary>What an error of PostgreSQL or of the connection means to us.</summary>
    public WarehouseException Fault(NpgsqlException error) => database.Fault(error);

    /// <summary>Waits for an answer, however long it takes, unless the server falls silent.</summary>
    /// <exception cref="WarehouseException">The server is silent; nothing more can be asked in this transaction.</exception>
    public async Task<T> WaitAsync<T>(Task<T> answer)
    {
        underWay = answer;
        await database.WaitAsync(answer);
        return await answer;
    }

    /// <summary>
    /// Gives something back after what is under way. A silent server is not waited for: then it happens when the server answers or the connection breaks.
    /// </summary>
    public async ValueTask GiveBackAsync(Func<ValueTask> giveBack)
    {
        underWay = AfterAsync(underWay, giveBack);
        try
        {
            await database.WaitAsync(underWay);
        }
        catch (WarehouseException)
        {
            // Whoever reads has noticed the silence, or has read all there was.
        }
    }

    public ValueTask DisposeAsync() => GiveBackAsync(async () =>
    {
        using (slot)
        await using (connection)
        {
            await transaction.DisposeAsync();
        }
    });

    private static async Task AfterAsync(Task before, Func<ValueTask> giveBack)
    {
        // Elsewhere: to give back an unfinished COPY asks the server, and holds the thread meanwhile.
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        try
        {
            await giveBack();
        }
        catch (Exception error) when (error is NpgsqlException or IOException or OperationCanceledException)
        {
            // The connection is broken or the query was cancelled; there is nothing left to give back.
        }
    }
}
