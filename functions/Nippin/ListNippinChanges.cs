using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Hd4dp;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Storage;

namespace Ssp.Nippin;

/// <summary>What changed since the night before: registrations that reached the insurers, and registrations that are open and were not.</summary>
public sealed class ListNippinChanges(Access access, NightStore nights, NightReader reader, RegistryCatalog catalog, Seals seals)
{
    private sealed record ChangeView(
        string Registry, string Name, NippinChange Change, long LocaldwhId, string? RegistrationCode,
        DateTimeOffset? CreatedOn, DateOnly? ImplantDate, DateOnly Day,
        NippinResult? PreviousResult, NippinResult Result, DateOnly? OpenSince);

    private sealed record Answer(IReadOnlyList<ChangeView> Items, string? NextCursor, long Solved, long Broken, DateOnly? Night, DateOnly? PreviousNight);

    [Function(nameof(ListNippinChanges))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/organizations/{organizationId}/nippin/changes")] HttpRequest request,
        string organizationId, CancellationToken cancel)
    {
        var organization = (await access.EnterAsync(request, nameof(ListNippinChanges), organizationId, cancel)).Organization;
        var query = ListQuery.WithoutCursor(request);
        var change = NightQuery.Word<NippinChange>(request, "change");
        var cursor = NightQuery.Cursor(request, seals, organization);
        var language = Texts.LanguageOf(request);
        var registry = request.Query["registry"].ToString();
        var wanted = catalog.Reimbursed.Where(one => registry.Length == 0 || one.Collection.Name == registry).ToList();
        if (wanted.Count == 0)
        {
            throw Problem.Invalid("registry", Sentences.Field.RegistryUnknown);
        }

        var lastGood = (await nights.ListAsync(organization, cancel)).Where(night => night.File is not null).ToLookup(night => night.Registry);
        var files = wanted.Where(one => lastGood[one.Collection.Name].Any())
            .Select(one => (Name: one.Registry.NameIn(language, one.Collection), Night: lastGood[one.Collection.Name].Last())).ToList();
        if (cursor is not null && files.All(one => one.Night.File!.Name != cursor.File))
        {
            throw NightQuery.Renewed();
        }

        try
        {
            var (items, next) = await PageAsync(files, change, cursor, query, cancel);
            var newest = files.Select(one => one.Night).OrderByDescending(night => night.Date).FirstOrDefault();
            return Json.Answer(new Answer(
                items,
                next?.Seal(seals, organization.Id),
                files.Sum(one => one.Night.File!.Solved ?? 0),
                files.Sum(one => one.Night.File!.Broken ?? 0),
                newest?.Date,
                files.Select(one => one.Night.File!.Previous).Max()));
        }
        catch (RequestFailedException error) when (error.IsMissing())
        {
            throw NightQuery.Renewed();
        }
    }

    // One registry's changes after another's; the cursor tells in which file to go on.
    private async Task<(List<ChangeView> Items, NightCursor? Next)> PageAsync(
        List<(string Name, Night Night)> files, NippinChange? change, NightCursor? cursor, ListQuery query, CancellationToken cancel)
    {
        var items = new List<ChangeView>();
        foreach (var (name, night) in files.SkipWhile(one => cursor is not null && one.Night.File!.Name != cursor.File))
        {
            var file = night.File!;
            if ((file.Solved ?? 0) + (file.Broken ?? 0) == 0)
            {
                continue;
            }

            await foreach (var record in reader.ReadChangesAsync(file, cursor?.File == file.Name ? cursor.Offset : 0, cancel))
            {
                if ((change is not null && record.Change != change) || !query.Finds(record.RegistrationCode ?? ""))
                {
                    continue;
                }

                if (items.Count == query.Limit)
                {
                    return (items, new NightCursor(file.Name, record.Offset, 0));
                }

                items.Add(new ChangeView(
                    night.Registry, name, record.Change, record.LocaldwhId, record.RegistrationCode, record.CreatedOn, record.ImplantDate, record.Day,
                    record.PreviousResult, record.Result, record.Since));
            }
        }

        return (items, null);
    }
}
