using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Ssp.EmbeddedHost.Functions;

namespace Ssp.EmbeddedHost.Http;

/// <summary>Finds the function of a request, runs it, and writes its answer.</summary>
internal sealed class HttpDispatcher(FunctionIndex index, FunctionRunner runner, ILogger<HttpDispatcher> logger)
{
    public async Task Dispatch(HttpContext http)
    {
        try
        {
            if (http.Request.Path.StartsWithSegments("/admin", StringComparison.OrdinalIgnoreCase))
            {
                http.Response.StatusCode = StatusCodes.Status404NotFound;
            }
            else if (Find(http) is { } match)
            {
                await Run(http, match.Function, match.Values);
            }
            else if (http.Request.Path == "/")
            {
                await http.Response.WriteAsync("The host is running.\n");
            }
            else
            {
                http.Response.StatusCode = StatusCodes.Status404NotFound;
            }
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            logger.LogDebug("The client left {Method} {Path}", http.Request.Method, http.Request.Path);
        }
        catch (Exception error)
        {
            AnswerWithError(http, error);
        }
    }

    private (Function Function, RouteValueDictionary Values)? Find(HttpContext http)
    {
        foreach (var route in index.Routes)
        {
            var values = new RouteValueDictionary();
            if (route.Matches(http, values))
            {
                return (route.Function, values);
            }
        }

        return null;
    }

    private async Task Run(HttpContext http, Function function, RouteValueDictionary values)
    {
        using var invocation = runner.Begin(function, http, values, http.RequestServices, http.RequestAborted);
        await runner.Run(invocation);
        // After the middlewares and outside of them, as on the real host: an error in here is not theirs to catch.
        switch (invocation.Result)
        {
            case IResult result:
                await result.ExecuteAsync(http);
                break;
            case IActionResult result:
                await result.ExecuteResultAsync(new ActionContext(http, new RouteData(values), new ActionDescriptor()));
                break;
        }
    }

    private void AnswerWithError(HttpContext http, Exception error)
    {
        var status = error is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } tooLarge
            ? tooLarge.StatusCode
            : StatusCodes.Status500InternalServerError;
        logger.LogError(error, "{Method} {Path} failed", http.Request.Method, http.Request.Path);
        if (http.Response.HasStarted)
        {
            // A cut connection tells the client that what it has is not the whole answer.
            http.Abort();
            return;
        }

        http.Response.Clear();
        http.Response.StatusCode = status;
    }
}
