using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Ssp.Dev;
using Yarp.ReverseProxy.Forwarder;

namespace Ssp.Tests.Support;

/// <summary>
/// A door before Azurite. It holds back the requests that a test names until the test opens it, so that what others do in between can be seen: of two
/// writes that belong together one is done and the other is not.
/// </summary>
public sealed partial class StorageDoor : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Held, byte> meant = [];
    private readonly HttpMessageInvoker client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false });
    private readonly WebApplication app;

    private StorageDoor(string connection)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddHttpForwarder();
        // Blobs, queues and tables each have a port.
        var inner = Endpoint().Matches(connection).Select(found => found.Groups[1].Value).Distinct().ToArray();
        var outer = Ports.Free(inner.Length);
        var behind = outer.Zip(inner).ToDictionary(pair => pair.First, pair => $"http://127.0.0.1:{pair.Second}");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            Array.ForEach(outer, port => kestrel.Listen(IPAddress.Loopback, port));
        });
        app = builder.Build();
        var forwarder = app.Services.GetRequiredService<IHttpForwarder>();
        app.Run(async http =>
        {
            if (meant.Keys.FirstOrDefault(one => one.Takes(http.Request)) is { } held)
            {
                meant.TryRemove(held, out _);
                await held.WaitAsync();
            }

            await forwarder.SendAsync(http, behind[http.Connection.LocalPort], client);
        });
        Connection = Endpoint().Replace(
            connection, found => $"http://127.0.0.1:{behind.Single(pair => pair.Value.EndsWith($":{found.Groups[1].Value}", StringComparison.Ordinal)).Key}");
    }

    /// <summary>The connection string of a portal whose storage stands behind the door.</summary>
    public string Connection { get; }

    public static async Task<StorageDoor> StartAsync(string connection)
    {
        var door = new StorageDoor(connection);
        await door.app.StartAsync();
        return door;
    }

    /// <summary>Holds back the next request that is meant.</summary>
    public Held Hold(Func<HttpRequest, bool> isMeant)
    {
        var held = new Held(isMeant);
        meant[held] = 0;
        return held;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        client.Dispose();
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:(\d+)")]
    private static partial Regex Endpoint();

    public sealed class Held(Func<HttpRequest, bool> isMeant)
    {
        private readonly TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int taken;

        /// <summary>Ends when the request stands at the door.</summary>
        public Task Arrived => arrived.Task;

        public void Open() => opened.TrySetResult();

        internal bool Takes(HttpRequest request) => isMeant(request) && Interlocked.Exchange(ref taken, 1) == 0;

        internal Task WaitAsync()
        {
            arrived.TrySetResult();
            return opened.Task;
        }
    }
}
