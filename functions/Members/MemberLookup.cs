using Microsoft.AspNetCore.Http;
using Ssp.Http;
using Ssp.Identity;

namespace Ssp.Members;

/// <summary>One member as a manager works on them.</summary>
public sealed record ManagedMember(Entry Entry, Account Account, Membership Membership, ManagedMemberView View);

/// <summary>Finds the member a call is about, behind the door.</summary>
public sealed class MemberLookup(Access access, AccountStore accounts, MembershipStore memberships, TimeProvider clock)
{
    /// <exception cref="Problem">What the door says, and 404 when the account is no member here.</exception>
    public async Task<ManagedMember> RequireAsync(HttpRequest request, string function, string organizationId, string accountId, CancellationToken cancel)
    {
        var entry = await access.EnterAsync(request, function, organizationId, cancel);
        return await FindAsync(entry, accountId, cancel) ?? throw Problem.NotFound();
    }

    public async Task<ManagedMember?> FindAsync(Entry entry, string accountId, CancellationToken cancel) =>
        await accounts.FindAsync(AccountStore.IdOrNobodys(accountId), cancel) is { } account
        && await memberships.FindAsync(entry.Organization.Id, account, cancel) is { } membership
            ? new ManagedMember(entry, account, membership, await ViewOfAsync(membership, account, cancel))
            : null;

    public async Task<ManagedMemberView> ViewOfAsync(Membership membership, Account account, CancellationToken cancel) =>
        ManagedMemberView.Of(membership, account, await accounts.IsUserManagerAsync(account, cancel), clock.GetUtcNow());

    /// <summary>Rewrites the account row, as every change of a membership does, see <see cref="AccountStore.RewriteAsync"/>.</summary>
    public async Task RewriteAccountAsync(Account account, CancellationToken cancel)
    {
        for (var current = account; current?.Serial == account.Serial; current = await accounts.FindAsync(account.Id, cancel))
        {
            if (await accounts.RewriteAsync(current, cancel) is not null)
            {
                return;
            }
        }
    }
}
