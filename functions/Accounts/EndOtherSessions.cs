using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Ssp.Accounts;

/// <summary>Signs the person out everywhere but here.</summary>
public sealed class EndOtherSessions(SessionStore sessions)
{
    [Function(nameof(EndOtherSessions))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/account/sessions")] HttpRequest request, CancellationToken cancel)
    {
        var me = request.Caller();
        foreach (var other in (await sessions.ListAsync(me.Account, cancel)).Where(one => one.SecretHash != me.Session.SecretHash))
        {
            await sessions.EndAsync(other, cancel);
        }

        return TypedResults.NoContent();
    }
}
