using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Http;

namespace Ssp.Members;

public sealed class ShowMember(MemberLookup members)
{
    [Function(nameof(ShowMember))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/organizations/{organizationId}/members/{accountId}")] HttpRequest request,
        string organizationId, string accountId, CancellationToken cancel)
    {
        var member = await members.RequireAsync(request, nameof(ShowMember), organizationId, accountId, cancel);
        request.HttpContext.Response.Headers.ETag = member.View.ETag;
        return Json.Answer(member.View);
    }
}
