using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Audit;
using Ssp.Identity;
using Ssp.Storage;

namespace Ssp.Accounts;

/// <summary>Signs the person out everywhere but here.</summary>
public sealed class EndOtherSessions(SessionStore sessions, AuditTrail audit)
{
    [Function(nameof(EndOtherSessions))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/account/sessions")] HttpRequest request, CancellationToken cancel)
    {
        var me = request.Caller();
        foreach (var other in (await sessions.ListAsync(me.Account, cancel)).Where(one => !Secrets.Same(one.SecretHash, me.Session.SecretHash)))
        {
            await audit.DoAsync(request, new AuditAction("session_ended", other.Device), untilDone => sessions.EndAsync(other, untilDone));
        }

        return TypedResults.NoContent();
    }
}
