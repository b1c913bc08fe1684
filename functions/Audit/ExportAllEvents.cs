using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Http;
using Ssp.Identity;

namespace Ssp.Audit;

/// <summary>All events as a CSV file, by the same filters as <see cref="ListAllEvents"/>.</summary>
public sealed class ExportAllEvents(Access access, AuditStore store, AuditReader reader, AuditTrail trail, TimeProvider clock, CostlyCalls calls)
{
    [Function(nameof(ExportAllEvents))]
    public async Task<IResult> Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/audit/file")] HttpRequest request, CancellationToken cancel)
    {
        await access.RequireAsync(request, nameof(ExportAllEvents), cancel);
        var query = AuditQuery.Of(request, chain: null);
        Task NoteAsync() => trail.NoteAsync(request, new AuditAction("audit_exported", "portal"));
        var chains = (await store.ListChainsAsync(cancel)).Select(end => end.Chain).ToList();
        return AuditCsv.Answer(request, calls.Files, NoteAsync, reader.ReadAllAsync(chains, query, CancellationToken.None), "all", clock.GetUtcNow());
    }
}
