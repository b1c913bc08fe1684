using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;

namespace Ssp.Tests.Hosting;

public sealed class HttpTests
{
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

    [Theory]
    [InlineData("/api/nowhere/at/all/api")]
    [InlineData("/elsewhere")]
    [InlineData("/admin/host/status")]
    [InlineData("/api/numbers/41")]
    public async Task The_headers_of_host_json_stand_on_every_answer(string path)
    {
        await using var host = await RunningHost.Start(
            [typeof(RoutingFunctions)], null, null, """{"extensions":{"http":{"customHeaders":{"X-Content-Type-Options":"nosniff"}}}}""");
        var answer = await host.Get(path);
        Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
    }

    [Theory]
    [InlineData("\r\n", "HTTP/1.1 200 OK")]
    [InlineData("\n", "HTTP/1.1 400 Bad Request")]
    public async Task A_line_of_a_request_ends_with_both_signs(string end, string first)
    {
        await using var host = await RunningHost.Start([typeof(RoutingFunctions)]);
        using var client = new TcpClient();
        await client.ConnectAsync(host.Address.Host, host.Address.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET /api/numbers/41 HTTP/1.1{end}Host: x{end}Connection: close{end}{end}"));
        using var answer = new StreamReader(client.GetStream());
        Assert.Equal(first, await answer.ReadLineAsync());
    }

    [Fact]
    public async Task The_prefix_may_be_another_one()
    {
        await using var host = await RunningHost.Start([typeof(RoutingFunctions)], null, null, """{"extensions":{"http":{"routePrefix":"ssp"}}}""");
        Assert.Equal("42", await host.Text("/ssp/numbers/41"));
        await AssertEmpty(HttpStatusCode.NotFound, await host.Get("/api/numbers/41"));
    }

    [Fact]
    public async Task The_prefix_may_be_empty()
    {
        await using var host = await RunningHost.Start([typeof(RoutingFunctions)], null, null, """{"extensions":{"http":{"routePrefix":""}}}""");
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
    }

    [Fact]
    public async Task A_body_is_bound_case_insensitively()
    {
        await using var host = await RunningHost.Start([typeof(BindingFunctions)]);
        Assert.Equal(
            "3 hat", await (await host.Post("/api/body", """{"ARTICLE":"hat","count":3}""")).Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
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
        Assert.Single(
            host.Messages,
            message => message.StartsWith("Error: GET /api/fails failed", StringComparison.Ordinal)
                && message.Contains("InvalidOperationException: secret", StringComparison.Ordinal));
        Assert.Single(host.Messages, message => message.StartsWith("Error", StringComparison.Ordinal));
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
    public async Task A_body_of_more_than_100_MB_is_refused_before_it_is_sent()
    {
        await using var host = await RunningHost.Start([typeof(BindingFunctions)]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/echo") { Content = new ByteArrayContent(new byte[(100 * 1024 * 1024) + 1]) };
        request.Headers.ExpectContinue = true;
        await AssertEmpty(HttpStatusCode.RequestEntityTooLarge, await host.Send(request));
    }

    [Fact]
    public async Task A_route_that_the_worker_could_not_understand_stops_the_start()
    {
        var error = await Assert.ThrowsAnyAsync<InvalidOperationException>(() => RunningHost.Start([typeof(BadRouteFunctions), typeof(RoutingFunctions)]));
        Assert.Contains("nosuchconstraint", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_callers_own_invocation_id_is_overwritten()
    {
        await using var host = await RunningHost.Start([typeof(AnswerFunctions)], builder => builder.Services.AddSingleton(new Probe()));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/headers");
        request.Headers.Add("x-ms-invocation-id", ["forged", "twice"]);
        var headers = await (await host.Send(request)).Content.ReadFromJsonAsync<Dictionary<string, string>>(TestContext.Current.CancellationToken);
        Assert.True(Guid.TryParse(headers!["x-ms-invocation-id"], out _));
    }

    [Fact]
    public async Task A_request_arrives_as_it_was_sent_with_its_callers_address_added()
    {
        await using var host = await RunningHost.Start([typeof(AnswerFunctions)], builder =>
        {
            builder.Services.AddSingleton(new Probe());
            // Otherwise the worker itself believes the last entry and takes it away.
            builder.Services.PostConfigure<ForwardedHeadersOptions>(options => options.ForwardedHeaders = ForwardedHeaders.None);
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/headers");
        request.Headers.Host = "hospital.example:8443";
        request.Headers.Add("X-Real-IP", "203.0.113.7");
        request.Headers.Add("X-Forwarded-For", "203.0.113.7");
        request.Headers.Add("Cookie", "a=1; b=2");
        request.Headers.Add("Accept-Encoding", "br");
        var headers = await (await host.Send(request)).Content.ReadFromJsonAsync<Dictionary<string, string>>(TestContext.Current.CancellationToken);
        headers = new(headers!, StringComparer.OrdinalIgnoreCase);
        Assert.Equal("hospital.example:8443", headers["Host"]);
        Assert.Equal("203.0.113.7", headers["X-Real-IP"]);
        Assert.Equal(["203.0.113.7", "127.0.0.1"], headers["X-Forwarded-For"].Split([',', ' '], StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("a=1; b=2", headers["Cookie"]);
        Assert.Equal("br", headers["Accept-Encoding"]);
    }

    [Fact]
    public async Task An_answer_is_passed_on_while_it_is_written()
    {
        var go = new TaskCompletionSource();
        var probe = new Probe { Work = _ => go.Task };
        await using var host = await RunningHost.Start([typeof(AnswerFunctions)], builder => builder.Services.AddSingleton(probe));
        using var answer = await host.Send(new HttpRequestMessage(HttpMethod.Get, "/api/slowly"));
        await using var body = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var first = new byte[5];
        await body.ReadExactlyAsync(first, TestContext.Current.CancellationToken);
        Assert.Equal("begun"u8.ToArray(), first);
        go.SetResult();
        using var rest = new StreamReader(body);
        Assert.Equal(" ended", await rest.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_request_is_passed_on_while_it_is_sent()
    {
        var probe = new Probe();
        await using var host = await RunningHost.Start([typeof(AnswerFunctions)], builder => builder.Services.AddSingleton(probe));
        var pipe = new System.IO.Pipelines.Pipe();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/upload") { Content = new StreamContent(pipe.Reader.AsStream()) };
        var answer = host.Send(request);
        // More than the clients on the way keep in their buffers of some kilobytes.
        byte[] beginning = [.. "first"u8, .. new byte[200_000]];
        await pipe.Writer.WriteAsync(beginning, TestContext.Current.CancellationToken);
        await Eventually.Is(() => probe.Seen.Contains("first"), "the function has the beginning");
        await pipe.Writer.WriteAsync("second"u8.ToArray(), TestContext.Current.CancellationToken);
        await pipe.Writer.CompleteAsync();
        Assert.EndsWith("second", await (await answer).Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_result_that_fails_before_it_wrote_anything_is_an_empty_500()
    {
        await using var host = await RunningHost.Start([typeof(AnswerFunctions)], builder => builder.Services.AddSingleton(new Probe()));
        await AssertEmpty(HttpStatusCode.InternalServerError, await host.Get("/api/emptyfailure"));
        Assert.Contains(host.Messages, message => message.Contains("thrown by the result", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_result_that_fails_in_the_middle_cuts_the_connection()
    {
        await using var host = await RunningHost.Start([typeof(AnswerFunctions)], builder => builder.Services.AddSingleton(new Probe()));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => host.Text("/api/halffailure"));
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
        foreach (var name in new[] { "NoSetting", "BadSchedule", "NeedsKey" })
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
