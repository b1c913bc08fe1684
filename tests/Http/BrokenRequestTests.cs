using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Ssp.Certificates.P12;
using Ssp.Identity;
using Ssp.Tests.Certificates;
using Ssp.Tests.Support;

namespace Ssp.Tests.Http;

/// <summary>Requests that no browser sends, byte by byte: too large, not well-formed, or broken off.</summary>
public sealed class BrokenRequestTests(BrokenRequestTests.Scene scene) : IClassFixture<BrokenRequestTests.Scene>
{
    private readonly TestPortal portal = scene.Portal;

    [Theory]
    [InlineData("POST", "session")]
    [InlineData("PUT", "account/password")]
    [InlineData("POST", "accounts")]
    [InlineData("POST", "accounts/lookup")]
    [InlineData("PATCH", "accounts/{account}")]
    [InlineData("POST", "organizations")]
    [InlineData("PATCH", "organizations/{organization}")]
    [InlineData("POST", "organizations/{organization}/members")]
    [InlineData("POST", "organizations/{organization}/members/import")]
    [InlineData("PATCH", "organizations/{organization}/members/{account}")]
    [InlineData("POST", "organizations/{organization}/exports")]
    [InlineData("POST", "organizations/{organization}/nippin/run")]
    [InlineData("POST", "organizations/{organization}/certificates/{certificate}/activate")]
    [InlineData("POST", "organizations/{organization}/certificates")]
    public async Task What_is_too_large_is_refused_at_once_in_words_announced_or_in_pieces(string method, string path)
    {
        var isForm = path.EndsWith("/certificates", StringComparison.Ordinal);
        var (type, beginning) = isForm
            ? ("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.p12\"\r\n\r\n")
            : ("application/json", "{\"a\":\"");
        var much = beginning + new string('x', P12Limits.MaxBytes + 100_000);

        foreach (var length in (string[])["Content-Length: 400000", "Content-Length: 50000000"])
        {
            // Less is sent than was announced: an answer comes only if the portal does not wait for the rest.
            await RefusesAsync($"{Head(method, path, type, length)}{beginning}", isForm);
        }

        await RefusesAsync($"{Head(method, path, type, "Transfer-Encoding: chunked")}{much.Length:x}\r\n{much}\r\n", isForm);
        await RefusesAsync($"{Head(method, path, type, "Transfer-Encoding: chunked")}FFFFFFF\r\n{much}", isForm);
        Assert.Empty(Complaints());
    }

    [Theory]
    [InlineData("--x\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n")]
    [InlineData("--x\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\n")]
    [InlineData("--x\r\nContent-Disposition: ")]
    [InlineData("")]
    public async Task A_form_that_is_too_large_anywhere_is_too_large(string beginning)
    {
        var path = "organizations/{organization}/certificates";
        var much = beginning + new string('x', P12Limits.MaxBytes + 100_000);

        await RefusesAsync($"{Head("POST", path, "multipart/form-data; boundary=x", "Content-Length: 400000")}{beginning}", true);
        await RefusesAsync($"{Head("POST", path, "multipart/form-data; boundary=x", "Transfer-Encoding: chunked")}{much.Length:x}\r\n{much}\r\n", true);
    }

