using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Accounts;
using Ssp.Http;
using Ssp.Members;

namespace Ssp.Organizations;

/// <summary>The organisations a person may see: their own, or all of them for a User Manager.</summary>
public sealed class ListOrganizations(OrganizationStore organizations, MembershipStore memberships, AccountStore accounts)
{
    [Function(nameof(ListOrganizations))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/organizations")] HttpRequest request, CancellationToken cancel)
    {
        var me = request.Caller().Account;
        var query = ListQuery.Of(request);
        var visible = await accounts.IsUserManagerAsync(me.Id, cancel) ? await organizations.ListAsync(cancel) : await OwnAsync(me.Id, cancel);
        return Json.Answer(query.PageOf(visible.Where(one => query.Finds(one.Title) || query.Finds(one.Nihdi)).ToList()));
    }

    private async Task<IReadOnlyList<Organization>> OwnAsync(string accountId, CancellationToken cancel)
    {
        var own = new List<Organization>();
        foreach (var membership in await memberships.ListOfAccountAsync(accountId, cancel))
        {
            if (await organizations.FindAsync(membership.OrganizationId, cancel) is { } organization)
            {
                own.Add(organization);
            }
        }

        return [.. own.OrderBy(one => one.Title, StringComparer.OrdinalIgnoreCase).ThenBy(one => one.Id, StringComparer.Ordinal)];
    }
}
