using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Http;
using Ssp.Identity;

namespace Ssp.Audit;

/// <summary>Whether an organisation's trail is still as it was recorded.</summary>
public sealed class VerifyEvents(Access access, AuditCheck check, CostlyCalls calls)
{
    [Function(nameof(VerifyEvents))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/organizations/{organizationId}/audit/verify")] HttpRequest request,
        string organizationId, CancellationToken cancel)
    {
        var entry = await access.EnterAsync(request, nameof(VerifyEvents), organizationId, cancel);
        var report = await calls.Checks.RunAsync(
            entry.Account.Id, () => check.CheckAsync(entry.Organization.Id, cancel), CostlyCalls.Patience, cancel);
        return Json.Answer(AuditCheckView.Of([report], report.Head, Texts.LanguageOf(request)));
    }
}
