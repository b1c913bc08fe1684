using Microsoft.Azure.Functions.Worker;
using Ssp.Storage;

namespace Ssp.Audit.Forwarding;

/// <summary>Every ten seconds: what is new in the trails goes to the receiver that the setting AuditForward names.</summary>
public sealed class ForwardTrails(PortalStorage storage, ForwardSettings settings, TrailForwarder forwarder)
{
    [Function(nameof(ForwardTrails))]
    public async Task Run([TimerTrigger("*/10 * * * * *")] TimerInfo timer, CancellationToken cancel)
    {
        if (settings.Receiver is not null)
        {
            await storage.PrepareAsync(cancel);
            await forwarder.RunAsync(cancel);
        }
    }
}
