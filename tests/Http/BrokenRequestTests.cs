using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Ssp.Certificates;
using Ssp.Members;
using Ssp.Organizations;
using Ssp.Tests.Certificates;
using Ssp.Tests.Support;

namespace Ssp.Tests.Http;

/// <summary>Requests that no browser sends, byte by byte: too large, not well-formed, or broken off.</summary>
public sealed class BrokenRequestTests(Stack stack) : IAsyncLifetime
{
    private TestPortal portal = null!;
    private Organization organization = null!;
    private Person person = null!;
    private string certificate = "";

    public async ValueTask InitializeAsync()
    {
        portal = await TestPortal.StartAsync(stack);
        organization = await portal.NewOrganizationAsync();
        person = await portal.NewUserManagerAsync();
        await portal.SetRolesAsync(person, organization, Enum.GetValues<Role>());
        certificate = (await person.AddCertificateAsync(organization, Uploads.Good(organization))).Text("id");
    }

    public ValueTask DisposeAsync() => portal.DisposeAsync();

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
        var much = beginning + new string('x', P12Limits.MostBytes + 100_000);

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
        var much = beginning + new string('x', P12Limits.MostBytes + 100_000);

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

    private IEnumerable<string> Complaints() => portal.Log.Where(line => !line.StartsWith("Information", StringComparison.Ordinal));

    private async Task RefusesAsync(string request, bool isForm) => Assert.Equal((413, isForm ? "file_too_large" : "body_too_large"), await AskAsync(request));

    private string Head(string method, string path, string type, string length)
    {
        path = path.Replace("{organization}", organization.Id, StringComparison.Ordinal).Replace("{account}", person.AccountId, StringComparison.Ordinal).Replace("{certificate}", certificate, StringComparison.Ordinal);
        return $"{method} /ssp/api/{path} HTTP/1.1\r\nHost: {portal.BaseUrl.Authority}\r\nCookie: ssp-session={person.Cookie}\r\nX-CSRF-Token: {person.CsrfToken}\r\nIf-Match: *\r\nContent-Type: {type}\r\n{length}\r\n\r\n";
    }

    private async Task<TcpClient> SendAsync(string request)
    {
        var client = new TcpClient();
        await client.ConnectAsync(portal.BaseUrl.Host, portal.BaseUrl.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
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
        return (int.Parse(answer.AsSpan("HTTP/1.1 ".Length, 3), System.Globalization.CultureInfo.InvariantCulture), problem.RootElement.GetProperty("code").GetString());
    }
}
