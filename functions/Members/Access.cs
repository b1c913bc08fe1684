using Microsoft.AspNetCore.Http;
using Ssp.Accounts;
using Ssp.Http;
using Ssp.Organizations;

namespace Ssp.Members;

/// <summary>What the door let through.</summary>
/// <param name="Membership">Null for a User Manager who is no member.</param>
public sealed record Entry(Account Account, Organization Organization, Membership? Membership);

/// <summary>
/// The one door to everything of an organisation. Who neither belongs to it nor is a User Manager gets the same 404 as for an
/// organisation that does not exist; who belongs to it without the role gets 403. Asked at every request, so a change of roles acts at once.
/// </summary>
public sealed class Access(OrganizationStore organizations, MembershipStore memberships, AccountStore accounts)
{
    public async Task<Entry> RequireMemberAsync(HttpRequest request, string organizationId, CancellationToken cancel)
    {
        var account = request.Caller().Account;
        var organization = await organizations.FindAsync(organizationId, cancel) ?? throw Problem.NotFound();
        var membership = await memberships.FindAsync(organization.Id, account.Id, cancel);
        if (membership is null && !await accounts.IsUserManagerAsync(account.Id, cancel))
        {
            throw Problem.NotFound();
        }

        return new Entry(account, organization, membership);
    }

    /// <summary>Also insists on a role. Being User Manager does not replace it.</summary>
    public async Task<Entry> RequireAsync(HttpRequest request, string organizationId, Role role, CancellationToken cancel)
    {
        var entry = await RequireMemberAsync(request, organizationId, cancel);
        return entry.Membership?.Has(role) == true ? entry : throw Problem.Forbidden();
    }
}
