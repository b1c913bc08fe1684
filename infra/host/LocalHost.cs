using System.Reflection;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Constraints;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ssp.Hosting.Http;
using Ssp.Hosting.Queues;
using Ssp.Hosting.Settings;
using Ssp.Hosting.Timers;
using Ssp.Hosting.Worker;

namespace Ssp.Hosting;

/// <summary>A Functions host in this process, with the app it runs. See README.md beside this file.</summary>
public sealed class LocalHost : IAsyncDisposable
{
    private const long MaxRequestBody = 100 * 1024 * 1024;
    private const int SoftwareFault = 70;
    private static readonly string[] AddressKeys = ["urls", "http_ports", "https_ports", "Kestrel:Endpoints"];

    private readonly WebApplication _front;
    private readonly AppWorker _worker;

    private LocalHost(WebApplication front, AppWorker worker) => (_front, _worker) = (front, worker);

    /// <summary>The app's own services.</summary>
    public IServiceProvider Services => _worker.Services;

    /// <summary>Where the host answers.</summary>
    public ICollection<string> Urls => _front.Urls;

    /// <summary>Runs the app until a signal, or the app itself, ends it.</summary>
    /// <param name="args">Settings, as --Name=value, for the host and the app.</param>
    /// <param name="app">Puts the app together, as its own Program does before it builds and runs it.</param>
    /// <returns>The exit code: 0, or what the app chose.</returns>
    public static async Task<int> RunAsync(string[] args, Func<string[], FunctionsApplicationBuilder> app)
    {
        // Where the worker looks for what the Functions SDK generated.
        Assembly.SetEntryAssembly(app.Method.Module.Assembly);
        await using var host = await StartAsync(args, app);
        await host._front.WaitForShutdownAsync();
        return Environment.ExitCode;
    }

    /// <summary>Starts the app; it answers when this returns.</summary>
    /// <param name="args">Settings, as --Name=value, for the host and the app.</param>
    /// <param name="app">Puts the app together.</param>
    /// <param name="folder">Where host.json and the app's assemblies lie; null: beside the program.</param>
    /// <param name="configure">Changes the host's own parts, such as its log and its clock.</param>
    public static async Task<LocalHost> StartAsync(
        string[] args, Func<string[], FunctionsApplicationBuilder> app, string? folder = null, Action<WebApplicationBuilder>? configure = null)
    {
        folder ??= AppContext.BaseDirectory;
        var local = HostFiles.LocalValues(Directory.GetCurrentDirectory());
        var builder = CreateBuilder(args, folder, local);
        AppWorker? worker = null;
        builder.Services.AddSingleton(_ => worker!);
        builder.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<FunctionIndex>(services, worker!.Functions));
        configure?.Invoke(builder);
        var front = builder.Build();
        try
        {
            worker = await AppWorker.Start(
                () => app([.. local.Select(one => $"--{one.Key}={one.Value}"), .. args]),
                folder,
                front.Services.GetRequiredService<ILoggerFactory>());
            front.Run(front.Services.GetRequiredService<HttpDispatcher>().Dispatch);
            var host = new LocalHost(front, worker);
            host.EndTogether();
            await front.StartAsync();
            return host;
        }
        catch
        {
            await front.DisposeAsync();
            await (worker?.DisposeAsync() ?? ValueTask.CompletedTask);
            throw;
        }
    }

    /// <summary>Begins nothing new, lets what runs finish, and ends the app.</summary>
    public async Task StopAsync()
    {
        await _front.StopAsync();
        await _worker.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _front.DisposeAsync();
        await _worker.DisposeAsync();
    }

    internal static WebApplicationBuilder CreateBuilder(string[] args, string folder, IEnumerable<KeyValuePair<string, string?>> local)
    {
        var web = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            // Watching files for changes would watch every folder below them.
            Args = ["--hostBuilder:reloadConfigOnChange=false", .. args],
            ContentRootPath = folder,
            EnvironmentName = Environment.GetEnvironmentVariable("AZURE_FUNCTIONS_ENVIRONMENT"),
        });
        web.Configuration.AddWeakest(local);
        web.Configuration.AddWeakest(HostFiles.HostJsonIn(folder));

        web.Logging.AddConfiguration(web.Configuration.GetSection(HostFiles.HostJson + ":logging"));
        web.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
        });

        // The dispatcher says what went wrong. Kestrel would besides call it an error when an answer came before all of its request was read.
        web.Logging.AddFilter("Yarp", LogLevel.None);
        web.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Critical);

        // A line that ends with a line feed alone could be read in another way by a proxy before this host. There is no property for it.
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);
        web.WebHost.UseKestrelHttpsConfiguration();
        web.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // Bytes that are no UTF-8 would be refused; which encoding a header has is the app's business.
            kestrel.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
            kestrel.Limits.MaxRequestBodySize = MaxRequestBody;
            kestrel.Limits.MaxResponseBufferSize = AppWorker.AnswerBuffer;
        });
        if (ConnectionLimit.OfThisProcess() is { } max)
        {
            web.Services.AddSingleton<IConnectionListenerFactory>(
                services => new CallerLimit(ActivatorUtilities.CreateInstance<SocketTransportFactory>(services), max));
        }

        if (!AddressKeys.Any(key => web.Configuration.GetSection(key).Exists()))
        {
            web.WebHost.UseUrls("http://127.0.0.1:7071");
        }

        web.Services.AddRoutingCore().Configure<RouteOptions>(options => options.SetParameterPolicy<RegexInlineRouteConstraint>("regex"));
        web.Services.AddHttpForwarder();
        web.Services.TryAddSingleton(TimeProvider.System);
        web.Services.TryAddSingleton(new Leases());
        web.Services.AddSingleton<Drain>();
        web.Services.TryAddSingleton(QueueOptions.Read(web.Configuration));
        web.Services.AddSingleton(services => services.GetRequiredService<AppWorker>().Stream);
        web.Services.AddSingleton<Invocations>();
        web.Services.AddSingleton<WorkerConnections>();
        web.Services.AddSingleton<WakeUps>();
        web.Services.AddSingleton<HttpDispatcher>();
        web.Services.AddSingleton<QueueListeners>();
        web.Services.AddSingleton<TimerListeners>();
        web.Services.AddHostedService<Listeners>();
        // The drain ends first; what is left of the time-out is for giving back messages and locks.
        web.Services.Configure<HostOptions>(options => options.ShutdownTimeout = Drain.TimeIn(web.Configuration) + TimeSpan.FromSeconds(10));
        return web;
    }

    /// <summary>An app that wishes to end, or whose worker is gone, ends the host.</summary>
    private void EndTogether()
    {
        _worker.Stopping.Register(_front.Lifetime.StopApplication);
        _ = EndWithWorker();
    }

    private async Task EndWithWorker()
    {
        await _worker.Stream.Ended;
        if (!_worker.IsStopped)
        {
            _front.Logger.LogCritical("The worker has ended by itself; the host ends too.");
            Environment.ExitCode = SoftwareFault;
            _front.Lifetime.StopApplication();
        }
    }
}
