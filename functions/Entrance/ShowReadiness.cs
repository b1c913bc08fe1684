using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Ssp.Audit.Forwarding;
using Ssp.Hd4dp;
using Ssp.Http;
using Ssp.Storage;

namespace Ssp.Entrance;

/// <summary>
/// What the portal stands on answers: storage, and HD4DP's databases; where the trail is forwarded, also whether its receiver takes it, without which the
/// portal is ready all the same. Names only, no addresses: anybody may ask.
/// </summary>
public sealed class ShowReadiness(
    PortalStorage storage, Warehouse warehouse, NippinDatabase nippin, TrailForwarder forwarder, StartPortal start, ILogger<ShowReadiness> log)
{
    [Function(nameof(ShowReadiness))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/health/ready")] HttpRequest request, CancellationToken cancel)
    {
        // Side by side, so that several which are silent cost no more time than one.
        var checks = await Task.WhenAll(
            start.Done ? AnswersAsync(() => storage.CheckAsync(cancel)) : Task.FromResult(false),
            AnswersAsync(() => warehouse.CheckAsync(cancel)),
            AnswersAsync(() => nippin.CheckAsync(cancel)));
        var (storageAnswers, warehouseAnswers, nippinAnswers) = (checks[0], checks[1], checks[2]);
        var ready = storageAnswers && warehouseAnswers && nippinAnswers;
        var answers = new Dictionary<string, string>
        {
            ["storage"] = Word(storageAnswers),
            ["localdwh"] = Word(warehouseAnswers),
            ["nippin"] = Word(nippinAnswers),
        };
        if (forwarder.Takes is { } takes)
        {
            answers["auditForward"] = Word(takes);
        }

        return Json.Answer(new { Status = Word(ready), Checks = answers }, ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static string Word(bool good) => good ? "ok" : "unavailable";

    private async Task<bool> AnswersAsync(Func<Task> check)
    {
        try
        {
            await check();
            return true;
        }
        catch (Exception error) when (error.IsOfStorage() || error is WarehouseException)
        {
            // Whoever asks learns that it is not ready; why stands in the log.
            log.LogWarning("Not ready: {Reason}", error.Message);
            return false;
        }
    }
}
