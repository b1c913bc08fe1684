using System.Data;
using Npgsql;
using Ssp.Settings;

namespace Ssp.Hd4dp;

/// <summary>One of HD4DP's PostgreSQL databases, opened for reading and nothing else.</summary>
public sealed class Database : IAsyncDisposable
{
    private static readonly TimeSpan LookUpTimeout = TimeSpan.FromSeconds(30);

    private readonly string name;
    private readonly string setting;
    private readonly TimeSpan statementTimeout;
    private readonly SilenceWatch watch;
    private readonly NpgsqlDataSource readings;
    private NpgsqlDataSource lookUps;

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
            var lookUpsAgain = connection.ConnectionString;
            // A connection whose COPY was cancelled cannot be used again, so that of a long reading is its own.
            connection.Pooling = false;
            connection.ReadBufferSize = 256 * 1024;
            readings = NpgsqlDataSource.Create(connection);
            watch = new SilenceWatch(
                connection.ConnectionString,
                () => WarehouseException.Unreachable(name, null),
                // Connections that wait for a silent server must be in nobody's way when it is back; each is closed when its wait ends.
                () => Interlocked.Exchange(ref lookUps, NpgsqlDataSource.Create(lookUpsAgain)).Dispose());
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
        watch.RefuseWhenSilent();
        var answer = AskNowAsync(ask, cancel);
        await watch.WaitAsync(answer, Patience.OfLookUps);
        return await answer;
    }

    /// <summary>Opens a long reading; all that is read in it is of one moment.</summary>
    /// <param name="begin">What is to be done before the reading; it hands the transaction on.</param>
    /// <exception cref="WarehouseException">The database did not serve it.</exception>
    public async Task<T> OpenAsync<T>(Func<ReadTransaction, Task<T>> begin, CancellationToken cancel)
        where T : IAsyncDisposable
    {
        watch.RefuseWhenSilent();
        var opening = OpenNowAsync(begin, cancel);
        try
        {
            await WaitAsync(opening);
        }
        catch (WarehouseException) when (!opening.IsCompleted)
        {
            _ = CloseWhenOpenAsync(opening);
            throw;
        }

        return await opening;
    }

    /// <summary>Waits for an answer to a long reading, however long it takes, unless the server falls silent.</summary>
    /// <exception cref="WarehouseException">The server is silent; what was waited for goes on.</exception>
    public Task WaitAsync(Task answer) => watch.WaitAsync(answer, Patience.OfReadings);

    /// <summary>What an error of PostgreSQL or of the connection means to us.</summary>
    public WarehouseException Fault(NpgsqlException error) => WarehouseException.From(error, name, setting);

    /// <summary>The connection ended in the middle of what it was reading.</summary>
    public WarehouseException Broken(Exception? cause) => WarehouseException.Unreachable(name, cause);

    /// <summary>Stops on the server what a connection is doing there.</summary>
    public async Task CancelOnServerAsync(int processId)
    {
        try
        {
            await AskAsync(transaction => transaction.AskAsync("SELECT pg_cancel_backend($1)", CancellationToken.None, processId), CancellationToken.None);
        }
        catch (WarehouseException)
        {
            // The server is not there to be told; the reading call notices that by itself.
        }
    }

    public async ValueTask DisposeAsync()
    {
        watch.Dispose();
        await readings.DisposeAsync();
        await lookUps.DisposeAsync();
    }

    private async Task<T> AskNowAsync<T>(Func<ReadTransaction, Task<T>> ask, CancellationToken cancel)
    {
        try
        {
            await using var transaction = await BeginAsync(lookUps, LookUpTimeout, cancel);
            return await ask(transaction);
        }
        catch (NpgsqlException error)
        {
            throw Fault(error);
        }
    }

    private async Task<T> OpenNowAsync<T>(Func<ReadTransaction, Task<T>> begin, CancellationToken cancel)
    {
        ReadTransaction? transaction = null;
        try
        {
            transaction = await BeginAsync(readings, statementTimeout, cancel);
            return await begin(transaction);
        }
        catch (Exception error)
        {
            await (transaction?.DisposeAsync() ?? ValueTask.CompletedTask);
            if (error is NpgsqlException fault)
            {
                throw Fault(fault);
            }

            throw;
        }
    }

    private static async Task CloseWhenOpenAsync<T>(Task<T> opening)
        where T : IAsyncDisposable
    {
        await ((Task)opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (opening.IsCompletedSuccessfully)
        {
            await opening.Result.DisposeAsync();
        }
    }

    private async Task<ReadTransaction> BeginAsync(NpgsqlDataSource source, TimeSpan timeout, CancellationToken cancel)
    {
        var connection = await source.OpenConnectionAsync(cancel);
        try
        {
            // One snapshot for the check of the columns and all that is read after it.
            var transaction = new ReadTransaction(this, connection, await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel));
            await transaction.AskAsync("SELECT set_config('statement_timeout', $1, true)", cancel, $"{(long)timeout.TotalMilliseconds}ms");
            return transaction;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
