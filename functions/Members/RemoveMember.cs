using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Http;

namespace Ssp.Members;

/// <summary>Ends a membership. The account stays and can still sign in; it just has no business here any more.</summary>
public sealed class RemoveMember(MemberDesk desk, MembershipStore memberships)
{
    [Function(nameof(RemoveMember))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/organizations/{organizationId}/members/{accountId}")] HttpRequest request,
        string organizationId, string accountId, CancellationToken cancel)
    {
        var member = await desk.RequireAsync(request, nameof(RemoveMember), organizationId, accountId, cancel);
        if (request.Headers.IfMatch.Count > 0)
        {
            EntityTag.RequireMatch(request, member.View.ETag, member.View);
        }

        // Somebody may change the roles at the same moment: what they are then decides whether this person may remove the member.
        for (var current = member; current is not null; current = await desk.FindAsync(member.Entry, accountId, cancel))
        {
            RoleGrants.Require(current.Entry, current.Membership.Roles, []);
            if (await memberships.RemoveAsync(current.Membership, () => desk.RewriteAccountAsync(current.Account, cancel), cancel))
            {
                return TypedResults.NoContent();
            }
        }

        throw Problem.NotFound();
    }
}
