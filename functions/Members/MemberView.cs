using System.Text.Json.Serialization;
using Ssp.Identity;

namespace Ssp.Members;

/// <summary>What every member sees of another.</summary>
public record MemberView(string AccountId, string Email, IReadOnlyList<Role> Roles, [property: JsonPropertyName("etag")] string ETag)
{
    public static MemberView Of(Membership membership) => new(membership.AccountId, membership.Email, membership.Roles, membership.ETag);
}

/// <summary>What managers see beside that: whether the person can sign in, and did.</summary>
public sealed record ManagedMemberView(
    string AccountId, string Email, IReadOnlyList<Role> Roles, string ETag,
    AccountState State, DateTimeOffset? TemporaryUntil, DateTimeOffset? LastSignIn, bool IsUserManager)
    : MemberView(AccountId, Email, Roles, ETag)
{
    public static ManagedMemberView Of(Membership membership, Account account, bool isUserManager, DateTimeOffset now) => new(
        membership.AccountId, membership.Email, membership.Roles, membership.ETag,
        account.StateAt(now), account.TemporaryUntil, account.LastSignIn, isUserManager);
}
