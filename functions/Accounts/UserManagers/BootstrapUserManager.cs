using Ssp.Audit;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Storage;

namespace Ssp.Accounts.UserManagers;

/// <summary>
/// The first User Manager, named by the setting BootstrapEmail. Their temporary password goes to the console, once; it is stored
/// only as a hash. When it was lost, a new word in the setting BootstrapReissue makes the next start issue another.
/// </summary>
public sealed class BootstrapUserManager(AccountStore accounts, TemporaryPasswords passwords, AuditTrail audit, AccountSettings settings, HttpSettings http)
{
    public async Task RunAsync(TextWriter console, CancellationToken cancel)
    {
        if (settings.BootstrapEmail is null)
        {
            return;
        }

        if (!EmailAddress.TryParse(settings.BootstrapEmail, out var email))
        {
            await console.WriteLineAsync("The setting BootstrapEmail is not an e-mail address; no User Manager was made.".AsMemory(), cancel);
            return;
        }

        var existing = await accounts.FindAsync(email.AccountId, cancel);
        var word = settings.BootstrapReissue ?? "";
        if (!await accounts.MayBootstrapAsync(word, cancel) && (existing is not null || await accounts.FindClaimedSerialAsync(email.AccountId, cancel) is null))
        {
            return;
        }

        var action = existing is null
            ? new AuditAction("user_manager_added", email.Value, Details: "by the setting BootstrapEmail")
            : new AuditAction("temporary_password_issued", email.Value, Details: "by the setting BootstrapReissue");
        var password = await audit.DoAsync(
            AuditActor.Portal(),
            action,
            untilDone => ClaimAsync(email, existing, word, untilDone),
            made => made is null ? action with { Details = "another start of the portal was quicker" } : action);
        if (password is null)
        {
            return;
        }

        await console.WriteLineAsync(
            $"""

            The User Manager {email} signs in at {http.PublicUrl} with this temporary password, which is shown only now
            and can be used until {password.Until.UtcDateTime:yyyy-MM-dd HH:mm} UTC:

                {password.Text}

            """.AsMemory(), cancel);
    }

    /// <returns>The password that counts, or null when another start issued it.</returns>
    private async Task<TemporaryPassword?> ClaimAsync(EmailAddress email, Account? existing, string word, CancellationToken cancel)
    {
        var serial = existing?.Serial ?? Secrets.NewId();
        if (!await accounts.ClaimBootstrapAsync(email.AccountId, serial, word, cancel))
        {
            // Not ours. Named without an account: a start died in between, and this one makes it good.
            if (existing is not null || await accounts.FindClaimedSerialAsync(email.AccountId, cancel) is not { } claimed)
            {
                return null;
            }

            serial = claimed;
        }

        var password = await passwords.NewAsync(email.AccountId, cancel);
        if (existing is not null)
        {
            await IssueAsync(existing, password, cancel);
            return password;
        }

        return await accounts.AddAsync(new NewAccount(email, serial, CreatedIn: null), password.Hash, password.Until, cancel) is null ? null : password;
    }

    // A sign-in that notes its time on the same row is no reason to give up.
    private async Task IssueAsync(Account existing, TemporaryPassword password, CancellationToken cancel)
    {
        for (var account = existing; account is not null; account = await accounts.FindAsync(existing.Id, cancel))
        {
            if (await accounts.IssuePasswordAsync(account, password.Hash, password.Until, cancel) is not null)
            {
                return;
            }
        }
    }
}
