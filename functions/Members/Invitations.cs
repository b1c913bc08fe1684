using Microsoft.AspNetCore.Http;
using Ssp.Accounts;
using Ssp.Audit;
using Ssp.Http;
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
    /// <exception cref="Problem">409 password_unused_elsewhere, see <see cref="IsUnusedElsewhereAsync"/>.</exception>
    public async Task<(Account Account, TemporaryPassword? Password)> InviteAsync(
        HttpRequest request, EmailAddress email, Entry entry, CancellationToken cancel)
    {
        TemporaryPassword? password = null;
        while (true)
        {
            var account = await accounts.FindAsync(email.AccountId, cancel);
            if (account is null)
            {
                password ??= await passwords.NewAsync(entry.Account.Id, cancel);
                var made = new NewAccount(email, entry.Organization.Id);
                await memberships.AnnounceAsync(entry.Organization.Id, email.AccountId, made.Serial, cancel);
                if (await accounts.AddAsync(made, password.Hash, password.Until, cancel, byDpManager: !entry.IsUserManager) is { } added)
                {
                    return (added, password);
                }

                continue;
            }

            // Before the announcement, or a refusal would leave one that stands in the way of resets elsewhere; and after it, for what was announced meanwhile.
            await RequireNotUnusedElsewhereAsync(account, entry, cancel);
            await memberships.AnnounceAsync(entry.Organization.Id, account.Id, account.Serial, cancel);
            if (await NeedsPasswordAsync(account, entry, cancel))
            {
                await RequireNotUnusedElsewhereAsync(account, entry, cancel);
                password ??= await passwords.NewAsync(entry.Account.Id, cancel);
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

    /// <summary>
    /// Whether the account has an unused temporary password and opens organisations that the caller does not manage. A new password would be a way into
    /// those, and the old one, whoever holds it, a way into this one: first the person signs in and chooses their own, or a User Manager issues another.
    /// </summary>
    public async Task<bool> IsUnusedElsewhereAsync(Account account, Entry entry, CancellationToken cancel) =>
        !entry.IsUserManager && await NeedsPasswordAsync(account, entry, cancel) && await OpensElsewhereAsync(account, entry, cancel);

    private async Task RequireNotUnusedElsewhereAsync(Account account, Entry entry, CancellationToken cancel)
    {
        if (await IsUnusedElsewhereAsync(account, entry, cancel))
        {
            throw new Problem(StatusCodes.Status409Conflict, ProblemCodes.PasswordUnusedElsewhere);
        }
    }

    private async Task<bool> NeedsPasswordAsync(Account account, Entry entry, CancellationToken cancel) =>
        account.MustChangePassword && (entry.IsUserManager || !await accounts.IsUserManagerAsync(account, cancel));

    private async Task<Account?> ReissueAsync(HttpRequest request, Account account, TemporaryPassword password, Entry entry, CancellationToken cancel)
    {
        var others = await memberships.ListOfAccountAsync(account, cancel);
        var reissued = await accounts.IssuePasswordAsync(account, password.Hash, password.Until, cancel, byDpManager: !entry.IsUserManager);
        foreach (var place in reissued is null ? [] : others)
        {
            await audit.TryNoteAsync(request, new AuditAction("temporary_password_issued", account.Email, place.OrganizationId));
        }

        return reissued;
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
}
