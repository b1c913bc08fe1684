using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Http;
using Ssp.Identity;

namespace Ssp.Accounts;

/// <summary>Who am I, and where may I do what? The first question of every page.</summary>
public sealed class ShowSession(AccountStore accounts, MembershipStore memberships, OrganizationStore organizations)
{
    private sealed record OrganizationView(string Id, string Title, string Nihdi, IReadOnlyList<Role> Roles);

    [Function(nameof(ShowSession))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/session")] HttpRequest request, CancellationToken cancel)
    {
        var me = request.Caller();
        return Json.Answer(new
        {
            Account = await AccountView.OfAsync(me.Account, accounts, cancel),
            me.CsrfToken,
            me.Account.MustChangePassword,
            // Somebody with a temporary password is not to be shown anything yet.
            Organizations = me.Account.MustChangePassword ? [] : await OwnAsync(me, cancel),
        });
    }

    private async Task<IReadOnlyList<OrganizationView>> OwnAsync(Caller me, CancellationToken cancel)
    {
        var own = new List<OrganizationView>();
        foreach (var membership in await memberships.ListOfAccountAsync(me.Account, cancel))
        {
            if (await organizations.FindAsync(membership.OrganizationId, cancel) is { } organization)
            {
                own.Add(new OrganizationView(organization.Id, organization.Title, organization.Nihdi, membership.Roles));
            }
        }

        return [.. own.OrderBy(organization => organization.Title, StringComparer.OrdinalIgnoreCase)];
    }
}
