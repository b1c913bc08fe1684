using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Hd4dp;
using Ssp.Storage;

namespace Ssp.Http;

/// <summary>What the portal stands on answers: storage, and HD4DP's databases. Names only, no addresses: anybody may ask.</summary>
public sealed class ShowReadiness(PortalStorage storage, Warehouse warehouse, NippinDatabase nippin, StartPortal start)
{
    [Function(nameof(ShowReadiness))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/health/ready")] HttpRequest request, CancellationToken cancel)
    {
        var storageAnswers = start.Done && await AnswersAsync(() => storage.CheckAsync(cancel));
        var warehouseAnswers = await AnswersAsync(() => warehouse.CheckAsync(cancel));
        var nippinAnswers = await AnswersAsync(() => nippin.CheckAsync(cancel));
        var ready = storageAnswers && warehouseAnswers && nippinAnswers;
        return Json.Answer(
            new { Status = Word(ready), Checks = new { Storage = Word(storageAnswers), Localdwh = Word(warehouseAnswers), Nippin = Word(nippinAnswers) } },
            ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static string Word(bool good) => good ? "ok" : "unavailable";

    private static async Task<bool> AnswersAsync(Func<Task> check)
    {
        try
        {
            await check();
            return true;
        }
        catch (Exception error) when (error is Azure.RequestFailedException or AggregateException or WarehouseException)
        {
            return false;
        }
    }
}
