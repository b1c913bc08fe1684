using Ssp.Audit;

namespace Ssp.Certificates;

/// <summary>Tells the audit trail what the portal did with a certificate by itself, in the name of who asked for it.</summary>
public sealed class CertificateTrace(AuditTrail audit)
{
    /// <summary>How a check ended. It is over already; a trail that cannot be written does not change that.</summary>
    public async Task NoteEndAsync(Certificate end)
    {
        var codes = end.Findings.Select(finding => finding.Code).Distinct().ToList();
        var isGood = end.Status is CertificateStatus.Active or CertificateStatus.Unpublished;
        await audit.TryNoteAsync(
            end.AskerId.Length == 0 ? AuditActor.Portal() : new AuditActor(end.AskedBy, end.AskerId),
            new AuditAction(
                "certificate_checked",
                end.FileName,
                end.OrganizationId,
                $"{end.Tell()}; status: {Http.Json.Word(end.Status)}; findings: {(codes.Count == 0 ? "none" : string.Join(' ', codes))}"),
            isGood ? AuditResult.Done : AuditResult.Failed);
    }

    public Task NoteExpiryAsync(Certificate expired) =>
        audit.TryNoteAsync(AuditActor.Portal(), new AuditAction("certificate_expired", expired.FileName, expired.OrganizationId, expired.Tell()));

    public Task NoteDeliveryAsync(Certificate delivered, string fileName) =>
        audit.TryNoteAsync(AuditActor.Portal(), new AuditAction("certificate_delivered", fileName, delivered.OrganizationId, delivered.Tell()));
}
