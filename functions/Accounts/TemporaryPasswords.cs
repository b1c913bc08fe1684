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
    // Whoever may make them can also import a hundred at once, one after the other.
    private const string Turn = "temporary passwords";

    public async Task<TemporaryPassword> NewAsync(CancellationToken cancel)
    {
        var text = Secrets.NewTemporaryPassword();
        return new TemporaryPassword(text, await hashes.HashAsync(Turn, text, cancel), clock.GetUtcNow() + settings.TemporaryPasswordLifetime);
    }
}
