using Microsoft.Azure.Functions.Worker;
using Ssp.Hd4dp;
using Ssp.Identity;
using Ssp.Storage;
using Ssp.Clock;

namespace Ssp.Nippin;

/// <summary>At start and every few minutes: what was never validated does not wait for the night, as in a new organisation.</summary>
public sealed class WatchNights(PortalStorage storage, NightStore nights, OrganizationStore organizations, RegistryCatalog catalog, TimeProvider clock)
{
    // A first validation that failed is not left until the night, nor tried without end.
    private static readonly TimeSpan Again = TimeSpan.FromHours(1);

    [Function(nameof(WatchNights))]
    public async Task Run([TimerTrigger("%WatchNippinSchedule%", RunOnStartup = true)] TimerInfo timer, CancellationToken cancel)
    {
        await storage.PrepareAsync(cancel);
        await AskForFirstAsync(cancel);
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
