using Azure.Storage.Queues;

namespace Ssp.Tests.Support;

/// <summary>What the host does with a message whose last try failed.</summary>
public static class PoisonQueue
{
    /// <summary>Moves the one message of a queue to its poison queue, whose function the portal runs.</summary>
    public static async Task MoveToPoisonAsync(this Stack stack, QueueClient queue)
    {
        var poison = new QueueClient(stack.Storage, $"{queue.Name}-poison", new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        await poison.CreateIfNotExistsAsync();
        var message = Assert.Single((await queue.ReceiveMessagesAsync(32)).Value);
        await poison.SendMessageAsync(message.Body);
        await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt);
    }
}
