namespace Ssp.Storage;

/// <summary>The files in the folder of the keys, and which key a sealed content needs; both are ASP.NET Core Data Protection's forms.</summary>
internal static class KeyFiles
{
    private const int MarkBytes = 4;
    private const int IdBytes = 16;
    private const string Beginning = "key-";

    /// <summary>The key under which a content is sealed; null when it is not sealed.</summary>
    public static Guid? KeyOf(ReadOnlySpan<byte> content) => content.Length < MarkBytes + IdBytes ? null : new Guid(content.Slice(MarkBytes, IdBytes));

    /// <summary>The keys and revocations in a folder, sorted.</summary>
    public static IReadOnlyList<FileInfo> List(string folder) =>
        [.. new DirectoryInfo(folder).EnumerateFiles("*.xml").OrderBy(file => file.Name, StringComparer.Ordinal)];

    /// <summary>The key that a file of this name holds; null when it holds none.</summary>
    public static Guid? IdOf(string fileName) =>
        fileName.StartsWith(Beginning, StringComparison.Ordinal)
        && Guid.TryParseExact(Path.GetFileNameWithoutExtension(fileName)[Beginning.Length..], "D", out var id)
            ? id
            : null;
}
