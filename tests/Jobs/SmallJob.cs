using System.Runtime.CompilerServices;
using Azure.Storage.Blobs.Specialized;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Ssp.Jobs;
using Ssp.Storage;

namespace Ssp.Tests.Jobs;

/// <summary>A kind of job that writes a few bytes: all that a further kind has to say.</summary>
public sealed record SmallJob : Job
{
    public string? Name { get; init; }

    public override string? FinishedFiles => Name;
}

/// <summary>Small jobs in the table of nights of a storage whose queues nobody listens to.</summary>
public sealed class SmallJobStore(PortalStorage storage, WorkList work)
    : JobStore<SmallJob>("small", storage.ExportQueue, storage.ExportPoison, storage.ExportFiles, work)
{
    public async Task<SmallJob> AddAsync(SmallJob job, string? asker = null)
    {
        await AddUnsentAsync(job, asker);
        await SendDueAsync(job.OrganizationId, default);
        return (await FindAsync(job.OrganizationId, job.Id, default))!;
    }

    /// <summary>Somebody dies who is about to add one.</summary>
    public async Task AddUnsentAsync(SmallJob job, string? asker = null)
    {
        await NoteAsync(job.OrganizationId, job.Id, asker, default);
        await storage.Nights.AddEntityAsync(SmallRow.Of(job));
    }

    public override async Task<SmallJob?> FindAsync(OrganizationId organizationId, JobId id, CancellationToken cancel) =>
        (await storage.Nights.FindAsync<SmallRow>(organizationId, id, cancel))?.ToJob();

    public override async IAsyncEnumerable<SmallJob> ListAllAsync(OrganizationId organizationId, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var row in storage.Nights.QueryAsync<SmallRow>(row => row.PartitionKey == organizationId, cancellationToken: cancel))
        {
            yield return row.ToJob();
        }
    }

    public override async Task<SmallJob?> SaveAsync(SmallJob job, CancellationToken cancel) =>
        await storage.Nights.TryReplaceAsync(SmallRow.Of(job), job.ETag, cancel) is { } etag ? job with { ETag = etag } : null;

    private sealed class SmallRow : JobRow
    {
        public string State { get; set; } = "";

        public DateTimeOffset AskedAt { get; set; }

        public string? ProblemKey { get; set; }

        public string? Name { get; set; }

        public static SmallRow Of(SmallJob job) => new()
        {
            PartitionKey = job.OrganizationId,
            RowKey = job.Id,
            State = job.State.ToString(),
            AskedAt = job.AskedAt,
            Attempt = job.Attempt,
            LastSign = job.Heartbeat,
            Retry = Write(job.Retry),
            ProblemKey = job.Problem?.Key,
            Name = job.Name,
        };

        public SmallJob ToJob() => new()
        {
            OrganizationId = OrganizationId.Parse(PartitionKey),
            Id = JobId.Parse(RowKey),
            State = Enum.Parse<JobState>(State),
            AskedAt = AskedAt,
            Attempt = Attempt,
            Heartbeat = LastSign,
            Retry = ReadRetry(ProblemKey, null),
            Problem = ReadProblem(ProblemKey, null),
            Name = Name,
            ETag = ETag,
        };
    }
}

/// <summary>Does a small job, as a test wants it.</summary>
public sealed class DoSmallJob(SmallJobStore jobs, TimeProvider clock) : JobFunctions<SmallJob>
{
    /// <summary>What happens after its file is written, before its end is.</summary>
    public Func<SmallJob, Task> BeforeEnd { get; set; } = _ => Task.CompletedTask;

    /// <summary>What happens once its end is written, before the worker learns so.</summary>
    public Func<SmallJob, Task> OnEnd { get; set; } = _ => Task.CompletedTask;

    /// <summary>The client tried to write the end again, and met its own first write.</summary>
    public bool MeetsOwnEnd { get; set; }

    public Func<SmallJob, Task> AfterEnd { get; set; } = _ => Task.CompletedTask;

    protected override JobStore<SmallJob> Jobs => jobs;

    protected override TimeProvider Clock => clock;

    protected override ILogger Log => NullLogger.Instance;

    protected override string TextCode => "export";

    public Task Run(string message) => RunAsync(message, default);

    public Task GiveUp(string message) => GiveUpAsync(message, default);

    protected override async Task<JobEnd<SmallJob>> DoAsync(SmallJob job, JobMessage message, JobProgress progress, CancellationToken cancel)
    {
        using var content = new MemoryStream([1, 2, 3]);
        await jobs.Files.GetBlockBlobClient($"{job.AttemptFiles}.bin").UploadAsync(content, cancellationToken: cancel);
        await BeforeEnd(job);
        return async (latest, stop) =>
        {
            var end = await jobs.SaveAsync(latest.Over(JobState.Succeeded) with { Name = job.AttemptFiles }, stop);
            await OnEnd(latest);
            return MeetsOwnEnd ? null : end;
        };
    }

    protected override Task AfterEndAsync(SmallJob ended, JobMessage message, CancellationToken cancel) => AfterEnd(ended);
}
