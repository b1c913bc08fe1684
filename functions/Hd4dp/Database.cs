using System.Data;
using System.Diagnostics;
using System.Text;
using Npgsql;
using Ssp.Http;
using Ssp.Settings;

namespace Ssp.Hd4dp;

/// <summary>One of HD4DP's PostgreSQL databases, opened for reading and nothing else.</summary>
public sealed class Database : IAsyncDisposable
{
    private static readonly TimeSpan LookUpTimeout = TimeSpan.FromSeconds(30);

    // Somebody sits before the page; what is done in the background may wait longer, and is tried again.
    private static readonly TimeSpan LookUpsWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ReadingsWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// $1: how long one statement may take, $2: the administrator's search path, or null for the server's own. It answers with the encoding of the database
    /// and the number of the server's process. What it sets holds for the transaction alone: a connection pooler gives every transaction another connection
    /// of the server, and takes none of these as start options. What the administrator set for the account would end a reading that the portal allows; a
    /// limit that this server does not know is not set. With row_security off, PostgreSQL refuses a query that a policy would take rows from: rows that
    /// are hidden would be missing in an export, and a registration would seem not to have been sent.
    /// </summary>
    private const string Limits =
        """
        SELECT getdatabaseencoding()::text, pg_backend_pid(),
            CASE WHEN getdatabaseencoding() = 'SQL_ASCII' THEN set_config('client_encoding', 'SQL_ASCII', true) END,
            set_config('transaction_read_only', 'on', true), set_config('lock_timeout', '10s', true),
            set_config('statement_timeout', $1, true), set_config('idle_in_transaction_session_timeout', $1, true),
            CASE WHEN current_setting('row_security', true) IS NOT NULL THEN set_config('row_security', 'off', true) END,
            CASE WHEN current_setting('transaction_timeout', true) IS NOT NULL THEN set_config('transaction_timeout', '0', true) END,
            CASE WHEN $2::text IS NOT NULL THEN set_config('search_path', $2::text, true) END
        """;

    private readonly string name;
    private readonly string setting;
    private readonly Hd4dpSettings settings;
    private readonly string? searchPath;
    private readonly bool beginsWithTls;
    private readonly Encoding? ofRawText;
    private readonly SilenceWatch watch;
    private readonly NpgsqlDataSource readings;
    private NpgsqlDataSource lookUps;
    private ConnectionSlots slots;

