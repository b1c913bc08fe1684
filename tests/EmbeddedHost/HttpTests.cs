using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Ssp.Tests.EmbeddedHost;

public sealed class HttpTests
{
    private static readonly (string, string) EmptyPrefix = ("AzureFunctionsJobHost:extensions:http:routePrefix", "");

    [Fact]
    public async Task Of_two_matching_routes_the_function_whose_name_sorts_first_answers()
    {
        await using var host = await RunningHost.Start([typeof(RoutingFunctions)]);
        Assert.Equal("parameter new", await host.Text("/api/things/new"));
    }

    [Theory]
    [InlineData("/api/numbers/41", "42")]
    [InlineData("/API/Numbers/41", "42")]
    [InlineData("/api/guids/0f8fad5b-d9cb-469f-a165-70867728950e", "0f8fad5bd9cb469fa16570867728950e")]
    [InlineData("/api/unrouted", "by name")]
    [InlineData("/api", "home")]
    [InlineData("/api/", "home")]
    [InlineData("/api/some/page.html", "ui some/page.html")]
    [InlineData("/api/numbers/x", "ui numbers/x")]
    [InlineData("/api/apis", "ui apis")]
    public async Task A_path_is_matched_by_template_and_constraint(string path, string answer)
    {
        await using var host = await RunningHost.Start([typeof(RoutingFunctions)]);
        Assert.Equal(answer, await host.Text(path));
    }

    [Theory]
    [InlineData("/api/api/nowhere")]
    [InlineData("/api/api")]
    [InlineData("/elsewhere")]
    [InlineData("/admin/host/status")]
    public async Task An_unknown_path_is_an_empty_404(string path)
    {
        await using var host = await RunningHost.Start([typeof(RoutingFunctions)]);
        await AssertEmpty(HttpStatusCode.NotFound, await host.Get(path));
    }

    [Fact]
    public async Task A_wrong_method_is_an_empty_404()
    {
        await using var host = await RunningHost.Start([typeof(RoutingFunctions)]);
        await AssertEmpty(HttpStatusCode.NotFound, await host.Post("/api/numbers/1", "{}"));
    }

    [Fact]
    public async Task The_prefix_may_be_another_one()
    {
        await using var host = await RunningHost.Start([typeof(RoutingFunctions)], null, ("AzureFunctionsJobHost:extensions:http:routePrefix", "ssp"));
        Assert.Equal("42", await host.Text("/ssp/numbers/41"));
        await AssertEmpty(HttpStatusCode.NotFound, await host.Get("/api/numbers/41"));
    }

    [Fact]
    public async Task The_prefix_may_be_empty()
    {
        await using var host = await RunningHost.Start([typeof(RoutingFunctions)], null, EmptyPrefix);
        Assert.Equal("42", await host.Text("/numbers/41"));
        Assert.Equal("home", await host.Text("/"));
        await AssertEmpty(HttpStatusCode.NotFound, await host.Get("/admin/host/status"));
    }

    [Fact]
    public async Task The_root_is_a_small_landing_page()
    {
        await using var host = await RunningHost.Start([typeof(RoutingFunctions)]);
        var answer = await host.Get("/");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(answer.Headers.Server);
    }

