using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Http;
using Ssp.Identity;

namespace Ssp.Accounts;

/// <summary>Every account of the installation, for a User Manager.</summary>
public sealed class ListAccounts(Access access, AccountStore accounts, MembershipStore memberships, OrganizationStore organizations, ManagedAccounts managed)
{
    [Function(nameof(ListAccounts))]
    public async Task<IResult> Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/accounts")] HttpRequest request, CancellationToken cancel)
    {
        await access.RequireAsync(request, nameof(ListAccounts), cancel);
        var query = ListQuery.Of(request, "email");
        var known = await accounts.ListAsync(cancel);
        var page = query.PageOf(query.Sorted(known.Where(account => query.Finds(account.Email))));

        // The list may be older than the last sign-ins and passwords; what is shown is not.
        var fresh = await Task.WhenAll(page.Items.Select(account => accounts.FindAsync(account.Id, cancel)));
        var managers = await accounts.ListManagersAsync(cancel);
        var counts = (await memberships.ListAsync(cancel)).CountBy(membership => membership.AccountSerial).ToDictionary();
        var titles = (await organizations.ListAsync(cancel)).ToDictionary(organization => organization.Id, organization => organization.Title);
        var views = fresh.OfType<Account>().Select(account => managed.Of(
            account,
            managers.Contains(account.Serial),
            account.CreatedIn is { } createdIn ? titles.GetValueOrDefault(createdIn) : null,
            counts.GetValueOrDefault(account.Serial)));
        return Json.Answer(new Page<ManagedAccount>([.. views], page.NextCursor));
    }
}
