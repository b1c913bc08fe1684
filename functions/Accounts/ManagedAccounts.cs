using System.Text.Json.Serialization;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Storage;

namespace Ssp.Accounts;

/// <summary>What managers see of an account.</summary>
/// <param name="CreatedIn">Title of the organisation whose member it was made for.</param>
/// <param name="Organizations">In how many it is a member; for a DP Manager, how many of their own.</param>
/// <param name="Memberships">Only where one account is shown.</param>
public sealed record ManagedAccount(
    string Id, string Email, bool IsUserManager,
    AccountState State, DateTimeOffset? TemporaryUntil, DateTimeOffset? LastSignIn, DateTimeOffset CreatedAt, string? CreatedIn,
    int Organizations, [property: JsonPropertyName("etag")] string ETag,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<ManagedMembership>? Memberships = null);

public sealed record ManagedMembership(string OrganizationId, string Title, string Nihdi, IReadOnlyList<Role> Roles);

/// <summary>Accounts as managers see them.</summary>
public sealed class ManagedAccounts(AccountStore accounts, MembershipStore memberships, OrganizationStore organizations, TimeProvider clock)
{
    /// <param name="within">Organisations whose memberships may be told of; null: all.</param>
    public async Task<ManagedAccount> OfAsync(Account account, IReadOnlySet<OrganizationId>? within, CancellationToken cancel)
    {
        var places = new List<ManagedMembership>();
        foreach (var membership in await memberships.ListOfAccountAsync(account, cancel))
        {
            if (within?.Contains(membership.OrganizationId) != false && await organizations.FindAsync(membership.OrganizationId, cancel) is { } organization)
            {
                places.Add(new ManagedMembership(organization.Id, organization.Title, organization.Nihdi, membership.Roles));
            }
        }

        var origin = account.CreatedIn is { } createdIn && within?.Contains(createdIn) != false ? await organizations.FindAsync(createdIn, cancel) : null;
        return Of(account, await accounts.IsUserManagerAsync(account, cancel), origin?.Title, places.Count)
            with
        { Memberships = [.. places.OrderBy(place => place.Title, StringComparer.OrdinalIgnoreCase)] };
    }

    public ManagedAccount Of(Account account, bool isUserManager, string? createdIn, int organizationCount) => new(
        account.Id, account.Email, isUserManager,
        account.StateAt(clock.GetUtcNow()), account.TemporaryUntil, account.LastSignIn, account.CreatedAt, createdIn,
        organizationCount, EntityTag.Of($"{account.Serial} {isUserManager}"));
}
