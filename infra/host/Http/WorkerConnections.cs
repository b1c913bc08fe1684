using System.Net.Sockets;
using System.Text;
using Ssp.Hosting.Worker;

namespace Ssp.Hosting.Http;

/// <summary>Connections to the worker's sockets, which change nothing of what passes through.</summary>
internal sealed class WorkerConnections : IDisposable
{
    /// <summary>For requests without a body, the quicker way.</summary>
    public const string Plain = "http://worker";

    /// <summary>For requests with a body: whose answer may come before they were sent to their end.</summary>
    public const string ForBodies = "http://worker-for-bodies";

    private static readonly string BodiesHost = new Uri(ForBodies).Host;

    public WorkerConnections(AppWorker worker) => Client = new HttpMessageInvoker(new SocketsHttpHandler
    {
        EnableMultipleHttp2Connections = true,
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        // Byte for byte as they came: cookies of other applications on the same host hold whatever they like.
        RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        ResponseHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
        ConnectCallback = async (context, cancellation) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                var path = context.DnsEndPoint.Host == BodiesHost ? worker.SocketForBodies : worker.Socket;
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    });

    public HttpMessageInvoker Client { get; }

    public void Dispose() => Client.Dispose();
}
