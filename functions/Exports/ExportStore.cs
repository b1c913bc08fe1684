using System.Globalization;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Jobs;
using Ssp.Storage;

namespace Ssp.Exports;

/// <summary>
/// Table ExportJobs, container exports, queue exports. Partition = organisation; row "job-…" is an export, newest first; row "same-…"
/// names the latest export of one request, so that the same request meets the export that is already under way.
/// </summary>
public sealed class ExportStore(PortalStorage storage, WorkList work, ExportSettings settings, TimeProvider clock)
{
    private const string JobPrefix = "job-";
    private const string AfterJobs = "job.";

    /// <summary>Adds the export, or finds the one under way for the same request; either way a message for it is in the queue.</summary>
    public async Task<ExportJob> RequestAsync(string organizationId, ExportRequest request, Account requester, CancellationToken cancel)
    {
        var job = await AddOrFindAsync(organizationId, request, requester, cancel);
        if (job.State == ExportState.Queued)
        {
            // Also for one that was found: had the first request died before its message, this one mends it.
            await SendAsync(organizationId, job.Id, cancel);
        }

        return job;
    }

    /// <summary>Puts a message for an export into the queue; a second one does no harm.</summary>
    public Task SendAsync(string organizationId, string exportId, CancellationToken cancel) =>
        storage.ExportQueue.SendMessageAsync(StoredJson.Write(new ExportMessage(organizationId, exportId)), cancel);

    /// <summary>Puts a message that is none of ours where those go whose last try failed.</summary>
    public Task PutAsideAsync(string message, CancellationToken cancel) => storage.ExportPoison.SendMessageAsync(message, cancel);

    public async Task<ExportJob?> FindAsync(string organizationId, string exportId, CancellationToken cancel) =>
        IsId(exportId) && await storage.ExportJobs.FindAsync<JobRow>(organizationId, JobPrefix + exportId, cancel) is { } row ? row.ToJob() : null;

    /// <summary>The organisation's exports, newest first.</summary>
    public async Task<IReadOnlyList<ExportJob>> ListAsync(string organizationId, CancellationToken cancel)
    {
        var jobs = new List<ExportJob>();
        await foreach (var row in storage.ExportJobs.QueryAsync<JobRow>(
            row => row.PartitionKey == organizationId && row.RowKey.CompareTo(JobPrefix) >= 0 && row.RowKey.CompareTo(AfterJobs) < 0, cancellationToken: cancel))
        {
            jobs.Add(row.ToJob());
        }

        return jobs;
    }

    /// <summary>Writes the export as it is now.</summary>
    /// <returns>The export with its new ETag, or null when somebody changed or removed it since it was read.</returns>
    public async Task<ExportJob?> SaveAsync(ExportJob job, CancellationToken cancel)
    {
        try
        {
            var answer = await storage.ExportJobs.UpdateEntityAsync(JobRow.Of(job), job.ETag, TableUpdateMode.Replace, cancel);
            return job with { ETag = answer.Headers.ETag!.Value };
        }
        catch (RequestFailedException error) when (error.IsStale() || error.IsMissing())
        {
            return null;
        }
    }

    /// <summary>Ends an export under way.</summary>
    public Task<ExportJob?> CancelAsync(ExportJob job, CancellationToken cancel) =>
        SaveAsync(Ended(job, ExportState.Cancelled), cancel);

    /// <summary>The export with its end noted; the row stays as long as a file would.</summary>
    public ExportJob Ended(ExportJob job, ExportState state, Sentence? error = null) => job with
    {
        State = state,
        Error = error,
        FinishedAt = clock.GetUtcNow(),
        ExpiresAt = clock.GetUtcNow() + settings.Lifetime,
        Total = null,
    };

    /// <summary>Removes an export: first its file, then its row, so that no file is left that nobody can find.</summary>
    public async Task RemoveAsync(ExportJob job, CancellationToken cancel)
    {
        await RemoveFilesAsync(job, cancel);
        await storage.ExportJobs.DeleteEntityAsync(job.OrganizationId, JobPrefix + job.Id, ETag.All, cancel);
    }

    /// <summary>Ends and removes every export of an organisation.</summary>
    public async Task RemoveAllAsync(string organizationId, CancellationToken cancel)
    {
        foreach (var job in await ListAsync(organizationId, cancel))
        {
            // A worker that still writes finds its row gone and takes its file with it.
            await RemoveAsync(job, cancel);
        }
    }

    /// <summary>Removes what any attempt at the export left in blob storage.</summary>
    public async Task RemoveFilesAsync(ExportJob job, CancellationToken cancel)
    {
        await foreach (var blob in storage.ExportFiles.GetBlobsAsync(BlobTraits.None, BlobStates.Uncommitted, $"{job.OrganizationId}/{job.Id}-", cancel))
        {
            await File(blob.Name).DiscardAsync(null, cancel);
        }
    }

    /// <summary>Removes what one attempt wrote, and nothing of a later one.</summary>
    public Task RemoveAttemptAsync(ExportJob job, CancellationToken cancel) => File(BlobNameOf(job)).DiscardAsync(null, cancel);

