using Azure;
using Azure.Storage.Blobs.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;
using Ssp.Audit;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Jobs;
using Ssp.Storage;

namespace Ssp.Exports;

/// <summary>The finished file, whole or in ranges; the reader's right is asked anew each time, and while the file goes out.</summary>
public sealed class DownloadExport(
    ExportAccess access, ExportStore exports, SessionStore sessions, CostlyCalls calls, AuditTrail audit, TimeProvider clock, ILogger<DownloadExport> log)
{
    private const int BufferBytes = 1024 * 1024;
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(2);

    [Function(nameof(DownloadExport))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/organizations/{organizationId}/exports/{exportId}/file")] HttpRequest request,
        string organizationId, string exportId, CancellationToken cancel)
    {
        var job = await access.RequireExportAsync(request, nameof(DownloadExport), organizationId, exportId, cancel);
        if (job.State != JobState.Succeeded)
        {
            throw new Problem(StatusCodes.Status409Conflict, ProblemCodes.ExportNotFinished);
        }

        return HttpMethods.IsGet(request.Method)
            ? new InLane(calls.Downloads, request.Caller().Account.Id, () => GiveAsync(request, job))
            : await FileAsync(request, job, cancel);
    }

    private async Task<IResult> GiveAsync(HttpRequest request, ExportJob job)
    {
        // Patients' data leave only with a trace.
        var details = $"export: {job.Id}; sha256: {job.Sha256}{RangeOf(request)}";
        await audit.NoteAsync(request, new AuditAction("export_downloaded", job.FileName!, job.OrganizationId, details));
        return await FileAsync(request, job, request.HttpContext.RequestAborted);
    }

    private async Task<IResult> FileAsync(HttpRequest request, ExportJob job, CancellationToken cancel)
    {
        try
        {
            // Reads a piece at a time under the file's ETag: a file removed meanwhile breaks the download off, it never shortens it.
            var unchanged = new BlobOpenReadOptions(allowModifications: false) { BufferSize = BufferBytes };
            var content = await exports.File(job.BlobName!).OpenReadAsync(unchanged, cancel);
            _ = BreakOffWhenNoLongerAllowedAsync(request, job);
            return TypedResults.Stream(
                content, "text/csv; charset=utf-8", job.FileName, job.FinishedAt, new EntityTagHeaderValue($"\"{job.Sha256}\""), enableRangeProcessing: true);
        }
        catch (RequestFailedException error) when (error.IsMissing())
        {
            throw new Problem(StatusCodes.Status410Gone, ProblemCodes.ExportGone);
        }
    }

    // A large file takes minutes. Who signs out or loses the role meanwhile gets no more of it.
    private async Task BreakOffWhenNoLongerAllowedAsync(HttpRequest request, ExportJob job)
    {
        var http = request.HttpContext;
        var completed = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        var over = completed.Token;
        http.Response.RegisterForDispose(completed);
        // The last registered runs first: cancelled, then disposed.
        http.Response.OnCompleted(completed.CancelAsync);
        while (true)
        {
            await Task.Delay(AskAgain, clock, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (over.IsCancellationRequested)
            {
                return;
            }

            try
            {
                if (!SessionCookie.TryRead(request, out var cookie) || await sessions.FindAsync(cookie, over) is null)
                {
                    throw Problem.NotSignedIn();
                }

                await access.RequireExportAsync(request, nameof(DownloadExport), job.OrganizationId, job.Id, over);
            }
            catch (Problem refusal)
            {
                log.LogInformation("A download of export {Export} was broken off: {Reason}", job.Id, refusal.Code.Word);
                http.Abort();
                return;
            }
            catch (Exception error) when (error.IsOfStorage() || error is OperationCanceledException)
            {
                // Storage is away for a moment, or the download has just ended; the next round tells.
            }
        }
    }

    private static string RangeOf(HttpRequest request) => request.Headers.Range.Count == 0 ? "" : $"; range: {request.Headers.Range}";
}
