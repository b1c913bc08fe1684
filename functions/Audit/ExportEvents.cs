using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Http;
using Ssp.Identity;

namespace Ssp.Audit;

/// <summary>An organisation's events as a CSV file, by the same filters as <see cref="ListEvents"/>.</summary>
public sealed class ExportEvents(Access access, AuditReader reader, AuditTrail trail, TimeProvider clock, CostlyCalls calls)
{
    [Function(nameof(ExportEvents))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/organizations/{organizationId}/audit/file")] HttpRequest request,
        string organizationId, CancellationToken cancel)
    {
        var organization = (await access.EnterAsync(request, nameof(ExportEvents), organizationId, cancel)).Organization;
        var query = AuditQuery.Of(request, organization.Id);
        Task NoteAsync() => trail.NoteAsync(request, new AuditAction("audit_exported", organization.Title, organization.Id));
        var events = reader.ReadAllAsync([organization.Id], query, CancellationToken.None);
        return AuditCsv.Answer(request, calls.Files, NoteAsync, events, organization.Nihdi, clock.GetUtcNow());
    }
}
