using System.Data;
using Npgsql;

namespace Ssp.Hd4dp;

/// <summary>Registrations of one collection and version that one organisation has in localdwh.</summary>
public sealed record FoundCollection(string Name, string Version, long Registrations);

/// <summary>Which registrations to read.</summary>
/// <param name="Nihdi">The organisation, digits only.</param>
public sealed record Selection(string Nihdi, string Collection, string Version);

/// <summary>
/// Read-only access to HD4DP's localdwh: three tables, one row per registration, one per field value, and extra attributes of a value
/// (docs.healthdata.be/book/export/html/4460). Every query names its organisation.
/// </summary>
public sealed class Warehouse : IAsyncDisposable
{
    /// <summary>The version shown where the warehouse has no version column.</summary>
    public const string AllVersions = "all";

    private static readonly TimeSpan LookUpTimeout = TimeSpan.FromSeconds(30);

    private readonly NpgsqlDataSource source;
    private readonly NpgsqlDataSource exports;
    private readonly WarehouseNames names;
    private readonly WarehouseQueries queries;
    private readonly PortalSettings settings;

    /// <exception cref="SettingsException">The connection string is not one.</exception>
    public Warehouse(PortalSettings settings, WarehouseNames names)
    {
        this.settings = settings;
        this.names = names;
        queries = new WarehouseQueries(names);
        try
        {
            var connection = new NpgsqlConnectionStringBuilder(settings.LocaldwhConnection)
            {
                ApplicationName = "HD4DP2 Self-Service Portal",
                // HD4DP gives a password; asking for Kerberos first only prints warnings where its library is missing.
                GssEncryptionMode = GssEncryptionMode.Disable,
                // Belt and braces: HD4DP gives us a reader's account, and we ask for nothing more.
                Options = "-c default_transaction_read_only=on -c lock_timeout=10s",
                // The server ends what takes too long; this only notices when the server is silent altogether.
                CommandTimeout = (int)settings.StatementTimeout.TotalSeconds + 60,
                TcpKeepAlive = true,
                TcpKeepAliveTime = 30,
                TcpKeepAliveInterval = 5,
                Timeout = 5,
                MaxPoolSize = 10,
                KeepAlive = 30,
            };
            source = NpgsqlDataSource.Create(connection);
            // A connection whose COPY was cancelled cannot be used again, so an export's connection is its own.
            connection.Pooling = false;
            connection.ReadBufferSize = 256 * 1024;
            exports = NpgsqlDataSource.Create(connection);
        }
        catch (ArgumentException error)
        {
            throw new SettingsException($"The setting LocaldwhConnection is not an Npgsql connection string: {error.Message}");
        }
    }

    /// <summary>Compares the tables and columns with what the settings say.</summary>
    /// <exception cref="WarehouseException">It does not answer, or a column is missing; the sentence names it and its setting.</exception>
    public Task CheckAsync(CancellationToken cancel) =>
        AskAsync((connection, transaction) => WarehouseSchema.ReadAsync(connection, transaction, names, cancel), cancel);

    /// <summary>The NIHDI numbers, as the warehouse writes them, and names of all organisations that have registrations.</summary>
    public Task<IReadOnlyList<(string Nihdi, string? Name)>> ListOrganizationsAsync(CancellationToken cancel) =>
        AskAsync<IReadOnlyList<(string, string?)>>(
            async (connection, transaction) =>
            {
                await WarehouseSchema.ReadAsync(connection, transaction, names, cancel);
                await using var command = new NpgsqlCommand(queries.Organizations, connection, transaction);
                await using var reader = await command.ExecuteReaderAsync(cancel);
                var found = new List<(string, string?)>();
                while (await reader.ReadAsync(cancel))
                {
                    found.Add((reader.GetString(0), await reader.IsDBNullAsync(1, cancel) ? null : reader.GetString(1)));
                }

                return found;
            },
            cancel);

    /// <summary>What one organisation has, by collection and version.</summary>
    public Task<IReadOnlyList<FoundCollection>> ListCollectionsAsync(string nihdi, CancellationToken cancel) =>
        AskAsync<IReadOnlyList<FoundCollection>>(
            async (connection, transaction) =>
            {
                await WarehouseSchema.ReadAsync(connection, transaction, names, cancel);
                await using var command = new NpgsqlCommand(queries.Collections, connection, transaction) { Parameters = { new() { Value = nihdi } } };
                await using var reader = await command.ExecuteReaderAsync(cancel);
                var found = new List<FoundCollection>();
                while (await reader.ReadAsync(cancel))
                {
                    found.Add(new FoundCollection(reader.GetString(0), reader.GetString(1), reader.GetInt64(2)));
                }

                return found;
            },
            cancel);

    /// <summary>Opens the registrations of a selection for reading from first to last, all as of one moment.</summary>
    /// <param name="fieldOrder">Field names to come first, in this order; the others follow by first appearance.</param>
    public async Task<RegistrationReader> OpenAsync(Selection selection, IReadOnlyList<string> fieldOrder, CancellationToken cancel)
    {
        NpgsqlConnection? connection = null;
        try
        {
            connection = await exports.OpenConnectionAsync(cancel);
            var transaction = await BeginAsync(connection, settings.StatementTimeout, cancel);
            return await RegistrationReader.OpenAsync(source, connection, transaction, names, queries, selection, fieldOrder, cancel);
        }
        catch (Exception error)
        {
            if (connection is not null)
            {
                await connection.DisposeAsync();
            }

            if (error is NpgsqlException fault)
            {
                throw WarehouseException.From(fault);
            }

            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await exports.DisposeAsync();
        await source.DisposeAsync();
    }

    private async Task<T> AskAsync<T>(Func<NpgsqlConnection, NpgsqlTransaction, Task<T>> ask, CancellationToken cancel)
    {
        try
        {
            await using var connection = await source.OpenConnectionAsync(cancel);
            await using var transaction = await BeginAsync(connection, LookUpTimeout, cancel);
            return await ask(connection, transaction);
        }
        catch (NpgsqlException error)
        {
            throw WarehouseException.From(error);
        }
    }

    private static async Task<NpgsqlTransaction> BeginAsync(NpgsqlConnection connection, TimeSpan timeout, CancellationToken cancel)
    {
        // One snapshot for the check of the columns and all that is read after it.
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
        await using var command = new NpgsqlCommand("SELECT set_config('statement_timeout', $1, true)", connection, transaction)
        {
            Parameters = { new() { Value = $"{(long)timeout.TotalMilliseconds}ms" } },
        };
        await command.ExecuteNonQueryAsync(cancel);
        return transaction;
    }
}
