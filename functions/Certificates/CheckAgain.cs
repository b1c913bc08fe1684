using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Audit;
using Ssp.Http;

namespace Ssp.Certificates;

/// <summary>Has a certificate checked again: after something was set right, or because the first check could not be made.</summary>
public sealed class CheckAgain(CertificateAccess access, CertificateStore certificates, CertificateViews views, AuditTrail audit, TimeProvider clock)
{
    [Function(nameof(CheckAgain))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/organizations/{organizationId}/certificates/{certificateId}/check")]
        HttpRequest request,
        string organizationId, string certificateId, CancellationToken cancel)
    {
        var (entry, certificate) = await access.RequireAsync(request, nameof(CheckAgain), organizationId, certificateId, cancel);
        var language = Texts.LanguageOf(request);
        if (!(await views.OfAsync(certificate, language, cancel)).CanCheck)
        {
            throw new Problem(StatusCodes.Status409Conflict, ProblemCodes.CannotCheck);
        }

        var waiting = await audit.DoAsync(
            request,
            new AuditAction("certificate_check_requested", certificate.FileName, entry.Organization.Id, certificate.Tell()),
            untilDone => AskAsync(certificate, entry.Account.Email, entry.Account.Id, untilDone));
        return Json.Answer(new { Certificate = await views.OfAsync(waiting, language, cancel) }, StatusCodes.Status202Accepted);
    }

    private async Task<Certificate> AskAsync(Certificate certificate, string by, string byId, CancellationToken cancel)
    {
        await certificates.NoteAsync(certificate.OrganizationId, certificate.Id, byId, cancel);
        // A worker that checks it by night may write its heartbeat in between: then once more.
        for (Certificate? now = certificate; now?.IsAsBefore(certificate) == true; now = await certificates.FindAsync(now.OrganizationId, now.Id, cancel))
        {
            var line = new LogLine(default, CertificateStatus.Waiting, Sentences.Certificate.CheckAsked(by));
            if (await certificates.ChangeAsync([new(WaitingOf(now, by, byId), [line])], null, cancel) is { } written)
            {
                await certificates.SendDueAsync(certificate.OrganizationId, cancel);
                return written[0];
            }
        }

        throw new Problem(StatusCodes.Status409Conflict, ProblemCodes.CannotCheck);
    }

    private Certificate WaitingOf(Certificate certificate, string by, string byId) =>
        certificate with
        {
            Status = CertificateStatus.Waiting,
            Before = certificate.IsPending ? certificate.Before : certificate.Status,
            AskedBy = by,
            AskerId = byId,
            AskedAt = clock.GetUtcNow(),
            Heartbeat = null,
            Retry = null,
        };
}
