using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Ssp.Hosting.Http;

/// <summary>
/// Turns away callers beyond a limit where they are accepted, before the next one is. Kestrel's own limit does it later, on another
/// thread: when many call at once on a busy machine, hundreds hold a file handle before the first is turned away.
/// </summary>
/// <param name="max">At all addresses together.</param>
internal sealed class CallerLimit(IConnectionListenerFactory transport, long max) : IConnectionListenerFactory
{
    private long _callers;

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new Listener(this, await transport.BindAsync(endpoint, cancellationToken));

    private async ValueTask<ConnectionContext?> AcceptAsync(IConnectionListener listener, CancellationToken cancel)
    {
        while (await listener.AcceptAsync(cancel) is { } connection)
        {
            if (Interlocked.Increment(ref _callers) <= max)
            {
                return new Caller(connection, this);
            }

            // Closes the handle at once.
            connection.Abort(new ConnectionAbortedException("There are too many callers."));
            Interlocked.Decrement(ref _callers);
            await connection.DisposeAsync();
        }

        return null;
    }

    private sealed class Listener(CallerLimit limit, IConnectionListener inner) : IConnectionListener
    {
        public EndPoint EndPoint => inner.EndPoint;

        public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) => limit.AcceptAsync(inner, cancellationToken);

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => inner.UnbindAsync(cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }

    /// <summary>A connection that counts until its handle is closed.</summary>
    private sealed class Caller(ConnectionContext inner, CallerLimit limit) : ConnectionContext
    {
        private int _gone;

        public override string ConnectionId
        {
            get => inner.ConnectionId;
            set => inner.ConnectionId = value;
        }

        public override IFeatureCollection Features => inner.Features;

        public override IDictionary<object, object?> Items
        {
            get => inner.Items;
            set => inner.Items = value;
        }

        public override IDuplexPipe Transport
        {
            get => inner.Transport;
            set => inner.Transport = value;
        }

        public override CancellationToken ConnectionClosed
        {
            get => inner.ConnectionClosed;
            set => inner.ConnectionClosed = value;
        }

        public override EndPoint? LocalEndPoint
        {
            get => inner.LocalEndPoint;
            set => inner.LocalEndPoint = value;
        }

        public override EndPoint? RemoteEndPoint
        {
            get => inner.RemoteEndPoint;
            set => inner.RemoteEndPoint = value;
        }

        public override void Abort(ConnectionAbortedException abortReason) => inner.Abort(abortReason);

        public override async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync();
            await base.DisposeAsync();
            if (Interlocked.Exchange(ref _gone, 1) == 0)
            {
                Interlocked.Decrement(ref limit._callers);
            }
        }
    }
}
