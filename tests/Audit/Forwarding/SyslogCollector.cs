using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Ssp.Tests.Audit.Forwarding;

/// <summary>A syslog collector that reads RFC 5424 messages in octet counting, over TCP or, with a certificate, over TLS.</summary>
internal sealed class SyslogCollector : IAsyncDisposable
{
    private readonly TcpListener listener;
    private readonly X509Certificate2? certificate;
    private readonly CancellationTokenSource stop = new();
    private readonly Task listening;

    private SyslogCollector(int port, X509Certificate2? certificate)
    {
        this.certificate = certificate;
        listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        listening = ListenAsync();
    }

    /// <summary>What was read to its end, in order.</summary>
    public ConcurrentQueue<string> Messages { get; } = new();

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public int Connections { get; private set; }

    /// <summary>Ends after so many messages of the next connection, with the rest unread.</summary>
    public int? EndsAfter { get; set; }

    /// <summary>Whether it then ends as a process that is killed, or as one that is stopped and says goodbye.</summary>
    public bool IsKilled { get; set; }

    /// <summary>Ends connections, in order, without reading anything.</summary>
    public bool IsDeaf { get; set; }

    /// <param name="port">0: one that is free.</param>
    public static SyslogCollector Start(int port = 0, X509Certificate2? certificate = null) => new(port, certificate);

    public string AddressOver(string scheme, string host = "localhost") => $"syslog+{scheme}://{host}:{Port}";

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await listening;
        stop.Dispose();
    }

    private async Task ListenAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var client = await listener.AcceptTcpClientAsync(stop.Token);
                Connections++;
                if (!IsDeaf)
                {
                    await TakeAsync(client);
                }
            }
            catch (Exception error) when (error is IOException or AuthenticationException or SocketException or OperationCanceledException)
            {
                // The other side hung up, or the test is over.
            }
        }
    }

    private async Task TakeAsync(TcpClient client)
    {
        await using var stream = certificate is null ? (Stream)client.GetStream() : new SslStream(client.GetStream());
        if (stream is SslStream secure)
        {
            await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, stop.Token);
        }

        for (var count = 1; await ReadLengthAsync(stream) is { } length; count++)
        {
            var message = new byte[length];
            await stream.ReadExactlyAsync(message, stop.Token);
            Messages.Enqueue(Encoding.UTF8.GetString(message));
            if (EndsAfter == count)
            {
                EndsAfter = null;
                if (IsKilled)
                {
                    // Of a killed process the system closes the sockets; the streams here would say goodbye first.
                    client.Client.Close(0);
                }

                return;
            }
        }
    }

    private async Task<int?> ReadLengthAsync(Stream stream)
    {
        var digits = "";
        var one = new byte[1];
        while (await stream.ReadAsync(one, stop.Token) == 1)
        {
            if (one[0] == ' ')
            {
                return int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
            }

            digits += (char)one[0];
        }

        Assert.Equal("", digits);
        return null;
    }
}
