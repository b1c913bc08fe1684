using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Ssp.Audit.Forwarding;

/// <summary>
/// A syslog collector over TCP or TLS. Syslog has no answers, and what a socket accepted may lie unread in a buffer when the other side dies. So each page has
/// a connection of its own, which the portal ends first: a collector that ends it too, and only then, has read to its end. One that is killed with something
/// unread resets the connection.
/// </summary>
/// <param name="host">Whose events these are.</param>
internal sealed class SyslogReceiver(ForwardSettings settings, string host) : IReceiver
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    // In this time a collector that is stopped ends the connection by itself, before the portal does.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public async Task TakeAsync(IReadOnlyList<ForwardedEvent> events, CancellationToken cancel)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(Patience);
        var isSent = false;
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(settings.Receiver!.IdnHost, settings.Receiver.Port, deadline.Token);
            await using var stream = await OpenAsync(socket, deadline.Token);
            await stream.WriteAsync(events.SelectMany(one => SyslogMessage.Of(one, host)).ToArray(), deadline.Token);
            isSent = true;
            await EndAsync(socket, stream, deadline.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new IOException(isSent ? "it did not read to the end and close the connection in time" : "it did not answer in time");
        }
        catch (Exception error) when (error is SocketException or AuthenticationException)
        {
            throw new IOException(error.Message, error);
        }
    }

    private async Task<Stream> OpenAsync(Socket socket, CancellationToken cancel)
    {
        var plain = new NetworkStream(socket);
        if (settings.Receiver!.Scheme != ForwardSettings.SyslogOverTls)
        {
            return plain;
        }

        var secure = new SslStream(plain);
        var options = new SslClientAuthenticationOptions { TargetHost = settings.Receiver.IdnHost };
        if (settings.Authorities.Count > 0)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(settings.Authorities.ToArray());
            options.CertificateChainPolicy = policy;
        }

        await secure.AuthenticateAsClientAsync(options, cancel);
        return secure;
    }

    private static async Task EndAsync(Socket socket, Stream stream, CancellationToken cancel)
    {
        var ended = ReadToEndAsync(stream, cancel);
        if (await Task.WhenAny(ended, Task.Delay(Pause, cancel)) == ended)
        {
            await ended;
            throw new IOException("it ended the connection by itself");
        }

        if (stream is SslStream secure)
        {
            await secure.ShutdownAsync();
        }

        socket.Shutdown(SocketShutdown.Send);
        await ended;
    }

    private static async Task ReadToEndAsync(Stream stream, CancellationToken cancel)
    {
        var nothing = new byte[256];
        while (await stream.ReadAsync(nothing, cancel) > 0)
        {
        }
    }
}
