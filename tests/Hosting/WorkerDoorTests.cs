using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Ssp.Hosting.Worker;
using Ssp.Hosting.Worker.Messages;

namespace Ssp.Tests.Hosting;

/// <summary>Nobody but the host speaks with the worker, and nobody but the worker with the host.</summary>
public sealed class WorkerDoorTests
{
    [Theory]
    [InlineData("")]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    public async Task Whoever_does_not_know_the_id_is_turned_away_and_the_worker_may_still_come(string id)
    {
        await using var server = await WorkerServer.Start(NullLoggerFactory.Instance);
        var refused = await Assert.ThrowsAsync<Grpc.Core.RpcException>(() => Knock(server, id));
        Assert.Equal(StatusCode.PermissionDenied, refused.StatusCode);
        Assert.False(server.Connected.IsCompleted);
        await Knock(server, server.WorkerId);
        await server.Connected;
    }

    [Fact]
    public async Task When_the_worker_is_there_nobody_else_is_heard_not_even_with_the_id()
    {
        await using var server = await WorkerServer.Start(NullLoggerFactory.Instance);
        using var channel = GrpcChannel.ForAddress(server.Address);
        using var worker = Open(channel);
        await worker.RequestStream.WriteAsync(new StreamingMessage { StartStream = new StartStream { WorkerId = server.WorkerId } });
        await server.Connected;
        using var other = GrpcChannel.ForAddress(server.Address);
        using var late = Open(other);
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await late.RequestStream.WriteAsync(new StreamingMessage { StartStream = new StartStream { WorkerId = server.WorkerId } });
            await late.ResponseStream.MoveNext(CancellationToken.None);
        });
        Assert.False(server.Stream.Ended.IsCompleted);
    }

    [Fact]
    public async Task What_waits_for_a_worker_that_went_away_is_told_so()
    {
        await using var server = await WorkerServer.Start(NullLoggerFactory.Instance);
        using var channel = GrpcChannel.ForAddress(server.Address);
        var worker = Open(channel);
        await worker.RequestStream.WriteAsync(new StreamingMessage { StartStream = new StartStream { WorkerId = server.WorkerId } });
        await server.Connected;
        var invocation = server.Stream.Invoke(new InvocationRequest { InvocationId = "one" });
        worker.Dispose();
        await Assert.ThrowsAsync<WorkerGoneException>(() => invocation);
        await server.Stream.Ended;
        await Assert.ThrowsAsync<WorkerGoneException>(() => server.Stream.Invoke(new InvocationRequest { InvocationId = "two" }));
    }

    [Fact]
    public async Task The_workers_own_HTTP_listens_only_on_a_socket_in_a_folder_that_is_closed_to_others()
    {
        AppWorker? worker = null;
        await using var host = await RunningHost.Start(
            [typeof(RoutingFunctions)],
            null,
            web => web.Services.AddHostedService(services => new Noting(worker = services.GetRequiredService<AppWorker>())),
            "{}");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(worker!.Socket)!));
        var addresses = worker.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>()
            .Features.Get<Microsoft.AspNetCore.Hosting.Server.Features.IServerAddressesFeature>()!;
        Assert.Equal([$"http://unix:{worker.Socket}", $"http://unix:{worker.SocketForBodies}"], addresses.Addresses);
        await host.DisposeAsync();
        Assert.False(Directory.Exists(Path.GetDirectoryName(worker.Socket)));
    }

    [Fact]
    public async Task An_app_that_wishes_to_end_ends_the_host()
    {
        IHostApplicationLifetime? ending = null;
        IServiceProvider? app = null;
        await using var host = await RunningHost.Start(
            [typeof(RoutingFunctions)],
            null,
            web => web.Services.AddHostedService(services =>
            {
                ending = services.GetRequiredService<IHostApplicationLifetime>();
                app = services.GetRequiredService<AppWorker>().Services;
                return new Noting(app);
            }),
            "{}");
        app!.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        Assert.True(ending!.ApplicationStopping.IsCancellationRequested);
    }

    private static AsyncDuplexStreamingCall<StreamingMessage, StreamingMessage> Open(GrpcChannel channel)
    {
        static Marshaller<StreamingMessage> Marshal() => Marshallers.Create(Google.Protobuf.MessageExtensions.ToByteArray, StreamingMessage.Parser.ParseFrom);
        var method = new Method<StreamingMessage, StreamingMessage>(
            MethodType.DuplexStreaming, "AzureFunctionsRpcMessages.FunctionRpc", "EventStream", Marshal(), Marshal());
        return channel.CreateCallInvoker().AsyncDuplexStreamingCall(method, null, new CallOptions());
    }

    // Returns when the stream was let in, and leaves it.
    private static async Task Knock(WorkerServer server, string id)
    {
        using var channel = GrpcChannel.ForAddress(server.Address);
        using var call = Open(channel);
        await call.RequestStream.WriteAsync(new StreamingMessage { StartStream = new StartStream { WorkerId = id } });
        var answer = call.ResponseStream.MoveNext(CancellationToken.None);
        await Task.WhenAny(answer, server.Connected);
        if (answer.IsCompleted)
        {
            await answer;
        }
    }

    private sealed class Noting(object what) : IHostedService
    {
        public object What => what;

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
