using System.Globalization;
using Ssp.Storage;

namespace Ssp.Backup;

/// <summary>Puts the keys of a backup into the folder of the keys, beside those that are there. A key is never replaced or removed.</summary>
public sealed class RestoreKeysCommand(StorageSettings settings)
{
    /// <summary>The word after the program's name.</summary>
    public const string Word = "restore-keys";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <returns>The exit code: 0 when every key of the backup is in the folder, 1 when not.</returns>
    public async Task<int> RunAsync(BackupWords words, TextWriter output, TextWriter errors, CancellationToken cancel)
    {
        try
        {
            var keys = await ReadAsync(words, cancel);
            RequireNoOther(keys);
            var added = keys.Count(key => Add(key.Name, key.Content));
            DiskSync.Entries(settings.KeysFolder);
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{added} keys were added to {settings.KeysFolder}; {keys.Count - added} were there already."));
            return 0;
        }
        catch (BackupException refused)
        {
            await errors.WriteLineAsync(refused.Message);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            await errors.WriteLineAsync($"The keys could not be written; run it again: {error.Message}");
        }

        return 1;
    }

    private static async Task<IReadOnlyList<(string Name, byte[] Content)>> ReadAsync(BackupWords words, CancellationToken cancel)
    {
        var keys = new List<(string, byte[])>();
        var manifest = await ArchiveReader.ReadAsync(
            words.File,
            words.Passphrase,
            async entry =>
            {
                if (entry.Path.StartsWith(BackupKeysCommand.Beginning, StringComparison.Ordinal))
                {
                    var name = entry.Path[BackupKeysCommand.Beginning.Length..];
                    if (name != Path.GetFileName(name) || !name.EndsWith(".xml", StringComparison.Ordinal))
                    {
                        throw new BackupException($"The backup holds a part that is no key: {entry.Path}");
                    }

                    using var content = new MemoryStream();
                    await entry.Content.CopyToAsync(content, cancel);
                    keys.Add((name, content.ToArray()));
                }
            },
            cancel);
        return manifest.Kind == BackupKind.Keys ? keys : throw new BackupException($"This is a backup of storage: use {RestoreCommand.Word}.");
    }

    // Before any is written.
    private void RequireNoOther(IReadOnlyList<(string Name, byte[] Content)> keys)
    {
        foreach (var (name, content) in keys)
        {
            var path = Path.Combine(settings.KeysFolder, name);
            if (File.Exists(path) && !File.ReadAllBytes(path).AsSpan().SequenceEqual(content))
            {
                throw new BackupException(
                    $"{path} is there with another content. Keys are never replaced; move it away if you are sure that it is the wrong one.");
            }
        }
    }

    private bool Add(string name, byte[] content)
    {
        var path = Path.Combine(settings.KeysFolder, name);
        if (File.Exists(path))
        {
            return false;
        }

        var fresh = Path.Combine(settings.KeysFolder, $".restored-{Guid.NewGuid():N}");
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OwnerOnly;
            }

            using (var stream = new FileStream(fresh, options))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            File.Move(fresh, path, overwrite: false);
            return true;
        }
        finally
        {
            File.Delete(fresh);
        }
    }
}
