using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Ssp.Http;

/// <summary>The process runs and answers.</summary>
public sealed class ShowLiveness
{
    [Function(nameof(ShowLiveness))]
    public IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/health/live")] HttpRequest request) =>
        Json.Answer(new { Status = "ok" });
}
