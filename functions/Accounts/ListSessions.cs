using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Storage;

namespace Ssp.Accounts;

/// <summary>The browsers in which a person is signed in at the moment.</summary>
public sealed class ListSessions(SessionStore sessions)
{
    private sealed record SessionView(string Id, string Device, string? Address, DateTimeOffset BegunAt, DateTimeOffset LastSeen, bool IsCurrent);

    [Function(nameof(ListSessions))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/account/sessions")] HttpRequest request, CancellationToken cancel)
    {
        var me = request.Caller();
        var own = await sessions.ListAsync(me.Account, cancel);
        var views = own.Select(one => new SessionView(
            one.Id, one.Device, one.Address, one.BegunAt, one.LastSeen, Secrets.Same(one.SecretHash, me.Session.SecretHash)));
        return Json.Answer(new Page<SessionView>([.. views], NextCursor: null));
    }
}
