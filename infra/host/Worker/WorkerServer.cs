using System.Net;
using System.Security.Cryptography;
using System.Text;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Ssp.Hosting.Worker.Messages;

namespace Ssp.Hosting.Worker;

/// <summary>
/// The gRPC server that the worker connects to. The worker speaks TCP only, so anybody on this machine can knock: the server takes one stream,
/// from whoever begins with the secret id that was handed to the worker inside the process.
/// </summary>
internal sealed class WorkerServer : IAsyncDisposable
{
    // A function's log lines, and what it returns beside its HTTP answer, come in one message each.
    private const int LargestMessage = 64 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WebApplication _server;
    private readonly ILogger _logger;

    private WorkerServer(ILoggerFactory loggers)
    {
        Stream = new WorkerStream(loggers);
        _logger = loggers.CreateLogger<WorkerServer>();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(this);
        builder.Services.AddRoutingCore();
        builder.Services.AddGrpc(options =>
        {
            options.MaxReceiveMessageSize = LargestMessage;
            options.MaxSendMessageSize = null;
        });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            // The stream lives as long as the worker and may be silent for hours.
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            // Others may knock too; they must not keep the worker out.
            kestrel.Limits.MaxConcurrentConnections = 200;
        });
        _server = builder.Build();
        _server.Use(TurnAwayOthers);
        _server.MapGrpcService<Service>();
    }

    public WorkerStream Stream { get; }

    /// <summary>What only the worker knows: 256 random bits.</summary>
    public string WorkerId { get; } = RandomNumberGenerator.GetHexString(64, lowercase: true);

    public string Address => _server.Urls.Single();

    /// <summary>Done when the worker has opened its stream.</summary>
    public Task Connected => _connected.Task;

    public static async Task<WorkerServer> Start(ILoggerFactory loggers)
    {
        var server = new WorkerServer(loggers);
        await server._server.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        // A worker closes its stream only with its process, and a server that stops waits for open streams.
        Stream.End();
        await _server.StopAsync();
        await _server.DisposeAsync();
    }

    // Before a byte of theirs is read.
    private Task TurnAwayOthers(HttpContext http, RequestDelegate next)
    {
        if (!Connected.IsCompleted)
        {
            return next(http);
        }

        http.Abort();
        return Task.CompletedTask;
    }

    private async Task Serve(IAsyncStreamReader<StreamingMessage> incoming, IServerStreamWriter<StreamingMessage> outgoing, CancellationToken gone)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(gone);
        patience.CancelAfter(Patience);
        var isWorker = await incoming.MoveNext(patience.Token) && Knows(incoming.Current.StartStream?.WorkerId);
        if (!isWorker || !_connected.TrySetResult())
        {
            _logger.LogWarning("Another program than the worker knocked at the worker's port and was turned away");
            throw new Grpc.Core.RpcException(new Status(StatusCode.PermissionDenied, "This is not the worker."));
        }

        await Stream.Run(incoming, outgoing, gone);
    }

    private bool Knows(string? id) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(id ?? ""), Encoding.UTF8.GetBytes(WorkerId));

    private sealed class Service(WorkerServer server) : FunctionRpc.FunctionRpcBase
    {
        public override Task EventStream(
            IAsyncStreamReader<StreamingMessage> requestStream, IServerStreamWriter<StreamingMessage> responseStream, ServerCallContext context) =>
            server.Serve(requestStream, responseStream, context.CancellationToken);
    }
}
