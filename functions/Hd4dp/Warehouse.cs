using Ssp.Settings;

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

    private readonly Database database;
    private readonly WarehouseNames names;
    private readonly WarehouseQueries queries;

    /// <exception cref="SettingsException">The connection string is not one.</exception>
    public Warehouse(Hd4dpSettings settings, WarehouseNames names)
    {
        this.names = names;
        queries = new WarehouseQueries(names);
        database = new Database("localdwh", "LocaldwhConnection", settings.LocaldwhConnection, settings);
    }

    /// <summary>Compares the tables and columns with what the settings say.</summary>
    /// <exception cref="WarehouseException">It does not answer, or a column is missing; the sentence names it and its setting.</exception>
    public Task CheckAsync(CancellationToken cancel) =>
        database.AskAsync(transaction => WarehouseSchema.ReadAsync(transaction, names.Columns, cancel), cancel);

    /// <summary>The NIHDI numbers, as the warehouse writes them, and names of all organisations that have registrations.</summary>
    public Task<IReadOnlyList<(string Nihdi, string? Name)>> ListOrganizationsAsync(CancellationToken cancel) =>
        database.AskAsync<IReadOnlyList<(string, string?)>>(
            async transaction =>
            {
                var schema = await WarehouseSchema.ReadAsync(transaction, names.Columns, cancel);
                await using var command = transaction.Command(queries.Organizations(schema));
                await using var reader = await command.ExecuteReaderAsync(cancel);
                var found = new List<(string, string?)>();
                while (await reader.ReadAsync(cancel))
                {
                    found.Add((transaction.TextIn(reader, 0, names.OrganizationNihdi)!, transaction.TextIn(reader, 1, names.OrganizationName)));
                }

                return found;
            },
            cancel);

    /// <summary>What one organisation has, by collection and version.</summary>
    public Task<IReadOnlyList<FoundCollection>> ListCollectionsAsync(string nihdi, CancellationToken cancel) =>
        database.AskAsync<IReadOnlyList<FoundCollection>>(
            async transaction =>
            {
                var schema = await WarehouseSchema.ReadAsync(transaction, names.Columns, cancel);
                await using var command = transaction.Command(queries.Collections(schema), nihdi);
                await using var reader = await command.ExecuteReaderAsync(cancel);
                var found = new List<FoundCollection>();
                while (await reader.ReadAsync(cancel))
                {
                    found.Add(new FoundCollection(
                        transaction.TextIn(reader, 0, names.CollectionName)!, transaction.TextIn(reader, 1, names.Version)!, reader.GetInt64(2)));
                }

                return found;
            },
            cancel);

    /// <summary>Opens the registrations of a selection for reading from first to last, all as of one moment.</summary>
    /// <param name="fieldOrder">Field names to come first, in this order; the others follow by first appearance.</param>
    public Task<RegistrationReader> OpenAsync(Selection selection, IReadOnlyList<string> fieldOrder, CancellationToken cancel) =>
        database.OpenAsync(transaction => RegistrationReader.OpenAsync(transaction, names, queries, selection, fieldOrder, cancel), cancel);

    /// <summary>Opens an organisation's registrations of a reimbursed collection, the newest implant first, all as of one moment.</summary>
    /// <param name="nihdi">Digits only.</param>
    public Task<ImplantReader> OpenImplantsAsync(string nihdi, DataCollection collection, CancellationToken cancel) =>
        database.OpenAsync(
            async transaction =>
            {
                var schema = await WarehouseSchema.ReadAsync(transaction, names.Columns, cancel);
                names.RequireForImplants();
                await transaction.AskAsync(WarehouseQueries.Select, cancel, nihdi, collection.Name, "");
                await transaction.AskAsync(queries.NoteSpellings(schema), cancel);
                await transaction.AskAsync(WarehouseQueries.RoomToSort, cancel);
                return new ImplantReader(transaction, names, queries.CopyImplants(schema, collection));
            },
            cancel);

    public ValueTask DisposeAsync() => database.DisposeAsync();
}
