using Microsoft.Extensions.Logging;

namespace Ssp.Accounts;

/// <summary>
/// The first User Manager, named by the setting BootstrapEmail. Their temporary password goes to the console, once; it is stored
/// only as a hash. When it was lost, a new word in the setting BootstrapReissue makes the next start issue another.
/// </summary>
public sealed class BootstrapUserManager(AccountStore accounts, PasswordHashes hashes, PortalSettings settings, TimeProvider clock, ILogger<BootstrapUserManager> log)
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

        var isOurs = await accounts.ClaimBootstrapAsync(email.AccountId, settings.BootstrapReissue ?? "", cancel);
        var isNew = await accounts.FindAsync(email.AccountId, cancel) is null;
        // Not ours, but named and without an account: a start died in between, and this one makes it good.
        if (!isOurs && !(isNew && await accounts.IsUserManagerAsync(email.AccountId, cancel)))
        {
            return;
        }

        var password = Secrets.NewTemporaryPassword();
        var until = clock.GetUtcNow() + settings.TemporaryPasswordLifetime;
        var hash = await hashes.HashAsync(password, cancel);
        if (!isNew)
        {
            await accounts.SetPasswordAsync(email, hash, until, cancel);
        }
        else if (!await accounts.AddAsync(email, hash, until, cancel))
        {
            // Another start was quicker; its password is the one that counts.
            return;
        }

        await console.WriteLineAsync(
            $"""

            The User Manager {email} signs in at {settings.PublicUrl} with this temporary password, which is shown only now
            and can be used until {until.UtcDateTime:yyyy-MM-dd HH:mm} UTC:

                {password}

            """.AsMemory(), cancel);
    }
}
