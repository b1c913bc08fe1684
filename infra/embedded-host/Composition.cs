using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ssp.EmbeddedHost.Functions;
using Ssp.EmbeddedHost.Http;
using Ssp.EmbeddedHost.Queues;
using Ssp.EmbeddedHost.Settings;
using Ssp.EmbeddedHost.Timers;

[assembly: InternalsVisibleTo("Ssp.Tests")]

namespace Ssp.EmbeddedHost;

/// <summary>What the host is made of.</summary>
internal static class Composition
{
    private const long MaxRequestBody = 100 * 1024 * 1024;
    private static readonly string[] AddressKeys = ["urls", "http_ports", "https_ports", "Kestrel:Endpoints"];

    public static WebApplicationBuilder CreateWebBuilder(string[] args, Assembly application)
    {
        var web = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            // Watching files for changes would watch every folder below them.
            Args = ["--hostBuilder:reloadConfigOnChange=false", .. args],
            ContentRootPath = AppContext.BaseDirectory,
            ApplicationName = application.GetName().Name,
            EnvironmentName = Environment.GetEnvironmentVariable("AZURE_FUNCTIONS_ENVIRONMENT"),
        });
        web.Configuration.AddHostFiles(Directory.GetCurrentDirectory());

        web.Logging.AddConfiguration(web.Configuration.GetSection(HostFiles.HostJson + ":logging"));
        web.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
        });

        web.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxRequestBody;
            kestrel.Limits.MaxConcurrentConnections = ConnectionLimit.OfThisProcess();
        });
        if (!AddressKeys.Any(key => web.Configuration.GetSection(key).Exists()))
        {
            web.WebHost.UseUrls("http://127.0.0.1:7071");
        }

        return web;
    }

    public static WebApplication Build(
        WebApplicationBuilder web,
        IReadOnlyCollection<Type> functionTypes,
        IEnumerable<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> middlewares)
    {
        web.Services.AddRouting();
        web.Services.TryAddSingleton(TimeProvider.System);
        web.Services.TryAddSingleton(new Leases());
        web.Services.AddSingleton<Drain>();
        web.Services.TryAddSingleton(QueueOptions.Read(web.Configuration, web.Environment));
        web.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<FunctionIndex>(services, Function.FindIn(functionTypes)));
        web.Services.AddSingleton(middlewares.Reverse().Aggregate((FunctionExecutionDelegate)FunctionCall.Execute, (next, middleware) => middleware(next)));
        web.Services.AddSingleton<FunctionRunner>();
        web.Services.AddSingleton<HttpDispatcher>();
        web.Services.AddSingleton<OwnMessages>();
        web.Services.AddSingleton<QueueListeners>();
        web.Services.AddSingleton<TimerListeners>();
        // Last, so that what the application itself starts with (its queues, say) is there when the listeners begin.
        web.Services.AddHostedService<Listeners>();
        // The drain ends first; what is left of the time-out is for giving back messages and locks.
        web.Services.Configure<HostOptions>(options => options.ShutdownTimeout = Drain.TimeIn(web.Configuration) + TimeSpan.FromSeconds(10));

        var app = web.Build();
        var dispatcher = app.Services.GetRequiredService<HttpDispatcher>();
        app.Run(dispatcher.Dispatch);
        return app;
    }
}
