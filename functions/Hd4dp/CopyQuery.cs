using System.Net.Sockets;
using Npgsql;

namespace Ssp.Hd4dp;

/// <summary>A COPY to the client while it runs. Disposing it before the end cancels the query on the server.</summary>
/// <param name="columns">What comes in each column of the rows.</param>
public sealed class CopyQuery(ReadTransaction transaction, Database database, NpgsqlConnection connection, string sql, IReadOnlyList<CopyColumn> columns)
    : IAsyncDisposable
{
    private volatile NpgsqlRawCopyStream? stream;
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
            if (rows is null)
            {
                stream = await transaction.WaitAsync(connection.BeginRawBinaryCopyAsync(sql, CancellationToken.None));
                rows = new CopyRows(stream, columns.Count);
                cancel.ThrowIfCancellationRequested();
            }

            var next = rows.NextAsync();
            var row = next.IsCompleted ? await next : await transaction.WaitAsync(next.AsTask());
            if (row is not null && transaction.RawText is { } raw)
            {
                ToUtf8(row, raw);
            }

            return row;
        }
        catch (Exception error) when (error is NpgsqlException or IOException)
        {
            // The server has ended the COPY or is gone; there is nothing left of it to give back.
            rows = null;
            cancel.ThrowIfCancellationRequested();
            throw error is NpgsqlException fault ? database.Fault(fault) : database.Broken(error);
        }
    }

    private void ToUtf8(ReadOnlyMemory<byte>?[] row, RawText raw)
    {
        for (var place = 0; place < row.Length; place++)
        {
            var (form, column) = columns[place];
            if (column?.Actual is not null && row[place] is { } bytes && form != CopyForm.Other)
            {
                row[place] = form == CopyForm.Text ? raw.ToUtf8(bytes, column) : raw.ArrayToUtf8(bytes, column);
            }
        }
    }

    public ValueTask DisposeAsync() => rows is null ? ValueTask.CompletedTask : transaction.GiveBackAsync(rows.DisposeAsync);

    // Whoever cancels must not wait for the server. Once rows come the protocol has its own way, which needs no further connection; before that Npgsql has
    // not given us the COPY yet.
    private void CancelOnServer() => _ = Task.Run(async () =>
    {
        try
        {
            if (stream is null)
            {
                await database.CancelOnServerAsync(transaction.ServerProcess);
            }
            else
            {
                await stream.CancelAsync();
            }
        }
        catch (Exception error)
            when (error is WarehouseException or NpgsqlException or IOException or SocketException or TimeoutException or ObjectDisposedException)
        {
            // The query is over, or the server is not there to be told; the reading call notices that by itself.
        }
    });
}

/// <summary>What comes in a column of a COPY.</summary>
/// <param name="Column">Where a text comes from.</param>
public readonly record struct CopyColumn(CopyForm Form, WarehouseColumn? Column = null)
{
    public static readonly CopyColumn Other = new(CopyForm.Other);

    public static CopyColumn Text(WarehouseColumn column) => new(CopyForm.Text, column);

    public static CopyColumn Texts(WarehouseColumn column) => new(CopyForm.Texts, column);
}

public enum CopyForm
{
    Other,
    Text,

    /// <summary>A one-dimensional array of texts.</summary>
    Texts,
}
