using System.Text.RegularExpressions;
using Azure.Core;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;
using Ssp.Hosting.Settings;
using Ssp.Hosting.Worker;

namespace Ssp.Hosting.Queues;

/// <summary>A queue function, its queue and the queue for messages it gives up on (none when the queue itself is one of those).</summary>
internal sealed partial record QueueSource(Function Function, QueueClient Queue, QueueClient? Poison)
{
    private const string PoisonSuffix = "-poison";

    public static QueueSource Create(Function function, IConfiguration configuration)
    {
        var trigger = function.Trigger!;
        // Queue names are lower case by rule.
        var name = configuration.Resolve(trigger.Text("queueName") ?? "").ToLowerInvariant();
        if (!QueueName().IsMatch(name))
        {
            throw new IndexingException($"\"{name}\" cannot be the name of a queue");
        }

        // The texts are decoded here: one that cannot be must reach the poison queue as it is.
        var options = new QueueClientOptions { MessageEncoding = QueueMessageEncoding.None };
        options.Retry.MaxRetries = 3;
        options.Retry.Mode = RetryMode.Exponential;
        options.Retry.Delay = TimeSpan.FromMilliseconds(400);
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(30);
        var account = new QueueServiceClient(configuration.StorageConnection(trigger.Text("connection")), options);
        return new QueueSource(
            function,
            account.GetQueueClient(name),
            name.EndsWith(PoisonSuffix, StringComparison.Ordinal) ? null : account.GetQueueClient(name + PoisonSuffix));
    }

    [GeneratedRegex("^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex QueueName();
}
