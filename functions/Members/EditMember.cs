using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Audit;
using Ssp.Http;
using Ssp.Identity;

namespace Ssp.Members;

/// <summary>Gives a member exactly these roles.</summary>
public sealed class EditMember(MemberLookup members, MembershipStore memberships, AuditTrail audit)
{
    private sealed record Body(IReadOnlyList<Role>? Roles);

    [Function(nameof(EditMember))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "api/organizations/{organizationId}/members/{accountId}")] HttpRequest request,
        string organizationId, string accountId, CancellationToken cancel)
    {
        var member = await members.RequireAsync(request, nameof(EditMember), organizationId, accountId, cancel);
        EntityTag.RequireMatch(request, member.View.ETag, member.View);
        var roles = (await Json.ReadAsync<Body>(request, cancel)).Roles ?? throw Problem.Invalid("roles", Sentences.Field.RolesMissing);
        RoleGrants.Require(member.Entry, member.Membership.Roles, roles);

        var changed = await audit.DoAsync(
            request,
            new AuditAction("member_edited", member.Account.Email, member.Entry.Organization.Id, RoleWords.Told(member.Membership.Roles, roles)),
            untilDone => ChangeAsync(member, roles, untilDone));
        var view = await members.ViewOfAsync(changed, member.Account, cancel);
        request.HttpContext.Response.Headers.ETag = view.ETag;
        return Json.Answer(view);
    }

    private async Task<Membership> ChangeAsync(ManagedMember member, IReadOnlyList<Role> roles, CancellationToken cancel)
    {
        await members.RewriteAccountAsync(member.Account, cancel);
        return await memberships.ChangeAsync(member.Membership, [.. roles.Distinct().Order()], cancel)
            ?? throw EntityTag.Stale((await members.FindAsync(member.Entry, member.Account.Id, cancel) ?? throw Problem.NotFound()).View);
    }
}