    /// <param name="name">What HD4DP calls the database, for sentences.</param>
    /// <param name="setting">The setting that holds the connection string.</param>
    /// <exception cref="SettingsException">The connection string is not one.</exception>
    public Database(string name, string setting, string connectionString, Hd4dpSettings settings)
    {
        (this.name, this.setting, this.settings) = (name, setting, settings);
        slots = new ConnectionSlots(settings.Connections);
        try
        {
            var connection = new NpgsqlConnectionStringBuilder(connectionString)
            {
                ApplicationName = "HD4DP2 Self-Service Portal",
                // HD4DP gives a password; asking for Kerberos first only prints warnings where its library is missing.
                GssEncryptionMode = GssEncryptionMode.Disable,
                // The server ends what takes too long; this only notices when the server is silent altogether.
                CommandTimeout = (int)settings.StatementTimeout.TotalSeconds + 60,
                TcpKeepAlive = true,
                TcpKeepAliveTime = 30,
                TcpKeepAliveInterval = 5,
                Timeout = 5,
                MinPoolSize = 0,
                MaxPoolSize = settings.Connections,
                KeepAlive = 30,
                // Nothing outlives a transaction, neither a setting nor a prepared statement: behind a pooler the next one is served by another process.
                NoResetOnClose = true,
                MaxAutoPrepare = 0,
                Multiplexing = false,
                // The server's details hold what stands in rows, and would come into the log.
                IncludeErrorDetail = false,
            };
            ofRawText = RawText.EncodingOf(connection.ClientEncoding);
            connection.ClientEncoding = "UTF8";
            connection.Encoding = "UTF8";
            searchPath = connection.SearchPath;
            beginsWithTls = connection.SslNegotiation == SslNegotiation.Direct;
            connection.SearchPath = null;
            lookUps = NpgsqlDataSource.Create(connection);
            var lookUpsAgain = connection.ConnectionString;
            // A connection whose COPY was cancelled cannot be used again, so that of a long reading is its own.
            connection.Pooling = false;
            connection.ReadBufferSize = 256 * 1024;
            readings = NpgsqlDataSource.Create(connection);
            watch = new SilenceWatch(
                connection.ConnectionString,
                () => WarehouseException.Unreachable(name, null),
                error => WarehouseException.OfOpening(error, name, setting, beginsWithTls).Code != ProblemCodes.WarehouseUnreachable,
                // Connections that wait for a silent server must be in nobody's way when it is back; each is closed when its wait ends.
                () =>
                {
                    slots = new ConnectionSlots(settings.Connections);
                    Interlocked.Exchange(ref lookUps, NpgsqlDataSource.Create(lookUpsAgain)).Dispose();
                });
            settings.Idle.Add(() => lookUps.Clear());
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

    /// <summary>As many rows were counted and another number was given, though both are of one moment: what reads again gets the same.</summary>
    public WarehouseException Miscounted(long counted, long given) => new(ProblemCodes.WarehouseMiscounted, false, null, name, counted, given);

    /// <summary>Stops on the server what one of its processes is doing. It asks for no connection that others wait for.</summary>
    /// <exception cref="WarehouseException">The server cannot be told.</exception>
    public async Task CancelOnServerAsync(int process)
    {
        watch.RefuseWhenSilent();
        await using var transaction = await BeginAsync(readings, LookUpTimeout, TimeSpan.Zero, slot: null, CancellationToken.None);
        await transaction.AskAsync("SELECT pg_cancel_backend($1)", CancellationToken.None, process);
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
            await using var transaction = await BeginAsync(lookUps, LookUpTimeout, LookUpsWait, cancel);
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
            transaction = await BeginAsync(readings, settings.StatementTimeout, null, cancel);
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

    /// <param name="wait">How long to wait for one of the portal's own connections; null: as long as it takes.</param>
    private async Task<ReadTransaction> BeginAsync(NpgsqlDataSource source, TimeSpan timeout, TimeSpan? wait, CancellationToken cancel)
    {
        var slot = await slots.TakeAsync(wait, cancel) ?? throw new WarehouseException(ProblemCodes.WarehouseBusy, true, null, settings.Connections, name);
        try
        {
            return await BeginAsync(source, timeout, wait ?? ReadingsWait, slot, cancel);
        }
        catch
        {
            slot.Dispose();
            throw;
        }
    }

    private async Task<ReadTransaction> BeginAsync(NpgsqlDataSource source, TimeSpan timeout, TimeSpan wait, IDisposable? slot, CancellationToken cancel)
    {
        for (var again = true; ; again = false)
        {
            var connection = await ConnectAsync(source, wait, cancel);
            try
            {
                // One snapshot for the check of the columns and all that is read after it.
                var begun = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
                var transaction = new ReadTransaction(this, connection, begun, slot);
                await SetLimitsAsync(transaction, timeout, cancel);
                return transaction;
            }
            catch (NpgsqlException error) when (again && WasClosed(error))
            {
                // The server or a firewall has closed it while it was idle; so it may have the others. Nothing was read yet.
                await connection.DisposeAsync();
                source.Clear();
            }
            catch
            {
                await connection.DisposeAsync();
                throw;
            }
        }
    }

    private async Task SetLimitsAsync(ReadTransaction transaction, TimeSpan timeout, CancellationToken cancel)
    {
        await using var limits = transaction.Command(Limits, $"{(long)timeout.TotalMilliseconds}ms", (object?)searchPath ?? DBNull.Value);
        await using var server = await limits.ExecuteReaderAsync(cancel);
        await server.ReadAsync(cancel);
        transaction.ServerProcess = server.GetInt32(1);
        // It would refuse to give what is no UTF-8; so it gives the bytes as they are, and they become UTF-8 here.
        transaction.RawText = server.GetString(0) == "SQL_ASCII" ? new RawText(ofRawText, name, setting) : null;
    }

    // Another program may give one back, or a look-up of our own.
    private async Task<NpgsqlConnection> ConnectAsync(NpgsqlDataSource source, TimeSpan wait, CancellationToken cancel)
    {
        var waiting = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return await source.OpenConnectionAsync(cancel);
            }
            catch (PostgresException full) when (WarehouseException.IsFull(full) && waiting.Elapsed < wait)
            {
                settings.Idle.Close();
                await Task.Delay(Pause, cancel);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                throw WarehouseException.OfOpening(error, name, setting, beginsWithTls);
            }
        }
    }

    private static bool WasClosed(NpgsqlException error) =>
        error is PostgresException refused ? refused.InvariantSeverity is "FATAL" or "PANIC" : error.InnerException is not TimeoutException;
}
