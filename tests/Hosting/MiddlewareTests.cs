using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Ssp.Tests.Support;

namespace Ssp.Tests.Hosting;

public sealed class MiddlewareTests(Stack stack)
{
    private readonly Probe _probe = new();

    [Fact]
    public async Task They_run_in_the_order_in_which_they_were_added()
    {
        await using var host = await Start(builder => builder
            .UseMiddleware<FirstMiddleware>()
            .UseMiddleware(async (_, next) =>
            {
                _probe.Seen.Enqueue("second in");
                await next();
                _probe.Seen.Enqueue("second out");
            }));
        Assert.Equal("answer", await host.Text("/api/answer"));
        Assert.Equal(["first in", "second in", "function", "second out", "first out"], _probe.Seen);
    }

    [Fact]
    public async Task One_that_answers_by_itself_has_the_last_word()
    {
        await using var host = await Start(builder => builder.UseMiddleware(async (context, _) =>
        {
            var response = context.GetHttpContext()!.Response;
            response.StatusCode = 403;
            await response.WriteAsync("no");
        }));
        var answer = await host.Get("/api/answer");
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal("no", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Empty(_probe.Seen);
    }

    [Fact]
    public async Task One_that_catches_sees_the_functions_exception()
    {
        await using var host = await Start(CatchAll);
        Assert.Equal("caught thrown by the function", await host.Text("/api/throw"));
    }

    [Fact]
    public async Task One_that_catches_does_not_see_the_exception_of_a_result()
    {
        await using var host = await Start(CatchAll);
        var answer = await host.Get("/api/throwlater");
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task One_with_a_condition_runs_only_then()
    {
        await using var host = await Start(builder => builder.UseWhen<FirstMiddleware>(context => context.FunctionDefinition.Name == "Throw"));
        await host.Text("/api/answer");
        Assert.Equal(["function"], _probe.Seen);
        await host.Text("/api/throw");
        Assert.Contains("first in", _probe.Seen);
    }

    [Fact]
    public async Task They_wrap_queues_and_timers_too()
    {
        var queue = await TestQueue.Create(stack.Storage);
        await queue.Send("hello");
        await using var host = await RunningHost.Start(
            [typeof(QueueFunctions), typeof(TimerFunctions)],
            builder =>
            {
                builder.Services.AddSingleton(_probe);
                builder.UseMiddleware(async (context, next) =>
                {
                    Assert.Null(context.GetHttpContext());
                    _probe.Seen.Enqueue("around " + context.FunctionDefinition.Name);
                    await next();
                });
            },
            ("AzureWebJobsStorage", stack.Storage), ("Queue", queue.Name), ("Schedule", "* * * * * *"), ("AzureFunctionsWebHost:hostid", queue.Name));
        await Eventually.Is(() => _probe.Seen.Contains("around TakeText") && _probe.Seen.Contains("around TickPlain"), "both functions ran");
    }

    private static void CatchAll(IFunctionsWorkerApplicationBuilder builder) => builder.UseMiddleware(async (context, next) =>
    {
        try
        {
            await next();
        }
        catch (InvalidOperationException error)
        {
            await context.GetHttpContext()!.Response.WriteAsync("caught " + error.Message);
        }
    });

    private Task<RunningHost> Start(Action<IFunctionsWorkerApplicationBuilder> middlewares) => RunningHost.Start([typeof(AnsweringFunctions)], builder =>
    {
        builder.Services.AddSingleton(_probe);
        middlewares(builder);
    });

    public sealed class FirstMiddleware(Probe probe) : IFunctionsWorkerMiddleware
    {
        public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
        {
            probe.Seen.Enqueue("first in");
            await next(context);
            probe.Seen.Enqueue("first out");
        }
    }

    public class AnsweringFunctions(Probe probe)
    {
        [Function("Answer")]
        public IResult Answer([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request)
        {
            probe.Seen.Enqueue("function");
            return Results.Text("answer");
        }

        [Function("Throw")]
        public IResult Throw([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) =>
            throw new InvalidOperationException("thrown by the function");

        [Function("ThrowLater")]
        public IResult ThrowLater([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) => new ThrowingResult();
    }

    private sealed class ThrowingResult : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => throw new InvalidOperationException("thrown by the result");
    }
}
