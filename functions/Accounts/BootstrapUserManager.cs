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

        if (!await accounts.ClaimBootstrapAsync(email.AccountId, settings.BootstrapReissue ?? "", cancel))
        {
            return;
        }

        var password = Secrets.NewTemporaryPassword();
        var until = clock.GetUtcNow() + settings.TemporaryPasswordLifetime;
        await accounts.SetPasswordAsync(email, await hashes.HashAsync(password, cancel), until, cancel);
        await console.WriteLineAsync(
            $"""

            The User Manager {email} signs in at {settings.PublicUrl} with this temporary password, which is shown only now
            and can be used until {until.UtcDateTime:yyyy-MM-dd HH:mm} UTC:

                {password}

            """.AsMemory(), cancel);
    }
}
