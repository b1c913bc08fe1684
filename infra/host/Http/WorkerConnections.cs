using System.Net.Sockets;
using Ssp.Hosting.Worker;

namespace Ssp.Hosting.Http;

/// <summary>Connections to the worker's socket, which changes nothing of what passes through.</summary>
internal sealed class WorkerConnections : IDisposable
{
    public WorkerConnections(AppWorker worker) => Client = new HttpMessageInvoker(new SocketsHttpHandler
    {
        EnableMultipleHttp2Connections = true,
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        ConnectCallback = async (_, cancellation) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(worker.Socket), cancellation);
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
