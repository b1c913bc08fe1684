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
    /// <summary>In which such a file is opened, whoever asks.</summary>
    public static readonly Lane OneAtATime = new(1);

    private const string OfQueue = "queue";

    [Function(nameof(CheckCostlyCertificate))]
    public Task Run([QueueTrigger(QueueNames.OfTrigger + QueueNames.CostlyCertificates)] string message, CancellationToken cancel) =>
        OneAtATime.RunAsync(OfQueue, () => check.RunCostlyAsync(message, cancel), patience: null, cancel);

    [Function("GiveUpOnCostlyCheck")]
    public Task GiveUp([QueueTrigger(QueueNames.OfTrigger + QueueNames.CostlyCertificates + QueueNames.Poison)] string message, CancellationToken cancel) =>
        check.GiveUp(message, cancel);
}
