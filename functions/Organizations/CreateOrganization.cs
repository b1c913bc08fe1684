using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Accounts;
using Ssp.Audit;
using Ssp.Http;
using Ssp.Members;

namespace Ssp.Organizations;

/// <summary>The manual's "Add Data Provider".</summary>
public sealed class CreateOrganization(Access access, OrganizationStore organizations, AuditTrail audit)
{
    private sealed record Wish(string? Title, string? Nihdi, string? RevisionLog, bool? ConfirmSharedNihdi);

    [Function(nameof(CreateOrganization))]
    public async Task<IResult> Run([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/organizations")] HttpRequest request, CancellationToken cancel)
    {
        await access.RequireAsync(request, nameof(CreateOrganization), cancel);
        var wish = await Json.ReadAsync<Wish>(request, cancel);
        var form = OrganizationForm.Require(wish.Title, wish.Nihdi, wish.RevisionLog);
        if (wish.ConfirmSharedNihdi != true)
        {
            await SharedNihdi.RequireFreeAsync(organizations, form.Nihdi, except: null, cancel);
        }

        var id = Secrets.NewId();
        var created = await audit.DoAsync(
            request,
            new Deed("organization_created", form.Title, id, $"nihdi: {form.Nihdi}"),
            cancel => organizations.AddNewAsync(id, form, request.Caller().Account.Email, cancel));
        request.HttpContext.Response.Headers.ETag = created.ETag;
        request.HttpContext.Response.Headers.Location = $"/ssp/api/organizations/{created.Id}";
        return Json.Answer(created, StatusCodes.Status201Created);
    }
}
