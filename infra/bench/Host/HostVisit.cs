using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Ssp.Dev;

namespace Ssp.Bench;

/// <summary>A portal from its start to its stop, and what is asked of it over one connection that is kept.</summary>
public sealed class HostVisit : IAsyncDisposable
{
    private static readonly TimeSpan MaxToStart = TimeSpan.FromMinutes(1);

    private readonly HttpClient http;
    private readonly string organization;

    private HostVisit(HostSide side, ChildProcess process, HttpClient http)
    {
        (Side, Process, this.http) = (side, process, http);
        organization = side.Person.Memberships[0].OrganizationId;
    }

    public HostSide Side { get; }

    public ChildProcess Process { get; }

    public TimeSpan StartedIn { get; private init; }

    /// <summary>Starts it, and signs in once it is ready.</summary>
    public static async Task<HostVisit> StartAsync(HostSide side, CancellationToken cancel)
    {
        var environment = side.Settings.ToDictionary(one => one.Key == "urls" ? "ASPNETCORE_URLS" : one.Key, one => one.Value);
        var handler = new SocketsHttpHandler { CookieContainer = new CookieContainer(), MaxConnectionsPerServer = 1 };
        var http = new HttpClient(handler) { BaseAddress = new Uri($"{side.BaseUrl}/api/") };
        var clock = Stopwatch.StartNew();
        var process = ChildProcess.Start("TERM", side.Command, side.Folder, environment);
        try
        {
            await WaitUntilReadyAsync(side, process, http, clock, cancel);
            var visit = new HostVisit(side, process, http) { StartedIn = clock.Elapsed };
            var credentials = JsonContent.Create(new { email = side.Person.Email, password = side.Person.Password });
            var session = await visit.SendAsync(HttpMethod.Post, "session", credentials, cancel);
            http.DefaultRequestHeaders.Add("X-CSRF-Token", session.GetProperty("csrfToken").GetString());
            return visit;
        }
        catch
        {
            http.Dispose();
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Megabytes after a few requests of each kind and a while without any.</summary>
    public async Task<double> IdleMemoryAsync(CancellationToken cancel)
    {
        foreach (var path in (string[])["health/live", "session", Members, Exports, Certificates, "../"])
        {
            await TimesAsync(20, () => GetAsync(path, cancel));
        }

        await Task.Delay(TimeSpan.FromSeconds(20), cancel);
        return ProcessTree.Resident(Process.ProgramId);
    }

    /// <returns>Milliseconds of each request.</returns>
    public Task<double[]> LiveAsync(int requests, CancellationToken cancel) => TimesAsync(requests, () => GetAsync("health/live", cancel));

    /// <summary>The members of an organisation: reads the rows of the session, of who asks, and of each member.</summary>
    /// <returns>The same, and the portal's processor time for all of them.</returns>
    public async Task<(double[] Times, TimeSpan Cpu)> MembersAsync(int requests, CancellationToken cancel)
    {
        var before = ProcessTree.Cpu(Process.ProgramId);
        var times = await TimesAsync(requests, () => GetAsync(Members, cancel));
        return (times, ProcessTree.Cpu(Process.ProgramId) - before);
    }

    /// <returns>Megabytes a second.</returns>
    public async Task<double> DownloadAsync(string export, CancellationToken cancel)
    {
        var expected = (await GetAsync($"{Exports}/{export}", cancel)).GetProperty("bytes").GetInt64();
        var buffer = new byte[1 << 20];
        var bytes = 0L;
        var clock = Stopwatch.GetTimestamp();
        await using var file = await http.GetStreamAsync(new Uri($"{Exports}/{export}/file", UriKind.Relative), cancel);
        for (int read; (read = await file.ReadAsync(buffer, cancel)) > 0;)
        {
            bytes += read;
        }

        return bytes == expected
            ? bytes / 1e6 / Stopwatch.GetElapsedTime(clock).TotalSeconds
            : throw new DevException($"The download has {bytes} bytes instead of {expected}.");
    }

    /// <summary>Uploads a file of 200 kB that is no P12, and waits for the verdict: the next upload finds the portal idle.</summary>
    /// <returns>Milliseconds until the upload was answered.</returns>
    public async Task<double> UploadAsync(CancellationToken cancel)
    {
        var content = new byte[200_000];
        Random.Shared.NextBytes(content);
        using var form = new MultipartFormDataContent { { new ByteArrayContent(content), "file", "bench.p12" }, { new StringContent("bench"), "password" } };
        var clock = Stopwatch.GetTimestamp();
        var answer = await SendAsync(HttpMethod.Post, Certificates, form, cancel);
        var time = Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
        var id = answer.GetProperty("certificate").GetProperty("id").GetString();
        while (!(await GetAsync($"{Certificates}/{id}", cancel)).GetProperty("isOver").GetBoolean())
        {
            await Task.Delay(20, cancel);
        }

        return time;
    }

    /// <summary>How long a small export waits that is asked for at a moment the portal cannot foresee.</summary>
    /// <returns>Milliseconds by the portal's own clock, and from the request until its start was seen.</returns>
    public async Task<(double Told, double Seen)> WaitOfExportAsync(CancellationToken cancel)
    {
        await Task.Delay(Random.Shared.Next(200, 2_000), cancel);
        var clock = Stopwatch.GetTimestamp();
        var export = await RequestAsync(HostStack.SmallVersion, cancel);
        while (export.GetProperty("startedAt").ValueKind == JsonValueKind.Null)
        {
            await Task.Delay(5, cancel);
            export = await GetAsync($"{Exports}/{IdOf(export)}", cancel);
        }

        var seen = Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
        await WaitForEndAsync(export, cancel);
        await SendAsync(HttpMethod.Delete, $"{Exports}/{IdOf(export)}", null, cancel);
        return ((export.GetProperty("startedAt").GetDateTimeOffset() - export.GetProperty("requestedAt").GetDateTimeOffset()).TotalMilliseconds, seen);
    }

    /// <returns>The id of the finished export.</returns>
    public async Task<string> ExportAsync(string version, CancellationToken cancel)
    {
        var export = await RequestAsync(version, cancel);
        await WaitForEndAsync(export, cancel);
        return IdOf(export);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await Process.DisposeAsync();
    }

    private string Members => $"organizations/{organization}/members";

    private string Exports => $"organizations/{organization}/exports";

    private string Certificates => $"organizations/{organization}/certificates";

    private static async Task WaitUntilReadyAsync(HostSide side, ChildProcess process, HttpClient http, Stopwatch clock, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri("health/ready", UriKind.Relative), cancel);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (Exception error) when (IsNoAnswer(error))
            {
                // Not listening yet.
            }

            if (process.HasExited || clock.Elapsed > MaxToStart)
            {
                throw new DevException($"The {side.Name} portal did not start ({string.Join(' ', side.Command)}):{Environment.NewLine}{process.LastOutput}");
            }

            await Task.Delay(10, cancel);
        }
    }

