using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Audit;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Storage;

namespace Ssp.Organizations;

/// <summary>The manual's "Add Data Provider".</summary>
public sealed class CreateOrganization(Access access, OrganizationStore organizations, AuditTrail audit)
{
    [Function(nameof(CreateOrganization))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/organizations")] HttpRequest request, CancellationToken cancel)
    {
        await access.RequireAsync(request, nameof(CreateOrganization), cancel);
        var body = await Json.ReadAsync<OrganizationBody>(request, cancel);
        var form = body.Require(null);
        var id = OrganizationId.New();
        var created = await SharedNihdi.GiveAsync(
            organizations,
            id,
            form,
            isConfirmed: body.ConfirmSharedNihdi == true,
            () => audit.DoAsync(
                request,
                new AuditAction("organization_created", form.Title, id, $"nihdi: {form.Nihdi}"),
                untilDone => organizations.AddNewAsync(id, form, request.Caller().Account.Email, untilDone)),
            cancel);
        request.HttpContext.Response.Headers.ETag = created.ETag;
        request.HttpContext.Response.Headers.Location = $"{Addresses.Api}/organizations/{created.Id}";
        return Json.Answer(created, StatusCodes.Status201Created);
    }
}
