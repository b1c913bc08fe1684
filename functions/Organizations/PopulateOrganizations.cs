using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Ssp.Audit;
using Ssp.Hd4dp;
using Ssp.Identity;
using Ssp.Storage;

namespace Ssp.Organizations;

/// <summary>
/// At start and once a day: organisations found in HD4DP's warehouse and unknown to the portal are added. None is ever removed,
/// and a title somebody changed stays.
/// </summary>
public sealed class PopulateOrganizations(
    PortalStorage storage, OrganizationStore organizations, Warehouse warehouse, AuditTrail audit, ILogger<PopulateOrganizations> log)
{
    [Function(nameof(PopulateOrganizations))]
    public async Task Run([TimerTrigger("%PopulateOrganizationsSchedule%", RunOnStartup = true)] TimerInfo timer, CancellationToken cancel)
    {
        try
        {
            await AddFoundAsync(cancel);
        }
        catch (WarehouseException unavailable)
        {
            // The next run finds them; people can work with the organisations the portal knows.
            log.LogWarning("Organisations were not looked up in HD4DP: {Reason}", unavailable.Message);
        }
    }

    public async Task AddFoundAsync(CancellationToken cancel)
    {
        await storage.PrepareAsync(cancel);
        var found = await warehouse.ListOrganizationsAsync(cancel);
        var known = (await organizations.ListAsync(cancel)).Select(organization => organization.Nihdi).ToHashSet();
        foreach (var (number, name) in found)
        {
            if (!Nihdi.TryParse(number, out var nihdi))
            {
                log.LogWarning("HD4DP has registrations of an organisation whose NIHDI number is not valid; it was not added: {Number}", number);
                continue;
            }

            if (known.Add(nihdi.Digits))
            {
                var title = string.IsNullOrWhiteSpace(name) ? nihdi.Digits : name.Trim();
                // In the installation's trail: until it is added the organisation has none.
                await audit.DoAsync(
                    AuditActor.Portal(),
                    new AuditAction("organization_found", title, Details: $"nihdi: {nihdi}"),
                    untilDone => organizations.AddFoundAsync(nihdi, title, untilDone));
                log.LogInformation("Added the organisation {Nihdi}, found in HD4DP", nihdi.Digits);
            }
        }
    }
}
