using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Audit;
using Ssp.Http;
using Ssp.Identity;

namespace Ssp.Accounts;

/// <summary>Signs one of the person's own browsers out; an id of somebody else's session is unknown here.</summary>
public sealed class EndSession(SessionStore sessions, AuditTrail audit)
{
    [Function(nameof(EndSession))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/account/sessions/{sessionId}")] HttpRequest request,
        string sessionId, CancellationToken cancel)
    {
        var own = await sessions.ListAsync(request.Caller().Account, cancel);
        var ended = own.FirstOrDefault(one => one.Id == sessionId) ?? throw Problem.NotFound();
        await audit.DoAsync(request, new AuditAction("session_ended", ended.Device), untilDone => sessions.EndAsync(ended, untilDone));
        return TypedResults.NoContent();
    }
}
