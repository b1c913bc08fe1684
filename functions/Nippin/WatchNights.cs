using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Ssp.Hd4dp;
using Ssp.Organizations;
using Ssp.Storage;

namespace Ssp.Nippin;

/// <summary>
/// At start and every few minutes: what was never validated does not wait for the night, as in a new organisation, and a validation whose message was
/// lost is sent again.
/// </summary>
public sealed class WatchNights(
    PortalStorage storage, NightStore nights, OrganizationStore organizations, RegistryCatalog catalog, TimeProvider clock, ILogger<WatchNights> log)
{
    // Longer than all tries of a message take.
    private static readonly TimeSpan Lost = TimeSpan.FromMinutes(15);

    // A first validation that failed is not left until the night, nor tried without end.
    private static readonly TimeSpan Again = TimeSpan.FromHours(1);

    [Function(nameof(WatchNights))]
    public async Task Run([TimerTrigger("%WatchNippinSchedule%", RunOnStartup = true)] TimerInfo timer, CancellationToken cancel)
    {
        await storage.PrepareAsync(cancel);
        await AskForFirstAsync(cancel);
        var now = clock.GetUtcNow();
        await foreach (var night in nights.ListPendingAsync(cancel))
        {
            if (now - night.AskedAt > Lost && !Hold.IsAlive(night.LastSign, clock) && await nights.SaveAsync(night with { AskedAt = now }, cancel) is { } again)
            {
                log.LogWarning("The validation of {Registry} on {Date} for organisation {Organization} waited too long; it is sent again", night.Registry, night.Date, night.OrganizationId);
                await nights.SendAsync(again, cancel);
            }
        }
    }

    /// <summary>Asks for the validation of whatever has no good file yet, unless it is under way or failed a moment ago.</summary>
    /// <returns>How many are still without a good file or a verdict that there can be none.</returns>
    public async Task<int> AskForFirstAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var waiting = 0;
        foreach (var organization in await organizations.ListAsync(cancel))
        {
            var known = (await nights.ListAsync(organization, cancel)).ToLookup(night => night.Registry);
            foreach (var (_, collection) in catalog.Reimbursed)
            {
                if (known[collection.Name].All(night => night.File is null && night.IsOver && now - night.AskedAt > Again))
                {
                    await nights.AskAsync(organization, collection.Name, BelgianTime.DayOf(now), cancel);
                }

                waiting += known[collection.Name].Any(night => night.IsOver || night.File is not null) ? 0 : 1;
            }
        }

        return waiting;
    }
}
