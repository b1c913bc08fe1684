using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Hd4dp;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Storage;

namespace Ssp.Nippin;

/// <summary>The registrations in the last good file of a registry, the newest implant first.</summary>
public sealed class ListNippinRecords(Access access, NightStore nights, NightReader reader, RegistryCatalog catalog, Seals seals)
{
    /// <summary>What the screen shows of a validation; the export has all of it.</summary>
    private const int MaxValidation = 4_000;

    private sealed record MessageView(
        string? Id, string? InterfaceType, string? Status, DateTimeOffset? CreatedOn, string? Validation, string? TackReference, string? TackResultMajor);

    private sealed record RecordView(
        long LocaldwhId, string? RegistrationCode, DateTimeOffset? CreatedOn, DateOnly? ImplantDate, DateOnly Day,
        NippinResult Result, DateOnly? OpenSince, MessageView? Message);

    private sealed record Answer(
        IReadOnlyList<RecordView> Items, string? NextCursor, long? Total, CountsView Counts, DateOnly? Night, DateTimeOffset? LastNight);

    [Function(nameof(ListNippinRecords))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/organizations/{organizationId}/nippin/registries/{registry}/records")]
        HttpRequest request,
        string organizationId, string registry, CancellationToken cancel)
    {
        var organization = (await access.EnterAsync(request, nameof(ListNippinRecords), organizationId, cancel)).Organization;
        if (catalog.Reimbursed.All(one => one.Collection.Name != registry))
        {
            throw Problem.NotFound();
        }

        var query = ListQuery.WithoutCursor(request);
        var (start, end) = NightQuery.Period(request);
        var result = NightQuery.Word<NippinResult>(request, "result");
        var cursor = NightQuery.Cursor(request, seals, organization);
        if (await nights.FindLastGoodAsync(organization, registry, cancel) is not { File: { } file } night)
        {
            return Json.Answer(new Answer([], null, 0, CountsView.Of(ResultCounts.None), null, null));
        }

        if (cursor is not null && cursor.File != file.Name)
        {
            throw NightQuery.Renewed();
        }

        try
        {
            var stretch = (await reader.IndexAsync(file, cancel)).Stretch(start, end);
            var (records, next) = await PageAsync(file, stretch, cursor ?? NightCursor.Start(file), result, query, cancel);
            var since = await reader.OpenSinceAsync(file, records, cancel);
            return Json.Answer(new Answer(
                [.. records.Select(record => ViewOf(record, since))],
                next?.Seal(seals, organization.Id),
                query.Search is null ? stretch.Counts.Of(result) : null,
                CountsView.Of(stretch.Counts),
                night.Date,
                file.CompletedAt));
        }
        catch (RequestFailedException error) when (error.IsMissing())
        {
            throw NightQuery.Renewed();
        }
    }

    private async Task<(IReadOnlyList<NightRecord> Records, NightCursor? Next)> PageAsync(
        NightFile file, NightStretch stretch, NightCursor from, NippinResult? result, ListQuery query, CancellationToken cancel)
    {
        var records = new List<NightRecord>();
        await foreach (var record in reader.ReadAsync(file, stretch, from.Offset, from.Number, result, query.Search, cancel))
        {
            if (records.Count == query.Limit)
            {
                return (records, new NightCursor(file.Name, record.Offset, record.Number));
            }

            records.Add(record);
        }

        return (records, null);
    }

    private static RecordView ViewOf(NightRecord record, Dictionary<long, DateOnly> since) =>
        new(
            record.LocaldwhId, record.RegistrationCode, record.CreatedOn, record.ImplantDate, record.Day, record.Result,
            since.TryGetValue(record.Number, out var night) ? night : null,
            record.Result == NippinResult.NotFound
                ? null
                : new MessageView(
                    record.MessageId, record.InterfaceType, record.Status, record.MessageCreatedOn,
                    Cut(record.Validation), record.TackReference, record.TackMajor));

    private static string? Cut(string? text) => text?.Length > MaxValidation ? text[..MaxValidation] + "…" : text;
}
