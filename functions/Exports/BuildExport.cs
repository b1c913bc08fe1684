using Azure;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Ssp.Hd4dp;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Jobs;
using Ssp.Nippin;
using Ssp.Storage;

namespace Ssp.Exports;

/// <summary>
/// Builds the file of an export. Safe to run twice: the row's ETag decides which worker runs it, every attempt writes to a place of its
/// own, and the row names the file only when it is complete. A "no" ends the export with a sentence; a "not yet" is thrown, and the queue tries again.
/// </summary>
public sealed class BuildExport(
    ExportStore exports, OrganizationStore organizations, Access access, Warehouse warehouse, RegistryCatalog catalog,
    NightStore nights, NightReader reader, ExportTrace trace, TimeProvider clock, ILogger<BuildExport> log)
{
    [Function(nameof(BuildExport))]
    public async Task Run([QueueTrigger(QueueNames.OfTrigger + QueueNames.Exports)] string text, CancellationToken cancel)
    {
        if (Parse(text) is not { } message)
        {
            // Another try would not understand it either.
            await exports.PutAsideAsync(text, cancel);
            return;
        }

        var job = await exports.FindAsync(message.OrganizationId, message.ExportId, cancel);
        if (job is null || job.IsOver)
        {
            log.LogInformation("Export {Export} is already over or gone; nothing to do", message.ExportId);
            return;
        }

        if (HasWorker(job, clock))
        {
            throw new NotYetException("Another worker builds this export; should it die, the next try takes over.");
        }

        var now = clock.GetUtcNow();
        var begun = await exports.SaveAsync(
            job with { State = ExportState.Running, StartedAt = now, Heartbeat = now, Attempt = job.Attempt + 1, Rows = 0, Total = null, Error = null }, cancel);
        if (begun is null)
        {
            throw new NotYetException("The export changed while this worker began it; the next try sees the new state.");
        }

        await BuildAsync(begun, cancel);
    }

    /// <summary>Whether a worker has it and its heartbeat is recent.</summary>
    public static bool HasWorker(ExportJob job, TimeProvider clock) => job.State == ExportState.Running && Lease.IsAlive(job.Heartbeat, clock);

    /// <summary>The ids in a message, or null when it is none of ours.</summary>
    public static ExportMessage? Parse(string message) =>
        StoredJson.TryRead<ExportMessage>(message) is { ExportId: not null } ids && OrganizationStore.IsId(ids.OrganizationId) ? ids : null;

    private async Task BuildAsync(ExportJob job, CancellationToken cancel)
    {
        await using var running = new RunningExport(job, exports, clock, cancel);
        try
        {
            var refusal = await MayStillAsync(job, running.Cancel);
            await EndAsync(running, refusal is null ? await WriteAsync(job, running) : exports.Ended(job, ExportState.Failed, refusal), cancel);
        }
        catch (WarehouseException refused) when (!refused.MayHeal)
        {
            log.LogWarning(refused, "Export {Export} failed", job.Id);
            await EndAsync(running, exports.Ended(job, ExportState.Failed, new Sentence($"{refused.Code}.detail", refused.Values)), cancel);
        }
        catch (Exception) when (running.WasTakenAway)
        {
            log.LogInformation("Export {Export} was cancelled or taken over; this worker leaves it", job.Id);
        }
        catch (Exception error)
        {
            // Not yet: the database or storage is away, or the portal stops. The row waits in the queue again, and so does the message.
            var why = error is WarehouseException away ? new Sentence($"{away.Code}.retry", away.Values) : new Sentence("export.retry");
            await running.EndAsync(job with { State = ExportState.Queued, Error = why, Heartbeat = null, Rows = 0 }, CancellationToken.None);
            throw;
        }

        if (running.WasTakenAway)
        {
            await LeaveAsync(job);
        }
    }

    private async Task EndAsync(RunningExport running, ExportJob end, CancellationToken cancel)
    {
        await running.EndAsync(end, cancel);
        if (!running.WasTakenAway)
        {
            await trace.NoteEndAsync(end);
        }
    }

    // The row is no longer ours, or the answer to our own last write was lost on the way; the row tells which.
    private async Task LeaveAsync(ExportJob job)
    {
        var truth = await exports.FindAsync(job.OrganizationId, job.Id, CancellationToken.None);
        if (truth?.BlobName == ExportStore.BlobNameOf(job))
        {
            return;
        }

        await exports.RemoveAttemptAsync(job, CancellationToken.None);
        if (truth is { IsOver: false } && truth.Attempt == job.Attempt)
        {
            throw new NotYetException("The connection to storage broke while the export was noted; the next try begins anew.");
        }
    }

    // Between the request and now the requester may have lost the right.
    private async Task<Sentence?> MayStillAsync(ExportJob job, CancellationToken cancel) =>
        await access.MayStillAsync(job.RequesterId, ExportAccess.LineOf(nameof(RequestExport), job.Request.Kind), job.OrganizationId, cancel)
            ? null
            : new Sentence("export.right_lost", job.RequestedBy);

    private Task<ExportJob> WriteAsync(ExportJob job, RunningExport running) =>
        job.Request.Kind == ExportKind.Nippin ? WriteReportAsync(job, running) : WriteRegistrationsAsync(job, running);

    // A period of the last good nightly file.
    private async Task<ExportJob> WriteReportAsync(ExportJob job, RunningExport running)
    {
        var organization = await organizations.FindAsync(job.OrganizationId, running.Cancel);
        if (organization?.Nihdi != job.Request.Nihdi || await nights.FindLastGoodAsync(organization, job.Request.Collection, running.Cancel) is not { File: { } night } last)
        {
            return exports.Ended(job, ExportState.Failed, new Sentence("export.no_night"));
        }

        try
        {
            var index = await reader.IndexAsync(night, running.Cancel);
            var stretch = index.Stretch(job.Request.Start, job.Request.End);
            running.Total = stretch.Counts.All;
            var blobName = ExportStore.BlobNameOf(job);
            await using var file = new BlockFile(exports.File(blobName));
            var rows = await NippinReport.WriteAsync(nights, night, index, stretch, job.Request.Profile, file, rows => running.Rows = rows, running.Cancel);
            var (bytes, sha256) = await file.CommitAsync(running.Cancel);
            return exports.Ended(job, ExportState.Succeeded) with
            {
                Rows = rows,
                Bytes = bytes,
                Sha256 = sha256,
                FileName = CsvFileName.OfReport(job.Request.Collection, job.Request.Start!.Value, job.Request.End!.Value, last.Date),
                BlobName = blobName,
            };
        }
        catch (RequestFailedException error) when (error.IsMissing())
        {
            throw new NotYetException("The night's file was renewed while it was read; the next try reads the new one.");
        }
    }

    private async Task<ExportJob> WriteRegistrationsAsync(ExportJob job, RunningExport running)
    {
        var organization = await organizations.FindAsync(job.OrganizationId, running.Cancel);
        if (organization?.Nihdi != job.Request.Nihdi || catalog.Find(job.Request.Collection) is not { Collection.Exportable: true } known)
        {
            return exports.Ended(job, ExportState.Failed, new Sentence("export.source_gone"));
        }

        var fieldOrder = known.Collection.Fields?.GetValueOrDefault(job.Request.Version) ?? [];
        await using var registrations = await warehouse.OpenAsync(
            new Selection(organization.Nihdi, job.Request.Collection, job.Request.Version), fieldOrder, running.Cancel);
        if (registrations.Total == 0)
        {
            return exports.Ended(job, ExportState.Failed, new Sentence("export.source_gone"));
        }

        running.Total = registrations.Total;
        var blobName = ExportStore.BlobNameOf(job);
        while (true)
        {
            await using var file = new BlockFile(exports.File(blobName));
            if (!await RegistrationCsv.WriteAsync(registrations, job.Request.Profile, file, rows => running.Rows = rows, running.Cancel))
            {
                await registrations.BeginAgainAsync(running.Cancel);
                continue;
            }

            var (bytes, sha256) = await file.CommitAsync(running.Cancel);
            return exports.Ended(job, ExportState.Succeeded) with
            {
                Rows = registrations.Read,
                Bytes = bytes,
                Sha256 = sha256,
                FileName = CsvFileName.Of(known.Registry, job.Request.Version, clock.GetUtcNow()),
                BlobName = blobName,
            };
        }
    }
}
