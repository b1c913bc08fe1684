using Microsoft.Extensions.Configuration;
using Ssp.Settings;

namespace Ssp.Hd4dp;

/// <summary>Where HD4DP's databases are, and how this installation's differ from others.</summary>
/// <param name="LocaldwhConnection">The Npgsql connection string of the database localdwh.</param>
/// <param name="NippinConnection">The same for the database nippin.</param>
/// <param name="StatementTimeout">How long the database may take for one statement.</param>
/// <param name="Connections">How many connections there may be to one database.</param>
/// <param name="RegistriesFile">A file that replaces the registry catalogue the portal ships with.</param>
/// <param name="Localdwh">Names of tables and columns where an installation differs from the defaults, see <see cref="WarehouseNames"/>.</param>
/// <param name="Nippin">The same for the database nippin, see <see cref="NippinNames"/>.</param>
public sealed record Hd4dpSettings(
    string LocaldwhConnection, string NippinConnection, TimeSpan StatementTimeout, int Connections, string? RegistriesFile,
    IConfigurationSection Localdwh, IConfigurationSection Nippin)
{
    /// <summary>Those of both databases.</summary>
    public IdleConnections Idle { get; } = new();

    public static Hd4dpSettings Read(SettingsReader read) => new(
        read.Required("LocaldwhConnection", "the Npgsql connection string of HD4DP's localdwh database"),
        read.Required("NippinConnection", "the Npgsql connection string of HD4DP's nippin database"),
        TimeSpan.FromSeconds(read.Number("WarehouseTimeoutSeconds", 1_500, 1, 24 * 3600)),
        read.Number("WarehouseConnections", 10, 1, 100),
        read.OptionalPath("RegistriesFile"),
        read.Section("Localdwh"),
        read.Section("Nippin"));
}
