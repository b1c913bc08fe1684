using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Ssp.Identity;

namespace Ssp.Tests.Support;

/// <summary>An answer of the API, with its body read.</summary>
public sealed record Answer(HttpStatusCode Status, HttpResponseMessage Message, byte[] Bytes)
{
    public string Text => Encoding.UTF8.GetString(Bytes);

    public JsonElement Json => JsonDocument.Parse(Bytes).RootElement;

    public string? Code => Json.TryGetProperty("code", out var code) ? code.GetString() : null;

    /// <summary>The names of the fields the problem complains of.</summary>
    public IEnumerable<string> Fields => Json.TryGetProperty("errors", out var errors) ? errors.EnumerateObject().Select(one => one.Name) : [];
}

/// <summary>Somebody with a browser: keeps cookies and sends the CSRF token. Speaks HTTP only, so it works against any portal.</summary>
public sealed class Person(Uri baseUrl, string email, string password) : IDisposable
{
    private readonly CookieContainer cookies = new();
    private HttpClient? client;

    public Uri BaseUrl => baseUrl;

    public string Email => email;

    public string Password { get; set; } = password;

    public string AccountId => EmailAddress.TryParse(email, out var address) ? address.AccountId : throw new InvalidOperationException("not an address");

    public string? CsrfToken { get; set; }

    /// <summary>The session's cookie as the browser would send it.</summary>
    public string? Cookie
    {
        get => cookies.GetCookies(baseUrl)[SessionCookie.Name]?.Value;
        set => cookies.Add(new Cookie(SessionCookie.Name, value, "/ssp", baseUrl.Host));
    }

    public async Task<JsonElement> SignInAsync()
    {
        var answer = await PostAsync("session", new { email, password = Password });
        Assert.True(answer.Status == HttpStatusCode.OK, $"{email} could not sign in: {answer.Text}");
        CsrfToken = answer.Json.GetProperty("csrfToken").GetString();
        return answer.Json;
    }

    public Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, headers);

    public Task<Answer> PostAsync(string path, object body, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, JsonContent.Create(body), headers);

    public Task<Answer> PutAsync(string path, object body, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Put, path, JsonContent.Create(body), headers);

    public Task<Answer> DeleteAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Delete, path, null, headers);

    /// <param name="path">Below /ssp/api/, or from the root when it begins with a slash.</param>
    public async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        client ??= new HttpClient(new HttpClientHandler { CookieContainer = cookies, AllowAutoRedirect = false });
        var address = path.StartsWith('/') ? new Uri(baseUrl, path) : new Uri(baseUrl, $"api/{path}");
        using var request = new HttpRequestMessage(method, address) { Content = content };
        if (CsrfToken is not null)
        {
            request.Headers.Add("X-CSRF-Token", CsrfToken);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var message = await client.SendAsync(request);
        return new Answer(message.StatusCode, message, await message.Content.ReadAsByteArrayAsync());
    }

    /// <summary>Asks for an export and waits until it is over.</summary>
    public async Task<JsonElement> ExportAsync(string organizationId, object body)
    {
        var asked = await PostAsync($"organizations/{organizationId}/exports", body);
        Assert.True(asked.Status == HttpStatusCode.Accepted, asked.Text);
        return await WaitForExportAsync(organizationId, asked.Json.GetProperty("export").GetProperty("id").GetString()!);
    }

    public async Task<JsonElement> WaitForExportAsync(string organizationId, string exportId)
    {
        for (var attempt = 0; attempt < 600; attempt++)
        {
            var now = await GetAsync($"organizations/{organizationId}/exports/{exportId}");
            Assert.Equal(HttpStatusCode.OK, now.Status);
            if (now.Json.GetProperty("state").GetString() is "succeeded" or "failed" or "cancelled")
            {
                return now.Json;
            }

            await Task.Delay(100);
        }

        throw new TimeoutException($"The export {exportId} was not over after a minute.");
    }

    public void Dispose() => client?.Dispose();
}
