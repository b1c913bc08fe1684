using Azure.Storage.Queues;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Jobs;

namespace Ssp.Tests.Support;

/// <summary>
/// The portal in which the tests of a class happen, one after the other, each with an organisation of its own. Nobody listens to its queues: the tests deliver
/// the messages themselves. To start one costs more than most of these tests.
/// </summary>
public sealed class IdlePortal(Stack stack) : IAsyncLifetime
{
    private readonly string keys = stack.NewFolder("keys");

    /// <summary>What it goes by. It is for all tests of the class, so they only move it forward, and by minutes.</summary>
    public MovableClock Clock { get; } = new();

    public TestPortal Portal { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Portal = await StartAsync(Clock);

    /// <summary>Another one on the same storage, for the test alone that disposes of it.</summary>
    public Task<TestPortal> BesideAsync(MovableClock clock, Dictionary<string, string> settings) =>
        StartAsync(clock, new(settings) { ["StoragePrefix"] = Portal.Prefix });

    /// <summary>One of a test alone, which looks at everything there is or turns the clock further.</summary>
    public Task<TestPortal> AloneAsync(MovableClock clock) => StartAsync(clock);

    /// <summary>Takes away the messages and the open work that the tests before have left.</summary>
    public async Task ClearAsync()
    {
        var storage = Portal.Storage;
        foreach (var queue in (QueueClient[])[storage.ExportQueue, storage.CertificateQueue, storage.CostlyCertificateQueue, storage.NippinQueue])
        {
            await queue.ClearMessagesAsync();
        }

        var list = Portal.Services.GetRequiredService<WorkList>();
        await foreach (var work in list.ListAsync(default))
        {
            await list.ForgetAsync(work, default);
        }
    }

    public ValueTask DisposeAsync() => Portal.DisposeAsync();

    private Task<TestPortal> StartAsync(MovableClock clock, Dictionary<string, string>? more = null)
    {
        var settings = new Dictionary<string, string>(more ?? []) { ["KeysFolder"] = keys };
        string[] quiet =
        [
            "BuildExport", "GiveUpOnExport", "CheckCertificate", "GiveUpOnCheck", "CheckCostlyCertificate", "GiveUpOnCostlyCheck", "ValidateNight",
            "GiveUpOnNight", "WatchCertificates",
        ];
        foreach (var name in quiet)
        {
            settings[$"AzureWebJobs:{name}:Disabled"] = "true";
        }

        return TestPortal.StartAsync(stack, settings, builder => builder.Services.AddSingleton<TimeProvider>(clock));
    }
}
