using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Audit;
using Ssp.Http;
using Ssp.Identity;

namespace Ssp.Members;

/// <summary>Makes somebody a member, known to the portal or not; the answer shows the temporary password of who has not signed in yet, once.</summary>
public sealed class AddMember(
    Access access, AccountStore accounts, MembershipStore memberships, Invitations invitations, MemberLookup members, AuditTrail audit)
{
    private sealed record Body(string? Email, IReadOnlyList<Role>? Roles);

    [Function(nameof(AddMember))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/organizations/{organizationId}/members")] HttpRequest request,
        string organizationId, CancellationToken cancel)
    {
        var entry = await access.EnterAsync(request, nameof(AddMember), organizationId, cancel);
        var body = await Json.ReadAsync<Body>(request, cancel);
        var email = EmailAddress.Require(body.Email);
        var roles = body.Roles ?? throw Problem.Invalid("roles", Sentences.Field.RolesMissing);
        RoleGrants.Require(entry, [], roles);
        if (await accounts.FindAsync(email.AccountId, cancel) is { } known && await memberships.FindAsync(entry.Organization.Id, known, cancel) is not null)
        {
            throw AlreadyMember();
        }

        var (account, password) = await audit.DoAsync(
            request,
            new AuditAction("member_added", email.Value, entry.Organization.Id, RoleWords.Told(roles)),
            async untilDone =>
            {
                var invited = await invitations.InviteAsync(request, email, entry, untilDone);
                return await memberships.AddAsync(entry.Organization.Id, [(invited.Account, roles)], [], untilDone) ? invited : throw AlreadyMember();
            },
            invited => new AuditAction(
                "member_added",
                email.Value,
                Details: RoleWords.Told(roles) + (invited.Password is null ? "" : "; temporary password issued")));

        var member = await members.FindAsync(entry, account.Id, cancel) ?? throw Problem.NotFound();
        request.HttpContext.Response.Headers.ETag = member.View.ETag;
        request.HttpContext.Response.Headers.Location = $"{Addresses.Api}/organizations/{organizationId}/members/{account.Id}";
        return Json.Answer(new { Member = member.View, TemporaryPassword = password?.Text, TemporaryUntil = password?.Until }, StatusCodes.Status201Created);
    }

    private static Problem AlreadyMember() => new(StatusCodes.Status409Conflict, ProblemCodes.AlreadyMember);
}
