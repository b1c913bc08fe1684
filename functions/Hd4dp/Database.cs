using System.Data;
using Npgsql;

namespace Ssp.Hd4dp;

/// <summary>One of HD4DP's PostgreSQL databases, opened for reading and nothing else.</summary>
public sealed class Database : IAsyncDisposable
{
    private static readonly TimeSpan LookUpTimeout = TimeSpan.FromSeconds(30);

    private readonly string name;
    private readonly string setting;
    private readonly TimeSpan statementTimeout;
    private readonly NpgsqlDataSource lookUps;
    private readonly NpgsqlDataSource readings;

    /// <param name="name">What HD4DP calls the database, for sentences.</param>
    /// <param name="setting">The setting that holds the connection string.</param>
    /// <param name="statementTimeout">How long one long reading may take.</param>
    /// <exception cref="SettingsException">The connection string is not one.</exception>
    public Database(string name, string setting, string connectionString, TimeSpan statementTimeout)
    {
        (this.name, this.setting, this.statementTimeout) = (name, setting, statementTimeout);
        try
        {
            var connection = new NpgsqlConnectionStringBuilder(connectionString)
            {
                ApplicationName = "HD4DP2 Self-Service Portal",
                // HD4DP gives a password; asking for Kerberos first only prints warnings where its library is missing.
                GssEncryptionMode = GssEncryptionMode.Disable,
                // Belt and braces: HD4DP gives us a reader's account, and we ask for nothing more.
                Options = "-c default_transaction_read_only=on -c lock_timeout=10s",
                // The server ends what takes too long; this only notices when the server is silent altogether.
                CommandTimeout = (int)statementTimeout.TotalSeconds + 60,
                TcpKeepAlive = true,
                TcpKeepAliveTime = 30,
                TcpKeepAliveInterval = 5,
                Timeout = 5,
                MaxPoolSize = 10,
                KeepAlive = 30,
            };
            lookUps = NpgsqlDataSource.Create(connection);
            // A connection whose COPY was cancelled cannot be used again, so that of a long reading is its own.
            connection.Pooling = false;
            connection.ReadBufferSize = 256 * 1024;
            readings = NpgsqlDataSource.Create(connection);
        }
        catch (ArgumentException error)
        {
            throw new SettingsException($"The setting {setting} is not an Npgsql connection string: {error.Message}");
        }
    }

    /// <summary>Asks something short, all of it of one moment.</summary>
    /// <exception cref="WarehouseException">The database did not serve it.</exception>
    public async Task<T> AskAsync<T>(Func<ReadTransaction, Task<T>> ask, CancellationToken cancel)
    {
        try
        {
            await using var connection = await lookUps.OpenConnectionAsync(cancel);
            await using var transaction = await BeginAsync(connection, LookUpTimeout, cancel);
            return await ask(transaction);
        }
        catch (NpgsqlException error)
        {
            throw Fault(error);
        }
    }

    /// <summary>Opens a long reading; all that is read in it is of one moment.</summary>
    /// <param name="begin">What is to be done before the reading; it hands the transaction on.</param>
    /// <exception cref="WarehouseException">The database did not serve it.</exception>
    public async Task<T> OpenAsync<T>(Func<ReadTransaction, Task<T>> begin, CancellationToken cancel)
    {
        NpgsqlConnection? connection = null;
        ReadTransaction? transaction = null;
        try
        {
            connection = await readings.OpenConnectionAsync(cancel);
            transaction = await BeginAsync(connection, statementTimeout, cancel);
            return await begin(transaction);
        }
        catch (Exception error)
        {
            await (transaction?.DisposeAsync() ?? connection?.DisposeAsync() ?? ValueTask.CompletedTask);
            if (error is NpgsqlException fault)
            {
                throw Fault(fault);
            }

            throw;
        }
    }

    /// <summary>What an error of PostgreSQL or of the connection means to us.</summary>
    public WarehouseException Fault(NpgsqlException error) => WarehouseException.From(error, name, setting);

    /// <summary>The connection ended in the middle of what it was reading.</summary>
    public WarehouseException Broken(Exception? cause) => WarehouseException.Unreachable(name, cause);

    /// <summary>Stops on the server what a connection is doing there.</summary>
    public void CancelOnServer(int processId)
    {
        try
        {
            using var other = lookUps.OpenConnection();
            using var command = new NpgsqlCommand("SELECT pg_cancel_backend($1)", other) { Parameters = { new() { Value = processId } } };
            command.ExecuteNonQuery();
        }
        catch (NpgsqlException)
        {
            // The server is not there to be told; the reading call notices that by itself.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await readings.DisposeAsync();
        await lookUps.DisposeAsync();
    }

    private async Task<ReadTransaction> BeginAsync(NpgsqlConnection connection, TimeSpan timeout, CancellationToken cancel)
    {
        // One snapshot for the check of the columns and all that is read after it.
        var transaction = new ReadTransaction(this, connection, await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel));
        await transaction.AskAsync("SELECT set_config('statement_timeout', $1, true)", cancel, $"{(long)timeout.TotalMilliseconds}ms");
        return transaction;
    }
}