    [Fact]
    public async Task A_body_is_bound_case_insensitively()
    {
        await using var host = await RunningHost.Start([typeof(BindingFunctions)]);
        Assert.Equal("3 hat", await (await host.Post("/api/body", """{"ARTICLE":"hat","count":3}""")).Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_body_that_is_not_JSON_is_an_empty_500()
    {
        await using var host = await RunningHost.Start([typeof(BindingFunctions)]);
        await AssertEmpty(HttpStatusCode.InternalServerError, await host.Post("/api/body", "{oops"));
    }

    [Fact]
    public async Task An_exception_is_logged_and_an_empty_500()
    {
        await using var host = await RunningHost.Start([typeof(BindingFunctions)]);
        await AssertEmpty(HttpStatusCode.InternalServerError, await host.Get("/api/fails"));
        Assert.Contains(host.Messages, message => message.StartsWith("Error: GET /api/fails failed InvalidOperationException", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_context_and_the_cancellation_token_are_bound()
    {
        await using var host = await RunningHost.Start([typeof(BindingFunctions)]);
        Assert.Equal("Context httpTrigger anna True True", await host.Text("/api/context/anna"));
    }

    [Theory]
    [InlineData("/api/optional", "none none")]
    [InlineData("/api/optional/x", "x none")]
    [InlineData("/api/optional/x/7", "x 7")]
    public async Task Route_values_that_are_left_out_are_null(string path, string answer)
    {
        await using var host = await RunningHost.Start([typeof(BindingFunctions)]);
        Assert.Equal(answer, await host.Text(path));
    }

    [Fact]
    public async Task Each_kind_of_answer_is_written()
    {
        await using var host = await RunningHost.Start([typeof(BindingFunctions)]);
        var mvc = await host.Get("/api/mvc");
        Assert.Equal(HttpStatusCode.Accepted, mvc.StatusCode);
        Assert.Equal("""{"article":"shoe","count":2}""", await mvc.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.NoContent, (await host.Get("/api/value")).StatusCode);
        Assert.Equal("by hand", await host.Text("/api/nothing"));
    }

    [Fact]
    public async Task A_body_of_more_than_100_MB_is_refused()
    {
        await using var host = await RunningHost.Start([typeof(BindingFunctions)]);
        // The server may cut the connection while the rest is still on its way.
        try
        {
            using var body = new ByteArrayContent(new byte[(100 * 1024 * 1024) + 1]);
            var answer = await host.Post("/api/echo", body);
            await AssertEmpty(HttpStatusCode.RequestEntityTooLarge, answer);
        }
        catch (HttpRequestException)
        {
        }

        Assert.Contains(host.Messages, message => message.Contains("BadHttpRequestException", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_client_that_leaves_cancels_its_function()
    {
        var cancelled = new TaskCompletionSource();
        var probe = new Probe
        {
            Work = async cancellation =>
            {
                await Task.Delay(Timeout.Infinite, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancelled.SetResult();
                cancellation.ThrowIfCancellationRequested();
            },
        };
        await using var host = await RunningHost.Start([typeof(SlowHttpFunctions)], builder => builder.Services.AddSingleton(probe));
        using var client = new CancellationTokenSource();
        var answer = host.GetUnlessCancelled("/api/slow", client.Token);
        await Eventually.Is(() => !probe.Seen.IsEmpty, "the function runs");
        await client.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        await Eventually.Is(() => cancelled.Task.IsCompleted, "the function is cancelled");
        await host.Stop();
        Assert.DoesNotContain(host.Messages, message => message.StartsWith("Error", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("AzureWebJobs.Mvc.Disabled", "true")]
    [InlineData("AzureWebJobs:Mvc:Disabled", "1")]
    public async Task A_disabled_function_is_not_found(string setting, string value)
    {
        await using var host = await RunningHost.Start([typeof(BindingFunctions)], null, (setting, value));
        await AssertEmpty(HttpStatusCode.NotFound, await host.Get("/api/mvc"));
        Assert.Equal(HttpStatusCode.NoContent, (await host.Get("/api/value")).StatusCode);
    }

    [Fact]
    public async Task A_function_that_cannot_be_indexed_is_logged_and_leaves_the_others_alone()
    {
        await using var host = await RunningHost.Start([typeof(BrokenFunctions)]);
        Assert.Equal("whole", await host.Text("/api/whole"));
        foreach (var name in new[] { "BadTemplate", "NoSetting", "BadSchedule", "NeedsKey", "Unbound" })
        {
            Assert.Contains(host.Messages, message => message.StartsWith($"Error: The function {name} ", StringComparison.Ordinal));
            Assert.Equal(HttpStatusCode.NotFound, (await host.Get("/api/" + name)).StatusCode);
        }
    }

    private static async Task AssertEmpty(HttpStatusCode status, HttpResponseMessage answer)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }
}
