using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Ssp.Http;
using Ssp.Storage;

namespace Ssp.Accounts;

/// <summary>What checking a password against a stored hash found.</summary>
public enum PasswordCheck
{
    Wrong,
    Right,

    /// <summary>Right, and the hash was made with weaker parameters than today's.</summary>
    RightButWeak,
}

/// <summary>
/// Password hashes by ASP.NET Core Identity (PBKDF2-HMAC-SHA512). Hashing is costly on purpose; only so many run at once
/// that a flood of sign-ins leaves a core to everybody else, and those who wait take turns.
/// </summary>
public sealed class PasswordHashes
{
    // At the beginning of a shift a whole ward signs in from one address.
    private const int MaxEach = 32;
    private const int MaxWaiting = 512;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly int iterations;
    private readonly PasswordHasher<object> hasher;
    private readonly Lane lane = new(Math.Max(1, Environment.ProcessorCount - 1), MaxEach, MaxWaiting);
    private readonly Lazy<string> nobodysHash;

    /// <param name="iterations">Rounds of PBKDF2 for new hashes; a hash with fewer is <see cref="PasswordCheck.RightButWeak"/>.</param>
    public PasswordHashes(int iterations)
    {
        this.iterations = iterations;
        hasher = new PasswordHasher<object>(Options.Create(new PasswordHasherOptions { IterationCount = iterations }));
        nobodysHash = new Lazy<string>(() => hasher.HashPassword(this, Secrets.NewSessionSecret()));
    }

    /// <param name="asker">Whose turn it is, see <see cref="Lane"/>.</param>
    public Task<string> HashAsync(string asker, string password, CancellationToken cancel) =>
        InTurnAsync(asker, () => Task.FromResult(hasher.HashPassword(this, Normal(password))), cancel);

    /// <summary>Checks within the caller's turn, see <see cref="InTurnAsync"/>.</summary>
    /// <param name="hash">The stored hash; null when there is no such account: the same work is done, and the answer is Wrong.</param>
    public PasswordCheck Check(string? hash, string password)
    {
        var stored = hash ?? nobodysHash.Value;
        var verified = hasher.VerifyHashedPassword(this, stored, Normal(password));
        // Else the time an answer takes would tell an account whose hash is older than the setting from none.
        DoRounds(MissingRounds(stored));
        return (verified, hash) switch
        {
            (_, null) or (PasswordVerificationResult.Failed, _) => PasswordCheck.Wrong,
            (PasswordVerificationResult.SuccessRehashNeeded, _) => PasswordCheck.RightButWeak,
            _ => PasswordCheck.Right,
        };
    }

    /// <summary>How many rounds a hash has fewer than new ones: its header (version 3 of ASP.NET Core Identity) holds them after the function.</summary>
    public int MissingRounds(string hash) =>
        Convert.FromBase64String(hash) is [1, _, _, _, _, .. var rest] && rest.Length >= 4
            ? Math.Max(0, iterations - BinaryPrimitives.ReadInt32BigEndian(rest))
            : 0;

    /// <summary>Runs work that hashes when a core is free for it.</summary>
    /// <param name="asker">Whose turn it is: a flood of sign-ins from one address holds up another for one turn.</param>
    /// <exception cref="Problem">429 when the asker has too many under way, 503 when too many others wait.</exception>
    public Task<T> InTurnAsync<T>(string asker, Func<Task<T>> work, CancellationToken cancel) => lane.RunAsync(asker, work, Patience, cancel);

    private static void DoRounds(int rounds)
    {
        if (rounds > 0)
        {
            Rfc2898DeriveBytes.Pbkdf2("", new byte[16], rounds, HashAlgorithmName.SHA512, 32);
        }
    }

    // One accent may be typed as one character or as two; both are the same password.
    private static string Normal(string password) => password.Normalize(NormalizationForm.FormC);
}
