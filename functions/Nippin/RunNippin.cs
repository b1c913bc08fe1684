using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Audit;
using Ssp.Hd4dp;
using Ssp.Http;
using Ssp.Members;

namespace Ssp.Nippin;

/// <summary>Asks for tonight's validation now: of one registry, or of all. It takes the night's own way; one that is under way is not begun a second time.</summary>
public sealed class RunNippin(Access access, NightStore nights, RegistryCatalog catalog, AuditTrail audit, TimeProvider clock)
{
    private sealed record Wish(string? Registry);

    [Function(nameof(RunNippin))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/organizations/{organizationId}/nippin/run")] HttpRequest request,
        string organizationId, CancellationToken cancel)
    {
        var organization = (await access.EnterAsync(request, nameof(RunNippin), organizationId, cancel)).Organization;
        var wish = request.ContentLength is null or 0 && !request.HasJsonContentType() ? new Wish(null) : await Json.ReadAsync<Wish>(request, cancel);
        var wanted = catalog.Reimbursed.Select(one => one.Collection.Name).Where(name => wish.Registry is null || name == wish.Registry).ToList();
        if (wanted.Count == 0)
        {
            throw Problem.Invalid("registry", new Sentence("field.registry_unknown"));
        }

        var today = BelgianTime.DayOf(clock.GetUtcNow());
        await audit.DoAsync(
            request,
            new Deed("nippin_run", wish.Registry ?? "", organization.Id),
            async cancel =>
            {
                foreach (var name in wanted)
                {
                    await nights.AskAsync(organization, name, today, cancel);
                }
            });
        return Json.Answer(await NippinRegistryView.ListAsync(nights, catalog, organization, Texts.LanguageOf(request), cancel), StatusCodes.Status202Accepted);
    }
}
