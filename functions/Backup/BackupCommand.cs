using System.Globalization;
using Azure;
using Azure.Storage.Blobs.Models;
using Ssp.Audit;
using Ssp.Http;
using Ssp.Storage;

namespace Ssp.Backup;

/// <summary>
/// Writes one encrypted archive of all tables and blobs, as they stood at one moment, while the portal runs, and reads it back before it gets its name. The
/// keys are not in it: see <see cref="BackupKeysCommand"/>. What is written in which order, and why, stands in infra/docs/backup.md.
/// </summary>
public sealed class BackupCommand(StoredParts storage, UnfinishedRestore restore, AuditTrail audit, TimeProvider clock)
{
    /// <summary>The word after the program's name.</summary>
    public const string Word = "backup";

    // A blob that a row names is gone when the row has changed since; after so many rounds it is lost.
    private const int MaxRounds = 5;
    private const int MaxTries = 3;
    private const int BufferBytes = 1024 * 1024;

    /// <returns>The exit code: 0 when the backup is written and in order; 1 when it is not written, or something was not in order already in storage.</returns>
    public async Task<int> RunAsync(BackupWords words, TextWriter output, TextWriter errors, CancellationToken cancel)
    {
        try
        {
            var report = await WriteAsync(words, output, cancel);
            foreach (var line in report.Lines())
            {
                await output.WriteLineAsync(line);
            }

            await output.WriteLineAsync(report.Faults.Count == 0
                ? $"Written and read back: {words.File}"
                : $"Written, but storage was not in order: {words.File}");
            return report.Faults.Count == 0 ? 0 : 1;
        }
        catch (BackupException refused)
        {
            await errors.WriteLineAsync(refused.Message);
        }
        catch (RequestFailedException refused) when (!refused.IsStorageAway())
        {
            await errors.WriteLineAsync($"Storage refused to be read; no backup was made: {refused.Message.Split('\n')[0].Trim()}");
        }
        catch (Exception error) when (error.IsOfStorage())
        {
            await errors.WriteLineAsync($"Storage does not answer; no backup was made: {error.Message.Split('\n')[0].Trim()}");
        }
        catch (Problem problem)
        {
            await errors.WriteLineAsync($"No backup was made: it could not be noted in the audit trail ({problem.Code}).");
        }
        catch (IOException error)
        {
            await errors.WriteLineAsync($"The backup could not be written: {error.Message}");
        }

        return 1;
    }

    private async Task<BackupReport> WriteAsync(BackupWords words, TextWriter output, CancellationToken cancel)
    {
        var all = await storage.ListTablesAsync(cancel);
        if (!all.Contains("Accounts"))
        {
            throw new BackupException($"There is no portal in this storage under the prefix {storage.Prefix}: nothing to back up.");
        }

        if (await restore.FindAsync(cancel) is not null)
        {
            throw new BackupException("A restore into this storage was begun and not finished; run it again before a backup.");
        }

        await using var archive = ArchiveWriter.Create(words.File, words.Passphrase, clock.GetUtcNow());
        using var spool = new Spool(words.File + ".rows");
        var tables = all.Where(name => !LeftOut.Table(name) && name != AuditCopy.Table).ToList();
        var trail = new AuditCopy(storage);
        await trail.ReadHeadsAsync(all, cancel);
        var rows = new RowsOfOneMoment(storage, tables, spool, clock);
        var blobs = new BlobCopy(storage, archive);
        var (moment, missing) = await ReadAsync(rows, tables, blobs, cancel);
        await blobs.AddOthersAsync(cancel);
        var counts = new Dictionary<string, long>();
        foreach (var table in tables)
        {
            await using var content = rows.Open(table);
            await archive.AddAsync($"tables/{table}.jsonl", content, null, cancel);
            counts[table] = rows.Count(table);
        }

        if (all.Contains(AuditCopy.Table))
        {
            var witnesses = tables.Contains(AuditCopy.WitnessTable)
                ? rows.ListAsync(AuditCopy.WitnessTable)
                : AsyncEnumerable.Empty<Azure.Data.Tables.TableEntity>();
            await trail.AddAsync(archive, witnesses, cancel);
            counts[AuditCopy.Table] = trail.Rows;
        }

        await archive.EndAsync(
            new Manifest(Manifest.ThisForm, BackupKind.Storage, moment, storage.Prefix, counts, archive.Parts, missing, [.. blobs.KeyIds.Order()]),
            cancel);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{archive.Bytes} bytes are written and are being read back."));
        var report = await BackupCheck.ReadAsync(archive.PartialPath, words.Passphrase, cancel);
        // Patients' data leave only with a trace.
        await audit.NoteAsync(
            AuditActor.Portal(),
            new AuditAction("backup_made", Path.GetFileName(words.File), Details: string.Create(
                CultureInfo.InvariantCulture,
                $"moment: {moment.UtcDateTime:O}; bytes: {archive.Bytes}; not in order: {report.Faults.Count}")));
        archive.Publish();
        return report;
    }

