using System.Net;
using System.Net.Sockets;

namespace Ssp.Dev;

/// <summary>Which TCP ports on this machine are free.</summary>
public static class Ports
{
    /// <summary>Ports nobody listens on now, all different.</summary>
    public static int[] Free(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var listener in listeners)
        {
            listener.Start();
        }

        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        foreach (var listener in listeners)
        {
            listener.Stop();
        }

        return ports;
    }

    /// <exception cref="DevException">Another program listens on the port; the sentence says what to do.</exception>
    public static void Require(int port, string what, string option)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
        }
        catch (SocketException)
        {
            throw new DevException($"Port {port} for {what} is already in use: stop the program that uses it, or choose another port with {option}.");
        }
    }

    /// <summary>Waits until something accepts connections on the port.</summary>
    /// <exception cref="DevException">The child ended, or nothing answered within the time.</exception>
    public static async Task WaitUntilOpenAsync(int port, string what, ChildProcess child, CancellationToken cancel)
    {
        for (var attempt = 0; attempt < 600; attempt++)
        {
            if (child.HasExited)
            {
                throw new DevException($"{what} did not start:{Environment.NewLine}{child.LastOutput}");
            }

            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, cancel);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(100, cancel);
            }
        }

        throw new DevException($"{what} does not answer on port {port} after a minute:{Environment.NewLine}{child.LastOutput}");
    }
}

/// <summary>Something a developer can mend; the message is one plain sentence and is printed without a stack trace.</summary>
public sealed class DevException(string message) : Exception(message);
