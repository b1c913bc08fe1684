using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Http;
using Ssp.Identity;

namespace Ssp.Members;

/// <summary>Who belongs to an organisation. Managers also see whether each person can sign in.</summary>
public sealed class ListMembers(Access access, AccountStore accounts, MembershipStore memberships, TimeProvider clock)
{
    [Function(nameof(ListMembers))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/organizations/{organizationId}/members")] HttpRequest request,
        string organizationId, CancellationToken cancel)
    {
        var entry = await access.EnterAsync(request, nameof(ListMembers), organizationId, cancel);
        var query = ListQuery.Of(request, "email");
        var role = RoleFilter.Of(request);
        var found = (await memberships.ListAsync(cancel)).Where(
            one => one.OrganizationId == entry.Organization.Id && query.Finds(one.Email) && (role is not { } wanted || one.Has(wanted)));
        var page = query.PageOf(query.Sorted(found));

        var people = await Task.WhenAll(page.Items.Select(one => accounts.FindAsync(one.AccountId, cancel)));
        var managers = await accounts.ListManagersAsync(cancel);
        var managed = Permissions.May(nameof(ShowMember), entry.Standings, isOwn: entry.Membership is not null);
        var now = clock.GetUtcNow();
        // What a cancelled account left behind is no member.
        var views = page.Items.Zip(people).Where(pair => pair.Second?.Serial == pair.First.AccountSerial).Select(
            pair => managed ? ManagedMemberView.Of(pair.First, pair.Second!, managers.Contains(pair.Second!.Serial), now) : (object)MemberView.Of(pair.First));
        return Json.Answer(new Page<object>([.. views], page.NextCursor));
    }
}
