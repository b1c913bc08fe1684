using System.Collections.Concurrent;
using System.Diagnostics;
using Azure.Core;

namespace Ssp.EmbeddedHost.Queues;

/// <summary>
/// Wakes the listener of a queue as soon as this process has put a message there, with whatever client it did so:
/// the Azure clients report every answered request to the diagnostic listener "Azure.Core".
/// </summary>
internal sealed class OwnMessages : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private const string Request = "Azure.Core.Http.Request";
    private readonly ConcurrentDictionary<Uri, WakeUp> _queues = new();
    private readonly ConcurrentQueue<IDisposable> _subscriptions = [];

    public OwnMessages() => _subscriptions.Enqueue(DiagnosticListener.AllListeners.Subscribe(this));

    public void Wake(Uri queue, WakeUp listener) => _queues[Messages(queue)] = listener;

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == "Azure.Core")
        {
            _subscriptions.Enqueue(value.Subscribe(this, (name, _, _) => name.StartsWith(Request, StringComparison.Ordinal)));
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value is { Key: Request + ".Stop", Value: HttpMessage { HasResponse: true, Response.Status: 201 } message }
            && message.Request.Method == RequestMethod.Post
            && _queues.TryGetValue(new UriBuilder(message.Request.Uri.ToUri()) { Query = "" }.Uri, out var listener))
        {
            listener.Signal();
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Dispose()
    {
        foreach (var subscription in _subscriptions)
        {
            subscription.Dispose();
        }
    }

    private static Uri Messages(Uri queue) => new($"{queue.GetLeftPart(UriPartial.Path)}/messages");
}
