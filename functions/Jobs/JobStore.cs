using System.Globalization;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Azure.Storage.Queues;
using Ssp.Storage;

namespace Ssp.Jobs;

/// <summary>Where the jobs of one kind are: their rows, the queue of their messages, and the container of their files.</summary>
/// <param name="word">What the kind is called in <see cref="WorkList"/>.</param>
/// <param name="poison">Where a host puts a message whose last try failed.</param>
/// <param name="files">A file's name begins with the organisation and a slash; what comes after the last dot does not count.</param>
public abstract class JobStore<TJob>(string word, QueueClient queue, QueueClient poison, BlobContainerClient files, WorkList work)
    where TJob : Job
{
    /// <summary>
    /// How many jobs of one organisation are done at once, or stand in the queue: fewer than a host takes out of a queue at once (host.json), so that one
    /// organisation's long jobs leave a place to the others.
    /// </summary>
    public const int MaxSent = 2;

    public string Kind => word;

    public BlobContainerClient Files => files;

    /// <returns>Null when there is none.</returns>
    public abstract Task<TJob?> FindAsync(OrganizationId organizationId, JobId id, CancellationToken cancel);

    /// <summary>Every job of the organisation that may have files.</summary>
    public abstract IAsyncEnumerable<TJob> ListAllAsync(OrganizationId organizationId, CancellationToken cancel);

    /// <summary>Writes the job as it is now.</summary>
    /// <returns>The job with its new ETag, or null when somebody changed or removed it since it was read.</returns>
    public abstract Task<TJob?> SaveAsync(TJob job, CancellationToken cancel);

    /// <summary>Notes that a job is about to be accepted. This comes before its row, so that whoever dies, no accepted job is missing from the list.</summary>
    /// <param name="askerId">The account that asks for it; null: the portal does.</param>
    public Task NoteAsync(OrganizationId organizationId, JobId id, string? askerId, CancellationToken cancel) =>
        work.NoteAsync(word, organizationId, id, askerId, cancel);

    /// <summary>
    /// Sends the messages of the organisation's jobs whose turn has come. Of each organisation only <see cref="MaxSent"/> jobs have one, and the next gets
    /// its own when one of them is over: so a queue stays short, and nobody's first job waits for all that another organisation asked for.
    /// Within an organisation it is the turn of whoever has the fewest under way, and of that person's oldest.
    /// </summary>
    public async Task SendDueAsync(OrganizationId organizationId, CancellationToken cancel)
    {
        var open = await work.ListAsync(word, organizationId, cancel).ToListAsync(cancel);
        var sent = open.Where(one => one.Turn == Turn.Has).Select(one => one.AskerId).ToList();
        var waiting = open.Where(one => one.Turn == Turn.Waits).ToList();
        while (sent.Count < MaxSent && waiting.Count > 0)
        {
            var next = waiting.MinBy(one => (sent.Count(asker => asker == one.AskerId), one.NotedAt))!;
            waiting.Remove(next);
            // It is noted before its row is written: whoever is about to write that comes here again. What is over may have something left to settle.
            if (await FindAsync(organizationId, next.Id, cancel) is { } job && await TakeTurnAsync(next, cancel))
            {
                await SendAsync(job, cancel);
                sent.Add(next.AskerId);
            }
        }
    }

    /// <summary>Gives the turn of a job that is over, or that can do nothing for now, to the next one.</summary>
    public async Task EndTurnAsync(OrganizationId organizationId, JobId id, Turn turn, CancellationToken cancel)
    {
        // What waits was asked for once more since.
        if (await work.FindAsync(word, organizationId, id, cancel) is { Turn: not Turn.Waits } had)
        {
            await work.NoteTurnAsync(had, turn, cancel);
        }

        await SendDueAsync(organizationId, cancel);
    }

    /// <summary>Ends the turn of a job that was cancelled and cannot be asked for once more, also one that it has not had yet.</summary>
    protected async Task LeaveTurnAsync(OrganizationId organizationId, JobId id, CancellationToken cancel)
    {
        if (await work.FindAsync(word, organizationId, id, cancel) is { } noted)
        {
            await work.NoteTurnAsync(noted, Turn.Over, cancel);
        }

        await SendDueAsync(organizationId, cancel);
    }

    /// <summary>What of the organisation waits or is under way, in the order in which it was noted.</summary>
    public async Task<IReadOnlyList<OpenWork>> ListOpenAsync(OrganizationId organizationId, CancellationToken cancel) =>
    [
        .. (await work.ListAsync(word, organizationId, cancel).Where(one => one.Turn != Turn.Over).ToListAsync(cancel))
            .OrderBy(one => one.NotedAt).ThenBy(one => one.Id.ToString(), StringComparer.Ordinal),
    ];

    /// <summary>Takes back the note of a job that is not accepted after all.</summary>
    protected Task ForgetAsync(OpenWork noted, CancellationToken cancel) => work.ForgetAsync(noted, cancel);

    /// <summary>Puts a message for the job into the queue; a second one does no harm.</summary>
    public Task SendAsync(TJob job, CancellationToken cancel) => QueueOf(job).SendMessageAsync(Write(job), cancel);

    /// <summary>Puts a message that is none of ours where those go whose last try failed.</summary>
    public Task PutAsideAsync(string message, CancellationToken cancel) => poison.SendMessageAsync(message, cancel);

    /// <summary>What a message says, or null when it is none of ours.</summary>
    public virtual JobMessage? Read(string message) =>
        StoredJson.TryRead<JobMessage>(message) is { } read && read.OrganizationId != default && read.Id != default ? read : null;

    /// <summary>
    /// Removes what this attempt at a job and those before it left in blob storage, but for the files that it names when it is over. Whoever is
    /// late with this may meet the files of an attempt that began since: they stay.
    /// </summary>
    /// <param name="kept">What the names of those files begin with; null: none.</param>
    public async Task RemoveFilesAsync(TJob job, string? kept, CancellationToken cancel)
    {
        var beginning = $"{job.OrganizationId}/{job.Id}-";
        await foreach (var blob in files.GetBlobsAsync(BlobTraits.None, BlobStates.Uncommitted, beginning, cancel))
        {
            var isLater = int.TryParse(blob.Name[beginning.Length..].Split('.')[0], CultureInfo.InvariantCulture, out var attempt) && attempt > job.Attempt;
            if (!isLater && (kept is null || !blob.Name.StartsWith($"{kept}.", StringComparison.Ordinal)))
            {
                await files.GetBlockBlobClient(blob.Name).DiscardAsync(null, cancel);
            }
        }
    }

    /// <summary>Removes what one attempt wrote, and nothing of another.</summary>
    public async Task RemoveAttemptAsync(TJob job, CancellationToken cancel)
    {
        await foreach (var blob in files.GetBlobsAsync(BlobTraits.None, BlobStates.Uncommitted, $"{job.AttemptFiles}.", cancel))
        {
            await files.GetBlockBlobClient(blob.Name).DiscardAsync(null, cancel);
        }
    }

    /// <summary>The queue for messages about a job, where a kind has more than one.</summary>
    protected virtual QueueClient QueueOf(TJob job) => queue;

    /// <summary>The message for a job, as <see cref="Read"/> understands it.</summary>
    protected virtual string Write(TJob job) => StoredJson.Write(new JobMessage(job.OrganizationId, job.Id, JobMessage.AskedOf(job)));

    // Others may note it once more in between, and then be refused: they send nothing.
    private async Task<bool> TakeTurnAsync(OpenWork next, CancellationToken cancel)
    {
        for (OpenWork? now = next; now is { Turn: Turn.Waits }; now = await work.FindAsync(word, next.OrganizationId, next.Id, cancel))
        {
            if (await work.NoteSentAsync(now, cancel))
            {
                return true;
            }
        }

        return false;
    }
}
