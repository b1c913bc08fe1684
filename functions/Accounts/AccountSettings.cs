using Ssp.Settings;

namespace Ssp.Accounts;

/// <summary>How people get into the portal.</summary>
/// <param name="TemporaryPasswordLifetime">How long a temporary password is accepted.</param>
/// <param name="PasswordIterations">Rounds of PBKDF2-HMAC-SHA512; at least 210,000 (OWASP Password Storage Cheat Sheet).</param>
/// <param name="FailuresPerAddress">Failed sign-ins one address may make in a quarter of an hour.</param>
/// <param name="BootstrapEmail">The e-mail address of the first User Manager.</param>
/// <param name="BootstrapReissue">Any new word here makes the next start issue a new temporary password to <paramref name="BootstrapEmail"/>, once.</param>
public sealed record AccountSettings(
    TimeSpan TemporaryPasswordLifetime, int PasswordIterations, int FailuresPerAddress, string? BootstrapEmail, string? BootstrapReissue)
{
    private const int MinIterations = 210_000;

    public static AccountSettings Read(SettingsReader read) => new(
        TimeSpan.FromHours(read.Number("TemporaryPasswordHours", 72, 1, 24 * 30)),
        read.Number("PasswordIterations", MinIterations, MinIterations, 10_000_000),
        read.Number("SignInFailuresPerAddress", 1_000, 10, 1_000_000),
        read.Optional("BootstrapEmail"),
        read.Optional("BootstrapReissue"));
}
