using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Ssp.Certificates.EHealth;
using Ssp.Certificates.P12;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Storage;

namespace Ssp.Certificates;

/// <summary>
/// Checks an uploaded P12 file. Safe to run twice: the row tells whether this check is still waited for, and its ETag which of two ends it. What the file is
/// found to be is final; storage that does not answer is thrown, and the queue tries again.
/// </summary>
public sealed class CheckCertificate(
    CertificateStore certificates, CertificateFiles files, VirusScan scan, CertificateLifecycle lifecycle, Delivery delivery, CertificateTrace trace, OrganizationStore organizations, Access access,
    CertificateSettings settings, TimeProvider clock, ILogger<CheckCertificate> log)
{
    [Function(nameof(CheckCertificate))]
    public async Task Run([QueueTrigger(QueueNames.OfTrigger + QueueNames.Certificates)] string text, CancellationToken cancel)
    {
        if (Parse(text) is not { } message)
        {
            // Another try would not understand it either.
            await certificates.PutAsideAsync(text, cancel);
            return;
        }

        var certificate = await certificates.FindAsync(message.OrganizationId, message.CertificateId, cancel);
        if (certificate is null || !(message.Nightly ? certificate.IsInUse : certificate.IsPending))
        {
            log.LogInformation("The check of certificate {Certificate} is over already, or not its turn", message.CertificateId);
            // Whoever ended it may have died before the delivery.
            await delivery.DeliverAsync(message.OrganizationId, cancel);
            return;
        }

        if (certificate.Status == CertificateStatus.Waiting)
        {
            certificate = await BeginAsync(certificate, cancel);
        }

        if (certificate is not null && await CheckAsync(certificate, message.Nightly, cancel) is { } end)
        {
            log.LogInformation("Certificate {Certificate} was checked: {Status}", end.Id, end.Status);
            if (!message.Nightly || end.Status != certificate.Status)
            {
                await trace.NoteEndAsync(end);
            }

            await delivery.DeliverAsync(end.OrganizationId, cancel);
        }
    }

    /// <summary>The ids in a message, or null when it is none of ours.</summary>
    public static CertificateMessage? Parse(string message) =>
        StoredJson.TryRead<CertificateMessage>(message) is { CertificateId: not null } ids && OrganizationStore.IsId(ids.OrganizationId) ? ids : null;

    // Another worker may have begun it, and died or not: the check costs little, and its end is written once.
    private async Task<Certificate?> BeginAsync(Certificate certificate, CancellationToken cancel)
    {
        var begun = await certificates.ChangeAsync(
            [new(certificate with { Status = CertificateStatus.Checking }, [new LogLine(default, CertificateStatus.Checking, new Sentence("certificate.checking"))])], null, cancel);
        var now = begun?[0] ?? await certificates.FindAsync(certificate.OrganizationId, certificate.Id, cancel);
        return now?.IsPending == true ? now : null;
    }

    /// <returns>The certificate as it is afterwards; null when somebody else ended this check.</returns>
    private async Task<Certificate?> CheckAsync(Certificate certificate, bool nightly, CancellationToken cancel)
    {
        var organization = await organizations.FindAsync(certificate.OrganizationId, cancel);
        if (organization is null || (!nightly && !await access.MayStillAsync(certificate.AskerId, nameof(AddCertificate), certificate.OrganizationId, cancel)))
        {
            return await lifecycle.FailAsync(certificate, CertificateStatus.Refused, new Sentence("certificate.right_lost", certificate.AskedBy), cancel);
        }

        SealedFile file;
        try
        {
            if (await files.OpenAsync(certificate, cancel) is not { } opened)
            {
                return await FailAsync(certificate, nightly, "certificate.file_gone", cancel);
            }

            file = opened;
        }
        catch (SealException fault)
        {
            log.LogError("The file of certificate {Certificate} of organisation {Organization} does not open: {Fault}", certificate.Id, certificate.OrganizationId, fault.Fault);
            return await FailAsync(certificate, nightly, fault.Fault == SealFault.KeyMissing ? "certificate.key_missing" : "certificate.altered", cancel);
        }

        using (file)
        {
            if (!nightly && !await scan.PassesAsync(file.P12, cancel))
            {
                return await lifecycle.FailAsync(certificate, CertificateStatus.Refused, new Sentence("certificate.scan_refused"), cancel);
            }

            var verdict = EHealthCheck.Of(file.P12, file.Password, settings.Rules, new Circumstances(clock.GetUtcNow(), organization.Nihdi, certificate.FileName));
            // What an upload met when it came does not change by itself.
            var history = nightly ? certificate.Findings.Where(UploadHistory.IsOfHistory) : await JudgeHistoryAsync(certificate, verdict, cancel);
            if (PublicParts.Of(verdict) is { } parts)
            {
                await files.KeepPublicPartsAsync(certificate, parts, cancel);
                await certificates.NotePrintAsync(certificate, parts.Sha256, cancel);
            }

            return await lifecycle.EndAsync(certificate, CertificateFacts.Of(verdict), [.. verdict.Findings, .. history], quiet: nightly, cancel);
        }
    }

    // By night nobody waits: what could not be checked is as it was, and the log of the portal tells of it.
    private async Task<Certificate?> FailAsync(Certificate certificate, bool nightly, string why, CancellationToken cancel) =>
        nightly ? null : await lifecycle.FailAsync(certificate, CertificateStatus.Failed, new Sentence(why), cancel);

    private async Task<IReadOnlyList<Finding>> JudgeHistoryAsync(Certificate certificate, EHealthVerdict verdict, CancellationToken cancel)
    {
        if (verdict.Authentication is not { } authentication)
        {
            return [];
        }

        var others = (await certificates.ListAsync(certificate.OrganizationId, cancel)).Where(one => one.Id != certificate.Id && one.Facts is not null).ToList();
        // Only what was uploaded before: else the second upload of a certificate would change what was found at the first.
        var same = others.Where(one => one.Facts!.Authentication.Sha256 == authentication.Sha256 && one.UploadedAt < certificate.UploadedAt).Select(one => (DateTimeOffset?)one.UploadedAt).Max();
        var pointer = await certificates.ReadActiveAsync(certificate.OrganizationId, cancel);
        var active = others.FirstOrDefault(one => one.Id == pointer.CertificateId && one.Facts!.Authentication.Sha256 != authentication.Sha256);
        var elsewhere = await certificates.IsKnownElsewhereAsync(certificate.OrganizationId, authentication.Sha256, cancel);
        return UploadHistory.Judge(verdict, new EarlierUploads(same, elsewhere, active?.Facts!.NotAfter), settings.Rules);
    }
}
