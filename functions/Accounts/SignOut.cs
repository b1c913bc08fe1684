using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Ssp.Accounts;

public sealed class SignOut(SessionStore sessions, PortalSettings settings)
{
    [Function(nameof(SignOut))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/session")] HttpRequest request, CancellationToken cancel)
    {
        await sessions.EndAsync(request.Caller().Session, cancel);
        SessionCookie.Clear(request.HttpContext.Response, settings);
        return TypedResults.NoContent();
    }
}
