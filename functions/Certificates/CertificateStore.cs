using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Jobs;
using Ssp.Storage;

namespace Ssp.Certificates;

/// <summary>
/// Table Certificates, queues certificates and certificates-costly. Partition = organisation: row "certificate-…" is an upload, newest first; rows "log-…" its
/// log; row "active" names the active one; row "delivery" says what HD4DP has. Whatever belongs together changes in one transaction. Partition
/// "print-" + fingerprint: for which organisations a certificate was uploaded. The files lie in <see cref="CertificateFiles"/>.
/// </summary>
public sealed class CertificateStore(PortalStorage storage, CertificateFiles sealedFiles, WorkList work, TimeProvider clock)
    : JobStore<Certificate>(Word, storage.CertificateQueue, storage.CertificatePoison, storage.CertificateFiles, work)
{
    public const string Word = "certificate";

    private const string AfterCertificates = "certificate.";
    private const string PrintPrefix = "print-";

    // Azure Tables keep tenths of a microsecond, Azurite's texts at least milliseconds.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    /// <summary>Stores an upload: the file, its row and first line, then its check gets its turn.</summary>
    public async Task<Certificate> AddAsync(OrganizationId organizationId, string fileName, SealedFile file, Account by, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        // Later than the upload before it, also when the clock was set back since: of two uploads the later one counts.
        var uploaded = Later(await FindNewestAsync(organizationId, cancel) is { UploadedAt: var before } ? before : null);
        var id = JobId.NewestFirst(uploaded);
        await sealedFiles.SealAsync(organizationId, id, file, cancel);
        await NoteAsync(organizationId, id, by.Id, cancel);
        var waiting = new Certificate
        {
            OrganizationId = organizationId,
            Id = id,
            FileName = fileName,
            Status = CertificateStatus.Waiting,
            UploadedBy = by.Email,
            UploaderId = by.Id,
            UploadedAt = uploaded,
            AskedBy = by.Email,
            AskerId = by.Id,
            AskedAt = now,
        };
        var line = new LogLine(default, CertificateStatus.Waiting, Sentences.Certificate.Waiting(by.Email));
        var added = await ChangeAsync([new Change(waiting, [line])], null, cancel)
            ?? throw new InvalidOperationException("Two uploads got one id.");
        await SendDueAsync(organizationId, cancel);
        return added[0];
    }

    public override JobMessage? Read(string message) =>
        StoredJson.TryRead<CertificateMessage>(message) is { } ids
        && OrganizationId.TryParse(ids.OrganizationId) is { } organizationId && JobId.TryParse(ids.CertificateId) is { } id
            ? new CheckMessage(organizationId, id, ids.Asked, ids.Nightly, ids.Costly)
            : null;

    public override async Task<Certificate?> FindAsync(OrganizationId organizationId, JobId certificateId, CancellationToken cancel) =>
        (await storage.Certificates.FindAsync<CertificateRow>(organizationId, CertificateRow.Prefix + certificateId, cancel))?.ToCertificate();

    /// <summary>The organisation's newest upload.</summary>
    public async Task<Certificate?> FindNewestAsync(OrganizationId organizationId, CancellationToken cancel)
    {
        await foreach (var newest in ListAllAsync(organizationId, 1, cancel))
        {
            return newest;
        }

        return null;
    }

    /// <summary>The organisation's uploads, newest first.</summary>
    public async Task<IReadOnlyList<Certificate>> ListAsync(OrganizationId organizationId, CancellationToken cancel)
    {
        var found = new List<Certificate>();
        await foreach (var certificate in ListAllAsync(organizationId, cancel))
        {
            found.Add(certificate);
        }

        return found;
    }

    public override IAsyncEnumerable<Certificate> ListAllAsync(OrganizationId organizationId, CancellationToken cancel) =>
        ListAllAsync(organizationId, null, cancel);

    /// <summary>How many files were uploaded for the organisation since then.</summary>
    public async Task<int> CountSinceAsync(OrganizationId organizationId, DateTimeOffset since, CancellationToken cancel)
    {
        var before = CertificateRow.Prefix + JobId.Before(since);
        var count = 0;
        await foreach (var _ in storage.Certificates.QueryAsync<TableEntity>(
            row => row.PartitionKey == organizationId && row.RowKey.CompareTo(CertificateRow.Prefix) >= 0 && row.RowKey.CompareTo(before) < 0,
            select: [nameof(TableEntity.RowKey)],
            cancellationToken: cancel))
        {
            count++;
        }

        return count;
    }

    /// <summary>
    /// The certificates of all organisations that something may have to be done about: active or unpublished ones, and those that are being checked.
    /// </summary>
    public async IAsyncEnumerable<Certificate> ListLivingAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var (active, unpublished) = ($"{CertificateStatus.Active}", $"{CertificateStatus.Unpublished}");
        var (waiting, checking) = ($"{CertificateStatus.Waiting}", $"{CertificateStatus.Checking}");
        await foreach (var row in storage.Certificates.QueryAsync<CertificateRow>(
            row => row.Status == active || row.Status == unpublished || row.Status == waiting || row.Status == checking, cancellationToken: cancel))
        {
            if (row.RowKey.StartsWith(CertificateRow.Prefix, StringComparison.Ordinal))
            {
                yield return row.ToCertificate();
            }
        }
    }

    /// <summary>The certificate's log, oldest line first.</summary>
    public async Task<IReadOnlyList<LogLine>> ReadLogAsync(Certificate certificate, CancellationToken cancel)
    {
        var (first, after) = ($"{LogRow.Prefix}{certificate.Id}-", $"{LogRow.Prefix}{certificate.Id}.");
        var lines = new List<LogLine>();
        await foreach (var row in storage.Certificates.QueryAsync<LogRow>(
            row => row.PartitionKey == certificate.OrganizationId && row.RowKey.CompareTo(first) >= 0 && row.RowKey.CompareTo(after) < 0,
            cancellationToken: cancel))
        {
            lines.Add(CertificateJson.Read<LogLine>(row.Line)!);
        }

        return lines;
    }

    /// <summary>Which of the organisation's certificates is active. It holds also while that one is being checked again.</summary>
    public async Task<ActivePointer> ReadActiveAsync(OrganizationId organizationId, CancellationToken cancel) =>
        await storage.Certificates.FindAsync<PointerRow>(organizationId, PointerRow.Active, cancel) is { } row
            ? new ActivePointer(organizationId, JobId.TryParse(row.CertificateId), row.ETag)
            : new ActivePointer(organizationId, null, null);

    /// <summary>The certificate that is active.</summary>
    public async Task<Certificate?> FindActiveAsync(ActivePointer active, CancellationToken cancel) =>
        active.CertificateId is { } id ? await FindAsync(active.OrganizationId, id, cancel) : null;

    /// <summary>Writes certificates as they are now with new lines of their logs, and what is active, all or nothing.</summary>
    /// <returns>The certificates with their new ETags, or null when somebody changed one of them since it was read.</returns>
    public async Task<IReadOnlyList<Certificate>?> ChangeAsync(
        IReadOnlyList<Change> changes, ActivePointer? active, CancellationToken cancel, DeliveryState? delivery = null)
    {
        var actions = new List<TableTransactionAction>();
        var written = new List<Certificate>();
        foreach (var change in changes)
        {
            var next = change.Certificate;
            foreach (var line in change.Lines)
            {
                var at = Later(next.Latest?.At);
                next = next with { Latest = line with { At = at }, Lines = next.Lines + 1 };
                actions.Add(Add(LogRow.Of(next)));
            }

            written.Add(next);
            actions.Add(Write(CertificateRow.Of(next), next.ETag == default ? null : next.ETag));
        }

        if (active is not null)
        {
            var id = active.CertificateId?.ToString() ?? "";
            var row = new PointerRow { PartitionKey = active.OrganizationId, RowKey = PointerRow.Active, CertificateId = id };
            actions.Add(Write(row, active.ETag));
        }

        if (delivery is not null)
        {
            actions.Add(Write(DeliveryRow.Of(delivery), delivery.ETag));
        }

        try
        {
            var answers = await storage.Certificates.SubmitTransactionAsync(actions, cancel);
            var tags = actions.Zip(answers.Value).Where(one => one.First.Entity is CertificateRow).Select(one => one.Second.Headers.ETag!.Value);
            return [.. written.Zip(tags, (certificate, tag) => certificate with { ETag = tag })];
        }
        catch (RequestFailedException error) when (error.IsStale() || error.IsTaken() || error.IsMissing())
        {
            return null;
        }
    }

    /// <summary>Writes a certificate as it is now, with no new line of its log.</summary>
    public override async Task<Certificate?> SaveAsync(Certificate job, CancellationToken cancel) =>
        (await ChangeAsync([new Change(job, [])], null, cancel))?[0];

    /// <summary>Puts a message for the check that comes by night into the queue.</summary>
    public Task SendNightlyAsync(Certificate certificate, CancellationToken cancel) =>
        QueueOf(certificate).SendMessageAsync(
            StoredJson.Write(new CertificateMessage(certificate.OrganizationId, certificate.Id, 0, Nightly: true, certificate.IsCostly)), cancel);

    /// <summary>Notes for which organisation a certificate was uploaded; see <see cref="IsKnownElsewhereAsync"/>.</summary>
    public async Task NotePrintAsync(Certificate certificate, string sha256, CancellationToken cancel) =>
        await storage.Certificates.UpsertEntityAsync(new TableEntity(PrintPrefix + sha256, certificate.OrganizationId), TableUpdateMode.Replace, cancel);

    /// <summary>Whether the certificate of this fingerprint was uploaded for another organisation too.</summary>
    public async Task<bool> IsKnownElsewhereAsync(OrganizationId organizationId, string sha256, CancellationToken cancel)
    {
        var partition = PrintPrefix + sha256;
        await foreach (var _ in storage.Certificates.QueryAsync<TableEntity>(
            row => row.PartitionKey == partition && row.RowKey != organizationId, 1, [nameof(TableEntity.RowKey)], cancel))
        {
            return true;
        }

        return false;
    }

    /// <returns>The state with its new ETag, or null when somebody changed it since it was read.</returns>
    public async Task<DeliveryState?> SaveDeliveryAsync(DeliveryState state, CancellationToken cancel)
    {
        try
        {
            var row = DeliveryRow.Of(state);
            var answer = state.ETag is { } tag
                ? await storage.Certificates.UpdateEntityAsync(row, tag, TableUpdateMode.Replace, cancel)
                : await storage.Certificates.AddEntityAsync(row, cancel);
            return state with { ETag = answer.Headers.ETag };
        }
        catch (RequestFailedException error) when (error.IsStale() || error.IsTaken() || error.IsMissing())
        {
            return null;
        }
    }

    public async Task<DeliveryState?> FindDeliveryAsync(OrganizationId organizationId, CancellationToken cancel) =>
        (await storage.Certificates.FindAsync<DeliveryRow>(organizationId, DeliveryRow.Key, cancel))?.ToState();

    protected override QueueClient QueueOf(Certificate job) => job.IsCostly ? storage.CostlyCertificateQueue : base.QueueOf(job);

    protected override string Write(Certificate job) =>
        StoredJson.Write(new CertificateMessage(job.OrganizationId, job.Id, JobMessage.AskedOf(job), Nightly: false, job.IsCostly));

    private async IAsyncEnumerable<Certificate> ListAllAsync(OrganizationId organizationId, int? perPage, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var row in storage.Certificates.QueryAsync<CertificateRow>(
            row => row.PartitionKey == organizationId && row.RowKey.CompareTo(CertificateRow.Prefix) >= 0 && row.RowKey.CompareTo(AfterCertificates) < 0,
            perPage, cancellationToken: cancel))
        {
            yield return row.ToCertificate();
        }
    }

    // The lines of one log stand in the order of their times, also when two come at once or the clock was set back.
    private DateTimeOffset Later(DateTimeOffset? latest)
    {
        var now = clock.GetUtcNow();
        now = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
        return latest is { } before && before >= now ? before + Tick : now;
    }

    private static TableTransactionAction Add(ITableEntity row) => new(TableTransactionActionType.Add, row);

    private static TableTransactionAction Write(ITableEntity row, ETag? before) =>
        before is { } tag ? new(TableTransactionActionType.UpdateReplace, row, tag) : Add(row);

    /// <summary>A certificate as it will be, with the ETag it was read with, and what its log is told.</summary>
    /// <param name="Lines">Their times are set when they are written.</param>
    public sealed record Change(Certificate Certificate, IReadOnlyList<LogLine> Lines);
}
