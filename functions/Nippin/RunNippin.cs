using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Audit;
using Ssp.Hd4dp;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Clock;

namespace Ssp.Nippin;

/// <summary>
/// Asks for tonight's validation now: of one registry, or of all. It takes the night's own way; one that is under way is not begun a second time.
/// </summary>
public sealed class RunNippin(Access access, NightStore nights, RegistryCatalog catalog, AuditTrail audit, TimeProvider clock)
{
    private sealed record Body(string? Registry);

    [Function(nameof(RunNippin))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/organizations/{organizationId}/nippin/run")] HttpRequest request,
        string organizationId, CancellationToken cancel)
    {
        var organization = (await access.EnterAsync(request, nameof(RunNippin), organizationId, cancel)).Organization;
        var body = request.ContentLength is null or 0 && !request.HasJsonContentType() ? new Body(null) : await Json.ReadAsync<Body>(request, cancel);
        var wanted = catalog.Reimbursed.Select(one => one.Collection.Name).Where(name => body.Registry is null || name == body.Registry).ToList();
        if (wanted.Count == 0)
        {
            throw Problem.Invalid("registry", Sentences.Field.RegistryUnknown);
        }

        var today = BelgianTime.DayOf(clock.GetUtcNow());
        await audit.DoAsync(
            request,
            new AuditAction("nippin_run", body.Registry ?? "", organization.Id),
            async untilDone =>
            {
                foreach (var name in wanted)
                {
                    await nights.AskAsync(organization, name, today, untilDone);
                }
            });
        return Json.Answer(await NippinRegistryView.ListAsync(nights, catalog, organization, Texts.LanguageOf(request), cancel), StatusCodes.Status202Accepted);
    }
}
