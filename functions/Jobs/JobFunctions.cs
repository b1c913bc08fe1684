using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging;
using Ssp.Hd4dp;
using Ssp.Http;
using Ssp.Storage;

namespace Ssp.Jobs;

/// <summary>
/// What queue functions of every kind of job have in common. Safe to run twice: the row's ETag decides which worker has the job, every attempt has a number
/// and writes to files of its own, and the row names files only when they are complete. A "no" ends the job with a sentence; a "not yet" is thrown, and the
/// queue tries again.
/// </summary>
public abstract class JobFunctions<TJob> : JobKind
    where TJob : Job
{
    // How long a job waits for HD4DP's database: longer than maintenance takes; then whoever asked should learn that something is wrong.
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    public sealed override string Word => Jobs.Kind;

    public sealed override BlobContainerClient Files => Jobs.Files;

    protected abstract JobStore<TJob> Jobs { get; }

    protected abstract TimeProvider Clock { get; }

    protected abstract ILogger Log { get; }

    /// <summary>
    /// The sentences "….retry" and "….gave_up" of the texts tell of a job that could not be done, when HD4DP's database was not the reason.
    /// </summary>
    protected abstract string TextCode { get; }

    public sealed override async Task<WorkState> LookAsync(OrganizationId organizationId, JobId id, CancellationToken cancel) =>
        await Jobs.FindAsync(organizationId, id, cancel) switch
        {
            null => WorkState.Over,
            { IsOver: true } over => await IsSettledAsync(over, cancel) ? WorkState.Over : WorkState.Waiting,
            { State: JobState.Queued } => WorkState.Waiting,
            var running => running.HasWorker(Clock) ? WorkState.Running : WorkState.Abandoned,
        };

    public sealed override async Task SendAsync(OrganizationId organizationId, JobId id, CancellationToken cancel)
    {
        if (await Jobs.FindAsync(organizationId, id, cancel) is { } job)
        {
            await Jobs.SendAsync(job, cancel);
        }
    }

    public sealed override Task SendDueAsync(OrganizationId organizationId, CancellationToken cancel) => Jobs.SendDueAsync(organizationId, cancel);

    public sealed override async Task<IReadOnlySet<string>> ListNamedFilesAsync(OrganizationId organizationId, CancellationToken cancel)
    {
        var named = new HashSet<string>();
        await foreach (var job in Jobs.ListAllAsync(organizationId, cancel))
        {
            named.UnionWith(new[] { job.FinishedFiles, job.IsOver ? null : job.AttemptFiles }.OfType<string>());
        }

        return named;
    }

    /// <summary>Does the job.</summary>
    /// <param name="cancel">Cancelled when the job was taken away from this worker, or the portal stops.</param>
    /// <returns>How to write its end, good or bad.</returns>
    /// <exception cref="WarehouseException">The end, unless it may heal; then it is tried again, as after any other exception.</exception>
    protected abstract Task<JobEnd<TJob>> DoAsync(TJob job, JobMessage message, JobProgress progress, CancellationToken cancel);

    /// <summary>The end of a job that cannot be done.</summary>
    protected virtual JobEnd<TJob> Fails(Sentence why) => Ends(latest => (latest with { Rows = 0 }).Over(JobState.Failed, why));

    /// <summary>What is left to do once the end is written. A worker that dies before it leaves it to the sweep and the clean-up.</summary>
    protected virtual Task AfterEndAsync(TJob ended, JobMessage message, CancellationToken cancel) => Task.CompletedTask;

    /// <summary>What is left to do when a message meets a job that is over.</summary>
    protected virtual Task SettleAsync(JobMessage message, CancellationToken cancel) => Task.CompletedTask;

    /// <summary>Whether nothing is left to do for a job that is over.</summary>
    protected virtual Task<bool> IsSettledAsync(TJob over, CancellationToken cancel) => Task.FromResult(true);

    /// <summary>Whether a message has something to do.</summary>
    protected virtual bool IsDue(TJob job, JobMessage message) => !job.IsOver;

    /// <summary>Writes that this worker has the job.</summary>
    /// <param name="taken">The job with the heartbeat and the number of this attempt.</param>
    protected virtual Task<TJob?> TakeAsync(TJob taken, JobMessage message, CancellationToken cancel) =>
        Jobs.SaveAsync(taken with { State = JobState.Running }, cancel);

    /// <summary>Writes that no worker has the job, and why it is tried again.</summary>
    protected virtual Task<TJob?> PutBackAsync(TJob free, JobMessage message, CancellationToken cancel) =>
        Jobs.SaveAsync(free with { State = JobState.Queued }, cancel);

    /// <summary>The end of a job whose row alone is written.</summary>
    protected JobEnd<TJob> Ends(Func<TJob, TJob> end) => (latest, cancel) => Jobs.SaveAsync(end(latest), cancel);

    /// <summary>What the queue function does with a message.</summary>
    protected async Task RunAsync(string text, CancellationToken cancel)
    {
        if (Jobs.Read(text) is not { } message)
        {
            // Another try would not understand it either.
            await Jobs.PutAsideAsync(text, cancel);
            return;
        }

        var job = await Jobs.FindAsync(message.OrganizationId, message.Id, cancel);
        if (job is null || !IsDue(job, message))
        {
            Log.LogInformation("The {Kind} {Job} is over already, or gone", Word, message.Id);
            await SettleAsync(message, cancel);
            if (job is not { IsOver: false })
            {
                await Jobs.EndTurnAsync(message.OrganizationId, message.Id, Turn.Over, cancel);
            }

            return;
        }

        if (job.HasWorker(Clock))
        {
            throw new NotYetException($"Another worker has this {Word}; should it die, the next try takes over.");
        }

        var taken = job with { Heartbeat = Clock.GetUtcNow(), Attempt = job.Attempt + 1, Rows = 0, Total = null, Problem = null, Retry = null };
        // Not broken off when the portal stops: a worker that does not know whether it has the job could not put it back.
        var own = await TakeAsync(taken, message, CancellationToken.None)
            ?? throw new NotYetException($"The {Word} changed while this worker took it; the next try sees the new state.");
        await WorkAsync(own, message, cancel);
    }

    /// <summary>
    /// What the poison queue's function does with a message: the last try failed, so the job says so, instead of waiting for ever. While one of HD4DP's
    /// databases is away it gets another message.
    /// </summary>
    protected async Task GiveUpAsync(string text, CancellationToken cancel)
    {
        if (Jobs.Read(text) is not { } message)
        {
            Log.LogError("A message in the queue of {Kind} is none of ours; it was put aside", Word);
            return;
        }

        var job = await Jobs.FindAsync(message.OrganizationId, message.Id, cancel);
        // Meanwhile somebody may have asked again, or the job waits for another message: those have their own tries.
        while (job is { IsOver: false } && IsDue(job, message) && message.IsAbout(job) && !job.HasWorker(Clock))
        {
            if (job.Retry is { IsOutage: true } && Clock.GetUtcNow() - job.AskedAt < Patience)
            {
                await Jobs.SendAsync(job, cancel);
                return;
            }

            var why = job.Retry is { IsOutage: true } outage ? outage.GivenUp : new RetryReason(TextCode, [], IsOutage: false).GivenUp;
            if (await Fails(why)(job, cancel) is { } end)
            {
                Log.LogError("The {Kind} {Job} of organisation {Organization} was given up after its last try", Word, end.Id, end.OrganizationId);
                await AfterEndAsync(end, message, cancel);
                await Jobs.RemoveFilesAsync(end, end.FinishedFiles, cancel);
                await Jobs.EndTurnAsync(end.OrganizationId, end.Id, Turn.Over, cancel);
                return;
            }

            job = await Jobs.FindAsync(message.OrganizationId, message.Id, cancel);
        }
    }

    private async Task WorkAsync(TJob job, JobMessage message, CancellationToken cancel)
    {
        var progress = new JobProgress();
        TJob Beat(TJob latest) => latest with { Heartbeat = Clock.GetUtcNow(), Rows = progress.Rows, Total = progress.Total == 0 ? null : progress.Total };
        await using var lease = new Lease<TJob>(job, SaveBeatAsync, Beat, Clock, cancel);
        TJob? end = null;
        try
        {
            end = await lease.EndAsync(await EndOfAsync(job, message, progress, lease.Cancel), cancel);
        }
        catch (Exception) when (lease.WasTakenAway)
        {
            // Whoever took it away cancelled it, or does it now.
        }
        catch (Exception error)
        {
            end = await RetryLaterAsync(job, message, lease, error);
            if (end is null)
            {
                throw;
            }
        }

        end ??= await LeaveAsync(job);
        if (end is not null)
        {
            await AfterEndAsync(end, message, cancel);
            if (end.State != JobState.Succeeded)
            {
                await Jobs.RemoveAttemptAsync(job, cancel);
            }

            if (end.IsOver)
            {
                await Jobs.EndTurnAsync(end.OrganizationId, end.Id, Turn.Over, cancel);
            }
        }
    }

    // A heartbeat is refused when somebody wrote the row since the last one. Who cancelled the job or took it over has changed its state, its attempt or
    // its request; who only noted something in it, or this worker itself when the answer was lost, has not, and the job goes on.
    private async Task<TJob?> SaveBeatAsync(TJob beat, CancellationToken cancel)
    {
        while (true)
        {
            if (await Jobs.SaveAsync(beat, cancel) is { } saved)
            {
                return saved;
            }

            if (await Jobs.FindAsync(beat.OrganizationId, beat.Id, cancel) is not { } now
                || (now.Attempt, now.AskedAt, now.State) != (beat.Attempt, beat.AskedAt, beat.State))
            {
                return null;
            }

            beat = now with { Heartbeat = beat.Heartbeat, Rows = beat.Rows, Total = beat.Total };
        }
    }

    private async Task<JobEnd<TJob>> EndOfAsync(TJob job, JobMessage message, JobProgress progress, CancellationToken cancel)
    {
        try
        {
            return await DoAsync(job, message, progress, cancel);
        }
        catch (WarehouseException refused) when (!refused.MayHeal)
        {
            Log.LogWarning(refused, "The {Kind} {Job} of organisation {Organization} failed", Word, job.Id, job.OrganizationId);
            return Fails(refused.Code.Detail(refused.Values));
        }
    }

    // A database or storage is away, or the portal stops: the job waits in the queue again, and so does the message. Or its end was written after all.
    private async Task<TJob?> RetryLaterAsync(TJob job, JobMessage message, Lease<TJob> lease, Exception error)
    {
        var retry = RetryReason.Of(error, TextCode);
        var free = await lease.EndAsync(
            (latest, cancel) => PutBackAsync(latest with { Heartbeat = null, Rows = 0, Total = null, Retry = retry }, message, cancel), CancellationToken.None);
        if (free is null)
        {
            return await LeaveAsync(job);
        }

        await Jobs.RemoveAttemptAsync(job, CancellationToken.None);
        if (retry.IsOutage)
        {
            await Jobs.EndTurnAsync(job.OrganizationId, job.Id, Turn.Yielded, CancellationToken.None);
        }

        return null;
    }

    // The row is not this attempt's any more, or the answer to our own last write was lost on the way: then the row is the end of the job.
    private async Task<TJob?> LeaveAsync(TJob job)
    {
        var truth = await Jobs.FindAsync(job.OrganizationId, job.Id, CancellationToken.None);
        if (truth?.FinishedFiles == job.AttemptFiles)
        {
            return truth;
        }

        Log.LogInformation("The {Kind} {Job} was cancelled, removed or taken over; this worker leaves it", Word, job.Id);
        await Jobs.RemoveAttemptAsync(job, CancellationToken.None);
        if (truth is { IsOver: false } && truth.Attempt == job.Attempt)
        {
            throw new NotYetException($"The connection to storage broke while the {Word} was written; the next try begins anew.");
        }

        return null;
    }
}
