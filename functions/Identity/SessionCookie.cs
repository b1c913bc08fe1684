using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Ssp.Http;

namespace Ssp.Identity;

/// <summary>The cookie of a session: the account's id (where to look) and the session's secret (what to prove), with a dot between.</summary>
public sealed record SessionCookie(string AccountId, string Secret)
{
    public const string Name = "ssp-session";

    public static bool TryRead(HttpRequest request, [NotNullWhen(true)] out SessionCookie? cookie)
    {
        cookie = null;
        if (request.Cookies[Name]?.Split('.') is not [{ Length: 64 } accountId, { Length: 43 } secret] || !accountId.All(char.IsAsciiHexDigitLower))
        {
            return false;
        }

        cookie = new SessionCookie(accountId, secret);
        return true;
    }

    public void Set(HttpResponse response, HttpSettings settings) => response.Cookies.Append(Name, $"{AccountId}.{Secret}", Options(settings));

    public static void Clear(HttpResponse response, HttpSettings settings) => response.Cookies.Delete(Name, Options(settings));

    // No lifetime: the browser forgets it when it closes, and the server ends the session anyway.
    private static CookieOptions Options(HttpSettings settings) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Path = Addresses.Portal,
        Secure = settings.PublicUrl.Scheme == Uri.UriSchemeHttps,
        IsEssential = true,
    };
}
