using Azure;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;
using Ssp.Hosting.Worker;

namespace Ssp.Hosting.Queues;

/// <summary>Takes the messages of one queue, in batches, and has each one worked on.</summary>
internal sealed class QueueListener(
    QueueSource source, QueueOptions options, Invocations invocations, WakeUp wakeUp, WakeUps others, Leases leases, Drain drain, ILogger logger)
{
    private readonly HashSet<Task> _running = [];
    private readonly PollingDelay _delay = new(options.MinPollingInterval, options.MaxPollingInterval);
    private bool _unreachable;

    /// <summary>Returns when the host stops and every message taken has been dealt with.</summary>
    public async Task Run()
    {
        while (!drain.Stopping.IsCancellationRequested)
        {
            _running.RemoveWhere(task => task.IsCompleted);
            if (_running.Count > options.NewBatchThreshold)
            {
                await WaitForRoom();
                continue;
            }

            wakeUp.Clear();
            var messages = await Receive();
            foreach (var message in messages)
            {
                _running.Add(Task.Run(() => Work(message)));
            }

            if (messages.Length > 0)
            {
                _delay.Reset();
            }
            else
            {
                await wakeUp.Wait(_delay.Next(), drain.Stopping);
            }
        }

        await Task.WhenAll(_running);
    }

    private async Task WaitForRoom()
    {
        var stopped = new TaskCompletionSource();
        await using var registration = drain.Stopping.Register(stopped.SetResult);
        await Task.WhenAny([stopped.Task, .. _running]);
    }

    private async Task<QueueMessage[]> Receive()
    {
        try
        {
            // Not cancelled by a stop: an answer that nobody reads would hide its messages for the length of a lease.
            var messages = await source.Queue.ReceiveMessagesAsync(options.BatchSize, leases.Message, CancellationToken.None);
            if (_unreachable)
            {
                _unreachable = false;
                logger.LogInformation("The queue {Queue} can be read again", source.Queue.Name);
            }

            return messages.Value;
        }
        catch (RequestFailedException error) when (error.ErrorCode == QueueErrorCode.QueueNotFound)
        {
            // The application makes its queues; until then they are empty.
            return [];
        }
        catch (Exception error)
        {
            if (!_unreachable)
            {
                _unreachable = true;
                logger.LogWarning("The queue {Queue} cannot be read, trying on: {Error}", source.Queue.Name, error.Message);
            }

            return [];
        }
    }

    private async Task Work(QueueMessage message)
    {
        try
        {
            await using var lease = new MessageLease(source.Queue, message, leases.Message, logger);
            await new MessageWork(source, options, invocations, others, lease, drain, logger).Run(message);
        }
        catch (Exception error)
        {
            // The lease runs out by itself and the message comes again.
            logger.LogWarning(error, "The message {Message} of {Queue} could not be completed", message.MessageId, source.Queue.Name);
        }
        finally
        {
            // There is room again, a retry may be due at once, and the function may have put messages of its own.
            others.Signal();
        }
    }
}
