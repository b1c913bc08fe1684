using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Hd4dp;
using Ssp.Http;
using Ssp.Identity;

namespace Ssp.Nippin;

/// <summary>The reimbursed registries, and how the last night went for each.</summary>
public sealed class ListNippinRegistries(Access access, NightStore nights, RegistryCatalog catalog)
{
    [Function(nameof(ListNippinRegistries))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/organizations/{organizationId}/nippin/registries")] HttpRequest request,
        string organizationId, CancellationToken cancel)
    {
        var entry = await access.EnterAsync(request, nameof(ListNippinRegistries), organizationId, cancel);
        return Json.Answer(await NippinRegistryView.ListAsync(nights, catalog, entry.Organization, Texts.LanguageOf(request), cancel));
    }
}
