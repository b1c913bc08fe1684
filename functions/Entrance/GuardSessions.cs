using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Ssp.Accounts;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Storage;

namespace Ssp.Entrance;

/// <summary>
/// Before any HTTP function runs: who is it, did a page of ours send it, and is a password change due? A function is closed to
/// strangers unless <see cref="Permissions"/> opens it.
/// </summary>
public sealed class GuardSessions(SessionStore sessions, HttpSettings settings) : IFunctionsWorkerMiddleware
{
    /// <summary>What somebody may do who has not yet changed their temporary password.</summary>
    public static readonly IReadOnlySet<string> OpenBeforePasswordChange = new HashSet<string> { nameof(ShowSession), nameof(SignOut), nameof(ChangePassword) };

    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (context.GetHttpContext()?.Request is { } request)
        {
            await GuardAsync(context.FunctionDefinition.Name, request, context.CancellationToken);
        }

        await next(context);
    }

    private async Task GuardAsync(string function, HttpRequest request, CancellationToken cancel)
    {
        var writes = !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method);
        if (writes)
        {
            RequireOwnOrigin(request);
        }

        if (Permissions.IsOpen(function))
        {
            return;
        }

        var caller = SessionCookie.TryRead(request, out var cookie) ? await sessions.FindAsync(cookie, cancel) : null;
        if (caller is null)
        {
            throw Problem.NotSignedIn();
        }

        request.HttpContext.Items[typeof(Caller)] = caller;
        if (writes && !Secrets.Same(request.Headers["X-CSRF-Token"].ToString(), caller.CsrfToken))
        {
            throw new Problem(StatusCodes.Status403Forbidden, ProblemCodes.CsrfTokenWrong) { IsRefusal = true };
        }

        if (caller.Account.MustChangePassword && !OpenBeforePasswordChange.Contains(function))
        {
            throw new Problem(StatusCodes.Status403Forbidden, ProblemCodes.PasswordChangeRequired);
        }
    }

    // Browsers say where a write comes from; programs without a browser say nothing and hold no cookie by accident.
    private void RequireOwnOrigin(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if ((origin.Length > 0 && origin != settings.PublicUrl.GetLeftPart(UriPartial.Authority)) || site is "cross-site" or "same-site")
        {
            throw new Problem(StatusCodes.Status403Forbidden, ProblemCodes.ForeignOrigin);
        }
    }
}
