using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Ssp.Entrance;

/// <summary>
/// The bare address /ssp. The catch-all of <see cref="ServePages"/> needs something to catch, and an empty route would mean the
/// function's name; a parameter that may be missing but never longer than nothing matches just this.
/// </summary>
public sealed class ServeHomePage(PageFiles pages)
{
    [Function(nameof(ServeHomePage))]
    public IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "{nothing:maxlength(0)?}")] HttpRequest request) =>
        pages.Serve(request, "");
}
