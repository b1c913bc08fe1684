using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Ssp.Tests.Support;

namespace Ssp.Tests.Settings;

/// <summary>What host.json lets into the log, by the names under which a Functions host writes.</summary>
public sealed class LogLevelTests(Stack stack)
{
    [Theory]
    // Within a call of a function a host writes under the function's name what the portal logs; outside of one it hears only its console.
    [InlineData("Function.BuildExport.User", LogLevel.Information)]
    [InlineData("Function.SignIn.User", LogLevel.Information)]
    [InlineData("Host.Function.Console", LogLevel.Information)]
    [InlineData("Ssp.StartPortal", LogLevel.Information)]
    // These have a line for every call, tick, message or request.
    [InlineData("Function.BuildExport", LogLevel.Warning)]
    [InlineData("Function", LogLevel.Warning)]
    [InlineData("Host.Results", LogLevel.Warning)]
    [InlineData("Host.Aggregator", LogLevel.Warning)]
    [InlineData("Host.Triggers.Timer", LogLevel.Warning)]
    [InlineData("Host.Singleton", LogLevel.Warning)]
    [InlineData("Microsoft.Azure.WebJobs.Extensions.Timers.Listeners.TimerListener", LogLevel.Warning)]
    [InlineData("Microsoft.Azure.WebJobs.Script.WebHost.Middleware.SystemTraceMiddleware", LogLevel.Warning)]
    [InlineData("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning)]
    [InlineData("Azure.Core", LogLevel.Warning)]
    [InlineData("Azure.Identity", LogLevel.Warning)]
    [InlineData("Yarp.ReverseProxy.Forwarder.HttpForwarder", LogLevel.Warning)]
    public void Of_the_portal_all_is_told_and_of_the_rest_what_is_wrong(string category, LogLevel least)
    {
        var host = new ConfigurationBuilder().AddJsonFile(Path.Combine(stack.Repository.Root, "host.json")).Build();
        // The least of a Functions host's own filters is information.
        using var factory = LoggerFactory.Create(logging => logging
            .AddFilter((_, level) => level >= LogLevel.Information)
            .AddConfiguration(host.GetSection("logging"))
            .AddProvider(new Everything()));

        var log = factory.CreateLogger(category);

        Assert.True(log.IsEnabled(least));
        Assert.False(log.IsEnabled(least - 1));
    }

    private sealed class Everything : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
        }

        public void Dispose()
        {
        }
    }
}
