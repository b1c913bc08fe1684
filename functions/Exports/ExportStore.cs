using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs.Specialized;
using Microsoft.AspNetCore.Http;
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
    : JobStore<ExportJob>(Word, storage.ExportQueue, storage.ExportPoison, storage.ExportFiles, work)
{
    public const string Word = "export";

    private const string JobPrefix = "job-";
    private const string AfterJobs = "job.";

    /// <summary>How many exports of one person may wait or be under way.</summary>
    public const int MaxOpenOfOne = 10;

    /// <summary>How many exports of one organisation may wait or be under way.</summary>
    public const int MaxOpen = 40;

    private static readonly TimeSpan SoonAgain = TimeSpan.FromMinutes(1);

    /// <summary>Adds the export, or finds the one under way for the same request; either way it gets its turn.</summary>
    /// <exception cref="Problem">429: there are as many under way as may be.</exception>
    public async Task<ExportJob> RequestAsync(OrganizationId organizationId, ExportRequest request, Account requester, CancellationToken cancel)
    {
        var job = await AddOrFindAsync(organizationId, request, requester, cancel);
        if (job.State == JobState.Queued)
        {
            // Also for one that was found: had the first request died before its message, this one mends it.
            await SendDueAsync(organizationId, cancel);
        }

        return job;
    }

    public override JobMessage? Read(string message) =>
        StoredJson.TryRead<ExportMessage>(message) is { } ids
        && OrganizationId.TryParse(ids.OrganizationId) is { } organizationId && JobId.TryParse(ids.ExportId) is { } id
            ? new JobMessage(organizationId, id)
            : null;

    public override async Task<ExportJob?> FindAsync(OrganizationId organizationId, JobId exportId, CancellationToken cancel) =>
        (await storage.ExportJobs.FindAsync<ExportRow>(organizationId, JobPrefix + exportId, cancel))?.ToJob();

    /// <summary>The organisation's exports, newest first.</summary>
    public async Task<IReadOnlyList<ExportJob>> ListAsync(OrganizationId organizationId, CancellationToken cancel)
    {
        var jobs = new List<ExportJob>();
        await foreach (var job in ListAllAsync(organizationId, cancel))
        {
            jobs.Add(job);
        }

        return jobs;
    }

    public override async IAsyncEnumerable<ExportJob> ListAllAsync(OrganizationId organizationId, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var row in storage.ExportJobs.QueryAsync<ExportRow>(
            row => row.PartitionKey == organizationId && row.RowKey.CompareTo(JobPrefix) >= 0 && row.RowKey.CompareTo(AfterJobs) < 0,
            cancellationToken: cancel))
        {
            yield return row.ToJob();
        }
    }

    public override async Task<ExportJob?> SaveAsync(ExportJob job, CancellationToken cancel) =>
        await storage.ExportJobs.TryReplaceAsync(ExportRow.Of(job), job.ETag, cancel) is { } etag ? job with { ETag = etag } : null;

    /// <summary>Ends an export under way.</summary>
    public async Task<ExportJob?> CancelAsync(ExportJob job, CancellationToken cancel)
    {
        var cancelled = await SaveAsync(Ended(job, JobState.Cancelled), cancel);
        if (cancelled is not null)
        {
            await LeaveTurnAsync(job.OrganizationId, job.Id, cancel);
        }

        return cancelled;
    }

    /// <summary>The export with its end noted; the row stays as long as a file would.</summary>
    public ExportJob Ended(ExportJob job, JobState state, Sentence? problem = null) => job.Over(state, problem) with
    {
        FinishedAt = clock.GetUtcNow(),
        ExpiresAt = clock.GetUtcNow() + settings.Lifetime,
    };

    /// <summary>Removes an export: first its file, then its row, so that no file is left that nobody can find.</summary>
    public async Task RemoveAsync(ExportJob job, CancellationToken cancel)
    {
        await RemoveFilesAsync(job, null, cancel);
        await storage.ExportJobs.DeleteEntityAsync(job.OrganizationId, JobPrefix + job.Id, ETag.All, cancel);
    }

    /// <summary>Ends and removes every export of an organisation.</summary>
    public async Task RemoveAllAsync(OrganizationId organizationId, CancellationToken cancel)
    {
        foreach (var job in await ListAsync(organizationId, cancel))
        {
            // A worker that still writes finds its row gone and takes its file with it.
            await RemoveAsync(job, cancel);
        }
    }

    /// <summary>Every export of every organisation whose time is over.</summary>
    public async IAsyncEnumerable<ExportJob> ListExpiredAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await foreach (var row in storage.ExportJobs.QueryAsync<ExportRow>(row => row.ExpiresAt <= now, cancellationToken: cancel))
        {
            yield return row.ToJob();
        }
    }

    public BlockBlobClient File(string blobName) => storage.ExportFiles.GetBlockBlobClient(blobName);

    protected override string Write(ExportJob job) => StoredJson.Write(new ExportMessage(job.OrganizationId, job.Id));

    // Counted after it is noted, so that of many who ask at the same moment the first few are let in. What one person has beyond their own bound takes nobody
    // else's place: it is about to be refused.
    private async Task<OpenWork> RequireRoomAsync(ExportJob job, CancellationToken cancel)
    {
        var open = await ListOpenAsync(job.OrganizationId, cancel);
        var before = open.TakeWhile(one => one.Id != job.Id).ToList();
        var noted = open[before.Count];
        var isOwnFull = before.Count(one => one.AskerId == job.RequesterId) >= MaxOpenOfOne;
        if (isOwnFull || before.CountBy(one => one.AskerId ?? "").Sum(one => Math.Min(one.Value, MaxOpenOfOne)) >= MaxOpen)
        {
            await ForgetAsync(noted, cancel);
            var (code, most) = isOwnFull ? (ProblemCodes.TooManyExports, MaxOpenOfOne) : (ProblemCodes.TooManyExportsHere, MaxOpen);
            throw new Problem(StatusCodes.Status429TooManyRequests, code, most) { RetryAfter = SoonAgain };
        }

        return noted;
    }

    private async Task<ExportJob> AddOrFindAsync(OrganizationId organizationId, ExportRequest request, Account requester, CancellationToken cancel)
    {
        var sameKey = "same-" + Secrets.Hash(StoredJson.Write(StoredRequest.Of(request)));
        while (true)
        {
            var same = await storage.ExportJobs.FindAsync<SameRow>(organizationId, sameKey, cancel);
            if (JobId.TryParse(same?.ExportId) is { } id && await FindAsync(organizationId, id, cancel) is { IsOver: false } underWay)
            {
                return underWay;
            }

            var job = New(organizationId, request, requester);
            await NoteAsync(organizationId, job.Id, requester.Id, cancel);
            var noted = await RequireRoomAsync(job, cancel);
            var pointer = new SameRow { PartitionKey = organizationId, RowKey = sameKey, ExportId = job.Id };
            try
            {
                await storage.ExportJobs.SubmitTransactionAsync(
                    [
                        new TableTransactionAction(TableTransactionActionType.Add, ExportRow.Of(job)),
                        same is null
                            ? new TableTransactionAction(TableTransactionActionType.Add, pointer)
                            : new TableTransactionAction(TableTransactionActionType.UpdateReplace, pointer, same.ETag),
                    ],
                    cancel);
                return (await FindAsync(organizationId, job.Id, cancel))!;
            }
            catch (RequestFailedException error) when (error.IsTaken() || error.IsStale() || error.IsMissing())
            {
                // Somebody asked for the same at the same moment; the next round finds theirs. Or the answer was lost, and it finds this one.
                if (await FindAsync(organizationId, job.Id, cancel) is null)
                {
                    await ForgetAsync(noted, cancel);
                }
            }
        }
    }

    private ExportJob New(OrganizationId organizationId, ExportRequest request, Account requester)
    {
        var now = clock.GetUtcNow();
        return new ExportJob
        {
            OrganizationId = organizationId,
            Id = JobId.NewestFirst(now),
            Request = request,
            State = JobState.Queued,
            RequestedBy = requester.Email,
            RequesterId = requester.Id,
            AskedAt = now,
        };
    }

    private sealed class SameRow : Row
    {
        public string ExportId { get; set; } = "";
    }

    private sealed class ExportRow : JobRow
    {
        public string Request { get; set; } = "";

        public string State { get; set; } = "";

        public string RequestedBy { get; set; } = "";

        public string RequesterId { get; set; } = "";

        public DateTimeOffset RequestedAt { get; set; }

        public DateTimeOffset? StartedAt { get; set; }

        public DateTimeOffset? FinishedAt { get; set; }

        public long Rows { get; set; }

        public long? Total { get; set; }

        public long? Bytes { get; set; }

        public string? Sha256 { get; set; }

        public string? FileName { get; set; }

        public string? ErrorKey { get; set; }

        public string? ErrorValues { get; set; }

        public DateTimeOffset? ExpiresAt { get; set; }

        public string? BlobName { get; set; }

        public string? Warnings { get; set; }

        public static ExportRow Of(ExportJob job) => new()
        {
            PartitionKey = job.OrganizationId,
            RowKey = JobPrefix + job.Id,
            Request = StoredJson.Write(StoredRequest.Of(job.Request)),
            State = job.State.ToString(),
            RequestedBy = job.RequestedBy,
            RequesterId = job.RequesterId,
            RequestedAt = job.AskedAt,
            StartedAt = job.StartedAt,
            FinishedAt = job.FinishedAt,
            Attempt = job.Attempt,
            LastSign = job.Heartbeat,
            Rows = job.Rows,
            Total = job.Total,
            Bytes = job.Bytes,
            Sha256 = job.Sha256,
            FileName = job.FileName,
            ErrorKey = job.Problem?.Key,
            ErrorValues = WriteValues(job.Problem),
            Retry = Write(job.Retry),
            ExpiresAt = job.ExpiresAt,
            BlobName = job.BlobName,
            Warnings = Write(job.Warnings),
        };

        public ExportJob ToJob() => new()
        {
            OrganizationId = OrganizationId.Parse(PartitionKey),
            Id = JobId.Parse(RowKey[JobPrefix.Length..]),
            Request = StoredJson.Read<StoredRequest>(Request)!.ToRequest(),
            State = Enum.Parse<JobState>(State),
            RequestedBy = RequestedBy,
            RequesterId = RequesterId,
            AskedAt = RequestedAt,
            StartedAt = StartedAt,
            FinishedAt = FinishedAt,
            Attempt = Attempt,
            Heartbeat = LastSign,
            Rows = Rows,
            Total = Total,
            Bytes = Bytes,
            Sha256 = Sha256,
            FileName = FileName,
            Problem = ReadProblem(ErrorKey, ErrorValues),
            Retry = ReadRetry(ErrorKey, ErrorValues),
            ExpiresAt = ExpiresAt,
            BlobName = BlobName,
            Warnings = ReadWarnings(Warnings),
            ETag = ETag,
        };
    }
}
