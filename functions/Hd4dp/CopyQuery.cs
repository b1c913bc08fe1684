using Npgsql;

namespace Ssp.Hd4dp;

/// <summary>A COPY to the client while it runs. Disposing it before the end cancels the query on the server.</summary>
public sealed class CopyQuery(Database database, NpgsqlConnection connection, string sql, int columns) : IAsyncDisposable
{
    private CopyRows? rows;

    /// <summary>The next row, or null after the last. Its bytes are overwritten by the one after it.</summary>
    /// <exception cref="WarehouseException">The connection broke, or the server stopped the query.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?[]?> NextAsync(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        try
        {
            // A token given to these calls would only drop the connection and leave the query running; this stops it on the server.
            await using var stopping = cancel.UnsafeRegister(static query => ((CopyQuery)query!).CancelOnServer(), this);
            rows ??= new CopyRows(await connection.BeginRawBinaryCopyAsync(sql, CancellationToken.None), columns);
            return await rows.NextAsync();
        }
        catch (Exception error) when (error is NpgsqlException or IOException)
        {
            // The server has ended the COPY or is gone; there is nothing left of it to give back.
            rows = null;
            cancel.ThrowIfCancellationRequested();
            throw error is NpgsqlException fault ? database.Fault(fault) : database.Broken(error);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (rows is not null)
            {
                await rows.DisposeAsync();
            }
        }
        catch (Exception error) when (error is NpgsqlException or IOException or OperationCanceledException)
        {
            // The connection is broken or the query was cancelled; there is nothing left to give back.
        }
    }

    private void CancelOnServer() => database.CancelOnServer(connection.ProcessID);
}
