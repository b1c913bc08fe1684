using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Ssp.Hd4dp;
using Ssp.Identity;
using Ssp.Storage;
using Ssp.Clock;

namespace Ssp.Nippin;

/// <summary>
/// Every night: asks for the validation of every organisation's registrations of every reimbursed collection. A night that was missed is caught up
/// at start.
/// </summary>
public sealed class QueueNight(
    PortalStorage storage, NightStore nights, OrganizationStore organizations, RegistryCatalog catalog, TimeProvider clock, ILogger<QueueNight> log)
{
    [Function(nameof(QueueNight))]
    public async Task Run([TimerTrigger("%ValidateNippinSchedule%")] TimerInfo timer, CancellationToken cancel)
    {
        await storage.PrepareAsync(cancel);
        var today = BelgianTime.DayOf(clock.GetUtcNow());
        var asked = 0;
        foreach (var organization in await organizations.ListAsync(cancel))
        {
            foreach (var (_, collection) in catalog.Reimbursed)
            {
                await nights.AskAsync(organization, collection.Name, today, cancel);
                asked++;
            }
        }

        log.LogInformation("{Count} validations of the night were asked for", asked);
    }
}
