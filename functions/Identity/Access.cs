using Microsoft.AspNetCore.Http;
using Ssp.Http;
using Ssp.Storage;

namespace Ssp.Identity;

/// <summary>What the door let through.</summary>
/// <param name="Membership">Null for a User Manager who is no member.</param>
public sealed record Entry(Account Account, Organization Organization, Membership? Membership, bool IsUserManager)
{
    /// <summary>All that the person is to the organisation at once.</summary>
    public IReadOnlyCollection<Standing> Standings => Access.StandingsOf(Membership, IsUserManager);

    /// <summary>Whether the table lets the person make this call about the organisation.</summary>
    public bool May(string function) => Permissions.May(function, Standings, isOwn: Membership is not null);
}

/// <summary>
/// The one door. What it lets through stands in <see cref="Permissions"/>. Who neither belongs to an organisation nor is a User Manager gets the
/// same 404 as for one that does not exist; who belongs to it without the role gets 403. Asked at every request, so a change of roles acts at once.
/// </summary>
public sealed class Access(OrganizationStore organizations, MembershipStore memberships, AccountStore accounts)
{
    /// <summary>The door to an organisation.</summary>
    /// <param name="function">The name under which the call stands in the table.</param>
    public async Task<Entry> EnterAsync(HttpRequest request, string function, string organizationId, CancellationToken cancel)
    {
        var account = request.Caller().Account;
        // The same questions whether there is such an organisation or not, or the text is no id: the time tells nothing either.
        var id = OrganizationId.TryParse(organizationId) ?? OrganizationId.Nobodys;
        var isUserManager = accounts.IsUserManagerAsync(account, cancel);
        var belonging = memberships.FindAsync(id, account, cancel);
        var organization = await organizations.FindAsync(id, cancel);
        var membership = await belonging;
        if (organization is null)
        {
            await isUserManager;
            throw Problem.Hidden();
        }

        var entry = new Entry(account, organization, membership, await isUserManager);
        if (membership is not null || entry.IsUserManager)
        {
            // Refusals from here on stand in the organisation's own trail.
            request.HttpContext.Items[typeof(Organization)] = organization;
        }

        Permissions.Require(function, entry.Standings, isOwn: membership is not null);
        return entry;
    }

    /// <summary>The door to what is about no organisation.</summary>
    /// <returns>Whether the caller is a User Manager.</returns>
    public async Task<bool> RequireAsync(HttpRequest request, string function, CancellationToken cancel)
    {
        var isUserManager = await accounts.IsUserManagerAsync(request.Caller().Account, cancel);
        Permissions.Require(function, StandingsOf(null, isUserManager), isOwn: false);
        return isUserManager;
    }

    /// <summary>
    /// The door to somebody's account, through any organisation both belong to. Rights in one organisation and membership of another never add up.
    /// </summary>
    /// <returns>The account, and the organisations in which the table lets the caller do this; null for a User Manager, who may everywhere.</returns>
    public async Task<(Account Account, IReadOnlySet<OrganizationId>? Within)> ReachAsync(
        HttpRequest request, string function, string accountId, CancellationToken cancel)
    {
        var me = request.Caller().Account;
        var isUserManager = await accounts.IsUserManagerAsync(me, cancel);
        var id = AccountStore.IdOrNobodys(accountId);
        var found = await accounts.FindAsync(id, cancel);
        if (isUserManager)
        {
            return (found ?? throw Problem.NotFound(), null);
        }

        var within = new HashSet<OrganizationId>();
        var refusal = Problem.Hidden();
        foreach (var mine in await memberships.ListOfAccountAsync(me, cancel))
        {
            if (await memberships.FindAsync(mine.OrganizationId, id, found?.Serial, cancel) is null)
            {
                continue;
            }

            try
            {
                Permissions.Require(function, StandingsOf(mine, false), isOwn: true);
                within.Add(mine.OrganizationId);
            }
            catch (Problem problem)
            {
                refusal = problem;
            }
        }

        return within.Count > 0 ? (found!, within) : throw refusal;
    }

    /// <summary>Whether an account that asked for work earlier may still ask for it. Between then and now it may have lost the right, or be gone.</summary>
    /// <param name="function">The call it needs the right to, as the table names it.</param>
    public async Task<bool> MayStillAsync(string accountId, string function, OrganizationId organizationId, CancellationToken cancel)
    {
        if (await accounts.FindAsync(accountId, cancel) is not { } account)
        {
            return false;
        }

        var membership = await memberships.FindAsync(organizationId, account, cancel);
        return Permissions.May(function, StandingsOf(membership, await accounts.IsUserManagerAsync(account, cancel)), isOwn: membership is not null);
    }

    /// <summary>All that somebody is to an organisation at once.</summary>
    public static IReadOnlyCollection<Standing> StandingsOf(Membership? membership, bool isUserManager)
    {
        var standings = new List<Standing>();
        if (membership is not null)
        {
            standings.Add(Standing.PlainMember);
            standings.AddRange(membership.Roles.Select(role => Enum.Parse<Standing>(role.ToString())));
        }

        if (isUserManager)
        {
            standings.Add(Standing.Manager);
        }

        return standings.Count > 0 ? standings : [Standing.Stranger];
    }
}
