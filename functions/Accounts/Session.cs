using Microsoft.AspNetCore.Http;

namespace Ssp.Accounts;

/// <summary>A signed-in browser. Only the hash of its secret is stored.</summary>
public sealed record Session(string AccountId, string SecretHash, string Stamp, DateTimeOffset BegunAt, DateTimeOffset LastSeen);

/// <summary>Who makes this request.</summary>
/// <param name="CsrfToken">What every write of this session must carry in the header X-CSRF-Token.</param>
public sealed record Caller(Account Account, Session Session, string CsrfToken);

public static class CallerOfRequest
{
    /// <summary>The signed-in person; the session middleware has put them there before any function runs.</summary>
    public static Caller Caller(this HttpRequest request) =>
        (Caller)(request.HttpContext.Items[typeof(Caller)] ?? throw Http.Problem.NotSignedIn());
}
