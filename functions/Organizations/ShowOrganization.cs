using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Http;
using Ssp.Identity;

namespace Ssp.Organizations;

public sealed class ShowOrganization(Access access)
{
    [Function(nameof(ShowOrganization))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/organizations/{organizationId}")] HttpRequest request,
        string organizationId, CancellationToken cancel)
    {
        var organization = (await access.EnterAsync(request, nameof(ShowOrganization), organizationId, cancel)).Organization;
        request.HttpContext.Response.Headers.ETag = organization.ETag;
        return Json.Answer(organization);
    }
}
