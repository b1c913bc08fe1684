using Microsoft.Extensions.Configuration;
using Ssp.Hosting.Settings;

namespace Ssp.Hosting.Queues;

/// <summary>host.json, extensions.queues.</summary>
internal sealed record QueueOptions
{
    /// <summary>The most the service hands out at once.</summary>
    private const int MaxBatchSize = 32;

    public required int BatchSize { get; init; }

    /// <summary>A new batch is fetched when no more than this many messages of the last one still run.</summary>
    public required int NewBatchThreshold { get; init; }

    public required int MaxDequeueCount { get; init; }

    /// <summary>How long a message rests after a failed try.</summary>
    public required TimeSpan VisibilityTimeout { get; init; }

    /// <summary>Not a setting.</summary>
    public TimeSpan MinPollingInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// How long a listener sleeps at most. It is woken for what this app puts itself, so it only has to find what others put: the interval of
    /// host.json is for hosts that merely poll, and costs the storage more than all the rest of an idle app.
    /// </summary>
    public required TimeSpan MaxPollingInterval { get; init; }

    public required bool Base64 { get; init; }

    public static QueueOptions Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(HostFiles.HostJson + ":extensions:queues");
        var batchSize = section.GetValue("batchSize", 16);
        if (batchSize is < 1 or > MaxBatchSize)
        {
            throw new InvalidOperationException($"host.json: extensions.queues.batchSize must be from 1 to {MaxBatchSize}, not {batchSize}.");
        }

        return new QueueOptions
        {
            BatchSize = batchSize,
            NewBatchThreshold = section.GetValue("newBatchThreshold", batchSize / 2 * Environment.ProcessorCount),
            MaxDequeueCount = section.GetValue("maxDequeueCount", 5),
            VisibilityTimeout = section.GetValue("visibilityTimeout", TimeSpan.Zero),
            MaxPollingInterval = configuration.GetValue("LocalHost:MaxPollingInterval", TimeSpan.FromSeconds(10)),
            Base64 = !string.Equals(section["messageEncoding"], "none", StringComparison.OrdinalIgnoreCase),
        };
    }
}
