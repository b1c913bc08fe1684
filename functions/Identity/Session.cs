using Microsoft.AspNetCore.Http;

namespace Ssp.Identity;

/// <summary>A signed-in browser. Only the hash of its secret is stored.</summary>
/// <param name="Device">Browser and system in a few words; empty when it does not say.</param>
/// <param name="Address">Where it signed in from, if that is known.</param>
public sealed record Session(string AccountId, string SecretHash, string Stamp, DateTimeOffset BegunAt, DateTimeOffset LastSeen, string Device, string? Address)
{
    /// <summary>What the API calls it; a part of the hash, since the secret behind it has 256 bits.</summary>
    public string Id => SecretHash[..32];
}

/// <summary>Who makes this request.</summary>
/// <param name="CsrfToken">What every write of this session must carry in the header X-CSRF-Token.</param>
public sealed record Caller(Account Account, Session Session, string CsrfToken);

public static class CallerOfRequest
{
    /// <summary>The signed-in person; the session middleware has put them there before any function runs.</summary>
    public static Caller Caller(this HttpRequest request) =>
        (Caller)(request.HttpContext.Items[typeof(Caller)] ?? throw Http.Problem.NotSignedIn());
}
