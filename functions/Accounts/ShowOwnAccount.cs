using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Http;
using Ssp.Identity;

namespace Ssp.Accounts;

/// <summary>What a person should know of their own account: when they last signed in, and who else tried.</summary>
public sealed class ShowOwnAccount(SignInThrottle throttle)
{
    [Function(nameof(ShowOwnAccount))]
    public async Task<IResult> Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/account")] HttpRequest request, CancellationToken cancel)
    {
        var me = request.Caller().Account;
        return Json.Answer(new { me.Id, me.Email, me.LastSignIn, FailedSignIns = await throttle.ListFailuresAsync(me.Id, cancel) });
    }
}
