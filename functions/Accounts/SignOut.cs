using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Audit;
using Ssp.Http;
using Ssp.Identity;

namespace Ssp.Accounts;

public sealed class SignOut(SessionStore sessions, AuditTrail audit, HttpSettings settings)
{
    [Function(nameof(SignOut))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/session")] HttpRequest request, CancellationToken cancel)
    {
        var me = request.Caller();
        await sessions.EndAsync(me.Session, cancel);
        SessionCookie.Clear(request.HttpContext.Response, settings);
        // Whoever wants to leave leaves, also when the trail cannot be written; so the note comes last.
        await audit.NoteAsync(request, new AuditAction("signed_out", me.Account.Email));
        return TypedResults.NoContent();
    }
}
