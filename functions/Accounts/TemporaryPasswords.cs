using Ssp.Storage;

namespace Ssp.Accounts;

/// <summary>A temporary password, known in clear only to whoever made it and the one answer that shows it.</summary>
/// <param name="Text">What to hand over.</param>
/// <param name="Hash">What is stored.</param>
/// <param name="Until">When it expires.</param>
public sealed record TemporaryPassword(string Text, string Hash, DateTimeOffset Until);

/// <summary>Makes temporary passwords; nobody can choose one.</summary>
public sealed class TemporaryPasswords(PasswordHashes hashes, AccountSettings settings, TimeProvider clock)
{
    /// <param name="asker">Who has it made, see <see cref="PasswordHashes.HashAsync"/>.</param>
    public async Task<TemporaryPassword> NewAsync(string asker, CancellationToken cancel)
    {
        var text = Secrets.NewTemporaryPassword();
        return new TemporaryPassword(text, await hashes.HashAsync(asker, text, cancel), clock.GetUtcNow() + settings.TemporaryPasswordLifetime);
    }
}
