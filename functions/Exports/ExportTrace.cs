using Ssp.Audit;
using Ssp.Jobs;

namespace Ssp.Exports;

/// <summary>Tells the audit trail how an export ended, in the name of who asked for it.</summary>
public sealed class ExportTrace(AuditTrail audit)
{
    /// <summary>The export is over already; a trail that cannot be written does not change that.</summary>
    public async Task NoteEndAsync(ExportJob end)
    {
        var succeeded = end.State == JobState.Succeeded;
        var details = succeeded ? $"export: {end.Id}; rows: {end.Rows}; sha256: {end.Sha256}" : $"export: {end.Id}; problem: {end.Problem?.Key}";
        await audit.TryNoteAsync(
            new AuditActor(end.RequestedBy, end.RequesterId),
            new AuditAction(succeeded ? "export_finished" : "export_failed", end.Request.Tell(), end.OrganizationId, details),
            succeeded ? AuditResult.Done : AuditResult.Failed);
    }
}
