using Ssp.Storage;

namespace Ssp.Jobs;

/// <summary>What a message in the queue of a kind of job says: ids only.</summary>
/// <param name="Asked">Which request of the job it is about, see <see cref="AskedOf"/>; null when a job is asked for once only.</param>
public record JobMessage(OrganizationId OrganizationId, JobId Id, long? Asked = null)
{
    /// <summary>Whether it was sent for the request that the job is about now, and not for an earlier one.</summary>
    public bool IsAbout(Job job) => Asked is null || Asked == AskedOf(job);

    /// <summary>Milliseconds of the Unix clock.</summary>
    public static long AskedOf(Job job) => job.AskedAt.ToUnixTimeMilliseconds();
}
