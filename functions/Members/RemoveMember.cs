using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Audit;
using Ssp.Http;
using Ssp.Identity;

namespace Ssp.Members;

/// <summary>Ends a membership. The account stays and can still sign in; it just has no business here any more.</summary>
public sealed class RemoveMember(MemberLookup members, MembershipStore memberships, AuditTrail audit)
{
    [Function(nameof(RemoveMember))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/organizations/{organizationId}/members/{accountId}")] HttpRequest request,
        string organizationId, string accountId, CancellationToken cancel)
    {
        var member = await members.RequireAsync(request, nameof(RemoveMember), organizationId, accountId, cancel);
        if (request.Headers.IfMatch.Count > 0)
        {
            EntityTag.RequireMatch(request, member.View.ETag, member.View);
        }

        RoleGrants.Require(member.Entry, member.Membership.Roles, []);
        await audit.DoAsync(
            request,
            new AuditAction("member_removed", member.Account.Email, member.Entry.Organization.Id, RoleWords.Told(member.Membership.Roles)),
            untilDone => RemoveAsync(member, untilDone));
        return TypedResults.NoContent();
    }

    private async Task RemoveAsync(ManagedMember member, CancellationToken cancel)
    {
        // Somebody may change the roles at the same moment: what they are then decides whether this person may remove the member.
        for (var current = member; current is not null; current = await members.FindAsync(member.Entry, member.Account.Id, cancel))
        {
            RoleGrants.Require(current.Entry, current.Membership.Roles, []);
            if (await memberships.RemoveAsync(current.Membership, () => members.RewriteAccountAsync(current.Account, cancel), cancel))
            {
                return;
            }
        }

        throw Problem.NotFound();
    }
}
