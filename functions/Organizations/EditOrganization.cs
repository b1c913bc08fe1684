using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Audit;
using Ssp.Exports;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Nippin;

namespace Ssp.Organizations;

public sealed class EditOrganization(Access access, OrganizationStore organizations, ExportStore exports, NightStore nights, AuditTrail audit)
{
    [Function(nameof(EditOrganization))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "api/organizations/{organizationId}")] HttpRequest request,
        string organizationId, CancellationToken cancel)
    {
        var entry = await access.EnterAsync(request, nameof(EditOrganization), organizationId, cancel);
        var before = entry.Organization;
        EntityTag.RequireMatch(request, before.ETag, before);
        var body = await Json.ReadAsync<OrganizationBody>(request, cancel);
        var form = body.Require(before);
        Task<Organization> Change()
        {
            var changes = string.Join("; ", FieldChange.Between(before, form).Select(change => change.Tell()));
            return audit.DoAsync(
                request,
                new AuditAction("organization_edited", before.Title, before.Id, changes),
                untilDone => ChangeAsync(before, form, entry, untilDone));
        }

        var after = form.Nihdi.Digits == before.Nihdi
            ? await Change()
            : await SharedNihdi.GiveAsync(organizations, before.Id, form, isConfirmed: body.ConfirmSharedNihdi == true, Change, cancel);
        request.HttpContext.Response.Headers.ETag = after.ETag;
        return Json.Answer(after);
    }

    private async Task<Organization> ChangeAsync(Organization before, OrganizationForm form, Entry entry, CancellationToken cancel)
    {
        var after = await organizations.ChangeAsync(before, form, entry.Account.Email, cancel)
            ?? throw EntityTag.Stale(await organizations.FindAsync(before.Id, cancel) ?? throw Problem.NotFound());
        if (after.Nihdi != before.Nihdi)
        {
            // They hold what belongs to the old number.
            await exports.RemoveAllAsync(before.Id, cancel);
            await nights.RemoveAllAsync(before.Id, cancel);
        }

        return after;
    }
}
