using Ssp.Http;

namespace Ssp.Jobs;

/// <summary>Writes how a job ended.</summary>
/// <param name="latest">The job as its worker last wrote it.</param>
/// <returns>The job at its end; null when somebody else changed it meanwhile.</returns>
public delegate Task<TJob?> JobEnd<TJob>(TJob latest, CancellationToken cancel);

/// <summary>The ends of jobs.</summary>
public static class JobEnd
{
    /// <summary>The job with its end, and without what a worker left in it.</summary>
    /// <param name="problem">Why it failed.</param>
    public static TJob Over<TJob>(this TJob job, JobState state, Sentence? problem = null)
        where TJob : Job => job with { State = state, Heartbeat = null, Total = null, Problem = problem, Retry = null };
}
