using Azure.Storage.Blobs;
using Ssp.Storage;

namespace Ssp.Jobs;

/// <summary>How an accepted job stands.</summary>
public enum WorkState
{
    /// <summary>It has ended, or is gone.</summary>
    Over,

    /// <summary>No worker has it.</summary>
    Waiting,

    /// <summary>A worker has it, and its heartbeat is recent.</summary>
    Running,

    /// <summary>The worker that had it has no recent heartbeat.</summary>
    Abandoned,
}

/// <summary>A kind of job, as <see cref="SweepWork"/>, <see cref="RemoveOrphans"/> and a restored backup see it.</summary>
public abstract class JobKind
{
    /// <summary>What it is called in <see cref="WorkList"/>.</summary>
    public abstract string Word { get; }

    /// <summary>Where its files are.</summary>
    public abstract BlobContainerClient Files { get; }

    public abstract Task<WorkState> LookAsync(OrganizationId organizationId, JobId id, CancellationToken cancel);

    /// <summary>Puts a message for the job into its queue, if it is there; one too many does no harm.</summary>
    public abstract Task SendAsync(OrganizationId organizationId, JobId id, CancellationToken cancel);

    /// <summary>Sends the messages of the organisation's jobs whose turn has come, see <see cref="JobStore{TJob}.SendDueAsync"/>.</summary>
    public abstract Task SendDueAsync(OrganizationId organizationId, CancellationToken cancel);

    /// <summary>The names, without their endings, of all files that a job of the organisation names or is about to name.</summary>
    public abstract Task<IReadOnlySet<string>> ListNamedFilesAsync(OrganizationId organizationId, CancellationToken cancel);
}