    private static async Task<(DateTimeOffset Moment, IReadOnlyList<string> Missing)> ReadAsync(
        RowsOfOneMoment rows, IReadOnlyList<string> tables, BlobCopy blobs, CancellationToken cancel)
    {
        for (var round = 1; ; round++)
        {
            var moment = await rows.ReadAsync(cancel);
            var missing = new List<string>();
            foreach (var table in tables)
            {
                await foreach (var row in rows.ListAsync(table))
                {
                    foreach (var blob in NamedBlobs.Of(table, row))
                    {
                        if (!await blobs.HasAsync(blob, cancel) && blob.IsNeeded)
                        {
                            missing.Add(blob.Path);
                        }
                    }
                }
            }

            if (missing.Count == 0 || round == MaxRounds)
            {
                return (moment, missing);
            }

            await Task.Delay(TimeSpan.FromSeconds(round - 1), cancel);
        }
    }

    /// <summary>The blobs, each copied once: what a row names is never written again under the same name with another content.</summary>
    private sealed class BlobCopy(StoredParts storage, ArchiveWriter archive)
    {
        private readonly HashSet<string> copied = [];

        /// <summary>The keys that sealed files need.</summary>
        public HashSet<Guid> KeyIds { get; } = [];

        /// <summary>Copies the blob, unless that is done.</summary>
        /// <returns>False when there is none.</returns>
        public async Task<bool> HasAsync(NamedBlob blob, CancellationToken cancel)
        {
            if (copied.Contains(blob.Path))
            {
                return true;
            }

            for (var attempt = 1; attempt <= MaxTries; attempt++)
            {
                if (await TryAsync(blob, cancel) is { } done)
                {
                    return done && copied.Add(blob.Path);
                }
            }

            throw new BackupException($"{blob.Path} is written anew again and again; run it again at a quieter time.");
        }

        /// <summary>Copies all blobs of containers of which it is not known which row names them.</summary>
        public async Task AddOthersAsync(CancellationToken cancel)
        {
            foreach (var container in (await storage.ListContainersAsync(cancel)).Where(name => !NamedBlobs.Knows(name)))
            {
                await foreach (var blob in storage.Container(container).GetBlobsAsync(cancellationToken: cancel))
                {
                    await HasAsync(new NamedBlob(container, blob.Name, false), cancel);
                }
            }
        }

        /// <returns>Null when it was replaced while it was read.</returns>
        private async Task<bool?> TryAsync(NamedBlob blob, CancellationToken cancel)
        {
            var client = storage.Container(blob.Container).GetBlobClient(blob.Name);
            try
            {
                var facts = (await client.GetPropertiesAsync(cancellationToken: cancel)).Value;
                await using var source = await client.OpenReadAsync(
                    new BlobOpenReadOptions(allowModifications: false)
                    {
                        BufferSize = BufferBytes,
                        Conditions = new BlobRequestConditions { IfMatch = facts.ETag },
                    },
                    cancel);
                await using var content = new PartStream(
                    facts.ContentLength,
                    (buffer, token) => source.ReadAsync(buffer, token),
                    error => error is RequestFailedException gone && (gone.IsMissing() || gone.IsStale() || gone.Status == 416));
                if (!await archive.AddAsync(blob.Path, content, facts.ContentType, cancel))
                {
                    return null;
                }

                if (NamedBlobs.IsSealed(blob.Path) && KeyFiles.KeyOf(content.Beginning) is { } key)
                {
                    KeyIds.Add(key);
                }

                return true;
            }
            catch (RequestFailedException error) when (error.IsMissing())
            {
                return false;
            }
            catch (RequestFailedException error) when (error.IsStale())
            {
                return null;
            }
        }
    }
}
