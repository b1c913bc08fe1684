using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Http;
using Ssp.Storage;

namespace Ssp.Certificates;

/// <summary>
/// Checks the P12 files that <see cref="CheckCertificate"/> found to take long to open. They have a queue of their own and are opened one at a time, so that
/// neither other files nor the pages wait for them.
/// </summary>
public sealed class CheckCostlyCertificate(CheckCertificate check)
{
    private static readonly SemaphoreSlim OneAtATime = new(1);

    /// <summary>Opens a costly file when it is its turn.</summary>
    /// <param name="patience">Null: however long that takes.</param>
    /// <exception cref="Problem">503 busy: it was not in that time.</exception>
    public static async Task<T> InTurnAsync<T>(Func<Task<T>> open, TimeSpan? patience, CancellationToken cancel)
    {
        if (!await OneAtATime.WaitAsync(patience ?? Timeout.InfiniteTimeSpan, cancel))
        {
            throw new Problem(StatusCodes.Status503ServiceUnavailable, ProblemCodes.Busy) { RetryAfter = patience };
        }

        try
        {
            return await open();
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    [Function(nameof(CheckCostlyCertificate))]
    public Task Run([QueueTrigger(QueueNames.OfTrigger + QueueNames.CostlyCertificates)] string message, CancellationToken cancel) =>
        InTurnAsync(
            async () =>
            {
                await check.RunCostlyAsync(message, cancel);
                return true;
            },
            patience: null,
            cancel);

    [Function("GiveUpOnCostlyCheck")]
    public Task GiveUp([QueueTrigger(QueueNames.OfTrigger + QueueNames.CostlyCertificates + QueueNames.Poison)] string message, CancellationToken cancel) =>
        check.GiveUp(message, cancel);
}
