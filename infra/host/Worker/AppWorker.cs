using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ssp.Hosting.Worker.Messages;

namespace Ssp.Hosting.Worker;

/// <summary>
/// The app on its unmodified worker, inside this process: started, asked for its functions, and stopped. Its HTTP server listens on a
/// socket in a folder that only this user may enter, so that nobody gets past the host.
/// </summary>
internal sealed class AppWorker : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How far an app may be ahead of the caller with an answer, at each of the two connections it passes, in bytes: a large one is made while it is sent.
    /// </summary>
    internal const int AnswerBuffer = 512 * 1024;

    private const int MaxRequests = 100_000;
    private const int LargeHeaders = 128 * 1024;
    private const int ManyHeaders = 200;

    /// <summary>Bytes of a request that may lie between the host and a function that has not read them.</summary>
    private const int UnreadOfRequest = 256 * 1024;
    private const int UnreadOfAll = 256 * UnreadOfRequest;

    // The worker reads its folder from the environment, which is the process's: while one starts, no other may.
    private static readonly SemaphoreSlim Starting = new(1, 1);

    private readonly string _socketFolder = Directory.CreateTempSubdirectory("functions-").FullName;
    private readonly WorkerServer _server;
    private readonly IHost _app;

    private AppWorker(WorkerServer server, FunctionsApplicationBuilder builder)
    {
        _server = server;
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Functions:Worker:HostEndpoint"] = server.Address,
            ["Functions:Worker:WorkerId"] = server.WorkerId,
            ["Functions:Worker:RequestId"] = "start",
            ["Functions:Worker:GrpcMaxMessageLength"] = "2147483647",
        });
        builder.Services.PostConfigure<KestrelServerOptions>(kestrel =>
        {
            // Without the endpoints in the process's settings, which are the host's.
            kestrel.Configure();
            kestrel.Limits.MaxResponseBufferSize = AnswerBuffer;
            // Requests with a body share one connection. A request answered early is counted for five
            // seconds more, and what goes beyond the limit is refused, whoever's it is.
            kestrel.Limits.Http2.MaxStreamsPerConnection = MaxRequests;
            // The host's own limits decide; what it forwards is somewhat longer than what it took.
            kestrel.Limits.MaxRequestLineSize = LargeHeaders;
            kestrel.Limits.MaxRequestHeadersTotalSize = LargeHeaders;
            kestrel.Limits.MaxRequestHeaderCount = ManyHeaders;
            kestrel.Limits.Http2.MaxRequestHeaderFieldSize = LargeHeaders;
            // A function that does not read its request yet holds back no other.
            kestrel.Limits.Http2.InitialStreamWindowSize = UnreadOfRequest;
            kestrel.Limits.Http2.InitialConnectionWindowSize = UnreadOfAll;
            kestrel.ListenUnixSocket(Socket);
            kestrel.ListenUnixSocket(SocketForBodies, listen => listen.Protocols = HttpProtocols.Http2);
        });
        // Signals are the host's business: it ends the worker when what runs has finished.
        builder.Services.AddSingleton<IHostLifetime, HostedElsewhere>();
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        // At every start it warns that it listens on the socket instead of at the addresses in the settings.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Error);
        _app = builder.Build();
    }

    /// <summary>Where the worker's HTTP server listens.</summary>
    public string Socket => Path.Combine(_socketFolder, "http");

    /// <summary>The same in HTTP/2, in which an answer may come before all of its request was sent: a body that is too large is refused at once.</summary>
    public string SocketForBodies => Path.Combine(_socketFolder, "http2");

    public WorkerStream Stream => _server.Stream;

    public IServiceProvider Services => _app.Services;

    /// <summary>Cancelled when the app wishes to end.</summary>
    public CancellationToken Stopping => Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;

    /// <summary>Every function of the app that its worker could load.</summary>
    public IReadOnlyList<Function> Functions { get; private set; } = [];

    /// <param name="app">Puts the app together.</param>
    /// <param name="folder">Where host.json and the app's assemblies lie.</param>
    /// <param name="loggers">Where the worker's log lines go.</param>
    public static async Task<AppWorker> Start(Func<FunctionsApplicationBuilder> app, string folder, ILoggerFactory loggers)
    {
        await Starting.WaitAsync();
        try
        {
            Environment.SetEnvironmentVariable("FUNCTIONS_APPLICATION_DIRECTORY", folder);
            Environment.SetEnvironmentVariable("FUNCTIONS_WORKER_DIRECTORY", folder);
            Environment.SetEnvironmentVariable("FUNCTIONS_WORKER_RUNTIME", "dotnet-isolated");
            var server = await WorkerServer.Start(loggers);
            AppWorker? worker = null;
            try
            {
                worker = new AppWorker(server, app());
                await worker.Start(folder, loggers.CreateLogger<AppWorker>());
                return worker;
            }
            catch
            {
                await (worker?.DisposeAsync() ?? server.DisposeAsync());
                throw;
            }
        }
        finally
        {
            Starting.Release();
        }
    }

    /// <summary>Whether the host ended it.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>Ends the app, then the conversation with it.</summary>
    public async Task StopAsync()
    {
        if (!IsStopped)
        {
            IsStopped = true;
            await _app.StopAsync();
            await _server.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (Directory.Exists(_socketFolder))
        {
            _app.Dispose();
            Directory.Delete(_socketFolder, recursive: true);
        }
    }

    private async Task Start(string folder, ILogger logger)
    {
        await _app.StartAsync();
        await _server.Connected.WaitAsync(Patience);
        var begun = await Ask(new StreamingMessage
        {
            WorkerInitRequest = new WorkerInitRequest { HostVersion = "4.0", WorkerDirectory = folder, FunctionAppDirectory = folder },
        });
        Require(begun.WorkerInitResponse.Result, "The worker did not begin");
        var found = await Ask(new StreamingMessage { FunctionsMetadataRequest = new FunctionsMetadataRequest { FunctionAppDirectory = folder } });
        Require(found.FunctionMetadataResponse.Result, "The worker did not say which functions there are");
        var loaded = await Task.WhenAll(found.FunctionMetadataResponse.FunctionMetadataResults.Select(
            metadata => Load(new Function(metadata), metadata, logger)));
        Functions = [.. loaded.OfType<Function>()];
        // Its routes are made at the first look, and read host.json by the environment: now.
        _ = Services.GetService<EndpointDataSource>()?.Endpoints;
    }

    private async Task<Function?> Load(Function function, RpcFunctionMetadata metadata, ILogger logger)
    {
        // Without the bindings the worker would not know which of its functions answer HTTP.
        metadata.Bindings.Clear();
        metadata.Bindings.Add(function.Bindings);
        var loaded = await Ask(new StreamingMessage { FunctionLoadRequest = new FunctionLoadRequest { FunctionId = function.Id, Metadata = metadata } });
        if (loaded.FunctionLoadResponse.Result.Status == StatusResult.Types.Status.Success)
        {
            return function;
        }

        logger.LogError(
            new FunctionException(loaded.FunctionLoadResponse.Result.Exception),
            "The function {Function} ({EntryPoint}) cannot run",
            function.Name,
            function.EntryPoint);
        return null;
    }

    private Task<StreamingMessage> Ask(StreamingMessage request) => Stream.Ask(request).WaitAsync(Patience);

    private static void Require(StatusResult result, string otherwise)
    {
        if (result.Status != StatusResult.Types.Status.Success)
        {
            throw new InvalidOperationException($"{otherwise}.", new FunctionException(result.Exception));
        }
    }

    private sealed class HostedElsewhere : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
