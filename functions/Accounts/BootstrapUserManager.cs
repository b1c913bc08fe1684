using Microsoft.Extensions.Logging;
using Ssp.Audit;
using Ssp.Http;

namespace Ssp.Accounts;

/// <summary>
/// The first User Manager, named by the setting BootstrapEmail. Their temporary password goes to the console, once; it is stored
/// only as a hash. When it was lost, a new word in the setting BootstrapReissue makes the next start issue another.
/// </summary>
public sealed class BootstrapUserManager(AccountStore accounts, TemporaryPasswords passwords, AuditTrail audit, PortalSettings settings, ILogger<BootstrapUserManager> log)
{
    public async Task RunAsync(TextWriter console, CancellationToken cancel)
    {
        if (settings.BootstrapEmail is null)
        {
            return;
        }

        if (!EmailAddress.TryParse(settings.BootstrapEmail, out var email))
        {
            log.LogError("The setting BootstrapEmail is not an e-mail address; no User Manager was made.");
            return;
        }

        var existing = await accounts.FindAsync(email.AccountId, cancel);
        var serial = existing?.Serial ?? Secrets.NewId();
        if (!await accounts.ClaimBootstrapAsync(email.AccountId, serial, settings.BootstrapReissue ?? "", cancel))
        {
            // Not ours. Named without an account: a start died in between, and this one makes it good.
            if (existing is not null || await accounts.FindClaimedSerialAsync(email.AccountId, cancel) is not { } claimed)
            {
                return;
            }

            serial = claimed;
        }

        var password = await passwords.NewAsync(cancel);
        if (existing is not null)
        {
            await IssueAsync(existing, password, cancel);
        }
        else if (await accounts.AddAsync(new NewAccount(email, serial, CreatedIn: null), password.Hash, password.Until, cancel) is null)
        {
            // Another start was quicker; its password is the one that counts.
            return;
        }

        await NoteAsync(email, existing is null ? "account made by the setting BootstrapEmail" : "temporary password issued by the setting BootstrapReissue");
        await console.WriteLineAsync(
            $"""

            The User Manager {email} signs in at {settings.PublicUrl} with this temporary password, which is shown only now
            and can be used until {password.Until.UtcDateTime:yyyy-MM-dd HH:mm} UTC:

                {password.Text}

            """.AsMemory(), cancel);
    }

    // The password is made by now; a trail that cannot be written must not keep it from the console.
    private async Task NoteAsync(EmailAddress email, string details)
    {
        try
        {
            await audit.NoteAsync(Doer.Portal(), new Deed("user_manager_added", email.Value, Details: details));
        }
        catch (Problem)
        {
            log.LogError("The trail could not be told of the first User Manager: {Details}", details);
        }
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
