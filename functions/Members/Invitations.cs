using Microsoft.AspNetCore.Http;
using Ssp.Accounts;
using Ssp.Audit;
using Ssp.Identity;

namespace Ssp.Members;

/// <summary>
/// Brings an account to the threshold of an organisation. After it, <see cref="MembershipStore.AddAsync"/> makes it a member. Between the two
/// nobody else can reset its password: a reset looks for announced places, and where it looked before the announcement its write fails.
/// </summary>
public sealed class Invitations(AccountStore accounts, MembershipStore memberships, TemporaryPasswords passwords, AuditTrail audit)
{
    /// <returns>
    /// The account, made now if there was none, and the temporary password to hand over: for a new account, and for one that still has an
    /// unused one. That one dies, or whoever issued it could sign in here. A User Manager's is left alone unless a User Manager asks.
    /// </returns>
    public async Task<(Account Account, TemporaryPassword? Password)> InviteAsync(
        HttpRequest request, EmailAddress email, Entry entry, CancellationToken cancel)
    {
        TemporaryPassword? password = null;
        while (true)
        {
            var account = await accounts.FindAsync(email.AccountId, cancel);
            if (account is null)
            {
                password ??= await passwords.NewAsync(cancel);
                var made = new NewAccount(email, entry.Organization.Id);
                await memberships.AnnounceAsync(entry.Organization.Id, email.AccountId, made.Serial, cancel);
                if (await accounts.AddAsync(made, password.Hash, password.Until, cancel, byDpManager: !entry.IsUserManager) is { } added)
                {
                    return (added, password);
                }

                continue;
            }

            await memberships.AnnounceAsync(entry.Organization.Id, account.Id, account.Serial, cancel);
            if (account.MustChangePassword && (entry.IsUserManager || !await accounts.IsUserManagerAsync(account, cancel)))
            {
                password ??= await passwords.NewAsync(cancel);
                if (await ReissueAsync(request, account, password, entry, cancel) is { } reissued)
                {
                    return (reissued, password);
                }
            }
            else if (await accounts.RewriteAsync(account, cancel) is { } rewritten)
            {
                return (rewritten, null);
            }
        }
    }

    // A DP Manager would hold a password that opens organisations they do not manage. Nobody has used the account yet, so it begins anew:
    // what others gave it under the old password ends, and they may add the person again.
    private async Task<Account?> ReissueAsync(HttpRequest request, Account account, TemporaryPassword password, Entry entry, CancellationToken cancel)
    {
        var others = await memberships.ListOfAccountAsync(account, cancel);
        if (entry.IsUserManager || !await OpensElsewhereAsync(account, entry, cancel))
        {
            var reissued = await accounts.IssuePasswordAsync(account, password.Hash, password.Until, cancel, byDpManager: !entry.IsUserManager);
            await TellAsync(request, reissued is null ? [] : others, account, "temporary_password_issued", null);
            return reissued;
        }

        if (await accounts.RenewAsync(account, password.Hash, password.Until, cancel) is not { } renewed)
        {
            return null;
        }

        await memberships.AnnounceAsync(entry.Organization.Id, renewed.Id, renewed.Serial, cancel);
        await memberships.ClearAsync(account, cancel);
        await TellAsync(request, others, account, "member_removed", "the temporary password was unused, and another organisation has issued a new one");
        return renewed;
    }

    // Also a place the account is only about to get counts, as for a reset.
    private async Task<bool> OpensElsewhereAsync(Account account, Entry entry, CancellationToken cancel)
    {
        foreach (var place in await memberships.ListPlacesAsync(account.Id, cancel))
        {
            if (place != entry.Organization.Id && (await memberships.FindAsync(place, entry.Account, cancel))?.Has(Role.DpManager) != true)
            {
                return true;
            }
        }

        return false;
    }

    private async Task TellAsync(HttpRequest request, IEnumerable<Membership> places, Account account, string action, string? details)
    {
        foreach (var place in places)
        {
            await audit.TryNoteAsync(request, new AuditAction(action, account.Email, place.OrganizationId, details));
        }
    }
}
