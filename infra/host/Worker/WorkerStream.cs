using System.Collections.Concurrent;
using System.Threading.Channels;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Ssp.Hosting.Worker.Messages;

namespace Ssp.Hosting.Worker;

/// <summary>The conversation with the worker: requests and their answers, invocations and their ends, and the worker's log lines.</summary>
internal sealed class WorkerStream(ILoggerFactory loggers)
{
    // Writing to the stream from two threads at once is an error, so one writer takes everything from here.
    private readonly Channel<StreamingMessage> _outgoing = Channel.CreateUnbounded<StreamingMessage>(
        new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = true });
    private readonly ConcurrentDictionary<string, TaskCompletionSource<StreamingMessage>> _requests = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<StatusResult>> _invocations = new();
    private readonly CancellationTokenSource _end = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WorkerLog _log = new(loggers);
    private readonly ILogger _logger = loggers.CreateLogger<WorkerStream>();

    /// <summary>Done when nothing is said any more, whoever ended it.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Asks and waits for the answer.</summary>
    /// <exception cref="WorkerGoneException">The worker ended before it answered.</exception>
    public Task<StreamingMessage> Ask(StreamingMessage request)
    {
        request.RequestId = Guid.NewGuid().ToString();
        return Await(_requests, request.RequestId, request);
    }

    /// <summary>Has a function run, and returns what became of it.</summary>
    /// <exception cref="WorkerGoneException">The worker ended while it ran.</exception>
    public Task<StatusResult> Invoke(InvocationRequest invocation) =>
        Await(_invocations, invocation.InvocationId, new StreamingMessage { InvocationRequest = invocation });

    /// <summary>Cancels the function's token. An id that is not running is ignored.</summary>
    public void Cancel(string invocation) =>
        _outgoing.Writer.TryWrite(new StreamingMessage { InvocationCancel = new InvocationCancel { InvocationId = invocation } });

    public void End() => _end.Cancel();

    public async Task Run(IAsyncStreamReader<StreamingMessage> incoming, IServerStreamWriter<StreamingMessage> outgoing, CancellationToken gone)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_end.Token, gone);
        await Task.WhenAll(EndWith(Read(incoming, end.Token), end), EndWith(Write(outgoing, end.Token), end));
        // Whatever ended it: who waits for the worker must not wait for ever.
        _outgoing.Writer.Complete();
        _ended.SetResult();
        foreach (var id in _requests.Keys)
        {
            Forget(_requests, id);
        }

        foreach (var id in _invocations.Keys)
        {
            Forget(_invocations, id);
        }
    }

    private static void Forget<T>(ConcurrentDictionary<string, TaskCompletionSource<T>> waiting, string id)
    {
        if (waiting.TryRemove(id, out var answer))
        {
            answer.SetException(new WorkerGoneException());
        }
    }

    private Task<T> Await<T>(ConcurrentDictionary<string, TaskCompletionSource<T>> waiting, string id, StreamingMessage message)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting[id] = answer;
        // After the end nobody looks through those that wait any more.
        if (!_outgoing.Writer.TryWrite(message) || Ended.IsCompleted)
        {
            Forget(waiting, id);
        }

        return answer.Task;
    }

    private async Task Read(IAsyncStreamReader<StreamingMessage> incoming, CancellationToken end)
    {
        while (await incoming.MoveNext(end))
        {
            Take(incoming.Current);
        }
    }

    private async Task Write(IServerStreamWriter<StreamingMessage> outgoing, CancellationToken end)
    {
        await foreach (var message in _outgoing.Reader.ReadAllAsync(end))
        {
            await outgoing.WriteAsync(message, end);
        }
    }

    /// <summary>The half of the conversation that ends first ends the other.</summary>
    private async Task EndWith(Task half, CancellationTokenSource end)
    {
        try
        {
            await half;
        }
        catch (Exception error) when (error is OperationCanceledException or IOException || end.IsCancellationRequested)
        {
            // Ended from here, or the worker is gone.
        }
        catch (Exception error)
        {
            _logger.LogCritical(error, "The conversation with the worker is broken");
        }

        await end.CancelAsync();
    }

    private void Take(StreamingMessage message)
    {
        switch (message.ContentCase)
        {
            case StreamingMessage.ContentOneofCase.RpcLog:
                _log.Write(message.RpcLog);
                break;
            case StreamingMessage.ContentOneofCase.InvocationResponse:
                if (_invocations.TryRemove(message.InvocationResponse.InvocationId, out var invocation))
                {
                    invocation.SetResult(message.InvocationResponse.Result);
                }

                break;
            case StreamingMessage.ContentOneofCase.None:
                // What the worker says to a cancellation.
                break;
            default:
                if (_requests.TryRemove(message.RequestId, out var request))
                {
                    request.SetResult(message);
                }

                break;
        }
    }
}
