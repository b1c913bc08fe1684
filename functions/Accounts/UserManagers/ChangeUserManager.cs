using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Audit;
using Ssp.Http;
using Ssp.Identity;

namespace Ssp.Accounts.UserManagers;

/// <summary>
/// Makes somebody a User Manager, or no longer one; never the last. Nobody becomes one whose last temporary password was
/// handed to a DP Manager: the DP Manager could have signed in with it first, and chosen the password of now.
/// </summary>
public sealed class ChangeUserManager(Access access, AccountStore accounts, ManagedAccounts managed, AuditTrail audit)
{
    private sealed record Body(bool? IsUserManager);

    [Function(nameof(ChangeUserManager))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "api/accounts/{accountId}")] HttpRequest request,
        string accountId, CancellationToken cancel)
    {
        await access.RequireAsync(request, nameof(ChangeUserManager), cancel);
        var account = await accounts.FindAsync(AccountStore.IdOrNobodys(accountId), cancel) ?? throw Problem.NotFound();
        var before = await managed.OfAsync(account, within: null, cancel);
        EntityTag.RequireMatch(request, before.ETag, before);
        var wanted = (await Json.ReadAsync<Body>(request, cancel)).IsUserManager ?? throw Problem.Invalid("isUserManager", Sentences.Field.ChooseOne);
        await audit.DoAsync(
            request,
            new AuditAction(wanted ? "user_manager_added" : "user_manager_removed", account.Email),
            untilDone => ChangeAsync(account, wanted, untilDone));

        var after = await managed.OfAsync(account, within: null, cancel);
        request.HttpContext.Response.Headers.ETag = after.ETag;
        return Json.Answer(after);
    }

    private async Task ChangeAsync(Account account, bool wanted, CancellationToken cancel)
    {
        if (wanted && account.IssuedByDpManager)
        {
            throw KnownToOthers();
        }

        if (!await accounts.SetUserManagerAsync(account, wanted, cancel))
        {
            throw new Problem(StatusCodes.Status409Conflict, ProblemCodes.LastUserManager);
        }

        // A DP Manager's reset that began before fails on the rewritten row, and its next look finds a User Manager; one that came first is undone here.
        for (var current = account; wanted && await accounts.RewriteAsync(current, cancel) is null;)
        {
            var found = await accounts.FindAsync(account.Id, cancel);
            if (found?.Serial != account.Serial || found.IssuedByDpManager)
            {
                await accounts.SetUserManagerAsync(account, false, cancel);
                throw found?.Serial == account.Serial ? KnownToOthers() : Problem.NotFound();
            }

            current = found;
        }
    }

    private static Problem KnownToOthers() => new(StatusCodes.Status409Conflict, ProblemCodes.PasswordKnownToOthers);
}
