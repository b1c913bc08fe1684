using Microsoft.AspNetCore.Http;
using Ssp.Hd4dp;
using Ssp.Http;
using Ssp.Identity;

namespace Ssp.Organizations;

/// <summary>One NIHDI number can stand for several campuses. Then all their organisations see the same registrations, so it takes a confirmation.</summary>
public static class SharedNihdi
{
    private const int MaxNamed = 3;

    /// <summary>Makes a change that gives an organisation this number. It is announced first, so of two at once at most one finds the number free.</summary>
    /// <param name="isConfirmed">Whether it may be shared.</param>
    /// <exception cref="Problem">409 nihdi_in_use, naming the others.</exception>
    public static async Task<T> GiveAsync<T>(
        OrganizationStore organizations, string id, OrganizationForm form, bool isConfirmed, Func<Task<T>> change, CancellationToken cancel)
    {
        await organizations.AnnounceAsync(id, form, cancel);
        try
        {
            if (!isConfirmed)
            {
                await RequireFreeAsync(organizations, id, form.Nihdi, cancel);
            }

            return await change();
        }
        finally
        {
            await organizations.ForgetAsync(id, form, CancellationToken.None);
        }
    }

    private static async Task RequireFreeAsync(OrganizationStore organizations, string id, Nihdi nihdi, CancellationToken cancel)
    {
        // In this order: what is no longer announced is in the list.
        var announced = await organizations.ListAnnouncedAsync(id, nihdi, cancel);
        var others = (await organizations.ListAsync(cancel))
            .Where(one => one.Nihdi == nihdi.Digits && one.Id != id)
            .Select(one => one.Title)
            .Union(announced)
            .ToList();
        if (others.Count > 0)
        {
            var named = string.Join(", ", others.Take(MaxNamed)) + (others.Count > MaxNamed ? ", …" : "");
            throw new Problem(StatusCodes.Status409Conflict, ProblemCodes.NihdiInUse, nihdi.Digits, named);
        }
    }
}
