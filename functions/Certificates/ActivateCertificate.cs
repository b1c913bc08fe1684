using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Audit;
using Ssp.Certificates.EHealth;
using Ssp.Certificates.P12;
using Ssp.Http;
using Ssp.Storage;

namespace Ssp.Certificates;

/// <summary>Rolls back to an earlier version that is still in order, with a reason that its log keeps.</summary>
public sealed class ActivateCertificate(
    CertificateAccess access, CertificateStore certificates, CertificateFiles files, CertificateLifecycle lifecycle, Delivery delivery,
    CertificateViews views, AuditTrail audit, CertificateSettings settings, TimeProvider clock)
{
    private const int MaxReason = 1_000;

    // For a costly file: somebody is waiting for the page.
    private static readonly TimeSpan TurnPatience = TimeSpan.FromSeconds(10);

    private sealed record Body(string? Reason);

    [Function(nameof(ActivateCertificate))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/organizations/{organizationId}/certificates/{certificateId}/activate")]
        HttpRequest request,
        string organizationId, string certificateId, CancellationToken cancel)
    {
        var (entry, certificate) = await access.RequireAsync(request, nameof(ActivateCertificate), organizationId, certificateId, cancel);
        var reason = RequireReason((await Json.ReadAsync<Body>(request, cancel)).Reason);
        var activated = await audit.DoAsync(
            request,
            new AuditAction("certificate_activated", certificate.FileName, entry.Organization.Id, $"{certificate.Tell()}; reason: {reason}"),
            async untilDone =>
            {
                await RequireInOrderAsync(certificate, entry.Organization.Nihdi, untilDone);
                await certificates.NoteAsync(certificate.OrganizationId, certificate.Id, entry.Account.Id, untilDone);
                return await lifecycle.RollBackAsync(certificate, entry.Account.Email, reason, untilDone) ?? throw NotNow();
            });
        await delivery.DeliverAsync(activated.OrganizationId, cancel);
        var delivered = await certificates.FindAsync(activated.OrganizationId, activated.Id, cancel) ?? activated;
        return Json.Answer(new { Certificate = await views.OfAsync(delivered, Texts.LanguageOf(request), cancel) });
    }

    private static string RequireReason(string? reason)
    {
        reason = reason?.Trim() ?? "";
        return reason.Length == 0 ? throw Problem.Invalid("reason", Sentences.Field.ReasonMissing)
            : reason.Length > MaxReason ? throw Problem.Invalid("reason", Sentences.Field.TooLong(MaxReason))
            : reason;
    }

    // Today, not when it was checked last: what it goes by may have changed since.
    private async Task RequireInOrderAsync(Certificate certificate, string nihdi, CancellationToken cancel)
    {
        if (certificate.StatusAt(clock.GetUtcNow()) != CertificateStatus.Unpublished)
        {
            throw NotNow();
        }

        try
        {
            using var file = await files.OpenAsync(certificate, cancel) ?? throw NotNow();
            var verdict = Check(P12Limits.UsualWork);
            if (verdict.IsPostponed)
            {
                verdict = await CheckCostlyCertificate.OneAtATime.RunAsync(nihdi, () => Task.FromResult(Check(P12Limits.MaxWork)), TurnPatience, cancel);
            }

            if (!verdict.IsGood)
            {
                throw NotNow();
            }

            EHealthVerdict Check(long allowance) => EHealthCheck.Of(
                file.P12, file.Password, settings.Rules, new Circumstances(clock.GetUtcNow(), nihdi, certificate.FileName), allowance);
        }
        catch (SealException)
        {
            throw NotNow();
        }
    }

    private static Problem NotNow() => new(StatusCodes.Status409Conflict, ProblemCodes.CannotActivate);
}
