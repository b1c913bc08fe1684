using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Http;
using Ssp.Identity;

namespace Ssp.Audit;

/// <summary>What happened anywhere in the portal, newest first.</summary>
public sealed class ListAllEvents(Access access, AuditStore store, AuditReader trail)
{
    [Function(nameof(ListAllEvents))]
    public async Task<IResult> Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/audit")] HttpRequest request, CancellationToken cancel)
    {
        await access.RequireAsync(request, nameof(ListAllEvents), cancel);
        var query = AuditQuery.Of(request, chain: null);
        var chains = (await store.ListChainsAsync(cancel)).Select(end => end.Chain).ToList();
        return query.After is { } after && !chains.Contains(after.Chain)
            ? throw AuditQuery.NoCursor()
            : Json.Answer(AuditPageView.Of(await trail.ReadAsync(chains, query, request.Caller().Account.Id, cancel)));
    }
}
