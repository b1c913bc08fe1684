using System.Net;
using System.Net.Sockets;
using Ssp.Tests.Certificates;
using Ssp.Tests.Hosting;
using Ssp.Tests.Support;

namespace Ssp.Tests.Http;

public sealed class FewHandlesTests(Stack stack)
{
    // .NET itself aborts where it cannot open a file, so callers must never take the last handle.
    [Fact]
    public async Task More_callers_than_the_portal_has_handles_for_do_not_end_it()
    {
        await using var beside = await PortalProcess.BesideAsync(stack);
        var (organization, known) = await beside.HospitalAsync();
        await using var portal = await PortalProcess.StartAsync(stack, beside, wrapper: ["sh", "-c", "ulimit -n 500; exec \"$@\"", "sh"]);
        var cato = await portal.SignInAsync(known);
        async Task<HttpStatusCode?> AnswerAsync()
        {
            try
            {
                return (await cato.GetAsync($"organizations/{organization.Id}/certificates")).Status;
            }
            catch (HttpRequestException)
            {
                return null;
            }
        }

        async Task<bool> TakesCallersAsync()
        {
            try
            {
                await portal.SignInAsync(known);
                return true;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }

        async Task ConnectAsync(TcpClient caller)
        {
            try
            {
                await caller.ConnectAsync("localhost", portal.Port);
            }
            catch (SocketException)
            {
                // Turned away already.
            }
        }

        var callers = new List<TcpClient>();
        try
        {
            // All at once: those who are turned away must not hold handles meanwhile.
            callers.AddRange(Enumerable.Range(0, 600).Select(_ => new TcpClient()));
            await Task.WhenAll(callers.Select(ConnectAsync));

            // Whoever is connected already is served on.
            Assert.Equal(HttpStatusCode.OK, await AnswerAsync());
        }
        finally
        {
            callers.ForEach(caller => caller.Dispose());
        }

        await Eventually.Is(TakesCallersAsync, "it takes callers again");
    }
}
