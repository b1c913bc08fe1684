using System.Net;
using System.Net.Sockets;
using Azure.Storage.Queues;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Tests.Support;

namespace Ssp.Tests.Hosting;

public sealed class StartupTests(Stack stack)
{
    [Fact]
    public async Task Without_storage_HTTP_works_and_each_listener_warns_once()
    {
        // Nothing listens on port 9.
        const string nowhere =
            "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;BlobEndpoint=http://127.0.0.1:9/a;QueueEndpoint=http://127.0.0.1:9/a";
        await using var host = await RunningHost.Start(
            [typeof(QueueFunctions), typeof(TimerFunctions), typeof(RoutingFunctions)],
            builder => builder.Services.AddSingleton(new Probe()),
            ("AzureWebJobsStorage", nowhere), ("Queue", "nowhere"), ("Schedule", "0 * * * * *"));
        Assert.Equal("42", await host.Text("/api/numbers/41"));
        await Eventually.Is(() => Warnings(host).Count() == 2, "two warnings");
        await Task.Delay(TimeSpan.FromSeconds(6), TestContext.Current.CancellationToken);
        Assert.Equal(2, Warnings(host).Count());
    }

    [Fact]
    public async Task Listeners_begin_when_the_storage_comes_up()
    {
        var queue = await TestQueue.Create(stack.Storage);
        await queue.Send("hello");
        var probe = new Probe();
        var real = new QueueServiceClient(stack.Storage).Uri;
        using var door = new TcpListener(IPAddress.Loopback, 0);
        door.Start();
        var port = ((IPEndPoint)door.LocalEndpoint).Port;
        door.Stop();
        await using var host = await RunningHost.Start(
            [typeof(QueueFunctions)],
            builder => builder.Services.AddSingleton(probe),
            ("AzureWebJobsStorage", stack.Storage.Replace(real.Authority, $"127.0.0.1:{port}", StringComparison.Ordinal)),
            ("Queue", queue.Name),
            ("LocalHost:MaxPollingInterval", "00:00:01"));
        await Eventually.Is(() => Warnings(host).Any(), "the warning");
        Assert.Empty(probe.Seen);

        using var open = new TcpListener(IPAddress.Loopback, port);
        open.Start();
        _ = LetThrough(open, real);
        await Eventually.Is(() => probe.Seen.Contains("hello 1"), "the message is taken");
        Assert.Single(Warnings(host));
    }

    private static async Task LetThrough(TcpListener door, Uri storage)
    {
        while (true)
        {
            var client = (await door.AcceptTcpClientAsync()).GetStream();
            var server = new TcpClient();
            await server.ConnectAsync(storage.Host, storage.Port);
            _ = client.CopyToAsync(server.GetStream());
            _ = server.GetStream().CopyToAsync(client);
        }
    }

    private static IEnumerable<string> Warnings(RunningHost host) => host.Messages.Where(message => message.StartsWith("Warning", StringComparison.Ordinal));
}
