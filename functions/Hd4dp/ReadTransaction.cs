using Npgsql;

namespace Ssp.Hd4dp;

/// <summary>A transaction that only reads; all it sees is of the moment it began. Disposing it gives the connection back.</summary>
public sealed class ReadTransaction(Database database, NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
{
    public NpgsqlCommand Command(string sql, params object[] values)
    {
        var command = new NpgsqlCommand(sql, connection, transaction);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return command;
    }

    /// <summary>The one value a query answers with.</summary>
    public async Task<object?> AskAsync(string sql, CancellationToken cancel, params object[] values)
    {
        await using var command = Command(sql, values);
        return await command.ExecuteScalarAsync(cancel);
    }

    /// <summary>The rows of a COPY … TO STDOUT (FORMAT binary). One at a time: the connection is busy until it was read to the end or disposed of.</summary>
    public CopyQuery Copy(string sql, int columns) => new(database, connection, sql, columns);

    /// <summary>The connection ended in the middle of what it was reading.</summary>
    public WarehouseException Broken() => database.Broken(null);

    /// <summary>What an error of PostgreSQL or of the connection means to us.</summary>
    public WarehouseException Fault(NpgsqlException error) => database.Fault(error);

    public async ValueTask DisposeAsync()
    {
        try
        {
            await transaction.DisposeAsync();
        }
        catch (Exception error) when (error is NpgsqlException or IOException or OperationCanceledException)
        {
            // The connection is broken or the query was cancelled; there is nothing left to give back.
        }

        await connection.DisposeAsync();
    }
}
