using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Audit;
using Ssp.Http;
using Ssp.Storage;

namespace Ssp.Certificates;

/// <summary>Rolls back to an earlier version that is still in order, with a reason that its log keeps.</summary>
public sealed class ActivateCertificate(
    CertificateAccess access, CertificateStore certificates, CertificateFiles files, Settlement settlement, Delivery delivery, CertificateViews views, AuditTrail audit, PortalSettings settings, TimeProvider clock)
{
    private const int MostReason = 1_000;

    private sealed record Wish(string? Reason);

    [Function(nameof(ActivateCertificate))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/organizations/{organizationId}/certificates/{certificateId}/activate")] HttpRequest request,
        string organizationId, string certificateId, CancellationToken cancel)
    {
        var (entry, certificate) = await access.RequireAsync(request, nameof(ActivateCertificate), organizationId, certificateId, cancel);
        var reason = RequireReason((await Json.ReadAsync<Wish>(request, cancel)).Reason);
        var activated = await audit.DoAsync(
            request,
            new Deed("certificate_activated", certificate.FileName, entry.Organization.Id, $"{certificate.Tell()}; reason: {reason}"),
            async cancel =>
            {
                await RequireInOrderAsync(certificate, entry.Organization.Nihdi, cancel);
                await certificates.NoteWorkAsync(certificate.OrganizationId, certificate.Id, cancel);
                return await settlement.RollBackAsync(certificate, entry.Account.Email, reason, cancel) ?? throw NotNow();
            });
        await delivery.DeliverAsync(activated.OrganizationId, cancel);
        var delivered = await certificates.FindAsync(activated.OrganizationId, activated.Id, cancel) ?? activated;
        return Json.Answer(new { Certificate = await views.OfAsync(delivered, Texts.LanguageOf(request), cancel) });
    }

    private static string RequireReason(string? reason)
    {
        reason = reason?.Trim() ?? "";
        return reason.Length == 0 ? throw Problem.Invalid("reason", new Sentence("field.reason_missing"))
            : reason.Length > MostReason ? throw Problem.Invalid("reason", new Sentence("field.too_long", MostReason))
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
            if (!P12Check.Of(file.P12, file.Password, settings.CertificateRules, new Circumstances(clock.GetUtcNow(), nihdi, certificate.FileName)).IsGood)
            {
                throw NotNow();
            }
        }
        catch (SealException)
        {
            throw NotNow();
        }
    }

    private static Problem NotNow() => new(StatusCodes.Status409Conflict, "cannot_activate");
}
