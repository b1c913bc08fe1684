using Microsoft.AspNetCore.Http;
using Ssp.Accounts;
using Ssp.Audit;

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
    public async Task<(Account Account, TemporaryPassword? Password)> InviteAsync(HttpRequest request, EmailAddress email, Entry entry, CancellationToken cancel)
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
                if (await accounts.IssuePasswordAsync(account, password.Hash, password.Until, cancel, byDpManager: !entry.IsUserManager) is { } reissued)
                {
                    await TellOthersAsync(request, reissued, entry, cancel);
                    return (reissued, password);
                }
            }
            else if (await accounts.RewriteAsync(account, cancel) is { } rewritten)
            {
                return (rewritten, null);
            }
        }
    }

    // Every other organisation the account opens learns that its password was replaced, and by whom.
    private async Task TellOthersAsync(HttpRequest request, Account account, Entry entry, CancellationToken cancel)
    {
        foreach (var place in (await memberships.ListOfAccountAsync(account, cancel)).Where(place => place.OrganizationId != entry.Organization.Id))
        {
            await audit.TryNoteAsync(request, new Deed("temporary_password_issued", account.Email, place.OrganizationId));
        }
    }
}
