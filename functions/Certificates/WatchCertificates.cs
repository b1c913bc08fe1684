using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Ssp.Storage;

namespace Ssp.Certificates;

/// <summary>Every few minutes: certificates whose time is over have expired, and what HD4DP has is compared with what is active.</summary>
public sealed class WatchCertificates(
    PortalStorage storage, CertificateStore certificates, CertificateLifecycle lifecycle, Delivery delivery, CertificateTrace trace, TimeProvider clock,
    ILogger<WatchCertificates> log)
{
    [Function(nameof(WatchCertificates))]
    public async Task Run([TimerTrigger("%WatchCertificatesSchedule%", RunOnStartup = true)] TimerInfo timer, CancellationToken cancel)
    {
        await storage.PrepareAsync(cancel);
        var now = clock.GetUtcNow();
        var organizations = new HashSet<OrganizationId>();
        await foreach (var certificate in certificates.ListLivingAsync(cancel))
        {
            organizations.Add(certificate.OrganizationId);
            if (certificate.HasRunOut(now) && await lifecycle.ExpireAsync(certificate, cancel) is { } expired)
            {
                log.LogWarning("Certificate {Certificate} of organisation {Organization} has expired", expired.Id, expired.OrganizationId);
                await trace.NoteExpiryAsync(expired);
            }
        }

        delivery.RemoveHalfWritten();
        foreach (var organization in organizations)
        {
            await delivery.DeliverAsync(organization, cancel);
        }
    }
}
