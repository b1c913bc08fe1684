using System.Globalization;
using Ssp.Audit;
using Ssp.Http;
using Ssp.Storage;

namespace Ssp.Backup;

/// <summary>
/// Writes the folder of the keys into an encrypted archive of its own, to be kept elsewhere than the backups of storage: who has both, and their
/// passphrases, has every certificate's private key.
/// </summary>
public sealed class BackupKeysCommand(StorageSettings settings, AuditTrail audit, TimeProvider clock)
{
    /// <summary>The word after the program's name.</summary>
    public const string Word = "backup-keys";

    /// <summary>What the paths of keys in the archive begin with.</summary>
    public const string Beginning = "keys/";

    /// <returns>The exit code: 0 when it is written, 1 when not.</returns>
    public async Task<int> RunAsync(BackupWords words, TextWriter output, TextWriter errors, CancellationToken cancel)
    {
        try
        {
            foreach (var line in (await WriteAsync(words, cancel)).Lines())
            {
                await output.WriteLineAsync(line);
            }

            await output.WriteLineAsync($"Written and read back: {words.File}. Keep it apart from the backups of storage.");
            return 0;
        }
        catch (BackupException refused)
        {
            await errors.WriteLineAsync(refused.Message);
        }
        catch (Problem problem)
        {
            await errors.WriteLineAsync($"No backup was made: it could not be noted in the audit trail ({problem.Code}).");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            await errors.WriteLineAsync($"The backup could not be written: {error.Message}");
        }

        return 1;
    }

    private async Task<BackupReport> WriteAsync(BackupWords words, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var archive = ArchiveWriter.Create(words.File, words.Passphrase, now);
        var ids = new List<Guid>();
        foreach (var file in KeyFiles.List(settings.KeysFolder))
        {
            await using var stream = file.OpenRead();
            await using var content = new PartStream(stream.Length, (buffer, token) => stream.ReadAsync(buffer, token), _ => false);
            if (!await archive.AddAsync(Beginning + file.Name, content, null, cancel))
            {
                throw new BackupException($"The key {file.Name} became shorter while it was read; run it again.");
            }

            if (KeyFiles.IdOf(file.Name) is { } id)
            {
                ids.Add(id);
            }
        }

        await archive.EndAsync(
            new Manifest(Manifest.ThisForm, BackupKind.Keys, now, settings.Prefix, new Dictionary<string, long>(), archive.Parts, [], ids), cancel);
        var report = await BackupCheck.ReadAsync(archive.PartialPath, words.Passphrase, cancel);
        await audit.NoteAsync(
            AuditActor.Portal(),
            new AuditAction("keys_backup_made", Path.GetFileName(words.File), Details: string.Create(CultureInfo.InvariantCulture, $"keys: {ids.Count}")));
        archive.Publish();
        return report;
    }
}
