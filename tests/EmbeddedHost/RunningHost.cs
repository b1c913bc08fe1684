using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Logging;

namespace Ssp.Tests.EmbeddedHost;

/// <summary>An embedded host in this process, on a free port, with a few function classes and settings of its own.</summary>
internal sealed class RunningHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _http;

    private RunningHost(WebApplication app, Log log)
    {
        _app = app;
        Messages = log.Messages;
        _http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(app.Urls.First()) };
    }

    public ConcurrentQueue<string> Messages { get; }

    public static async Task<RunningHost> Start(Type[] functions, Action<FunctionsApplicationBuilder>? configure = null, params (string Name, string Value)[] settings)
    {
        (string Name, string Value)[] all = [("urls", "http://127.0.0.1:0"), ("HostJson", "none.json"), .. settings];
        var builder = FunctionsApplication.CreateBuilder([.. all.Select(setting => $"--{setting.Name}={setting.Value}")], functions);
        var log = new Log();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.ConfigureFunctionsWebApplication();
        configure?.Invoke(builder);
        var app = (WebApplication)builder.Build();
        await app.StartAsync();
        return new RunningHost(app, log);
    }

    public Task<HttpResponseMessage> Get(string path) => GetUnlessCancelled(path, CancellationToken.None);

    public Task<HttpResponseMessage> GetUnlessCancelled(string path, CancellationToken cancellation) =>
        _http.GetAsync(new Uri(path, UriKind.Relative), cancellation);

    public async Task<string> Text(string path) => await (await Get(path)).Content.ReadAsStringAsync();

    public Task<HttpResponseMessage> Post(string path, string json) =>
        Post(path, new StringContent(json, Encoding.UTF8, "application/json"));

    public Task<HttpResponseMessage> Post(string path, HttpContent content) => _http.PostAsync(new Uri(path, UriKind.Relative), content);

    public Task Stop() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private sealed class Log : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Messages { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Messages.Enqueue($"{logLevel}: {formatter(state, exception)} {exception?.GetType().Name}");

        public void Dispose()
        {
        }
    }
}
