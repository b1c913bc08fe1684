using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Http;
using Ssp.Identity;

namespace Ssp.Accounts;

/// <summary>One person as managers see them. A DP Manager is told of memberships in their own organisations only.</summary>
public sealed class ShowAccount(Access access, ManagedAccounts managed)
{
    [Function(nameof(ShowAccount))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/accounts/{accountId}")] HttpRequest request, string accountId, CancellationToken cancel)
    {
        var (account, within) = await access.ReachAsync(request, nameof(ShowAccount), accountId, cancel);
        var view = await managed.OfAsync(account, within, cancel);
        request.HttpContext.Response.Headers.ETag = view.ETag;
        return Json.Answer(view);
    }
}
