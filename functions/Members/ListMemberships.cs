using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Storage;

namespace Ssp.Members;

/// <summary>People × organisations × roles: everywhere for a User Manager, in their own organisations for a DP Manager, nothing for others.</summary>
public sealed class ListMemberships(Access access, AccountStore accounts, MembershipStore memberships, OrganizationStore organizations)
{
    private sealed record MembershipView(
        string AccountId, string Email, bool IsUserManager, string OrganizationId, string Title, string Nihdi, IReadOnlyList<Role> Roles);

    [Function(nameof(ListMemberships))]
    public async Task<IResult> Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/memberships")] HttpRequest request, CancellationToken cancel)
    {
        var seesAll = await access.RequireAsync(request, nameof(ListMemberships), cancel);
        var query = ListQuery.Of(request, "email");
        var role = RoleFilter.Of(request);
        var within = seesAll ? null : await ManagedAsync(request.Caller().Account, cancel);
        var places = (await organizations.ReadListsAsync(cancel)).ById;
        var living = (await accounts.ListAsync(cancel)).Select(account => account.Serial).ToHashSet();

        var found = (await memberships.ListAsync(cancel)).Where(
            one => within?.Contains(one.OrganizationId) != false && living.Contains(one.AccountSerial) && (role is not { } wanted || one.Has(wanted))
                && places.TryGetValue(one.OrganizationId, out var place) && (query.Finds(one.Email) || query.Finds(place.Title) || query.Finds(place.Nihdi)));
        var page = query.PageOf(query.Sorted(found));
        var managers = await accounts.ListManagersAsync(cancel);
        var views = page.Items.Select(one =>
        {
            var place = places[one.OrganizationId];
            return new MembershipView(
                one.AccountId, one.Email, managers.Contains(one.AccountSerial), one.OrganizationId, place.Title, place.Nihdi, one.Roles);
        });
        return Json.Answer(new Page<MembershipView>([.. views], page.NextCursor));
    }

    private async Task<IReadOnlySet<OrganizationId>> ManagedAsync(Account me, CancellationToken cancel) =>
        (await memberships.ListOfAccountAsync(me, cancel))
            .Where(mine => Permissions.May(nameof(ShowMember), Access.StandingsOf(mine, false), isOwn: true)).Select(mine => mine.OrganizationId).ToHashSet();
}
