using System.Net;
using Ssp.Tests.Support;

namespace Ssp.Tests.Http;

public sealed class AnswerTests(Stack stack)
{
    private readonly TestPortal portal = stack.Portal;

    [Theory]
    [InlineData("api/session")]
    [InlineData("api/portal")]
    [InlineData("api/health/live")]
    [InlineData("")]
    [InlineData("some/page")]
    public async Task Every_answer_tells_the_browser_to_be_careful(string path)
    {
        var headers = (await portal.Guest().GetAsync($"/ssp/{path}")).Message.Headers;

        var policy = Assert.Single(headers.GetValues("Content-Security-Policy"));
        foreach (var part in new[]
        {
            "default-src 'none'",
            "script-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "require-trusted-types-for 'script'",
        })
        {
            Assert.Contains(part, policy, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", Assert.Single(headers.GetValues("Referrer-Policy")));
        Assert.Equal("same-origin", Assert.Single(headers.GetValues("Cross-Origin-Opener-Policy")));
        Assert.Equal("same-origin", Assert.Single(headers.GetValues("Cross-Origin-Resource-Policy")));
        Assert.Equal("no-store", headers.CacheControl!.ToString());
        Assert.False(headers.Contains("Access-Control-Allow-Origin"));
        Assert.False(headers.Contains("Strict-Transport-Security"));
        Assert.False(headers.Contains("Clear-Site-Data"));
    }

    [Theory]
    [InlineData("/ssp")]
    [InlineData("/ssp/")]
    [InlineData("/ssp/sign-in")]
    [InlineData("/ssp/organizations/x/csv-export")]
    [InlineData("/ssp/apian")]
    public async Task Every_address_of_the_pages_gives_the_page(string path)
    {
        var answer = await portal.Guest().GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("text/html; charset=utf-8", answer.Message.Content.Headers.ContentType!.ToString());
        Assert.Contains("<div id=", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_with_a_hash_in_their_name_are_kept_for_ever()
    {
        var page = (await portal.Guest().GetAsync("/ssp/")).Text;
        var script = System.Text.RegularExpressions.Regex.Match(page, "/ssp/assets/[^\"]+[.]js").Value;

        var answer = await portal.Guest().GetAsync(script);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("public, max-age=31536000, immutable", answer.Message.Headers.CacheControl!.ToString());
        Assert.StartsWith("text/javascript", answer.Message.Content.Headers.ContentType!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/ssp/assets/missing.js")]
    [InlineData("/ssp/assets/..%2f..%2fhost.json")]
    [InlineData("/ssp/assets/%2e%2e/%2e%2e/host.json")]
    public async Task A_file_that_is_not_there_is_not_found(string path)
    {
        var answer = await portal.Guest().GetAsync(path);

        Assert.DoesNotContain("routePrefix", answer.Text, StringComparison.Ordinal);
        Assert.True(answer.Status == HttpStatusCode.NotFound || answer.Text.Contains("<div id=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_address_of_the_api_that_does_not_exist_is_not_a_page_and_its_answer_is_guarded_too()
    {
        var unknown = await portal.Guest().GetAsync("nothing/here");
        var wrongMethod = await portal.Guest().DeleteAsync("portal");

        Assert.All([unknown, wrongMethod], answer =>
        {
            Assert.Equal(HttpStatusCode.NotFound, answer.Status);
            Assert.Equal(["nosniff"], answer.Message.Headers.GetValues("X-Content-Type-Options"));
            Assert.Equal(["DENY"], answer.Message.Headers.GetValues("X-Frame-Options"));
        });
    }

    [Fact]
    public async Task Storage_that_does_not_answer_is_said_in_words_and_not_ready()
    {
        var away = Ssp.Dev.Ports.Free(1)[0];
        await using var own = await TestPortal.StartWithoutStorageAsync(
            stack,
            "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;"
            + "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;"
            + $"BlobEndpoint=http://127.0.0.1:{away}/devstoreaccount1;"
            + $"QueueEndpoint=http://127.0.0.1:{away}/devstoreaccount1;"
            + $"TableEndpoint=http://127.0.0.1:{away}/devstoreaccount1;");

        var live = await own.Guest().GetAsync("health/live");
        var ready = await own.Guest().GetAsync("health/ready");
        var signIn = await own.Guest().PostAsync("session", new { email = "a@b.be", password = "whatever" });

        Assert.Equal(HttpStatusCode.OK, live.Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.Status);
        Assert.Equal("unavailable", ready.Json.GetProperty("checks").GetProperty("storage").GetString());
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "storage_unavailable"), (signIn.Status, signIn.Code));
    }

    [Fact]
    public async Task A_warehouse_that_does_not_answer_is_said_in_words_and_not_ready()
    {
        await using var own = await TestPortal.StartAsync(
            stack, new() { ["LocaldwhConnection"] = "Host=127.0.0.1;Port=1;Database=localdwh;Username=x;Password=y" });
        var organization = await own.NewOrganizationAsync();
        var person = await own.SignInAsync(organization, Ssp.Identity.Role.CsvUploadManager);

        var ready = await own.Guest().GetAsync("health/ready");
        var registries = await person.GetAsync($"organizations/{organization.Id}/registries");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.Status);
        Assert.Equal("unavailable", ready.Json.GetProperty("checks").GetProperty("localdwh").GetString());
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "warehouse_unreachable"), (registries.Status, registries.Code));
    }

    [Fact]
    public async Task A_portal_on_good_ground_is_ready() => Assert.Equal(HttpStatusCode.OK, (await portal.Guest().GetAsync("health/ready")).Status);
}
