using Microsoft.Extensions.DependencyInjection;

namespace Ssp.Tests.EmbeddedHost;

public sealed class StartupTests
{
    [Fact]
    public async Task Without_storage_HTTP_works_and_each_listener_warns_once()
    {
        // Nothing listens on port 9.
        const string nowhere = "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;BlobEndpoint=http://127.0.0.1:9/a;QueueEndpoint=http://127.0.0.1:9/a";
        await using var host = await RunningHost.Start(
            [typeof(QueueFunctions), typeof(TimerFunctions), typeof(RoutingFunctions)],
            builder => builder.Services.AddSingleton(new Probe()),
            ("AzureWebJobsStorage", nowhere), ("Queue", "nowhere"), ("Schedule", "0 * * * * *"));
        Assert.Equal("42", await host.Text("/api/numbers/41"));
        await Eventually.Is(() => Warnings(host).Count() == 2, "two warnings");
        await Task.Delay(TimeSpan.FromSeconds(6), TestContext.Current.CancellationToken);
        Assert.Equal(2, Warnings(host).Count());
    }

    private static IEnumerable<string> Warnings(RunningHost host) => host.Messages.Where(message => message.StartsWith("Warning", StringComparison.Ordinal));
}
