using Azure;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;
using Ssp.Hosting.Worker;

namespace Ssp.Hosting.Queues;

/// <summary>What becomes of one message: done and deleted, tried again, or moved to the poison queue.</summary>
internal sealed class MessageWork(
    QueueSource source, QueueOptions options, Invocations invocations, WakeUps wakeUps, MessageLease lease, Drain drain, ILogger logger)
{
    public async Task Run(QueueMessage message)
    {
        if (drain.Stopping.IsCancellationRequested)
        {
            await lease.Release(TimeSpan.Zero);
            return;
        }

        // The last try ended without a word, as when the process was killed.
        if (message.DequeueCount > options.MaxDequeueCount)
        {
            await GiveUp(message, "it was taken too often");
            return;
        }

        if (Decode(message.Body) is not { } body)
        {
            await GiveUp(message, "it is not base64");
            return;
        }

        try
        {
            await invocations.Run(source.Function, MessageData.Value(source.Function.Trigger!, message, body), MessageData.About(message, body));
        }
        catch (Exception error)
        {
            await Fail(message, error);
            return;
        }

        await Complete(message);
    }

    private async Task Complete(QueueMessage message)
    {
        try
        {
            await lease.Delete();
        }
        catch (RequestFailedException error) when (error.Status == 404)
        {
            logger.LogWarning("{Function} finished the message {Message} after its lease was lost; it may run twice", source.Function.Name, message.MessageId);
        }
    }

    private async Task Fail(QueueMessage message, Exception error)
    {
        if (drain.Expired.IsCancellationRequested)
        {
            // Cut off by the stop of the host, which is not the message's fault: no waiting, no poison.
            logger.LogWarning(
                "{Function} did not finish the message {Message} before the host stopped; it comes again", source.Function.Name, message.MessageId);
            await lease.Release(TimeSpan.Zero);
            return;
        }

        logger.LogError(
            error, "{Function} failed on the message {Message}, try {Try} of {Tries}",
            source.Function.Name, message.MessageId, message.DequeueCount, options.MaxDequeueCount);
        if (source.Poison is null || message.DequeueCount >= options.MaxDequeueCount)
        {
            await GiveUp(message, "it failed every time");
        }
        else
        {
            await lease.Release(options.VisibilityTimeout);
            _ = wakeUps.SignalAfter(options.VisibilityTimeout, drain.Stopping);
        }
    }

    private async Task GiveUp(QueueMessage message, string reason)
    {
        if (source.Poison is not { } poison)
        {
            // Kept, and hidden until the lease ends: there is no further queue, and an immediate retry would spin.
            return;
        }

        await poison.CreateIfNotExistsAsync();
        await poison.SendMessageAsync(message.Body, timeToLive: TimeSpan.FromSeconds(-1));
        await Complete(message);
        logger.LogError("The message {Message} of {Queue} moved to {Poison}: {Reason}", message.MessageId, source.Queue.Name, poison.Name, reason);
    }

    private BinaryData? Decode(BinaryData text)
    {
        if (!options.Base64)
        {
            return text;
        }

        try
        {
            return new BinaryData(Convert.FromBase64String(text.ToString()));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
