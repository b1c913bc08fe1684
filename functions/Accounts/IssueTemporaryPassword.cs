using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Audit;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Storage;

namespace Ssp.Accounts;

/// <summary>
/// A new temporary password for somebody who lost theirs, shown once; the old password and all sessions end. A DP Manager may do it only where
/// it opens nothing else and no role that they could not give: every organisation of the account is one they manage, and it is neither a User Manager's
/// nor another DP Manager's.
/// </summary>
public sealed class IssueTemporaryPassword(Access access, AccountStore accounts, MembershipStore memberships, TemporaryPasswords passwords, AuditTrail audit)
{
    [Function(nameof(IssueTemporaryPassword))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/accounts/{accountId}/temporary-password")] HttpRequest request,
        string accountId, CancellationToken cancel)
    {
        var (found, within) = await access.ReachAsync(request, nameof(IssueTemporaryPassword), accountId, cancel);
        if (found.Id == request.Caller().Account.Id)
        {
            throw new Problem(StatusCodes.Status409Conflict, ProblemCodes.OwnPassword);
        }

        var password = await passwords.NewAsync(request.Caller().Account.Id, cancel);
        // Every organisation the account opens learns of it.
        var memberOf = await memberships.ListOfAccountAsync(found, cancel);
        var places = memberOf.Select(place => place.OrganizationId).OrderBy(place => place.ToString(), StringComparer.Ordinal).ToList();
        var action = new AuditAction("temporary_password_issued", found.Email);
        OrganizationId? here = within is null ? null : places.Any(within.Contains) ? places.First(within.Contains) : throw Problem.Hidden();
        await audit.DoAsync(request, action with { OrganizationId = here }, untilDone => IssueAsync(found, within, password, untilDone));
        foreach (var place in places.Where(place => place != here))
        {
            await audit.TryNoteAsync(request, action with { OrganizationId = place });
        }

        return Json.Answer(new { TemporaryPassword = password.Text, TemporaryUntil = password.Until });
    }

    private async Task IssueAsync(Account found, IReadOnlySet<OrganizationId>? within, TemporaryPassword password, CancellationToken cancel)
    {
        for (var account = found; account?.Serial == found.Serial; account = await accounts.FindAsync(found.Id, cancel))
        {
            if (within is not null)
            {
                await RequireNothingElseAsync(account, within, cancel);
            }

            if (await accounts.IssuePasswordAsync(account, password.Hash, password.Until, cancel, byDpManager: within is not null) is not null)
            {
                return;
            }
        }

        throw Problem.NotFound();
    }

    // Whoever adds the account somewhere meanwhile, ends a membership or makes it a User Manager rewrites its row, and the next round sees that.
    private async Task RequireNothingElseAsync(Account account, IReadOnlySet<OrganizationId> within, CancellationToken cancel)
    {
        // Also a place the account is only about to get counts.
        if (await accounts.IsUserManagerAsync(account, cancel) || !(await memberships.ListPlacesAsync(account.Id, cancel)).All(within.Contains))
        {
            throw NeedsUserManager();
        }

        var memberOf = await memberships.ListOfAccountAsync(account, cancel);
        if (memberOf.Count == 0)
        {
            throw Problem.Hidden();
        }

        if (memberOf.Any(membership => membership.Has(Role.DpManager)))
        {
            throw NeedsUserManager();
        }
    }

    private static Problem NeedsUserManager() => new(StatusCodes.Status403Forbidden, ProblemCodes.ResetNeedsUserManager) { IsRefusal = true };
}
