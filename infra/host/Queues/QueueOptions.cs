using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
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

    public required TimeSpan MaxPollingInterval { get; init; }

    public required bool Base64 { get; init; }

    public static QueueOptions Read(IConfiguration configuration, IHostEnvironment environment)
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
            MaxPollingInterval = section.GetValue("maxPollingInterval", TimeSpan.FromSeconds(environment.IsDevelopment() ? 2 : 60)),
            Base64 = !string.Equals(section["messageEncoding"], "none", StringComparison.OrdinalIgnoreCase),
        };
    }
}
