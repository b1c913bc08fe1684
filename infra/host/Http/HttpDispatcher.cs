using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Ssp.Hosting.Queues;
using Ssp.Hosting.Settings;
using Ssp.Hosting.Worker;
using Ssp.Hosting.Worker.Messages;
using Yarp.ReverseProxy.Forwarder;

namespace Ssp.Hosting.Http;

/// <summary>
/// Finds the function of a request, has it run, and forwards the request to the worker's own HTTP server, which joins the two by the invocation's id.
/// </summary>
internal sealed class HttpDispatcher(
    FunctionIndex index, Invocations invocations, IHttpForwarder forwarder, WorkerConnections worker, WakeUps wakeUps, IConfiguration configuration,
    ILogger<HttpDispatcher> logger)
{
    private static readonly TypedData OverHttp = new() { Http = new RpcHttp() };
    private readonly ForwarderRequestConfig _plain = Config(invocations.TimeLimit, HttpVersion.Version11);

    // customHeaders of host.json stand on every answer, also on those that no function makes.
    private readonly (string Name, string? Value)[] _headers =
        [.. configuration.GetSection(HostFiles.HostJson + ":extensions:http:customHeaders").GetChildren().Select(one => (one.Key, one.Value))];

    private readonly ForwarderRequestConfig _forBodies = Config(invocations.TimeLimit, HttpVersion.Version20);

    public async Task Dispatch(HttpContext http)
    {
        http.Response.OnStarting(AddHeaders, http.Response);
        try
        {
            await Answer(http);
        }
        catch (Exception error)
        {
            logger.LogError(error, "{Method} {Path} failed", http.Request.Method, http.Request.Path);
            AnswerWithError(http, StatusCodes.Status500InternalServerError);
        }
    }

    // The app's own go before them.
    private Task AddHeaders(object response)
    {
        foreach (var (name, value) in _headers)
        {
            ((HttpResponse)response).Headers.TryAdd(name, value);
        }

        return Task.CompletedTask;
    }

    private async Task Answer(HttpContext http)
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
        if (http.Request.ContentLength > http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize)
        {
            http.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            return;
        }

        using var invocation = invocations.Begin(function, OverHttp, Metadata(values), http.RequestAborted);
        http.Features.Set(invocation);
        var body = new CallersBody(http.Request.Body);
        http.Request.Body = body;
        var hasBody = http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? true;
        var error = await forwarder.SendAsync(
            http, hasBody ? WorkerConnections.ForBodies : WorkerConnections.Plain, worker.Client, hasBody ? _forBodies : _plain, Transformer.Instance);
        // The app may answer without wanting the rest of the request.
        if (http.Response.HasStarted
            && error is ForwarderError.RequestBodyCanceled or ForwarderError.RequestBodyClient or ForwarderError.RequestBodyDestination)
        {
            error = ForwarderError.None;
        }

        if (error != ForwarderError.None)
        {
            // The other half would wait for the request.
            invocation.Cancel();
        }

        var fault = await invocation.Ended;
        if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method))
        {
            wakeUps.Signal();
        }

        if (http.RequestAborted.IsCancellationRequested)
        {
            logger.LogDebug("The client left {Method} {Path}", http.Request.Method, http.Request.Path);
        }
        else if (error != ForwarderError.None && body.Refused is { } refused)
        {
            AnswerWithError(http, refused);
        }
        else if (fault is not null)
        {
            logger.LogError(fault, "{Method} {Path} failed", http.Request.Method, http.Request.Path);
            AnswerWithError(http, fault is WorkerGoneException ? StatusCodes.Status502BadGateway : StatusCodes.Status500InternalServerError);
        }
        else if (error != ForwarderError.None)
        {
            var reason = http.Features.Get<IForwarderErrorFeature>()?.Exception?.Message;
            logger.LogWarning("The app cut its answer to {Method} {Path} short: {Reason}", http.Request.Method, http.Request.Path, reason);
            AnswerWithError(http, StatusCodes.Status502BadGateway);
        }
    }

    private static ForwarderRequestConfig Config(TimeSpan timeLimit, Version version) => new()
    {
        ActivityTimeout = timeLimit == Timeout.InfiniteTimeSpan ? TimeSpan.FromDays(1) : timeLimit,
        Version = version,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    private static IEnumerable<KeyValuePair<string, TypedData>> Metadata(RouteValueDictionary values) =>
        values.Where(value => value.Value is not null)
            .Select(value => KeyValuePair.Create(value.Key, new TypedData { String = Convert.ToString(value.Value, CultureInfo.InvariantCulture) }));

    private static void AnswerWithError(HttpContext http, int status)
    {
        if (http.Response.HasStarted)
        {
            // A cut connection tells the client that what it has is not the whole answer.
            http.Abort();
            return;
        }

        http.Response.Clear();
        http.Response.StatusCode = status;
    }

    /// <summary>What differs between the caller's request and answer and the worker's.</summary>
    private sealed class Transformer : HttpTransformer
    {
        public static readonly Transformer Instance = new();

        public override async ValueTask TransformRequestAsync(
            HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
            proxyRequest.Headers.Host = httpContext.Request.Host.Value;
            // Set, never added: a caller's own would join the request to nothing, or to somebody else's invocation.
            proxyRequest.Headers.Remove("x-ms-invocation-id");
            proxyRequest.Headers.TryAddWithoutValidation("x-ms-invocation-id", httpContext.Features.Get<Invocation>()!.Id);
            if (httpContext.Connection.RemoteIpAddress is { } caller)
            {
                proxyRequest.Headers.TryAddWithoutValidation("X-Forwarded-For", caller.ToString());
            }
        }

        public override async ValueTask<bool> TransformResponseAsync(
            HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
        {
            // A function that fails outside of the app's own middlewares leaves an empty answer behind, and only its invocation tells that it failed.
            if (proxyResponse is null || (proxyResponse.Content.Headers.ContentLength is 0 && await httpContext.Features.Get<Invocation>()!.Ended is not null))
            {
                return false;
            }

            return await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        }
    }
}