    /// <summary>Every export of every organisation whose time is over.</summary>
    public async IAsyncEnumerable<ExportJob> ListExpiredAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await foreach (var row in storage.ExportJobs.QueryAsync<JobRow>(row => row.ExpiresAt <= now, cancellationToken: cancel))
        {
            yield return row.ToJob();
        }
    }

    /// <summary>Where an attempt puts its file; another attempt never writes to the same place.</summary>
    public static string BlobNameOf(ExportJob job) => $"{job.OrganizationId}/{job.Id}-{job.Attempt}.csv";

    public BlockBlobClient File(string blobName) => storage.ExportFiles.GetBlockBlobClient(blobName);

    private async Task<ExportJob> AddOrFindAsync(string organizationId, ExportRequest request, Account requester, CancellationToken cancel)
    {
        var sameKey = "same-" + Secrets.Hash(StoredJson.Write(request));
        while (true)
        {
            var same = await storage.ExportJobs.FindAsync<SameRow>(organizationId, sameKey, cancel);
            if (same is not null && await FindAsync(organizationId, same.ExportId, cancel) is { IsOver: false } underWay)
            {
                return underWay;
            }

            var job = New(organizationId, request, requester);
            await work.NoteAsync(ExportWork.Word, organizationId, job.Id, cancel);
            var pointer = new SameRow { PartitionKey = organizationId, RowKey = sameKey, ExportId = job.Id };
            try
            {
                await storage.ExportJobs.SubmitTransactionAsync(
                    [
                        new TableTransactionAction(TableTransactionActionType.Add, JobRow.Of(job)),
                        same is null
                            ? new TableTransactionAction(TableTransactionActionType.Add, pointer)
                            : new TableTransactionAction(TableTransactionActionType.UpdateReplace, pointer, same.ETag),
                    ],
                    cancel);
                return (await FindAsync(organizationId, job.Id, cancel))!;
            }
            catch (RequestFailedException error) when (error.IsTaken() || error.IsStale() || error.IsMissing())
            {
                // Somebody asked for the same at the same moment; the next round finds theirs.
            }
        }
    }

    private ExportJob New(string organizationId, ExportRequest request, Account requester)
    {
        var now = clock.GetUtcNow();
        // Tables sort by key only: what counts down from the end of time lists the newest first.
        var id = $"{(DateTimeOffset.MaxValue - now).Ticks.ToString("D19", CultureInfo.InvariantCulture)}{Secrets.NewId()[..8]}";
        return new ExportJob
        {
            OrganizationId = organizationId,
            Id = id,
            Request = request,
            State = ExportState.Queued,
            RequestedBy = requester.Email,
            RequesterId = requester.Id,
            RequestedAt = now,
        };
    }

    private static bool IsId(string id) => id.Length == 27 && id.All(char.IsAsciiHexDigitLower);

    private sealed class SameRow : Row
    {
        public string ExportId { get; set; } = "";
    }

    private sealed class JobRow : Row
    {
        public string Request { get; set; } = "";

        public string State { get; set; } = "";

        public string RequestedBy { get; set; } = "";

        public string RequesterId { get; set; } = "";

        public DateTimeOffset RequestedAt { get; set; }

        public DateTimeOffset? StartedAt { get; set; }

        public DateTimeOffset? FinishedAt { get; set; }

        public int Attempt { get; set; }

        public DateTimeOffset? LastSign { get; set; }

        public long Rows { get; set; }

        public long? Total { get; set; }

        public long? Bytes { get; set; }

        public string? Sha256 { get; set; }

        public string? FileName { get; set; }

        public string? ErrorKey { get; set; }

        public string? ErrorValues { get; set; }

        public DateTimeOffset? ExpiresAt { get; set; }

        public string? BlobName { get; set; }

        public static JobRow Of(ExportJob job) => new()
        {
            PartitionKey = job.OrganizationId,
            RowKey = JobPrefix + job.Id,
            Request = StoredJson.Write(job.Request),
            State = job.State.ToString(),
            RequestedBy = job.RequestedBy,
            RequesterId = job.RequesterId,
            RequestedAt = job.RequestedAt,
            StartedAt = job.StartedAt,
            FinishedAt = job.FinishedAt,
            Attempt = job.Attempt,
            LastSign = job.Heartbeat,
            Rows = job.Rows,
            Total = job.Total,
            Bytes = job.Bytes,
            Sha256 = job.Sha256,
            FileName = job.FileName,
            ErrorKey = job.Error?.Key,
            ErrorValues = job.Error is null ? null : StoredJson.Write(job.Error.Values.Select(value => value.ToString())),
            ExpiresAt = job.ExpiresAt,
            BlobName = job.BlobName,
        };

        public ExportJob ToJob() => new()
        {
            OrganizationId = PartitionKey,
            Id = RowKey[JobPrefix.Length..],
            Request = StoredJson.Read<ExportRequest>(Request)!,
            State = Enum.Parse<ExportState>(State),
            RequestedBy = RequestedBy,
            RequesterId = RequesterId,
            RequestedAt = RequestedAt,
            StartedAt = StartedAt,
            FinishedAt = FinishedAt,
            Attempt = Attempt,
            Heartbeat = LastSign,
            Rows = Rows,
            Total = Total,
            Bytes = Bytes,
            Sha256 = Sha256,
            FileName = FileName,
            Error = Error(),
            ExpiresAt = ExpiresAt,
            BlobName = BlobName,
            ETag = ETag,
        };

        private Sentence? Error() =>
            ErrorKey is null ? null : new Sentence(ErrorKey, [.. StoredJson.Read<string[]>(ErrorValues) ?? []]);
    }
}
