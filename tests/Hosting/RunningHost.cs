using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ssp.Hosting;

namespace Ssp.Tests.Hosting;

/// <summary>The local host with a real worker in this process, on a free port, with a few function classes and settings of its own.</summary>
internal sealed class RunningHost : IAsyncDisposable
{
    private readonly LocalHost _host;
    private readonly string _folder;
    private readonly HttpClient _http;

    private RunningHost(LocalHost host, string folder, Log log)
    {
        (_host, _folder, Messages) = (host, folder, log.Messages);
        _http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(host.Urls.First()) };
    }

    /// <summary>What the host and the worker logged.</summary>
    public ConcurrentQueue<string> Messages { get; }

    public Uri Address => _http.BaseAddress!;

    /// <param name="functions">The classes whose functions the app has.</param>
    /// <param name="configure">The app.</param>
    /// <param name="settings">As on the command line.</param>
    public static Task<RunningHost> Start(
        Type[] functions, Action<FunctionsApplicationBuilder>? configure = null, params (string Name, string Value)[] settings) =>
        Start(functions, configure, null, "{}", settings);

    /// <param name="functions">The classes whose functions the app has.</param>
    /// <param name="configure">The app.</param>
    /// <param name="host">The host's own parts.</param>
    /// <param name="hostJson">The text of host.json.</param>
    /// <param name="settings">As on the command line.</param>
    public static async Task<RunningHost> Start(
        Type[] functions,
        Action<FunctionsApplicationBuilder>? configure,
        Action<WebApplicationBuilder>? host,
        string hostJson,
        params (string Name, string Value)[] settings)
    {
        (string Name, string Value)[] all = [("urls", "http://127.0.0.1:0"), .. settings];
        var folder = Directory.CreateTempSubdirectory("host-app-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "host.json"), hostJson);
        var log = new Log();
        var running = await LocalHost.StartAsync(
            [.. all.Select(setting => $"--{setting.Name}={setting.Value}")],
            args =>
            {
                var builder = FunctionsApplication.CreateBuilder(args);
                builder.ConfigureFunctionsWebApplication();
                builder.Services.AddSingleton<IFunctionMetadataProvider>(new FunctionsOf(functions));
                configure?.Invoke(builder);
                return builder;
            },
            folder,
            web =>
            {
                web.Logging.ClearProviders().AddProvider(log);
                host?.Invoke(web);
            });
        return new RunningHost(running, folder, log);
    }

    public Task<HttpResponseMessage> Get(string path) => GetUnlessCancelled(path, CancellationToken.None);

    public Task<HttpResponseMessage> GetUnlessCancelled(string path, CancellationToken cancellation) =>
        _http.GetAsync(new Uri(path, UriKind.Relative), cancellation);

    public Task<HttpResponseMessage> Send(HttpRequestMessage request) => _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

    public async Task<string> Text(string path) => await (await Get(path)).Content.ReadAsStringAsync();

    public Task<HttpResponseMessage> Post(string path, string json) =>
        Post(path, new StringContent(json, Encoding.UTF8, "application/json"));

    public Task<HttpResponseMessage> Post(string path, HttpContent content) => _http.PostAsync(new Uri(path, UriKind.Relative), content);

    public Task Stop() => _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _host.DisposeAsync();
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private sealed class Log : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Messages { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Messages.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
