using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Ssp.Storage;

namespace Ssp.Certificates;

/// <summary>
/// Every night: has all certificates that are in use, or could be rolled back to, checked again; rules, dates and the organisation's number may
/// have changed.
/// </summary>
public sealed class RecheckCertificates(PortalStorage storage, CertificateStore certificates, ILogger<RecheckCertificates> log)
{
    [Function(nameof(RecheckCertificates))]
    public async Task Run([TimerTrigger("%RecheckCertificatesSchedule%")] TimerInfo timer, CancellationToken cancel)
    {
        await storage.PrepareAsync(cancel);
        var asked = 0;
        await foreach (var certificate in certificates.ListLivingAsync(cancel))
        {
            if (!certificate.IsPending)
            {
                await certificates.SendNightlyAsync(certificate, cancel);
                asked++;
            }
        }

        log.LogInformation("{Count} certificates are checked again", asked);
    }
}
