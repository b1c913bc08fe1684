namespace Ssp.Jobs;

/// <summary>Writes how a job ended.</summary>
/// <param name="latest">The job as its worker last wrote it.</param>
/// <returns>The job at its end; null when somebody else changed it meanwhile.</returns>
public delegate Task<TJob?> JobEnd<TJob>(TJob latest, CancellationToken cancel);
