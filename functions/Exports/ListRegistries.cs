using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Hd4dp;
using Ssp.Http;
using Ssp.Identity;

namespace Ssp.Exports;

/// <summary>What of an organisation can be exported to CSV: registries, their data collections, and the versions that have registrations.</summary>
public sealed class ListRegistries(Access access, Warehouse warehouse, RegistryCatalog catalog)
{
    private sealed record RegistryView(string Project, string Name, IReadOnlyList<CollectionView> Collections);

    private sealed record CollectionView(string Name, string Label, IReadOnlyList<string> Versions, long Registrations);

    [Function(nameof(ListRegistries))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/organizations/{organizationId}/registries")] HttpRequest request,
        string organizationId, CancellationToken cancel)
    {
        var organization = (await access.EnterAsync(request, nameof(ListRegistries), organizationId, cancel)).Organization;
        var language = Texts.LanguageOf(request);
        var found = await warehouse.ListCollectionsAsync(organization.Nihdi, cancel);
        var exportable = found
            .Select(one => (Found: one, Known: catalog.Find(one.Name)))
            .Where(one => one.Known is { Collection.Exportable: true })
            .GroupBy(one => one.Known!.Value.Registry)
            .Select(registry => new RegistryView(
                registry.Key.Project,
                registry.Key.NameIn(language),
                [
                    .. registry.GroupBy(one => one.Found.Name).Select(collection => new CollectionView(
                        collection.Key,
                        collection.First().Known!.Value.Collection.LabelIn(language),
                        [.. collection.Select(one => one.Found.Version)],
                        collection.Sum(one => one.Found.Registrations))),
                ]))
            .ToList();
        return Json.Answer(new Page<RegistryView>(exportable, NextCursor: null));
    }
}
