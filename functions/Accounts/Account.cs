namespace Ssp.Accounts;

/// <summary>A person who may sign in.</summary>
/// <param name="Id">The key made from the address, see <see cref="EmailAddress.AccountId"/>.</param>
/// <param name="TemporaryUntil">Set while the password is a temporary one that must be changed; after this moment it is no longer accepted.</param>
/// <param name="SessionStamp">Sessions begun under another stamp are over: a new stamp ends them all in one write.</param>
public sealed record Account(
    string Id, string Email, string PasswordHash, DateTimeOffset? TemporaryUntil, string SessionStamp, DateTimeOffset? LastSignIn, Azure.ETag ETag)
{
    public bool MustChangePassword => TemporaryUntil is not null;
}
