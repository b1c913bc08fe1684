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

/// <summary>Builds the file of an export: registrations as CSV, or a period of a NIPPIN report.</summary>
public sealed class BuildExport(
    ExportStore exports, OrganizationStore organizations, Access access, Warehouse warehouse, RegistryCatalog catalog,
    NightStore nights, NightReader reader, ExportTrace trace, TimeProvider clock, ILogger<BuildExport> log) : JobFunctions<ExportJob>
{
    protected override JobStore<ExportJob> Jobs => exports;

    protected override TimeProvider Clock => clock;

    protected override ILogger Log => log;

    protected override string TextCode => "export";

    [Function(nameof(BuildExport))]
    public Task Run([QueueTrigger(QueueNames.OfTrigger + QueueNames.Exports)] string message, CancellationToken cancel) => RunAsync(message, cancel);

    [Function("GiveUpOnExport")]
    public Task GiveUp([QueueTrigger(QueueNames.OfTrigger + QueueNames.Exports + QueueNames.Poison)] string message, CancellationToken cancel) =>
        GiveUpAsync(message, cancel);

    protected override async Task<JobEnd<ExportJob>> DoAsync(ExportJob job, JobMessage message, JobProgress progress, CancellationToken cancel)
    {
        // Between the request and now the requester may have lost the right.
        if (!await access.MayStillAsync(job.RequesterId, ExportAccess.LineOf(nameof(RequestExport), job.Request.Kind), job.OrganizationId, cancel))
        {
            return Fails(Sentences.Export.RightLost(job.RequestedBy));
        }

        return job.Request switch
        {
            ReportRequest report => await WriteReportAsync(job, report, progress, cancel),
            RegistrationsRequest registrations => await WriteRegistrationsAsync(job, registrations, progress, cancel),
            _ => throw new InvalidOperationException($"Nobody builds exports of the kind {job.Request.Kind}."),
        };
    }

    protected override Task<ExportJob?> TakeAsync(ExportJob taken, JobMessage message, CancellationToken cancel) =>
        exports.SaveAsync(taken with { State = JobState.Running, StartedAt = taken.Heartbeat }, cancel);

    protected override JobEnd<ExportJob> Fails(Sentence why) => Ends(latest => exports.Ended(latest with { Rows = 0 }, JobState.Failed, why));

    protected override Task AfterEndAsync(ExportJob ended, JobMessage message, CancellationToken cancel) => trace.NoteEndAsync(ended);

    // A period of the last good nightly file.
    private async Task<JobEnd<ExportJob>> WriteReportAsync(ExportJob job, ReportRequest wanted, JobProgress progress, CancellationToken cancel)
    {
        var organization = await organizations.FindAsync(job.OrganizationId, cancel);
        if (organization?.Nihdi != wanted.Nihdi || await nights.FindLastGoodAsync(organization, wanted.Registry, cancel) is not { File: { } night } last)
        {
            return Fails(Sentences.Export.NoNight);
        }

        try
        {
            var index = await reader.IndexAsync(night, cancel);
            var stretch = index.Stretch(wanted.Start, wanted.End);
            progress.Total = stretch.Counts.All;
            await using var file = new BlockFile(exports.File(job.AttemptBlob));
            var rows = await NippinReport.WriteAsync(nights, night, index, stretch, wanted.Profile, file, rows => progress.Rows = rows, cancel);
            var (bytes, sha256) = await file.CommitAsync(cancel);
            return Ends(latest => exports.Ended(latest, JobState.Succeeded) with
            {
                Rows = rows,
                Bytes = bytes,
                Sha256 = sha256,
                FileName = CsvFileName.OfReport(wanted.Registry, wanted.Start, wanted.End, last.Date),
                BlobName = job.AttemptBlob,
                Warnings = [.. night.Warnings(), .. SpreadsheetLimits.WarningsOf(wanted.Profile, 0, NightWriter.Columns.Count, rows)],
            });
        }
        catch (RequestFailedException error) when (error.IsMissing())
        {
            throw new NotYetException("The night's file was renewed while it was read; the next try reads the new one.");
        }
    }

    private async Task<JobEnd<ExportJob>> WriteRegistrationsAsync(
        ExportJob job, RegistrationsRequest wanted, JobProgress progress, CancellationToken cancel)
    {
        var organization = await organizations.FindAsync(job.OrganizationId, cancel);
        if (organization?.Nihdi != wanted.Nihdi || catalog.Find(wanted.Collection) is not { Collection.Exportable: true } known)
        {
            return Fails(Sentences.Export.SourceGone);
        }

        var fieldOrder = known.Collection.Fields?.GetValueOrDefault(wanted.Version) ?? [];
        await using var registrations = await warehouse.OpenAsync(
            new Selection(organization.Nihdi, wanted.Collection, wanted.Version), fieldOrder, cancel);
        if (registrations.Total == 0)
        {
            return Fails(Sentences.Export.SourceGone);
        }

        progress.Total = registrations.Total;
        while (true)
        {
            await using var file = new BlockFile(exports.File(job.AttemptBlob));
            if (await RegistrationCsv.WriteAsync(registrations, wanted.Profile, file, rows => progress.Rows = rows, cancel) is not { } tooLong)
            {
                await registrations.BeginAgainAsync(cancel);
                continue;
            }

            var (bytes, sha256) = await file.CommitAsync(cancel);
            var (rows, columns) = (registrations.Read, registrations.Fields.Count);
            return Ends(latest => exports.Ended(latest, JobState.Succeeded) with
            {
                Rows = rows,
                Bytes = bytes,
                Sha256 = sha256,
                FileName = CsvFileName.Of(known.Registry, wanted.Version, clock.GetUtcNow()),
                BlobName = job.AttemptBlob,
                Warnings =
                [
                    .. registrations.WithoutDocument == 0 ? Array.Empty<Sentence>() : [Sentences.Export.WithoutDocument(registrations.WithoutDocument)],
                    .. SpreadsheetLimits.WarningsOf(wanted.Profile, tooLong, columns, rows),
                ],
            });
        }
    }
}
