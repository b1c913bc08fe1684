using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Audit;
using Ssp.Http;
using Ssp.Members;

namespace Ssp.Accounts;

/// <summary>Makes somebody a User Manager, or no longer one; never the last.</summary>
public sealed class ChangeUserManager(Access access, AccountStore accounts, ManagedAccounts managed, AuditTrail audit)
{
    private sealed record Wish(bool? IsUserManager);

    [Function(nameof(ChangeUserManager))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "api/accounts/{accountId}")] HttpRequest request, string accountId, CancellationToken cancel)
    {
        await access.RequireAsync(request, nameof(ChangeUserManager), cancel);
        var account = await accounts.FindAsync(AccountStore.IdOrNobodys(accountId), cancel) ?? throw Problem.NotFound();
        var before = await managed.OfAsync(account, within: null, cancel);
        EntityTag.RequireMatch(request, before.ETag, before);
        var wanted = (await Json.ReadAsync<Wish>(request, cancel)).IsUserManager ?? throw Problem.Invalid("isUserManager", new Sentence("field.choose_one"));
        await audit.DoAsync(
            request,
            new Deed(wanted ? "user_manager_added" : "user_manager_removed", account.Email),
            async cancel =>
            {
                if (!await accounts.SetUserManagerAsync(account, wanted, cancel))
                {
                    throw new Problem(StatusCodes.Status409Conflict, "last_user_manager");
                }
            });

        var after = await managed.OfAsync(account, within: null, cancel);
        request.HttpContext.Response.Headers.ETag = after.ETag;
        return Json.Answer(after);
    }
}
