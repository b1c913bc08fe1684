using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Ssp.Dev;

namespace Ssp.Tests.Storage;

/// <summary>What a request to storage meets on its way.</summary>
internal enum Trouble
{
    None,

    /// <summary>Every request takes a second.</summary>
    Slow,

    /// <summary>Every request is answered with 500.</summary>
    Failing,

    /// <summary>The list of a file's blocks is taken, and the connection ends before its answer.</summary>
    LosingAnswers,
}

/// <summary>Stands between the portal and Azurite and makes trouble; closed, it refuses connections.</summary>
internal sealed class TroubledStorage : IAsyncDisposable
{
    private readonly Dictionary<int, int> behind;
    private readonly HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = Timeout.InfiniteTimeSpan };
    private WebApplication? app;

    private TroubledStorage(string storage)
    {
        var services = new[] { "BlobEndpoint", "QueueEndpoint", "TableEndpoint" };
        var real = services.Select(service => new Uri(storage.Split($"{service}=")[1].Split(';')[0]).Port).ToArray();
        var own = Ports.Free(3);
        behind = own.Zip(real).ToDictionary();
        ConnectionString = own.Zip(real).Aggregate(storage, (text, ports) => text.Replace($":{ports.Second}/", $":{ports.First}/", StringComparison.Ordinal));
    }

    public string ConnectionString { get; }

    public Trouble Trouble { get; set; }

    public int Lost { get; private set; }

    public static async Task<TroubledStorage> StartAsync(string storage)
    {
        var troubled = new TroubledStorage(storage);
        await troubled.OpenAsync();
        return troubled;
    }

    public async Task OpenAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        app = builder.Build();
        foreach (var port in behind.Keys)
        {
            app.Urls.Add($"http://127.0.0.1:{port}");
        }

        app.Run(PassAsync);
        await app.StartAsync();
    }

    public async Task CloseAsync()
    {
        if (app is { } open)
        {
            app = null;
            await open.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        client.Dispose();
    }

    private async Task PassAsync(HttpContext http)
    {
        switch (Trouble)
        {
            case Trouble.Failing:
                http.Response.StatusCode = StatusCodes.Status500InternalServerError;
                return;
            case Trouble.Slow:
                await Task.Delay(TimeSpan.FromSeconds(1), http.RequestAborted);
                break;
        }

        using var request = RequestOf(http.Request);
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, http.RequestAborted);
        if (Trouble == Trouble.LosingAnswers && http.Request.Query["comp"] == "blocklist" && HttpMethods.IsPut(http.Request.Method))
        {
            Assert.True(answer.IsSuccessStatusCode);
            Lost++;
            http.Abort();
            return;
        }

        http.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
        {
            http.Response.Headers[name] = values.ToArray();
        }

        http.Response.Headers.Remove("Transfer-Encoding");
        await answer.Content.CopyToAsync(http.Response.Body);
    }

    private HttpRequestMessage RequestOf(HttpRequest from)
    {
        var port = behind[from.HttpContext.Connection.LocalPort];
        var target = $"http://127.0.0.1:{port}{from.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget}";
        var request = new HttpRequestMessage(new HttpMethod(from.Method), target);
        if (from.ContentLength > 0 || from.Headers.TransferEncoding.Count > 0)
        {
            request.Content = new StreamContent(from.Body);
        }

        foreach (var (name, values) in from.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, values.ToArray()))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, values.ToArray());
            }
        }

        return request;
    }
}
