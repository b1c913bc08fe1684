using System.Net;
using System.Text.RegularExpressions;
using Ssp.Tests.Support;

namespace Ssp.Tests.BlackBox;

/// <summary>How the pages and their files are served, and what every answer tells the browser.</summary>
[Collection("The demo over HTTP")]
public sealed partial class PagesTests(Stack stack) : DemoTest(stack)
{
    [Theory]
    [InlineData("/ssp")]
    [InlineData("/ssp/")]
    [InlineData("/ssp/sign-in")]
    [InlineData("/ssp/organizations/anything/csv-export")]
    [InlineData("/ssp/apiary")]
    public async Task Every_address_of_a_page_gives_the_page_and_is_never_cached(string path)
    {
        var guest = await GuestAsync();

        var page = await guest.GetAsync(path);
        var head = await guest.SendAsync(HttpMethod.Head, path, null);

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Equal("text/html; charset=utf-8", page.Message.Content.Headers.ContentType!.ToString());
        Assert.Contains("<div id=\"app\">", page.Text, StringComparison.Ordinal);
        Assert.True(page.Message.Headers.CacheControl!.NoStore);
        Assert.Equal(HttpStatusCode.OK, head.Status);
        Assert.Empty(head.Bytes);
        AssertSafe(page);
        AssertSafe(head);
    }

    [Fact]
    public async Task The_files_of_the_page_bear_their_hash_and_are_cached_for_ever()
    {
        var guest = await GuestAsync();
        var assets = Asset().Matches((await guest.GetAsync("/ssp/")).Text).Select(match => match.Groups[1].Value).ToList();
        Assert.True(assets.Count >= 2, "The page names its script and its style sheet.");

        foreach (var path in assets)
        {
            var asset = await guest.GetAsync(path);

            Assert.Equal(HttpStatusCode.OK, asset.Status);
            Assert.Matches(@"-[\w-]{8}\.\w+\z", path);
            Assert.Equal("public, max-age=31536000, immutable", Assert.Single(asset.Message.Headers.GetValues("Cache-Control")));
            Assert.Equal(HttpStatusCode.NotModified, (await guest.GetAsync(path, ("If-None-Match", asset.Message.Headers.ETag!.ToString()))).Status);
            AssertSafe(asset);
        }
    }

    [Theory]
    [InlineData("/ssp/assets/")]
    [InlineData("/ssp/assets/index.js")]
    [InlineData("/ssp/assets/..%2f..%2fhost.json")]
    [InlineData("/ssp/api")]
    [InlineData("/ssp/api/")]
    [InlineData("/ssp/api/nothing")]
    [InlineData("/ssp/api/organizations/1/2/3/4")]
    public async Task What_is_neither_a_page_nor_a_call_is_not_found(string path)
    {
        var guest = await GuestAsync();

        var answer = await guest.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
    }

    [Fact]
    public async Task Every_answer_of_the_api_has_the_same_headers_whether_it_succeeds_or_not()
    {
        var cas = await SignInAsync("cas");
        var guest = await GuestAsync();

        foreach (var answer in (Answer[])
        [
            await cas.GetAsync("session"), await cas.GetAsync("organizations"), await cas.GetAsync("organizations/nowhere"), await guest.GetAsync("session"),
            await guest.GetAsync("portal"), await guest.GetAsync("health/live"), await guest.PostAsync("session", new { }),
        ])
        {
            AssertSafe(answer);
            Assert.True(answer.Message.Headers.CacheControl!.NoStore);
        }
    }

    private static void AssertSafe(Answer answer)
    {
        var policy = Header(answer, "Content-Security-Policy").Split("; ");
        Assert.Contains("default-src 'none'", policy);
        Assert.Contains("script-src 'self'", policy);
        Assert.Contains("style-src 'self'", policy);
        Assert.Contains("frame-ancestors 'none'", policy);
        Assert.Contains("base-uri 'none'", policy);
        Assert.DoesNotContain(policy, rule => rule.Contains("unsafe", StringComparison.Ordinal) || rule.Contains('*', StringComparison.Ordinal));
        Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
        Assert.Equal("no-referrer", Header(answer, "Referrer-Policy"));
        Assert.Equal("same-origin", Header(answer, "Cross-Origin-Opener-Policy"));
        Assert.Equal("same-origin", Header(answer, "Cross-Origin-Resource-Policy"));
        Assert.Equal("DENY", Header(answer, "X-Frame-Options"));
        Assert.False(answer.Message.Headers.Contains("Clear-Site-Data"));
    }

    private static string Header(Answer answer, string name) => Assert.Single(answer.Message.Headers.GetValues(name));

    [GeneratedRegex("(?:src|href)=\"(/ssp/assets/[^\"]+)\"")]
    private static partial Regex Asset();
}
