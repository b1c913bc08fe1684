using Microsoft.AspNetCore.Http;
using Ssp.Http;

namespace Ssp.Organizations;

/// <summary>One NIHDI number can stand for several campuses. Then all their organisations see the same registrations, so it takes a confirmation.</summary>
public static class SharedNihdi
{
    private const int MostNamed = 3;

    /// <exception cref="Problem">409 nihdi_in_use, naming the others.</exception>
    public static async Task RequireFreeAsync(OrganizationStore organizations, Nihdi nihdi, string? except, CancellationToken cancel)
    {
        var others = (await organizations.ListAsync(cancel)).Where(one => one.Nihdi == nihdi.Digits && one.Id != except).Select(one => one.Title).ToList();
        if (others.Count > 0)
        {
            var named = string.Join(", ", others.Take(MostNamed)) + (others.Count > MostNamed ? ", …" : "");
            throw new Problem(StatusCodes.Status409Conflict, "nihdi_in_use", nihdi.Digits, named);
        }
    }
}
