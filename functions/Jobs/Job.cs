using Azure;
using Ssp.Http;
using Ssp.Storage;

namespace Ssp.Jobs;

public enum JobState
{
    /// <summary>No worker has it.</summary>
    Queued,
    Running,
    Succeeded,
    Failed,
    Cancelled,
}

/// <summary>Work that was accepted and is done in the background, of whatever kind: what its row says.</summary>
public abstract record Job
{
    public required OrganizationId OrganizationId { get; init; }

    public required JobId Id { get; init; }

    public virtual JobState State { get; init; }

    /// <summary>When it was asked for; asked for again, it is new.</summary>
    public required DateTimeOffset AskedAt { get; init; }

    /// <summary>How many times a worker began it; only the newest attempt may write.</summary>
    public int Attempt { get; init; }

    /// <summary>When the worker that has it last wrote that it goes on; null when none has it.</summary>
    public DateTimeOffset? Heartbeat { get; init; }

    /// <summary>How far it is, in rows of what it writes.</summary>
    public long Rows { get; init; }

    /// <summary>How many rows it will be; null while that is not known.</summary>
    public long? Total { get; init; }

    /// <summary>Why it failed.</summary>
    public Sentence? Problem { get; init; }

    /// <summary>Why it has to be tried again; null before the first try, and once it is over.</summary>
    public RetryReason? Retry { get; init; }

    public ETag ETag { get; init; }

    /// <summary>What people are told when it is not done yet, or failed.</summary>
    public Sentence? Why => Problem ?? Retry?.Sentence;

    public bool IsOver => State is JobState.Succeeded or JobState.Failed or JobState.Cancelled;

    /// <summary>What the names of this attempt's files begin with; another attempt never writes to the same place.</summary>
    public string AttemptFiles => $"{OrganizationId}/{Id}-{Attempt}";

    /// <summary>What the names of the finished files begin with; null until they are complete.</summary>
    public abstract string? FinishedFiles { get; }

    /// <summary>Whether a worker has it, and its heartbeat is recent.</summary>
    public bool HasWorker(TimeProvider clock) => Lease.IsAlive(Heartbeat, clock);
}