    private async Task<JsonElement> RequestAsync(string version, CancellationToken cancel)
    {
        var body = new { kind = "csv", project = "BCFR", collection = HostStack.Collection, version, profile = "hd4dp" };
        return (await SendAsync(HttpMethod.Post, Exports, JsonContent.Create(body), cancel)).GetProperty("export");
    }

    private async Task WaitForEndAsync(JsonElement export, CancellationToken cancel)
    {
        while (export.GetProperty("state").GetString() is "queued" or "running")
        {
            await Task.Delay(20, cancel);
            export = await GetAsync($"{Exports}/{IdOf(export)}", cancel);
        }

        if (export.GetProperty("state").GetString() != "succeeded")
        {
            throw new DevException($"The export failed: {export.GetProperty("error").GetString()}");
        }
    }

    private static string IdOf(JsonElement export) => export.GetProperty("id").GetString()!;

    private Task<JsonElement> GetAsync(string path, CancellationToken cancel) => SendAsync(HttpMethod.Get, path, null, cancel);

    /// <returns>The answer's JSON, or nothing when it has none.</returns>
    private async Task<JsonElement> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancel)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path) { Content = content };
            using var answer = await http.SendAsync(request, cancel);
            var body = await answer.Content.ReadAsByteArrayAsync(cancel);
            return !answer.IsSuccessStatusCode ? throw Failure(string.Create(CultureInfo.InvariantCulture, $"answers {(int)answer.StatusCode}"))
                : answer.Content.Headers.ContentType?.MediaType == "application/json" ? JsonSerializer.Deserialize<JsonElement>(body)
                : default;
        }
        catch (Exception error) when (IsNoAnswer(error))
        {
            throw Failure($"gives no answer: {error.Message}");
        }

        DevException Failure(string what) => new($"To {method} {path} the {Side.Name} portal {what}{Environment.NewLine}{Process.LastOutput}");
    }

    private static bool IsNoAnswer(Exception error) => error is HttpRequestException or TaskCanceledException { InnerException: TimeoutException };

    private static async Task<double[]> TimesAsync(int count, Func<Task> request)
    {
        var times = new double[count];
        for (var i = 0; i < count; i++)
        {
            var clock = Stopwatch.GetTimestamp();
            await request();
            times[i] = Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
        }

        return times;
    }
}
