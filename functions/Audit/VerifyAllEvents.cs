using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Http;
using Ssp.Identity;

namespace Ssp.Audit;

/// <summary>Whether every trail of the portal is still as it was recorded.</summary>
public sealed class VerifyAllEvents(Access access, AuditCheck check, CostlyCalls calls)
{
    [Function(nameof(VerifyAllEvents))]
    public async Task<IResult> Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/audit/verify")] HttpRequest request, CancellationToken cancel)
    {
        await access.RequireAsync(request, nameof(VerifyAllEvents), cancel);
        var reports = await calls.Checks.RunAsync(
            request.Caller().Account.Id, () => check.CheckAllAsync(cancel).ToListAsync(cancel).AsTask(), CostlyCalls.Patience, cancel);
        return Json.Answer(AuditCheckView.Of(reports, reports.Count == 0 ? null : AuditCheck.SealOf(reports), Texts.LanguageOf(request)));
    }
}
