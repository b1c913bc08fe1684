using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Ssp.Http;
using Ssp.Jobs;
using Ssp.Storage;

namespace Ssp.Nippin;

/// <summary>The last try of a validation failed: it says so, and the last good file stays. While one of HD4DP's databases is away it gets another message.</summary>
public sealed class GiveUpOnNight(NightStore nights, TimeProvider clock, ILogger<GiveUpOnNight> log)
{
    [Function(nameof(GiveUpOnNight))]
    public async Task Run([QueueTrigger(QueueNames.OfTrigger + QueueNames.Nippin + QueueNames.Poison)] string message, CancellationToken cancel)
    {
        if (ValidateNight.Parse(message) is not { } names)
        {
            log.LogError("A message in the queue of validations is none of ours; it was put aside");
            return;
        }

        var night = await nights.FindAsync(names.OrganizationId, names.Registry, names.Date, cancel);
        while (night is { IsOver: false } && !ValidateNight.HasWorker(night, clock))
        {
            if (Outage.MayPass(night.Problem, night.AskedAt, clock))
            {
                await nights.SendAsync(night, cancel);
                return;
            }

            log.LogError("The validation of {Registry} on {Date} was given up after its last try", night.Registry, night.Date);
            if (await nights.SaveAsync(night with { State = NightState.Failed, Problem = Why(night), Heartbeat = null }, cancel) is not null)
            {
                await nights.RemoveFilesAsync(night, night.File, cancel);
                return;
            }

            night = await nights.FindAsync(names.OrganizationId, names.Registry, names.Date, cancel);
        }
    }

    // The last try noted why it failed, as something that will be tried again; now it will not.
    private static Sentence Why(Night night) =>
        night.Problem is { } problem && Outage.IsWhy(problem)
            ? problem with { Key = problem.Key.Replace(".retry", ".detail", StringComparison.Ordinal) }
            : new Sentence("nippin.gave_up");
}
