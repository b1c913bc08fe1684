using System.Formats.Tar;
using Ssp.Storage;

namespace Ssp.Backup;

/// <summary>
/// A backup on its way to disk: a tar file in an <see cref="Envelope"/>. Until <see cref="Publish"/> it lies beside its place under another name, so
/// that what bears the name is whole.
/// </summary>
internal sealed class ArchiveWriter : IAsyncDisposable
{
    /// <summary>What is added to the name of a backup that is not complete.</summary>
    public const string PartialEnding = ".partial";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string path;
    private readonly FileStream file;
    private readonly Stream envelope;
    private readonly TarWriter tar;
    private readonly DateTimeOffset now;
    private readonly List<Part> parts = [];
    private int entries;
    private bool isEnded;

    private ArchiveWriter(string path, FileStream file, byte[] passphrase, DateTimeOffset now)
    {
        (this.path, this.file, this.now) = (path, file, now);
        envelope = Envelope.Seal(file, passphrase, "backup.tar.gz");
        tar = new TarWriter(envelope, TarEntryFormat.Pax, leaveOpen: true);
    }

    /// <summary>The file while it is not complete.</summary>
    public string PartialPath => path + PartialEnding;

    /// <summary>How many bytes it takes on disk.</summary>
    public long Bytes { get; private set; }

    /// <summary>What counts of it so far.</summary>
    public IReadOnlyList<Part> Parts => parts;

    /// <exception cref="BackupException">There is a file of this name, or none can be made.</exception>
    public static ArchiveWriter Create(string path, byte[] passphrase, DateTimeOffset now)
    {
        if (File.Exists(path) || Directory.Exists(path))
        {
            throw new BackupException($"There is {path} already; a backup never replaces a file.");
        }

        try
        {
            var partial = path + PartialEnding;
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OwnerOnly;
            }

            var file = new FileStream(partial, options);
            if (!OperatingSystem.IsWindows())
            {
                // One that was left behind keeps its mode.
                File.SetUnixFileMode(file.SafeFileHandle, OwnerOnly);
            }

            return new ArchiveWriter(path, file, passphrase, now);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BackupException($"The backup cannot be written to {path}: {error.Message}");
        }
    }

    /// <returns>False when the content broke off; then the entry does not count.</returns>
    public async Task<bool> AddAsync(string name, PartStream content, string? contentType, CancellationToken cancel)
    {
        entries++;
        await tar.WriteEntryAsync(EntryOf(name, content), cancel);
        if (content.IsBroken)
        {
            return false;
        }

        parts.Add(new Part(entries, name, content.Length, content.Sha256, contentType));
        return true;
    }

    /// <summary>Writes the manifest and ends the file, on disk; it still lies under its other name.</summary>
    public async Task EndAsync(Manifest manifest, CancellationToken cancel)
    {
        await using (var json = new MemoryStream(manifest.ToJson()))
        {
            await tar.WriteEntryAsync(EntryOf(Manifest.Path, json), cancel);
        }

        isEnded = true;
        await tar.DisposeAsync();
        await envelope.DisposeAsync();
        file.Flush(flushToDisk: true);
        Bytes = file.Length;
        await file.DisposeAsync();
    }

    /// <summary>Gives the file its name, for good.</summary>
    public void Publish()
    {
        try
        {
            File.Move(PartialPath, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            throw new BackupException($"{path} appeared while the backup was made; a backup never replaces a file.");
        }

        try
        {
            DiskSync.Entries(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (IOException error)
        {
            throw new BackupException($"{path} is complete, but its folder could not be synced, so a power cut may still take it: {error.Message}");
        }
    }

    /// <summary>Removes what was not published.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!isEnded)
            {
                await tar.DisposeAsync();
                await envelope.DisposeAsync();
            }
        }
        catch (Exception error) when (error is IOException or InvalidOperationException)
        {
            // The disk is full, say, or it was given up in the middle of an entry. Why is known already.
        }
        finally
        {
            await file.DisposeAsync();
            File.Delete(PartialPath);
        }
    }

    private PaxTarEntry EntryOf(string name, Stream content) =>
        new(TarEntryType.RegularFile, name) { DataStream = content, Mode = OwnerOnly, ModificationTime = now };
}
