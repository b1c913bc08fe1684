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
        var job = await access.RequireExportAsync(request, nameof(DeleteExport), organizationId, exportId, cancel);
        if (!job.IsOver)
        {
            var action = new AuditAction("export_cancelled", job.Request.Tell(), job.OrganizationId, $"export: {job.Id}");
            var tooLate = action with { Details = $"{action.Details}; it was over already" };
            if (await audit.DoAsync(request, action, untilDone => CancelAsync(job, untilDone), cancelled => cancelled ? action : tooLate))
            {
                return TypedResults.NoContent();
            }

            job = await access.RequireExportAsync(request, nameof(DeleteExport), organizationId, exportId, cancel);
        }

        await audit.DoAsync(
            request,
            new AuditAction("export_deleted", job.Request.Tell(), job.OrganizationId, $"export: {job.Id}"),
            untilDone => exports.RemoveAsync(job, untilDone));
        return TypedResults.NoContent();
    }

    // Its worker writes progress to the same row; the one that comes second looks again.
    private async Task<bool> CancelAsync(ExportJob job, CancellationToken cancel)
    {
        for (var current = job; current is { IsOver: false }; current = await exports.FindAsync(job.OrganizationId, job.Id, cancel))
        {
            if (await exports.CancelAsync(current, cancel) is not null)
            {
                return true;
            }
        }

        return false;
    }
}
