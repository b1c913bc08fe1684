using Azure.Storage.Blobs;

namespace Ssp.Jobs;

/// <summary>How accepted work stands.</summary>
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

/// <summary>What a room that works in the background tells <see cref="SweepWork"/> and <see cref="RemoveOrphans"/> about its own.</summary>
public interface IWork
{
    /// <summary>The room's word in <see cref="WorkList"/>.</summary>
    string Kind { get; }

    /// <summary>Where it keeps its files. A name begins with the organisation and a slash; what comes after the last dot does not count.</summary>
    BlobContainerClient Files { get; }

    Task<WorkState> LookAsync(string organizationId, string id, CancellationToken cancel);

    /// <summary>Puts a message for the work into its queue; one too many does no harm.</summary>
    Task SendAsync(string organizationId, string id, CancellationToken cancel);

    /// <summary>The names, without their endings, of all files that a row of the organisation names or is about to name.</summary>
    Task<IReadOnlySet<string>> ListNamedFilesAsync(string organizationId, CancellationToken cancel);
}
