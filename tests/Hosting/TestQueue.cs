using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace Ssp.Tests.Hosting;

/// <summary>A queue with a name of its own, written to as feature code does.</summary>
internal sealed class TestQueue
{
    private readonly QueueClient _queue;

    private TestQueue(string storage, string name, QueueMessageEncoding encoding) =>
        _queue = new QueueClient(storage, name, new QueueClientOptions { MessageEncoding = encoding });

    public string Name => _queue.Name;

    public static string NewName() => "q" + Guid.NewGuid().ToString("N");

    public static async Task<TestQueue> Create(string storage, string? name = null)
    {
        var queue = At(storage, name ?? NewName());
        await queue._queue.CreateIfNotExistsAsync();
        return queue;
    }

    public static TestQueue At(string storage, string name) => new(storage, name, QueueMessageEncoding.Base64);

    /// <summary>The texts as they are stored.</summary>
    public static TestQueue Raw(string storage, string name) => new(storage, name, QueueMessageEncoding.None);

    public Task Send(string text, TimeSpan? delay = null) => _queue.SendMessageAsync(text, visibilityTimeout: delay);

    public Task Clear() => _queue.ClearMessagesAsync();

    /// <summary>All messages, hidden ones too; null when there is no such queue.</summary>
    public async Task<int?> Count() =>
        await _queue.ExistsAsync() ? (await _queue.GetPropertiesAsync()).Value.ApproximateMessagesCount : null;

    public async Task<IReadOnlyList<string>> Visible()
    {
        if (!await _queue.ExistsAsync())
        {
            return [];
        }

        PeekedMessage[] messages = await _queue.PeekMessagesAsync(32);
        return [.. messages.Select(message => message.MessageText)];
    }
}
