using Ssp.Settings;

namespace Ssp.Storage;

/// <summary>Where the portal keeps its data, and the keys to it.</summary>
/// <param name="Connection">The connection string of Azurite or Azure Storage.</param>
/// <param name="Prefix">Before the names of all tables, queues and containers; small letters and digits.</param>
/// <param name="KeysFolder">Where the keys lie that encrypt certificates and their passwords; see <see cref="Seals"/>.</param>
public sealed record StorageSettings(string Connection, string Prefix, string KeysFolder)
{
    private const int MaxPrefix = 20;

    public static StorageSettings Read(SettingsReader read)
    {
        var connection = read.Required("AzureWebJobsStorage", "the connection string of Azurite or Azure Storage");
        var prefix = read.Required("StoragePrefix", "a short word before the names of tables, queues and containers, for example ssp");
        const string keysFolder = "a folder outside the storage account, of mode 0700, for the keys that encrypt certificates, for example /var/lib/ssp/keys";
        var keys = read.RequiredPath("KeysFolder", keysFolder);
        if (UsesPublishedKeyElsewhere(connection))
        {
            read.Refuse(
                "AzureWebJobsStorage uses the account key that Azurite publishes, on another machine than this: "
                + "give Azurite a key of its own (AZURITE_ACCOUNTS).");
        }

        if (prefix.Length > MaxPrefix || !char.IsAsciiLetterLower(prefix[0]) || !prefix.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)))
        {
            read.Refuse($"StoragePrefix must be at most {MaxPrefix} small letters and digits and begin with a letter.");
        }

        return new StorageSettings(connection, prefix, keys);
    }

    private static bool UsesPublishedKeyElsewhere(string connection) =>
        connection.Contains("Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==", StringComparison.Ordinal)
        && connection.Split(';').Select(part => part.Split('=', 2)).Any(part =>
            part is [var name, var value]
            && name.Trim().EndsWith("Endpoint", StringComparison.OrdinalIgnoreCase)
            && Uri.TryCreate(value, UriKind.Absolute, out var address)
            && !address.IsLoopback);
}
