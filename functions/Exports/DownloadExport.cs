using Azure;
using Azure.Storage.Blobs.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Net.Http.Headers;
using Ssp.Audit;
using Ssp.Http;
using Ssp.Storage;

namespace Ssp.Exports;

/// <summary>The finished file, whole or in ranges; the reader's right is asked anew each time.</summary>
public sealed class DownloadExport(ExportAccess access, ExportStore exports, AuditTrail audit)
{
    private const int BufferBytes = 1024 * 1024;

    [Function(nameof(DownloadExport))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/organizations/{organizationId}/exports/{exportId}/file")] HttpRequest request,
        string organizationId, string exportId, CancellationToken cancel)
    {
        var job = await access.RequireExportAsync(request, organizationId, exportId, cancel);
        if (job.State != ExportState.Succeeded)
        {
            throw new Problem(StatusCodes.Status409Conflict, "export_not_finished");
        }

        // Patients' data leave only with a trace.
        await audit.NoteAsync(request, new Deed("export_downloaded", job.FileName!, job.OrganizationId, $"export: {job.Id}; sha256: {job.Sha256}{RangeOf(request)}"));
        try
        {
            // Reads a piece at a time under the file's ETag: a file removed meanwhile breaks the download off, it never shortens it.
            var content = await exports.File(job.BlobName!).OpenReadAsync(new BlobOpenReadOptions(allowModifications: false) { BufferSize = BufferBytes }, cancel);
            return TypedResults.Stream(
                content, "text/csv; charset=utf-8", job.FileName, job.FinishedAt, new EntityTagHeaderValue($"\"{job.Sha256}\""), enableRangeProcessing: true);
        }
        catch (RequestFailedException error) when (error.IsMissing())
        {
            throw new Problem(StatusCodes.Status410Gone, "export_gone");
        }
    }

    private static string RangeOf(HttpRequest request) => request.Headers.Range.Count == 0 ? "" : $"; range: {request.Headers.Range}";
}
