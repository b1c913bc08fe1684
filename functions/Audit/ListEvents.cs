using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Http;
using Ssp.Identity;

namespace Ssp.Audit;

/// <summary>What happened in an organisation, newest first.</summary>
public sealed class ListEvents(Access access, AuditReader trail)
{
    [Function(nameof(ListEvents))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/organizations/{organizationId}/audit")] HttpRequest request,
        string organizationId, CancellationToken cancel)
    {
        var chain = (await access.EnterAsync(request, nameof(ListEvents), organizationId, cancel)).Organization.Id;
        var query = AuditQuery.Of(request, chain);
        return Json.Answer(AuditPageView.Of(await trail.ReadAsync([chain], query, request.Caller().Account.Id, cancel)));
    }
}
