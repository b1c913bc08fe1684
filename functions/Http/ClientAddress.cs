using System.Net;
using Microsoft.AspNetCore.Http;

namespace Ssp.Http;

/// <summary>
/// Where a request comes from. X-Forwarded-For can be forged by anyone, so it counts only as far as the setting TrustedProxyHops
/// says that proxies of the hospital wrote it: the entry that the outermost of them added.
/// </summary>
public static class ClientAddress
{
    public static IPAddress Of(HttpRequest request, PortalSettings settings)
    {
        var peer = request.HttpContext.Connection.RemoteIpAddress ?? IPAddress.None;
        if (settings.TrustedProxyHops == 0)
        {
            return peer;
        }

        var entries = request.Headers["X-Forwarded-For"].ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return entries.Length >= settings.TrustedProxyHops && IPAddress.TryParse(entries[^settings.TrustedProxyHops], out var address) ? address : peer;
    }
}
