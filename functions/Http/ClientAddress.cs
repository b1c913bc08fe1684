using System.Net;
using Microsoft.AspNetCore.Http;

namespace Ssp.Http;

/// <summary>
/// Where a request comes from, or null when that is not known. X-Forwarded-For can be forged by anyone, so it counts only as far as the
/// setting TrustedProxyHops says that proxies of the hospital wrote it: the entry that the outermost of them added. Without it, loopback says
/// nothing: a proxy on this machine, or the Functions host, stands before everybody.
/// </summary>
public static class ClientAddress
{
    public static IPAddress? Of(HttpRequest request, PortalSettings settings)
    {
        if (settings.TrustedProxyHops == 0)
        {
            return request.HttpContext.Connection.RemoteIpAddress is { } peer && !IPAddress.IsLoopback(peer) ? peer : null;
        }

        var entries = request.Headers["X-Forwarded-For"].ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        // Some proxies add the port.
        return entries.Length >= settings.TrustedProxyHops && IPEndPoint.TryParse(entries[^settings.TrustedProxyHops], out var end) ? end.Address : null;
    }
}
