using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Ssp.Http;
using Ssp.Storage;

namespace Ssp.Certificates;

/// <summary>The last try of a check failed: the certificate says so, instead of waiting for ever, and somebody can have it tried again.</summary>
public sealed class GiveUpOnCheck(CertificateStore certificates, CertificateLifecycle lifecycle, CertificateTrace trace, ILogger<GiveUpOnCheck> log)
{
    [Function(nameof(GiveUpOnCheck))]
    public async Task Run([QueueTrigger(QueueNames.OfTrigger + QueueNames.Certificates + QueueNames.Poison)] string message, CancellationToken cancel)
    {
        if (CheckCertificate.Parse(message) is not { } ids)
        {
            log.LogError("A message in the queue of certificates is none of ours; it was put aside");
            return;
        }

        if (await certificates.FindAsync(ids.OrganizationId, ids.CertificateId, cancel) is { IsPending: true } certificate
            // Meanwhile somebody may have asked again: that check has its own tries.
            && ids.Asked == CertificateMessage.For(certificate).Asked
            && await lifecycle.FailAsync(certificate, CertificateStatus.Failed, new Sentence("certificate.gave_up"), cancel) is { } end)
        {
            log.LogError("The check of certificate {Certificate} was given up after its last try", end.Id);
            await trace.NoteEndAsync(end);
        }
    }
}
