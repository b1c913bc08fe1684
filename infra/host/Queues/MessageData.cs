using System.Text.Json;
using Azure.Storage.Queues.Models;
using Google.Protobuf;
using Ssp.Hosting.Worker;
using Ssp.Hosting.Worker.Messages;

namespace Ssp.Hosting.Queues;

/// <summary>A message in the forms in which a worker takes it.</summary>
internal static class MessageData
{
    /// <summary>The parameter's value: a text, bytes, or, for the Azure clients' own types, everything that is known of the message.</summary>
    public static TypedData Value(Trigger trigger, QueueMessage message, BinaryData body)
    {
        if (trigger.IsDeferred)
        {
            return new TypedData
            {
                ModelBindingData = new ModelBindingData
                {
                    Version = "1.0",
                    Source = "AzureStorageQueues",
                    ContentType = "application/json",
                    Content = ByteString.CopyFrom(JsonSerializer.SerializeToUtf8Bytes(new
                    {
                        message.MessageId,
                        message.PopReceipt,
                        MessageText = body.ToString(),
                        message.DequeueCount,
                        message.NextVisibleOn,
                        message.InsertedOn,
                        message.ExpiresOn,
                    })),
                },
            };
        }

        return string.Equals(trigger.Text("dataType"), "Binary", StringComparison.OrdinalIgnoreCase)
            ? new TypedData { Bytes = ByteString.CopyFrom(body) }
            : new TypedData { String = body.ToString() };
    }

    /// <summary>What other parameters may be called after.</summary>
    public static IEnumerable<KeyValuePair<string, TypedData>> About(QueueMessage message, BinaryData body) =>
    [
        new("QueueTrigger", new TypedData { String = body.ToString() }),
        new("Id", new TypedData { String = message.MessageId }),
        new("PopReceipt", new TypedData { String = message.PopReceipt }),
        new("DequeueCount", Json(message.DequeueCount)),
        new("InsertionTime", Json(message.InsertedOn)),
        new("ExpirationTime", Json(message.ExpiresOn)),
        new("NextVisibleTime", Json(message.NextVisibleOn)),
    ];

    private static TypedData Json<T>(T value) => new() { Json = JsonSerializer.Serialize(value) };
}
