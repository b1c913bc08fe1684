using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ssp.Accounts;
using Ssp.Hd4dp;
using Ssp.Http;
using Ssp.Storage;

namespace Ssp;

/// <summary>
/// What the portal does once when it starts, beside answering requests: creates its tables, makes the first User Manager, and
/// compares HD4DP's databases with the settings. Storage that is not there yet is waited for; a database that is not there is reported.
/// </summary>
public sealed class StartPortal(PortalStorage storage, BootstrapUserManager bootstrap, Warehouse warehouse, NippinDatabase nippin, ILogger<StartPortal> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>Whether storage is prepared.</summary>
    public bool Done { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken cancel)
    {
        await PrepareStorageAsync(cancel);
        Done = true;
        await ReportAsync(() => warehouse.CheckAsync(cancel));
        await ReportAsync(() => nippin.CheckAsync(cancel));
    }

    private async Task ReportAsync(Func<Task> check)
    {
        try
        {
            await check();
        }
        catch (WarehouseException fault)
        {
            log.LogError("{Sentence}", Texts.Say("en", new Sentence($"{fault.Code}.detail", fault.Values)));
        }
    }

    private async Task PrepareStorageAsync(CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await storage.PrepareAsync(cancel);
                await bootstrap.RunAsync(Console.Out, cancel);
                return;
            }
            catch (Exception error) when (error is Azure.RequestFailedException or AggregateException or Problem)
            {
                if (attempt == 1)
                {
                    log.LogWarning("Storage does not answer yet; the portal goes on trying: {Reason}", error.Message);
                }

                await Task.Delay(Pause, cancel);
            }
        }
    }
}