    [Theory]
    [InlineData("application/json", "{\"a\":1}")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.p12\"\r\n\r\nabc")]
    public async Task Pieces_of_no_size_are_refused_and_are_no_fault_of_the_portal(string type, string body)
    {
        var path = type.StartsWith("multipart", StringComparison.Ordinal) ? "organizations/{organization}/certificates" : "organizations";

        foreach (var piece in (string[])["ZZ\r\nabc\r\n", $"{body.Length:x}\r\n{body}\r\n-5\r\n", $"{body.Length:x}\r\n{body}\r\nFFFFFFFFFFFFFFFFFF\r\n"])
        {
            // Whoever takes the pieces apart, the portal or its host, says so.
            using var client = await SendAsync(Head("POST", path, type, "Transfer-Encoding: chunked") + piece);
            using var answer = new StreamReader(client.GetStream());
            Assert.StartsWith("HTTP/1.1 400 ", await answer.ReadLineAsync(), StringComparison.Ordinal);
        }

        Assert.Empty(Complaints());
    }

    [Theory]
    [InlineData("application/json", "organizations", true)]
    [InlineData("application/json", "organizations", false)]
    [InlineData("multipart/form-data; boundary=x", "organizations/{organization}/certificates", true)]
    [InlineData("multipart/form-data; boundary=x", "organizations/{organization}/certificates", false)]
    public async Task A_caller_who_goes_away_in_the_middle_is_no_fault_of_the_portal(string type, string path, bool resets)
    {
        var before = portal.Log.Count;
        foreach (var length in (string[])["Content-Length: 1000", "Transfer-Encoding: chunked"])
        {
            using var client = await SendAsync($"{Head("POST", path, type, length)}5\r\n--x\r\n");
            // The portal reads by now.
            await Task.Delay(300);
            client.Client.LingerState = new LingerOption(resets, 0);
        }

        await Task.Delay(1_000);
        Assert.DoesNotContain(portal.Log.Skip(before), line => !line.StartsWith("Information: Certificate ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Cookie: other=José")]
    [InlineData("User-Agent: Zoé’s browser")]
    [InlineData("X-Long: long")]
    public async Task Headers_that_the_portal_does_not_want_do_not_matter(string header)
    {
        var more = header.StartsWith("X-Long", StringComparison.Ordinal)
            ? string.Concat(Enumerable.Range(0, 95).Select(number => $"X-{number}: {new string('x', 300)}\r\n"))
            : "";

        Assert.StartsWith(
            "HTTP/1.1 200 ",
            await FirstLineAsync($"GET /ssp/api/health/live HTTP/1.1\r\nHost: {portal.BaseUrl.Authority}\r\n{header}\r\n{more}\r\n"),
            StringComparison.Ordinal);
        Assert.Empty(Complaints());
    }

    [Fact]
    public async Task An_address_that_grows_when_it_is_handed_on_is_answered()
    {
        // Each of these letters becomes three on its way.
        Assert.StartsWith(
            "HTTP/1.1 200 ",
            await FirstLineAsync($"GET /ssp/{new string('|', 5_000)} HTTP/1.1\r\nHost: {portal.BaseUrl.Authority}\r\n\r\n"),
            StringComparison.Ordinal);
        Assert.Empty(Complaints());
    }

    [Fact]
    public async Task Many_bodies_that_are_refused_before_their_end_harm_nobody_elses()
    {
        var refused = Enumerable.Range(0, 12).Select(async _ =>
        {
            var answers = new List<(int, string?)>();
            for (var turn = 0; turn < 40; turn++)
            {
                using var guest = portal.Guest();
                var answer = await guest.SendAsync(
                    HttpMethod.Post, "session", new ByteArrayContent(new byte[200_000]) { Headers = { ContentType = new("application/json") } });
                answers.Add(((int)answer.Status, answer.Text == "" ? null : answer.Code));
            }

            return answers;
        }).ToList();
        var others = new List<Answer>();
        while (!refused.TrueForAll(one => one.IsCompleted))
        {
            others.Add(await scene.Person.PostAsync("accounts/lookup", new { email = "nobody@hospital.example", organizationId = scene.Organization.Id }));
        }

        Assert.All((await Task.WhenAll(refused)).SelectMany(answers => answers), answer => Assert.Equal((413, "body_too_large"), answer));
        Assert.NotEmpty(others);
        Assert.All(others, answer => Assert.True((int)answer.Status is 200 or 404 or 429, $"{answer.Status} {answer.Text}"));
        Assert.Empty(Complaints());
    }

    /// <summary>Programs on the same host name set cookies of their own, in whatever letters.</summary>
    [Theory]
    [InlineData("naam=Andr\xE9")]
    [InlineData("naam=Andr\xC3\xA9; x=\xFF\xFE")]
    [InlineData("a=\x01\x7F")]
    [InlineData("=; ;;= ;\"; a=\"b, c=d\\")]
    [InlineData("ssp-sessio\xEB=1")]
    public async Task Other_peoples_cookies_are_ignored(string cookie)
    {
        var bytes = Encoding.Latin1.GetBytes(cookie);
        foreach (var isFirst in (bool[])[true, false])
        {
            byte[] own = Encoding.Latin1.GetBytes($"ssp-session={scene.Person.Cookie}");
            byte[] both = isFirst ? [.. bytes, .. "; "u8, .. own] : [.. own, .. "; "u8, .. bytes];
            Assert.Equal("HTTP/1.1 200 OK", await StatusAsync("api/account", both));
        }

        Assert.Equal("HTTP/1.1 401 Unauthorized", await StatusAsync("api/account", bytes));
        Assert.Equal("HTTP/1.1 200 OK", await StatusAsync("", bytes));
    }

    private async Task<string?> StatusAsync(string path, byte[] cookies)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(portal.BaseUrl.Host, portal.BaseUrl.Port);
        await client.GetStream().WriteAsync(
            (byte[])[.. Encoding.ASCII.GetBytes($"GET /ssp/{path} HTTP/1.1\r\nHost: {portal.BaseUrl.Authority}\r\nCookie: "), .. cookies, .. "\r\n\r\n"u8]);
        using var answer = new StreamReader(client.GetStream());
        return await answer.ReadLineAsync();
    }

    private async Task<string?> FirstLineAsync(string request)
    {
        using var client = await SendAsync(request);
        using var answer = new StreamReader(client.GetStream());
        return await answer.ReadLineAsync();
    }

    private IEnumerable<string> Complaints() => portal.Log.Where(line => !line.StartsWith("Information", StringComparison.Ordinal));

    private async Task RefusesAsync(string request, bool isForm) => Assert.Equal((413, isForm ? "file_too_large" : "body_too_large"), await AskAsync(request));

    private string Head(string method, string path, string type, string length)
    {
        path = path.Replace("{organization}", scene.Organization.Id, StringComparison.Ordinal)
            .Replace("{account}", scene.Person.AccountId, StringComparison.Ordinal)
            .Replace("{certificate}", scene.Certificate, StringComparison.Ordinal);
        return $"{method} /ssp/api/{path} HTTP/1.1\r\nHost: {portal.BaseUrl.Authority}\r\n"
            + $"Cookie: ssp-session={scene.Person.Cookie}\r\nX-CSRF-Token: {scene.Person.CsrfToken}\r\nIf-Match: *\r\n"
            + $"Content-Type: {type}\r\n{length}\r\n\r\n";
    }

    private async Task<TcpClient> SendAsync(string request)
    {
        var client = new TcpClient();
        await client.ConnectAsync(portal.BaseUrl.Host, portal.BaseUrl.Port);
        await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(request));
        return client;
    }

    /// <returns>The status of the answer, and the code of the problem in it.</returns>
    private async Task<(int Status, string? Code)> AskAsync(string request)
    {
        using var client = await SendAsync(request);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var answer = "";
        var buffer = new byte[8192];
        while (!answer.Contains("\"code\":", StringComparison.Ordinal) && await client.GetStream().ReadAsync(buffer, patience.Token) is > 0 and var count)
        {
            answer += Encoding.UTF8.GetString(buffer, 0, count);
        }

        Assert.Contains("Content-Type: application/problem+json", answer, StringComparison.Ordinal);
        var json = answer[answer.IndexOf('{', StringComparison.Ordinal)..(answer.LastIndexOf('}') + 1)];
        using var problem = JsonDocument.Parse(json);
        return (
            int.Parse(answer.AsSpan("HTTP/1.1 ".Length, 3), System.Globalization.CultureInfo.InvariantCulture),
            problem.RootElement.GetProperty("code").GetString());
    }

    /// <summary>A portal of this class alone, for its log is looked at, and somebody who may do everything.</summary>
    public sealed class Scene(Stack stack) : IAsyncLifetime
    {
        public TestPortal Portal { get; private set; } = null!;

        public Organization Organization { get; private set; } = null!;

        public Person Person { get; private set; } = null!;

        public string Certificate { get; private set; } = "";

        public async ValueTask InitializeAsync()
        {
            Portal = await TestPortal.StartAsync(stack);
            Organization = await Portal.NewOrganizationAsync();
            Person = await Portal.NewUserManagerAsync();
            await Portal.SetRolesAsync(Person, Organization, Enum.GetValues<Role>());
            Certificate = (await Person.AddCertificateAsync(Organization, Uploads.Good(Organization))).Text("id");
        }

        public ValueTask DisposeAsync() => Portal.DisposeAsync();
    }
}
