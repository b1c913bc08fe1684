using Microsoft.AspNetCore.Http;

namespace Ssp.Http;

/// <summary>Work that keeps a processor busy, of which only so much is done at once: a flood of it leaves the others to everybody else.</summary>
/// <param name="width">How much of it at once.</param>
public sealed class Lane(int width)
{
    private readonly SemaphoreSlim free = new(width, width);

    /// <inheritdoc cref="RunAsync{T}"/>
    public Task RunAsync(Func<Task> work, TimeSpan? patience, CancellationToken cancel) => RunAsync<object?>(
        async () =>
        {
            await work();
            return null;
        },
        patience,
        cancel);

    /// <summary>Does the work when it is its turn.</summary>
    /// <param name="patience">Null: however long that takes.</param>
    /// <exception cref="Problem">503 busy: its turn did not come in that time.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> work, TimeSpan? patience, CancellationToken cancel)
    {
        if (!await free.WaitAsync(patience ?? Timeout.InfiniteTimeSpan, cancel))
        {
            throw new Problem(StatusCodes.Status503ServiceUnavailable, ProblemCodes.Busy) { RetryAfter = patience };
        }

        try
        {
            return await Task.Run(work, cancel);
        }
        finally
        {
            free.Release();
        }
    }
}
