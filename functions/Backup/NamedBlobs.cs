using System.Text.Json;
using Azure.Data.Tables;

namespace Ssp.Backup;

/// <summary>A blob that a row names.</summary>
/// <param name="IsNeeded">Whether the row is worth nothing without it.</param>
public sealed record NamedBlob(string Container, string Name, bool IsNeeded)
{
    /// <summary>Its path in the archive.</summary>
    public string Path => NamedBlobs.PathOf(Container, Name);
}

/// <summary>Which blobs a row names. What lies in these containers and is named by no row is left behind: an attempt under way, or rubbish.</summary>
public static class NamedBlobs
{
    private const string Beginning = "blobs/";
    private const string CertificatePrefix = "certificate-";
    private static readonly HashSet<string> Known = ["exports", "nights", "certificates"];
    private static readonly string[] NightParts = [".csv", ".days", ".rows", ".changes"];

    /// <summary>Whether it is known which row names a blob of this container; of others all are kept.</summary>
    public static bool Knows(string container) => Known.Contains(container);

    public static string PathOf(string container, string name) => $"{Beginning}{container}/{name}";

    /// <summary>Container and name of a blob's path in the archive; null when it is none.</summary>
    public static (string Container, string Name)? Parse(string path) =>
        path.StartsWith(Beginning, StringComparison.Ordinal) && path[Beginning.Length..].Split('/', 2) is [var container, var name] ? (container, name) : null;

    /// <summary>Whether a blob is sealed under a key of the folder of keys.</summary>
    public static bool IsSealed(string path) =>
        path.StartsWith(PathOf("certificates", ""), StringComparison.Ordinal) && path.EndsWith(".sealed", StringComparison.Ordinal);

    public static IEnumerable<NamedBlob> Of(string table, TableEntity row)
    {
        switch (table)
        {
            case "ExportJobs" when row.GetString("BlobName") is { } name:
                return [new NamedBlob("exports", name, true)];
            case "Nights" when row.GetString("File") is { } file:
                using (var json = JsonDocument.Parse(file))
                {
                    var name = json.RootElement.GetProperty("name").GetString();
                    return [.. NightParts.Select(part => new NamedBlob("nights", name + part, true))];
                }

            case "Certificates" when row.RowKey.StartsWith(CertificatePrefix, StringComparison.Ordinal):
                var certificate = $"{row.PartitionKey}/{row.RowKey[CertificatePrefix.Length..]}";
                // The public parts are there once a check could read them.
                return [new NamedBlob("certificates", certificate + ".sealed", true), new NamedBlob("certificates", certificate + ".public", false)];
            default:
                return [];
        }
    }
}
