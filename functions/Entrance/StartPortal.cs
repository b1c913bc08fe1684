using Microsoft.Extensions.Hosting;
using Ssp.Accounts.UserManagers;
using Ssp.Hd4dp;
using Ssp.Http;
using Ssp.Storage;

namespace Ssp.Entrance;

/// <summary>
/// What the portal does once when it starts, beside answering requests: creates its tables, makes the first User Manager, and
/// compares HD4DP's databases with the settings. Storage that is not there yet is waited for; a database that is not there is reported.
/// </summary>
/// <param name="console">What is told here belongs to no call of a function, and a Functions host drops such lines of a log.</param>
public sealed class StartPortal(
    PortalStorage storage, BootstrapUserManager bootstrap, Warehouse warehouse, NippinDatabase nippin, TextWriter console) : BackgroundService
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
            await console.WriteLineAsync($"{Texts.Say("en", fault.Code.Detail(fault.Values))} ({fault.Message})");
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
            catch (Exception error) when (error.IsOfStorage() || error is Problem)
            {
                if (attempt == 1)
                {
                    await console.WriteLineAsync($"Storage does not answer yet; the portal goes on trying: {error.Message.Split('\n')[0].Trim()}");
                }

                await Task.Delay(Pause, cancel);
            }
        }
    }
}
