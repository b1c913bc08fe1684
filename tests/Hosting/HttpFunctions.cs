using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using FromBodyOfWorker = Microsoft.Azure.Functions.Worker.Http.FromBodyAttribute;

namespace Ssp.Tests.Hosting;

public class RoutingFunctions
{
    [Function("B_Literal")]
    public IResult Literal([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "things/new")] HttpRequest request) => Results.Text("literal");

    [Function("A_Parameter")]
    public IResult Parameter([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "things/{id}")] HttpRequest request, string id) =>
        Results.Text("parameter " + id);

    [Function("C_Number")]
    public IResult Number([HttpTrigger(AuthorizationLevel.Anonymous, "get", "put", Route = "numbers/{n:int}")] HttpRequest request, int n) =>
        Results.Text((n + 1).ToString(CultureInfo.InvariantCulture));

    [Function("D_Guid")]
    public IResult Identifier([HttpTrigger(AuthorizationLevel.Anonymous, Route = "guids/{id:guid}")] HttpRequest request, Guid id) =>
        Results.Text(id.ToString("N"));

    [Function("Unrouted")]
    public IResult Unrouted([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) => Results.Text("by name");

    [Function("Y_Home")]
    public IResult Home([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "{home:maxlength(0)?}")] HttpRequest request) => Results.Text("home");

    [Function("Z_Ui")]
    public IResult Ui([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "{*path:regex(^(?!api(/|$)).*$)}")] HttpRequest request, string path) =>
        Results.Text("ui " + path);
}

public class BindingFunctions
{
    [Function("Body")]
    public IResult Body([HttpTrigger(AuthorizationLevel.Anonymous, "post")] HttpRequest request, [FromBodyOfWorker] Order order) =>
        Results.Text($"{order.Count} {order.Article}");

    [Function("Context")]
    public IResult Context(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "context/{name}")] HttpRequest request,
        FunctionContext context,
        CancellationToken cancellation) =>
        Results.Text(string.Join(' ',
            context.FunctionDefinition.Name,
            context.FunctionDefinition.InputBindings.Values.Single().Type,
            context.BindingContext.BindingData["NAME"],
            ReferenceEquals(context.GetHttpContext(), request.HttpContext),
            cancellation.CanBeCanceled && cancellation == context.CancellationToken));

    [Function("Optional")]
    public IResult Optional([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "optional/{a?}/{b:int?}")] HttpRequest request, string? a, int? b) =>
        Results.Text($"{a ?? "none"} {b?.ToString(CultureInfo.InvariantCulture) ?? "none"}");

    [Function("Mvc")]
    public Task<IActionResult> Mvc([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) =>
        Task.FromResult<IActionResult>(new ObjectResult(new Order("shoe", 2)) { StatusCode = 202 });

    [Function("Value")]
    public async Task<IResult> Value([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request)
    {
        await Task.Yield();
        return Results.NoContent();
    }

    [Function("Nothing")]
    public async Task Nothing([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) =>
        await request.HttpContext.Response.WriteAsync("by hand");

    [Function("Fails")]
    public IResult Fails([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) => throw new InvalidOperationException("secret");

    [Function("Echo")]
    public async Task<IResult> Echo([HttpTrigger(AuthorizationLevel.Anonymous, "post")] HttpRequest request)
    {
        using var reader = new StreamReader(request.Body, Encoding.UTF8);
        return Results.Text(await reader.ReadToEndAsync());
    }

    public sealed record Order(string Article, int Count);
}

public class BrokenFunctions
{
    [Function("NoSetting")]
    public void NoSetting([QueueTrigger("%NoSuchSetting%")] string message)
    {
    }

    [Function("BadSchedule")]
    public void BadSchedule([TimerTrigger("every now and then")] TimerInfo timer)
    {
    }

    [Function("NeedsKey")]
    public IResult NeedsKey([HttpTrigger("get")] HttpRequest request) => Results.Ok();

    [Function("Whole")]
    public IResult Whole([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) => Results.Text("whole");
}

public class BadRouteFunctions
{
    [Function("BadTemplate")]
    public IResult BadTemplate([HttpTrigger(AuthorizationLevel.Anonymous, Route = "bad/{x:nosuchconstraint}")] HttpRequest request) => Results.Ok();
}

public class AnswerFunctions(Probe probe)
{
    [Function("Headers")]
    public IResult Headers([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) =>
        Results.Json(request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString()));

    [Function("Slowly")]
    public async Task Slowly([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request, CancellationToken cancellation)
    {
        await request.HttpContext.Response.WriteAsync("begun", cancellation);
        await request.HttpContext.Response.Body.FlushAsync(cancellation);
        await probe.Note("begun", cancellation);
        await request.HttpContext.Response.WriteAsync(" ended", cancellation);
    }

    [Function("Upload")]
    public async Task<IResult> Upload([HttpTrigger(AuthorizationLevel.Anonymous, "post")] HttpRequest request, CancellationToken cancellation)
    {
        var first = new byte[5];
        await request.Body.ReadExactlyAsync(first, cancellation);
        await probe.Note(Encoding.ASCII.GetString(first), cancellation);
        using var rest = new StreamReader(request.Body);
        return Results.Text(await rest.ReadToEndAsync(cancellation));
    }

    [Function("EmptyFailure")]
    public IResult EmptyFailure([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) => new FailingResult(begin: false);

    [Function("HalfFailure")]
    public IResult HalfFailure([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) => new FailingResult(begin: true);

    private sealed class FailingResult(bool begin) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            if (begin)
            {
                await httpContext.Response.WriteAsync("half");
                await httpContext.Response.Body.FlushAsync();
            }

            throw new InvalidOperationException("thrown by the result");
        }
    }
}
