using Microsoft.Extensions.Hosting;
using Ssp.Settings;
using Ssp.Storage;

namespace Ssp.Backup;

/// <summary>Keeps the portal away from storage in which a restore is under way or was broken off: it does not start, and stops when it runs already.</summary>
/// <param name="console">What is told here belongs to no call of a function, and a Functions host drops such lines of a log.</param>
public sealed class StandAside(
    UnfinishedRestore restore, TimeProvider clock, IHostApplicationLifetime life, TextWriter console) : BackgroundService, IHostedLifecycleService
{
    /// <summary>After this long every portal that runs has seen that a restore began.</summary>
    public static readonly TimeSpan Notice = TimeSpan.FromSeconds(10);

    private const int WrongSettings = 78;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>Before any other part of the portal starts.</summary>
    /// <exception cref="SettingsException">A restore is not finished.</exception>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (await TryFindAsync(cancellationToken) is { } mark)
        {
            throw new SettingsException(SentenceOf(mark));
        }
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(Pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            if (await TryFindAsync(stoppingToken) is { } mark)
            {
                await console.WriteLineAsync($"The portal stops. {SentenceOf(mark)}");
                Environment.ExitCode = WrongSettings;
                life.StopApplication();
                return;
            }
        }
    }

    private static string SentenceOf(RestoreMark mark) =>
        $"A restore of {mark.File} into its storage was begun and is not finished: wait for it, or run it again.";

    // Storage that does not answer has no news; the portal waits for it elsewhere.
    private async Task<RestoreMark?> TryFindAsync(CancellationToken cancel)
    {
        try
        {
            return await restore.FindAsync(cancel);
        }
        catch (Exception error) when (error.IsOfStorage() || error is OperationCanceledException)
        {
            return null;
        }
    }
}
