using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace Ssp.Http;

/// <summary>
/// Where a request comes from, or null when that is not known. Any header can be forged, so one counts only when the setting ClientAddressHeader names it,
/// because the hospital's proxy overwrites it. Without it, loopback says nothing: a proxy on this machine, or the Functions host, stands before everybody.
/// </summary>
public static class ClientAddress
{
    public static IPAddress? Of(HttpRequest request, HttpSettings settings) =>
        settings.ClientAddressHeader is { } header
            // Of several values one was sent by somebody else than the proxy.
            ? request.Headers[header] is [{ } value] ? Read(value.Trim()) : null
            : request.HttpContext.Connection.RemoteIpAddress is { } peer && !IPAddress.IsLoopback(peer) ? Plain(peer) : null;

    // Some proxies add the port. What .NET also takes for an address, such as 1 or 010.0.0.1, no proxy writes.
    private static IPAddress? Read(string value) =>
        IPEndPoint.TryParse(value, out var end)
        && (end.AddressFamily == AddressFamily.InterNetworkV6 || value.Split(':')[0] == end.Address.ToString())
            ? Plain(end.Address)
            : null;

    // One caller has one address, however the socket was opened.
    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
