using Ssp.Storage;

namespace Ssp.Identity;

/// <summary>A person who may sign in.</summary>
/// <param name="Id">The key made from the address, see <see cref="EmailAddress.AccountId"/>.</param>
/// <param name="Serial">Made when the account was: a later account of the same address has another, and gets nothing of what this one had.</param>
/// <param name="TemporaryUntil">Set while the password is a temporary one that must be changed; after this moment it is no longer accepted.</param>
/// <param name="SessionStamp">Sessions begun under another stamp are over: a new stamp ends them all in one write.</param>
/// <param name="IssuedByDpManager">
/// Whether the last temporary password was handed to a DP Manager, not to a User Manager. That DP Manager may have been the first to sign in with it, and
/// have chosen the password of now.
/// </param>
/// <param name="CreatedIn">The organisation in which somebody was first made a member under this address; null for accounts made otherwise.</param>
public sealed record Account(
    string Id, string Serial, string Email, string PasswordHash, DateTimeOffset? TemporaryUntil, string SessionStamp, DateTimeOffset? LastSignIn,
    DateTimeOffset CreatedAt, OrganizationId? CreatedIn, bool IssuedByDpManager, Azure.ETag Row)
{
    public bool MustChangePassword => TemporaryUntil is not null;

    public AccountState StateAt(DateTimeOffset now) =>
        TemporaryUntil is not { } until ? AccountState.Active : until > now ? AccountState.TemporaryPassword : AccountState.TemporaryPasswordExpired;
}

/// <summary>How far somebody is with their account.</summary>
public enum AccountState
{
    /// <summary>A temporary password was issued and is not yet changed.</summary>
    TemporaryPassword,

    /// <summary>It was not changed in time; somebody has to issue another.</summary>
    TemporaryPasswordExpired,

    Active,
}
