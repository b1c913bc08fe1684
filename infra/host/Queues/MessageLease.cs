using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;

namespace Ssp.Hosting.Queues;

/// <summary>Keeps a message hidden from others, and knows the receipt that lets go of it.</summary>
internal sealed class MessageLease : IAsyncDisposable
{
    private readonly QueueClient _queue;
    private readonly QueueMessage _message;
    private readonly TimeSpan _length;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _renewal;
    private string _receipt;

    public MessageLease(QueueClient queue, QueueMessage message, TimeSpan length, ILogger logger)
    {
        (_queue, _message, _length, _logger, _receipt) = (queue, message, length, logger, message.PopReceipt);
        _renewal = Renew();
    }

    public async Task Delete()
    {
        await DisposeAsync();
        await _queue.DeleteMessageAsync(_message.MessageId, _receipt, CancellationToken.None);
    }

    /// <summary>Lets the message come again after the delay.</summary>
    public async Task Release(TimeSpan delay)
    {
        await DisposeAsync();
        await _queue.UpdateMessageAsync(_message.MessageId, _receipt, visibilityTimeout: delay, cancellationToken: CancellationToken.None);
    }

    /// <summary>Ends the renewal: a message neither deleted nor released comes again when the lease has run out.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_renewal.IsCompleted)
        {
            await _end.CancelAsync();
            await _renewal;
        }

        _end.Dispose();
    }

    private async Task Renew()
    {
        var wait = _length / 2;
        while (true)
        {
            await Task.Delay(wait, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_end.IsCancellationRequested)
            {
                return;
            }

            try
            {
                // Not cancelled midway: the new receipt in the answer is needed to let go.
                UpdateReceipt renewed = await _queue.UpdateMessageAsync(
                    _message.MessageId, _receipt, visibilityTimeout: _length, cancellationToken: CancellationToken.None);
                _receipt = renewed.PopReceipt;
                wait = _length / 2;
            }
            catch (RequestFailedException error) when (error.Status is 400 or 404)
            {
                _logger.LogWarning("The lease of the message {Message} of {Queue} is lost; it may run twice", _message.MessageId, _queue.Name);
                return;
            }
            catch (Exception error)
            {
                _logger.LogWarning("The lease of the message {Message} of {Queue} was not renewed: {Error}", _message.MessageId, _queue.Name, error.Message);
                wait = _length / 10;
            }
        }
    }
}
