using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ssp.Backup;

/// <summary>What a backup holds: its last entry, so that a backup that was cut off has none.</summary>
/// <param name="Form">The version of the archive's form.</param>
/// <param name="MadeAt">The moment of which it tells.</param>
/// <param name="Prefix">The setting StoragePrefix of the portal it is of.</param>
/// <param name="Missing">Blobs that a row names and storage did not have.</param>
/// <param name="KeyIds">The keys that its sealed files need; of keys, those that are in it.</param>
public sealed record Manifest(
    int Form, BackupKind Kind, DateTimeOffset MadeAt, string Prefix, IReadOnlyDictionary<string, long> Rows,
    IReadOnlyList<Part> Parts, IReadOnlyList<string> Missing, IReadOnlyList<Guid> KeyIds)
{
    /// <summary>Its name in the archive.</summary>
    public const string Path = "manifest.json";

    /// <summary>The form that this portal writes, and the newest it reads.</summary>
    public const int ThisForm = 1;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Options);

    /// <exception cref="JsonException">It is none.</exception>
    public static Manifest Parse(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize<Manifest>(json, Options) is { Parts: not null, Missing: not null, KeyIds: not null, Rows: not null } whole
            ? whole
            : throw new JsonException("A part of the manifest is missing.");
}

/// <summary>What a backup is of.</summary>
public enum BackupKind
{
    /// <summary>Tables and blobs.</summary>
    Storage,

    /// <summary>The folder of the keys.</summary>
    Keys,
}

/// <summary>An entry of the archive that counts. An entry that the manifest does not name was given up, and another stands in its place.</summary>
/// <param name="Number">Its place among the entries, from 1.</param>
/// <param name="ContentType">Of a blob.</param>
public sealed record Part(int Number, string Path, long Bytes, string Sha256, string? ContentType = null);
