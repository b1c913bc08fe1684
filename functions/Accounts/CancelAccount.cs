using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Audit;
using Ssp.Http;
using Ssp.Identity;

namespace Ssp.Accounts;

/// <summary>
/// Removes an account completely. Once its row is gone nobody can sign in with it or is signed in with it, and its memberships count for
/// nothing; what is removed after that is only rubbish.
/// </summary>
public sealed class CancelAccount(Access access, AccountStore accounts, SessionStore sessions, MembershipStore memberships, AuditTrail audit)
{
    [Function(nameof(CancelAccount))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/accounts/{accountId}")] HttpRequest request,
        string accountId, CancellationToken cancel)
    {
        await access.RequireAsync(request, nameof(CancelAccount), cancel);
        var account = await accounts.FindAsync(AccountStore.IdOrNobodys(accountId), cancel) ?? throw Problem.NotFound();
        var places = await memberships.ListOfAccountAsync(account, cancel);
        var action = new AuditAction("account_cancelled", account.Email);
        await audit.DoAsync(request, action, untilDone => CancelAsync(account, untilDone));
        foreach (var place in places)
        {
            await audit.TryNoteAsync(request, action with { OrganizationId = place.OrganizationId });
        }

        return TypedResults.NoContent();
    }

    private async Task CancelAsync(Account account, CancellationToken cancel)
    {
        if (!await accounts.SetUserManagerAsync(account, false, cancel))
        {
            throw new Problem(StatusCodes.Status409Conflict, ProblemCodes.LastUserManager);
        }

        await accounts.RemoveAsync(account, cancel);
        await memberships.ClearAsync(account, cancel);
        await sessions.ClearAsync(account, cancel);
    }
}
