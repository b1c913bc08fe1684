using Ssp.Settings;

namespace Ssp.Hd4dp;

/// <summary>
/// Read-only access to HD4DP's database nippin: one row per message to the insurers (fair-v1.healthdata.be/documentation/heart-valves/nippin-database).
/// It is another database than localdwh, so nothing joins the two but the portal.
/// </summary>
public sealed class NippinDatabase : IAsyncDisposable
{
    private readonly Database database;
    private readonly NippinNames names;

    /// <exception cref="SettingsException">The connection string is not one.</exception>
    public NippinDatabase(Hd4dpSettings settings, NippinNames names)
    {
        this.names = names;
        database = new Database("nippin", "NippinConnection", settings.NippinConnection, settings);
    }

    /// <summary>Compares the table and its columns with what the settings say.</summary>
    /// <exception cref="WarehouseException">It does not answer, or a column is missing; the sentence names it and its setting.</exception>
    public Task CheckAsync(CancellationToken cancel) =>
        database.AskAsync(transaction => WarehouseSchema.ReadAsync(transaction, names.Columns, cancel), cancel);

    /// <summary>Opens the messages for reading, as often as needed, all as of one moment.</summary>
    public Task<MessageReader> OpenAsync(CancellationToken cancel) =>
        database.OpenAsync(
            async transaction => new MessageReader(transaction, names, await WarehouseSchema.ReadAsync(transaction, names.Columns, cancel)), cancel);

    public ValueTask DisposeAsync() => database.DisposeAsync();
}
