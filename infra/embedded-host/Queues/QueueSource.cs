using System.Text.RegularExpressions;
using Azure.Core;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Ssp.EmbeddedHost.Functions;
using Ssp.EmbeddedHost.Settings;

namespace Ssp.EmbeddedHost.Queues;

/// <summary>A queue function, its queue and the queue for messages it gives up on (none when the queue itself is one of those).</summary>
internal sealed partial record QueueSource(Function Function, QueueClient Queue, QueueClient? Poison)
{
    private const string PoisonSuffix = "-poison";

    public static IReadOnlyList<string> BindingNames { get; } =
        ["QueueTrigger", "DequeueCount", "Id", "PopReceipt", "InsertionTime", "ExpirationTime", "NextVisibleTime"];

    public static QueueSource Create(Function function, QueueTriggerAttribute trigger, IConfiguration configuration)
    {
        // Queue names are lower case by rule.
        var name = configuration.Resolve(trigger.QueueName).ToLowerInvariant();
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
        var account = new QueueServiceClient(configuration.StorageConnection(trigger.Connection), options);
        return new QueueSource(
            function,
            account.GetQueueClient(name),
            name.EndsWith(PoisonSuffix, StringComparison.Ordinal) ? null : account.GetQueueClient(name + PoisonSuffix));
    }

    public static IReadOnlyDictionary<string, object?> BindingData(QueueMessage message, string text) =>
        new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase)
        {
            ["QueueTrigger"] = text,
            ["DequeueCount"] = message.DequeueCount,
            ["Id"] = message.MessageId,
            ["PopReceipt"] = message.PopReceipt,
            ["InsertionTime"] = message.InsertedOn,
            ["ExpirationTime"] = message.ExpiresOn,
            ["NextVisibleTime"] = message.NextVisibleOn,
        };

    [GeneratedRegex("^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex QueueName();
}
