using Microsoft.Extensions.DependencyInjection;
using Ssp.Identity;
using Ssp.Nippin;
using Ssp.Clock;

namespace Ssp.Tests.Support;

/// <summary>Validations as the night asks for them, and how they end.</summary>
public static class Nights
{
    public static DateOnly Today => BelgianTime.DayOf(DateTimeOffset.UtcNow);

    /// <summary>Asks for a validation and waits until the portal's own queue function has done it.</summary>
    public static async Task<Night> ValidateAsync(this TestPortal portal, Organization organization, string registry, DateOnly? date = null)
    {
        var nights = portal.Services.GetRequiredService<NightStore>();
        await nights.AskAsync(organization, registry, date ?? Today, default);
        return await portal.WaitForNightAsync(organization, registry, date);
    }

    public static async Task<Night> WaitForNightAsync(this TestPortal portal, Organization organization, string registry, DateOnly? date = null)
    {
        var nights = portal.Services.GetRequiredService<NightStore>();
        for (var attempt = 0; attempt < 600; attempt++)
        {
            if (await nights.FindAsync(organization.Id, registry, date ?? Today, default) is { IsOver: true } night)
            {
                return night;
            }

            await Task.Delay(50);
        }

        throw new TimeoutException("The validation did not end within half a minute.");
    }
}
