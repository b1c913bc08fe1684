using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Audit;

namespace Ssp.Exports;

/// <summary>Cancels an export that is under way, or deletes one that is over together with its file.</summary>
public sealed class DeleteExport(ExportAccess access, ExportStore exports, AuditTrail audit)
{
    [Function(nameof(DeleteExport))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/organizations/{organizationId}/exports/{exportId}")] HttpRequest request,
        string organizationId, string exportId, CancellationToken cancel)
    {
        var job = await access.RequireExportAsync(request, organizationId, exportId, cancel);
        while (!job.IsOver)
        {
            // Its worker writes progress to the same row; the one that comes second looks again.
            if (await exports.CancelAsync(job, cancel) is not null)
            {
                await audit.NoteAsync(request, new Deed("export_cancelled", job.Request.Tell(), job.OrganizationId, $"export: {job.Id}"));
                return TypedResults.NoContent();
            }

            job = await access.RequireExportAsync(request, organizationId, exportId, cancel);
        }

        await audit.DoAsync(request, new Deed("export_deleted", job.Request.Tell(), job.OrganizationId, $"export: {job.Id}"), cancel => exports.RemoveAsync(job, cancel));
        return TypedResults.NoContent();
    }
}
