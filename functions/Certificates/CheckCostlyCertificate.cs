using Microsoft.Azure.Functions.Worker;
using Ssp.Storage;

namespace Ssp.Certificates;

/// <summary>
/// Checks the P12 files that <see cref="CheckCertificate"/> found to take long to open. They have a queue of their own and are opened one at a time, so that
/// neither other files nor the pages wait for them.
/// </summary>
public sealed class CheckCostlyCertificate(CheckCertificate check)
{
    private static readonly SemaphoreSlim OneAtATime = new(1);

    [Function(nameof(CheckCostlyCertificate))]
    public async Task Run([QueueTrigger(QueueNames.OfTrigger + QueueNames.CostlyCertificates)] string message, CancellationToken cancel)
    {
        await OneAtATime.WaitAsync(cancel);
        try
        {
            await check.RunCostlyAsync(message, cancel);
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    [Function("GiveUpOnCostlyCheck")]
    public Task GiveUp([QueueTrigger(QueueNames.OfTrigger + QueueNames.CostlyCertificates + QueueNames.Poison)] string message, CancellationToken cancel) =>
        check.GiveUp(message, cancel);
}
