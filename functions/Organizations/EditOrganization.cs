using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Http;
using Ssp.Members;

namespace Ssp.Organizations;

public sealed class EditOrganization(Access access, OrganizationStore organizations)
{
    private sealed record Wish(string? Title, string? Nihdi, string? RevisionLog, bool? ConfirmSharedNihdi);

    [Function(nameof(EditOrganization))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "api/organizations/{organizationId}")] HttpRequest request,
        string organizationId, CancellationToken cancel)
    {
        var entry = await access.EnterAsync(request, nameof(EditOrganization), organizationId, cancel);
        var before = entry.Organization;
        EntityTag.RequireMatch(request, before.ETag, before);
        var wish = await Json.ReadAsync<Wish>(request, cancel);
        // What is not mentioned stays.
        var form = OrganizationForm.Require(wish.Title ?? before.Title, wish.Nihdi ?? before.Nihdi, wish.RevisionLog);
        if (form.Nihdi.Digits != before.Nihdi && wish.ConfirmSharedNihdi != true)
        {
            await SharedNihdi.RequireFreeAsync(organizations, form.Nihdi, except: before.Id, cancel);
        }

        var after = await organizations.ChangeAsync(before, form, entry.Account.Email, cancel)
            ?? throw EntityTag.Stale(await organizations.FindAsync(before.Id, cancel) ?? throw Problem.NotFound());
        request.HttpContext.Response.Headers.ETag = after.ETag;
        return Json.Answer(after);
    }
}
