using System.Globalization;
using Azure;
using Azure.Data.Tables;
using Azure.Storage;
using Azure.Storage.Blobs.Models;
using Ssp.Accounts;
using Ssp.Audit;
using Ssp.Certificates;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Jobs;
using Ssp.Storage;

namespace Ssp.Backup;

/// <summary>
/// Puts a backup into an empty storage. It is read to its end first, so a damaged one changes nothing. While the restore is under way a mark
/// stands in storage, under which no portal runs; broken off, it is run again and begins anew.
/// </summary>
public sealed class RestoreCommand(
    StoredParts storage, PortalStorage portal, UnfinishedRestore restore, PasswordHashes hashes, IEnumerable<JobKind> kinds, WorkList work,
    CertificateStore certificates, CertificateFiles files, OrganizationStore organizations, AuditTrail audit,
    StorageSettings storageSettings, CertificateSettings certificateSettings, TimeProvider clock)
{
    /// <summary>The word after the program's name.</summary>
    public const string Word = "restore";

    private const string TakenOver = "Another restore took this one's place in storage.";
    private const int MaxActions = 100;

    // A transaction takes 4 MiB, and on the way a letter may take six bytes.
    private const int MaxCharacters = 600_000;

    // Azurite measures a row that comes in a transaction more strictly than one that is added alone.
    private const int LargeCharacters = 150_000;
    private const int MaxBatches = 8;
    private const int BlockBytes = 4 * 1024 * 1024;

    /// <returns>The exit code: 0 when all is restored and in order; 1 when it is not restored, or something needs a person's attention.</returns>
    public async Task<int> RunAsync(BackupWords words, TextWriter output, TextWriter errors, CancellationToken cancel)
    {
        try
        {
            await output.WriteLineAsync("The backup is read to its end before anything is changed.");
            var report = await BackupCheck.ReadAsync(words.File, words.Passphrase, cancel);
            if (report.Manifest.Kind != BackupKind.Storage)
            {
                throw new BackupException($"This is a backup of keys: use {RestoreKeysCommand.Word}.");
            }

            await RestoreAsync(words, report.Manifest, output, cancel);
            var troubles = report.Faults.Concat(await ListClosedAsync(cancel)).Concat(ListUnknownFiles(await ListDeliveredAsync(cancel))).ToList();
            foreach (var trouble in troubles)
            {
                await output.WriteLineAsync(trouble);
            }

            await output.WriteLineAsync(troubles.Count == 0
                ? "The portal can be started."
                : "All of the backup is restored, and the portal can be started; the lines above need attention.");
            return troubles.Count == 0 ? 0 : 1;
        }
        catch (BackupException refused)
        {
            await errors.WriteLineAsync(refused.Message);
        }
        catch (RequestFailedException refused) when (!refused.IsStorageAway())
        {
            await errors.WriteLineAsync($"Storage refused what was to be written, and the restore is not finished: {refused.Message.Split('\n')[0].Trim()}");
        }
        catch (Exception error) when (
            error.IsOfStorage() || (error is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            await errors.WriteLineAsync($"Storage does not answer; the restore is not finished, run it again: {error.Message.Split('\n')[0].Trim()}");
        }
        catch (Problem problem)
        {
            await errors.WriteLineAsync($"The restore could not be noted in the audit trail and is not finished, run it again ({problem.Code}).");
        }

        return 1;
    }

    private async Task RestoreAsync(BackupWords words, Manifest manifest, TextWriter output, CancellationToken cancel)
    {
        await using var lease = await BeginAsync(words, output, cancel);
        try
        {
            await RestoreAsync(words, manifest, lease, output, cancel);
        }
        catch (OperationCanceledException) when (lease.WasTakenAway)
        {
            throw new BackupException(TakenOver);
        }
        catch when (cancel.IsCancellationRequested)
        {
            await LetGoAsync(lease, output);
            throw;
        }
    }

    // The next one need not wait until this one counts as dead.
    private static async Task LetGoAsync(Lease<RestoreMark> lease, TextWriter output)
    {
        await lease.EndAsync(mark => mark with { Heartbeat = mark.BegunAt.AddDays(-1) }, CancellationToken.None);
        await output.WriteLineAsync("The restore is not finished, and no portal starts on this storage until it is: run it again.");
    }

    private async Task RestoreAsync(BackupWords words, Manifest manifest, Lease<RestoreMark> lease, TextWriter output, CancellationToken cancel)
    {
        var rows = new RestoredRows(await hashes.HashAsync("", Secrets.NewSessionSecret(), lease.Cancel), clock.GetUtcNow());
        var counted = manifest.Parts.ToDictionary(part => part.Number);
        var written = new Dictionary<string, long>();
        await ArchiveReader.ReadAsync(
            words.File,
            words.Passphrase,
            async entry =>
            {
                if (counted.TryGetValue(entry.Number, out var part) && part.Path == entry.Path)
                {
                    await RestoreAsync(part, entry.Content, rows, written, lease.Cancel);
                }
            },
            lease.Cancel);
        await SendMessagesAsync(rows, lease.Cancel);
        await audit.NoteAsync(
            AuditActor.Portal(),
            new AuditAction("backup_restored", Path.GetFileName(words.File), Details: string.Create(
                CultureInfo.InvariantCulture,
                $"moment: {manifest.MadeAt.UtcDateTime:O}; of: {manifest.Prefix}; "
                + $"temporary passwords made void: {rows.Voided}; begun again: {rows.Waiting.Count}")));
        await lease.EndAsync(mark => mark, lease.Cancel);
        if (lease.WasTakenAway)
        {
            throw new BackupException(TakenOver);
        }

        // All is written: not even Ctrl-C makes it half-done now.
        await restore.EndAsync(CancellationToken.None);
        var blobs = manifest.Parts.Count(part => NamedBlobs.Parse(part.Path) is not null);
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"Restored as of {manifest.MadeAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC: {written.Values.Sum()} rows, {blobs} blobs; "
            + $"{rows.Waiting.Count} exports, checks and validations begin again; {rows.Voided} temporary passwords are void; nobody is signed in."));
    }

    /// <summary>Makes sure that storage is empty, and sets the mark.</summary>
    private async Task<Lease<RestoreMark>> BeginAsync(BackupWords words, TextWriter output, CancellationToken cancel)
    {
        var wasBrokenOff = await restore.FindAsync(cancel) is not null;
        var tables = (await storage.ListTablesAsync(cancel)).Where(name => name != StoredParts.RestoreTable).ToList();
        var mayBeInUse = tables.Count > 0;
        var clears = words.Replaces || wasBrokenOff;
        var isHalfDone = wasBrokenOff;
        if (!clears)
        {
            await RequireEmptyAsync(cancel);
        }

        var mark = await restore.BeginAsync(Path.GetFileName(words.File), cancel);
        var lease = new Lease<RestoreMark>(mark, restore.SaveAsync, latest => latest with { Heartbeat = clock.GetUtcNow() }, clock, cancel);
        try
        {
            if (mayBeInUse)
            {
                await output.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Waiting {StandAside.Notice.TotalSeconds} seconds, in which a portal that still runs on this storage stops."));
                await Task.Delay(StandAside.Notice, clock, lease.Cancel);
            }

            if (clears)
            {
                await output.WriteLineAsync(wasBrokenOff ? "What an earlier restore left half-done is removed." : "What is in storage is removed.");
                isHalfDone = true;
                await storage.EmptyAsync(lease.Cancel);
            }
            else if (mayBeInUse)
            {
                await RequireStillEmptyAsync(cancel);
            }

            foreach (var table in tables)
            {
                await storage.MakeTableAsync(table, lease.Cancel);
            }

            await portal.PrepareAsync(lease.Cancel);
            return lease;
        }
        catch when (cancel.IsCancellationRequested && isHalfDone)
        {
            await using (lease)
            {
                await LetGoAsync(lease, output);
            }

            throw;
        }
        catch when (cancel.IsCancellationRequested && !lease.WasTakenAway)
        {
            await lease.DisposeAsync();
            await restore.EndAsync(CancellationToken.None);
            await output.WriteLineAsync("Nothing was changed.");
            throw;
        }
        catch
        {
            await lease.DisposeAsync();
            throw;
        }
    }

    private async Task RequireEmptyAsync(CancellationToken cancel)
    {
        if (await storage.ListContentAsync(cancel) is { Count: > 0 } there)
        {
            throw new BackupException(
                $"Storage is not empty under the prefix {storage.Prefix}: {string.Join(", ", there)}. A restore never mixes two states. "
                + "To give up what is there for good, make a backup of it and run this again with --replace.");
        }
    }

    private async Task RequireStillEmptyAsync(CancellationToken cancel)
    {
        try
        {
            await RequireEmptyAsync(cancel);
        }
        catch (BackupException)
        {
            // Somebody wrote in the last seconds: their rows stay, and the mark must not.
            await restore.EndAsync(cancel);
            throw;
        }
    }

    private async Task RestoreAsync(Part part, Stream content, RestoredRows rows, Dictionary<string, long> written, CancellationToken cancel)
    {
        if (NamedBlobs.Parse(part.Path) is { } blob)
        {
            await RestoreBlobAsync(blob.Container, blob.Name, part.ContentType, content, cancel);
        }
        else if (BackupCheck.TableOf(part.Path) is { } table)
        {
            written[table] = written.GetValueOrDefault(table) + await RestoreRowsAsync(table, content, rows, cancel);
        }
        else
        {
            throw new BackupException($"The backup holds a part that this portal does not know: {part.Path}");
        }
    }

    private async Task RestoreBlobAsync(string container, string name, string? contentType, Stream content, CancellationToken cancel)
    {
        var there = storage.Container(container);
        await there.CreateIfNotExistsAsync(cancellationToken: cancel);
        await there.GetBlobClient(name).UploadAsync(
            content,
            new BlobUploadOptions
            {
                HttpHeaders = new BlobHttpHeaders { ContentType = contentType },
                TransferOptions = new StorageTransferOptions { InitialTransferSize = BlockBytes, MaximumTransferSize = BlockBytes, MaximumConcurrency = 2 },
            },
            cancel);
    }

    private async Task<long> RestoreRowsAsync(string table, Stream content, RestoredRows rows, CancellationToken cancel)
    {
        var client = storage.Table(table);
        await storage.MakeTableAsync(table, cancel);
        using var lines = new StreamReader(content, leaveOpen: true);
        var batch = new List<TableEntity>();
        var characters = 0;
        var count = 0L;
        var writing = new List<Task>();
        while (await lines.ReadLineAsync(cancel) is { } line)
        {
            var row = rows.Of(table, RowText.Parse(line));
            if (batch.Count > 0
                && (batch.Count == MaxActions
                    || characters + line.Length > MaxCharacters
                    || line.Length > LargeCharacters
                    || batch[0].PartitionKey != row.PartitionKey))
            {
                await SubmitAsync();
            }

            batch.Add(row);
            characters += line.Length > LargeCharacters ? MaxCharacters : line.Length;
            count++;
        }

        if (batch.Count > 0)
        {
            await SubmitAsync();
        }

        await Task.WhenAll(writing);
        return count;

        async Task SubmitAsync()
        {
            if (writing.Count == MaxBatches)
            {
                await Task.WhenAll(writing);
                writing.Clear();
            }

            writing.Add(WriteAsync(client, batch, cancel));
            (batch, characters) = ([], 0);
        }
    }

    private static async Task WriteAsync(TableClient table, IReadOnlyList<TableEntity> batch, CancellationToken cancel)
    {
        try
        {
            await (batch is [var alone]
                ? table.AddEntityAsync(alone, cancel)
                : (Task)table.SubmitTransactionAsync(batch.Select(row => new TableTransactionAction(TableTransactionActionType.Add, row)), cancel));
        }
        catch (RequestFailedException error) when (error.IsTaken())
        {
            // The client tries again when an answer gets lost, and then meets what it wrote itself.
            await table.SubmitTransactionAsync(batch.Select(row => new TableTransactionAction(TableTransactionActionType.UpsertReplace, row)), cancel);
        }
    }

    /// <summary>Messages are not in a backup, for each only names a row: every row that waits gets its message anew.</summary>
    private async Task SendMessagesAsync(RestoredRows rows, CancellationToken cancel)
    {
        var kindOf = kinds.ToDictionary(kind => kind.Word);
        foreach (var (word, organizationId, id) in rows.Waiting)
        {
            await work.NoteAsync(word, organizationId, id, null, cancel);
        }

        foreach (var (word, organizationId) in rows.Waiting.Select(one => (one.Kind, one.OrganizationId)).Distinct())
        {
            await kindOf[word].SendDueAsync(organizationId, cancel);
        }
    }

    /// <summary>The certificates that the keys on this machine do not open.</summary>
    private async Task<IReadOnlyList<string>> ListClosedAsync(CancellationToken cancel)
    {
        var closed = new List<string>();
        var keysMissing = 0;
        foreach (var organization in await organizations.ListAsync(cancel))
        {
            foreach (var certificate in await certificates.ListAsync(organization.Id, cancel))
            {
                try
                {
                    using var _ = await files.OpenAsync(certificate, cancel);
                }
                catch (SealException fault) when (fault.Fault == SealFault.KeyMissing)
                {
                    keysMissing++;
                }
                catch (SealException)
                {
                    closed.Add($"NOT OPENED: {organization.Title}, certificate {certificate.Id}: changed, or of another record");
                }
            }
        }

        if (keysMissing > 0)
        {
            closed.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"KEYS MISSING: {keysMissing} certificates cannot be opened, because their keys are not in {storageSettings.KeysFolder}. "
                + $"Restore them with {RestoreKeysCommand.Word}; until then HD4DP gets none of these certificates."));
        }

        return closed;
    }

    private async Task<IReadOnlySet<string>> ListDeliveredAsync(CancellationToken cancel)
    {
        var names = new HashSet<string>();
        foreach (var organization in await organizations.ListAsync(cancel))
        {
            if (await certificates.FindDeliveryAsync(organization.Id, cancel) is { } delivery)
            {
                names.UnionWith(new[] { delivery.FileName, delivery.Intended }.OfType<string>());
            }
        }

        return names;
    }

    /// <summary>
    /// Certificates in HD4DP's folder of which the restored state knows nothing: HD4DP takes the newest, which may be one that was delivered after the backup.
    /// </summary>
    private IEnumerable<string> ListUnknownFiles(IReadOnlySet<string> delivered) =>
        certificateSettings.DeliveryFolder is { } folder && Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder)
                .Where(path => Path.GetExtension(path) is ".p12" or ".acc-p12" && !delivered.Contains(Path.GetFileName(path)))
                .Order(StringComparer.Ordinal)
                .Select(path =>
                    $"UNKNOWN FILE: {path} was not delivered by the restored portal. "
                    + "HD4DP uses the newest file: remove it unless it is meant to be there.")
            : [];
}
