using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Http;

namespace Ssp.Entrance;

/// <summary>The process runs and answers.</summary>
public sealed class ShowLiveness
{
    [Function(nameof(ShowLiveness))]
    public IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/health/live")] HttpRequest request) =>
        Json.Answer(new { Status = "ok" });
}
