using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Http;
using Ssp.Identity;

namespace Ssp.Organizations;

/// <summary>The organisations a person may see: their own, or all of them for a User Manager.</summary>
public sealed class ListOrganizations(Access access, OrganizationStore organizations, MembershipStore memberships)
{
    [Function(nameof(ListOrganizations))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/organizations")] HttpRequest request, CancellationToken cancel)
    {
        var seesAll = await access.RequireAsync(request, nameof(ListOrganizations), cancel);
        var query = ListQuery.Of(request, "title", "nihdi");
        var visible = seesAll ? await organizations.ReadListsAsync(cancel) : await OwnAsync(request.Caller().Account, cancel);
        return Json.Answer(visible.PageOf(query));
    }

    private async Task<OrganizationLists> OwnAsync(Account account, CancellationToken cancel)
    {
        var own = new List<Organization>();
        foreach (var membership in await memberships.ListOfAccountAsync(account, cancel))
        {
            if (await organizations.FindAsync(membership.OrganizationId, cancel) is { } organization)
            {
                own.Add(organization);
            }
        }

        return OrganizationLists.Of(own);
    }
}
