using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Ssp.Entrance;

/// <summary>Every address under /ssp/ that is not the API: a file of the pages, or the page itself, which finds its way by the address.</summary>
public sealed class ServePages(PageFiles pages)
{
    [Function(nameof(ServePages))]
    public IResult Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "{*path:regex(^(?!api(/|$)).*$)}")] HttpRequest request, string path) =>
        pages.Serve(request, path);
}
