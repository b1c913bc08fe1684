using System.Net;
using Ssp.Dev;
using Ssp.Identity;
using Ssp.Tests.Support;

namespace Ssp.Tests.Storage;

/// <summary>Storage that takes calls and does not answer: worse than one that is away, for every call waits.</summary>
[Trait("Run", "full")]
public sealed class SilenceTests(Stack stack)
{
    [Fact]
    public async Task Once_storage_was_found_silent_nobody_waits_for_it_and_everything_goes_on_when_it_answers()
    {
        await using var azurite = await Azurite.StartAsync(stack.Repository, stack.NewFolder("silent"), Ports.Free(3));
        await using var own = await TestPortal.StartAsync(stack, new() { ["AzureWebJobsStorage"] = azurite.ConnectionString });
        var organization = await own.NewOrganizationAsync();
        var person = await own.SignInAsync(organization, Role.CertificateEditor);

        azurite.Signal("STOP");
        var first = await person.GetAsync($"organizations/{organization.Id}");
        // Each by itself would wait three times ten seconds: not even the shortest patience of a test would see their end.
        var further = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => person.GetAsync($"organizations/{organization.Id}")));
        var live = await own.Guest().GetAsync("health/live");
        azurite.Signal("CONT");
        var last = await person.GetAsync($"organizations/{organization.Id}");
        for (var attempt = 0; last.Status != HttpStatusCode.OK && attempt < 100; attempt++)
        {
            await Task.Delay(100);
            last = await person.GetAsync($"organizations/{organization.Id}");
        }

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "storage_unavailable"), (first.Status, first.Code));
        Assert.All(further, answer => Assert.Equal((HttpStatusCode.ServiceUnavailable, "storage_unavailable"), (answer.Status, answer.Code)));
        Assert.Equal(HttpStatusCode.OK, live.Status);
        Assert.Equal(HttpStatusCode.OK, last.Status);
    }
}
