using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Ssp.Dev;
using Ssp.Dev.Demo;

namespace Ssp.Bench;

/// <summary>Somebody who is signed in from an address of their own.</summary>
public sealed class LoadCaller : IDisposable
{
    private readonly HttpClient http;
    private readonly DemoPerson person;
    private int refused;
    private int days;

    private LoadCaller(DemoFile demo, DemoPerson person, string address)
    {
        this.person = person;
        http = new HttpClient(new SocketsHttpHandler { CookieContainer = new CookieContainer() })
        {
            BaseAddress = new Uri($"{demo.BaseUrl}/api/"),
            Timeout = TimeSpan.FromMinutes(5),
        };
        http.DefaultRequestHeaders.Add(LoadBench.AddressHeader, address);
        Organization = $"organizations/{person.Memberships[0].OrganizationId}";
    }

    /// <summary>The path of the person's first organisation.</summary>
    public string Organization { get; }

    /// <summary>As which registry reports can be asked for.</summary>
    private string Registry { get; set; } = "";

    public static async Task<LoadCaller> SignInAsync(DemoFile demo, string name, string address, CancellationToken cancel)
    {
        var caller = new LoadCaller(demo, demo.People.Single(person => person.Email.StartsWith(name, StringComparison.Ordinal)), address);
        await caller.SignInAsync(cancel);
        return caller;
    }

    /// <returns>How long the list of members took.</returns>
    public Task<double> PageAsync() => LoadFigures.TimeAsync(() => SendAsync(HttpMethod.Get, $"{Organization}/members", null, CancellationToken.None));

    public async Task<double> SignInAgainAsync()
    {
        using var fresh = new LoadCaller(new DemoFile(http.BaseAddress!.ToString()[..^"/api/".Length], "", "", "", []), person, AddressOf(http));
        return await LoadFigures.TimeAsync(() => fresh.SignInAsync(CancellationToken.None));
    }

    /// <returns>From the request of a report until its work began, by the portal's clock.</returns>
    public async Task<double> JobStartAsync()
    {
        var (status, asked) = await RequestReportAsync(CancellationToken.None);
        if (status != HttpStatusCode.Accepted)
        {
            return double.NaN;
        }

        var export = asked.GetProperty("export");
        while (export.GetProperty("startedAt").ValueKind == JsonValueKind.Null)
        {
            await Task.Delay(50);
            export = (await SendAsync(HttpMethod.Get, $"{Organization}/exports/{export.GetProperty("id").GetString()}", null, CancellationToken.None)).Body;
        }

        return (export.GetProperty("startedAt").GetDateTimeOffset() - export.GetProperty("requestedAt").GetDateTimeOffset()).TotalMilliseconds;
    }

    /// <summary>Asks for a report that nobody has asked for before.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body)> RequestReportAsync(CancellationToken cancel)
    {
        if (Registry.Length == 0)
        {
            var registries = (await SendAsync(HttpMethod.Get, $"{Organization}/nippin/registries", null, cancel)).Body;
            Registry = registries.GetProperty("items")[0].GetProperty("registry").GetString()!;
        }

        var start = new DateOnly(1990, 1, 1).AddDays(Interlocked.Increment(ref days)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return await SendAsync(
            HttpMethod.Post, $"{Organization}/exports", JsonContent.Create(new { kind = "nippin", registry = Registry, start, end = "2026-12-31" }), cancel);
    }

    /// <summary>Waits until none of the person's exports is under way.</summary>
    public async Task WaitUntilIdleAsync(CancellationToken cancel)
    {
        while ((await ListAsync(cancel)).Any(state => state is "queued" or "running"))
        {
            await Task.Delay(200, cancel);
        }
    }

    /// <summary>The states of the exports of the organisation.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancel)
    {
        var list = (await SendAsync(HttpMethod.Get, $"{Organization}/exports?limit=200", null, cancel)).Body;
        return [.. list.GetProperty("items").EnumerateArray().Select(one => one.GetProperty("state").GetString()!)];
    }

    /// <returns>How many calls were refused with 429 or 503 since the last time.</returns>
    public int TakeRefused() => Interlocked.Exchange(ref refused, 0);

    /// <summary>An answer whose body is read by whoever asked.</summary>
    public Task<HttpResponseMessage> OpenAsync(string path, CancellationToken cancel) =>
        http.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancel);

    public async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var answer = await http.SendAsync(request, cancel);
        if (answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)
        {
            Interlocked.Increment(ref refused);
        }

        var body = await answer.Content.ReadAsByteArrayAsync(cancel);
        return (answer.StatusCode, answer.IsSuccessStatusCode && body.Length > 0 ? JsonSerializer.Deserialize<JsonElement>(body) : default);
    }

    public void Dispose() => http.Dispose();

    private async Task SignInAsync(CancellationToken cancel)
    {
        var (status, session) = await SendAsync(HttpMethod.Post, "session", JsonContent.Create(new { person.Email, person.Password }), cancel);
        if (status != HttpStatusCode.OK)
        {
            throw new DevException($"{person.Email} cannot sign in: {status}");
        }

        http.DefaultRequestHeaders.Add("X-CSRF-Token", session.GetProperty("csrfToken").GetString());
    }

    private static string AddressOf(HttpClient http) => http.DefaultRequestHeaders.GetValues(LoadBench.AddressHeader).Single();
}
