using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Ssp.Tests.Chaos;

/// <summary>What came back.</summary>
/// <param name="Status">0: no answer, or one that broke off.</param>
public sealed record Reply(int Status, string? ETag, byte[] Bytes)
{
    /// <summary>Acknowledged.</summary>
    public bool IsDone => Status is >= 200 and < 300;

    /// <summary>Nobody knows whether it was done.</summary>
    public bool IsLost => Status is 0 or >= 500;

    public JsonElement Json => JsonDocument.Parse(Bytes).RootElement;

    public string Text => $"{Status} {Encoding.UTF8.GetString(Bytes)}";
}

/// <summary>
/// Somebody with a browser, who goes to the other portal when one does not answer. Nothing is asked twice by itself but by <see cref="ReadAsync"/>.
/// </summary>
public sealed class Visitor(IReadOnlyList<Uri> portals, string email, string password) : IDisposable
{
    /// <summary>Longer than anything is stopped.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    /// <summary>What is under way when a portal dies may still reach storage a moment later.</summary>
    private static readonly TimeSpan Afterlife = TimeSpan.FromSeconds(2);

    private readonly HttpClient client = new(new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false }) { Timeout = Patience };
    private int portal = Random.Shared.Next(portals.Count);
    private string? csrfToken;

    public string Email => email;

    public string Password { get; set; } = password;

    /// <summary>The session's cookie, as name=value.</summary>
    public string? Cookie { get; set; }

    /// <summary>How long answers took, in milliseconds, of every visitor.</summary>
    public static ConcurrentBag<double> Times { get; } = [];

    public Task<Reply> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<Reply> PostAsync(string path, object body) => SendAsync(HttpMethod.Post, path, JsonContent.Create(body));

    public Task<Reply> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    public async Task<Reply> SendAsync(HttpMethod method, string path, HttpContent? content = null, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(portals[portal], $"api/{path}")) { Content = content };
        if (Cookie is not null)
        {
            request.Headers.Add("Cookie", Cookie);
        }

        if (csrfToken is not null)
        {
            request.Headers.Add("X-CSRF-Token", csrfToken);
        }

        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        var begun = Stopwatch.GetTimestamp();
        try
        {
            using var answer = await client.SendAsync(request);
            var bytes = await answer.Content.ReadAsByteArrayAsync();
            Times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            if (answer.Headers.TryGetValues("Set-Cookie", out var cookies))
            {
                Cookie = cookies.First().Split(';')[0];
            }

            return new Reply((int)answer.StatusCode, answer.Headers.ETag?.ToString(), bytes);
        }
        catch (HttpRequestException)
        {
            portal = (portal + 1) % portals.Count;
            return new Reply(0, null, []);
        }
        catch (TaskCanceledException)
        {
            throw new Violation($"{method} {path} had no answer after {Patience.TotalMinutes} minutes.");
        }
    }

    /// <summary>Asks until there is an answer.</summary>
    /// <exception cref="Violation">There is none for minutes.</exception>
    public async Task<Reply> ReadAsync(string path)
    {
        for (var begun = Stopwatch.GetTimestamp(); ;)
        {
            var reply = await GetAsync(path);
            if (!reply.IsLost)
            {
                return reply;
            }

            await WaitAsync(begun, $"GET {path}", reply);
        }
    }

    /// <summary>All items of a list, page after page.</summary>
    public async Task<List<JsonElement>> ListAsync(string path)
    {
        var items = new List<JsonElement>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await ReadAsync($"{path}?limit=100{(cursor.Length == 0 ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}");
            if (!page.IsDone)
            {
                throw new Violation($"the list {path} cannot be seen: {page.Text}");
            }

            items.AddRange(page.Json.GetProperty("items").EnumerateArray());
            cursor = page.Json.GetProperty("nextCursor").GetString();
        }

        return items;
    }

    /// <summary>What has become of a change of which nobody knows whether it was made.</summary>
    public async Task<Reply> ReadTruthAsync(string path)
    {
        await ReadAsync(path);
        await Task.Delay(Afterlife);
        return await ReadAsync(path);
    }

    /// <summary>Signs in, again until there is an answer.</summary>
    /// <returns>Whether the password was right.</returns>
    public async Task<bool> SignInAsync(string with)
    {
        for (var begun = Stopwatch.GetTimestamp(); ;)
        {
            Cookie = csrfToken = null;
            var reply = await PostAsync("session", new { email, password = with });
            if (reply.IsDone)
            {
                csrfToken = reply.Json.GetProperty("csrfToken").GetString();
                return true;
            }

            if (reply.Status == (int)HttpStatusCode.Unauthorized)
            {
                return false;
            }

            await WaitAsync(begun, "signing in", reply.IsLost ? reply : throw new Violation($"{email} could not sign in: {reply.Text}"));
        }
    }

    /// <summary>Takes over the session's CSRF token, which a new password changes.</summary>
    public async Task<Reply> LookAtSessionAsync()
    {
        var reply = await ReadAsync("session");
        if (reply.IsDone)
        {
            csrfToken = reply.Json.GetProperty("csrfToken").GetString();
        }

        return reply;
    }

    public void Dispose() => client.Dispose();

    private static async Task WaitAsync(long begun, string what, Reply last)
    {
        if (Stopwatch.GetElapsedTime(begun) > 2 * Patience)
        {
            throw new Violation($"{what} has been in vain for {2 * Patience.TotalMinutes} minutes: {last.Text}");
        }

        await Task.Delay(Pause);
    }
}

/// <summary>Something that must not happen did.</summary>
public sealed class Violation(string message) : Exception(message);
