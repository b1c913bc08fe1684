using Microsoft.AspNetCore.Http;
using Ssp.Http;

namespace Ssp.Entrance;

/// <summary>
/// What every answer tells the browser. Nothing may be loaded from elsewhere, run inline, or be framed. The origin is shared with
/// HD4DP, so HSTS does not speak for subdomains.
/// </summary>
public static class SecurityHeaders
{
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

    public static void Add(HttpResponse response, HttpSettings settings)
    {
        var headers = response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
        headers.XFrameOptions = "DENY";
        // The pages' own files say otherwise for themselves.
        headers.CacheControl = "no-store";
        if (settings.PublicUrl.Scheme == Uri.UriSchemeHttps)
        {
            headers.StrictTransportSecurity = "max-age=31536000";
        }
    }
}
