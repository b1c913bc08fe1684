using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Audit;
using Ssp.Dev;
using Ssp.Identity;
using Ssp.Settings;
using Ssp.Tests.Hosting;
using Ssp.Tests.Support;

namespace Ssp.Tests.Audit.Forwarding;

/// <summary>Forwarding in a whole portal, and the settings it needs.</summary>
public sealed class ForwardTrailsTests(Stack stack)
{
    [Fact]
    public async Task A_portal_forwards_by_itself_what_people_do_and_goes_on_when_its_collector_is_away()
    {
        var port = Ports.Free(1)[0];
        await using var portal = await TestPortal.StartAsync(stack, new() { ["AuditForward"] = $"syslog+tcp://127.0.0.1:{port}" });
        var organization = await portal.NewOrganizationAsync();
        var manager = await portal.SignInAsync(organization, Role.DpManager);

        var added = await manager.PostAsync(
            $"organizations/{organization.Id}/members", new { email = "new@hospital.example", roles = new[] { "csv_upload_manager" } });
        Assert.True(added.Status == HttpStatusCode.Created, added.Text);
        await Eventually.Is(async () => await CheckAsync(portal) == "unavailable", "the portal says that the collector is away");
        await using var collector = SyslogCollector.Start(port);
        await Eventually.Is(async () => await CheckAsync(portal) == "ok", "the portal says that the collector is back");

        var store = portal.Services.GetRequiredService<AuditStore>();
        var head = await store.FindHeadAsync(organization.Id.ToString(), CancellationToken.None);
        var stored = await store.ReadAsync(organization.Id.ToString(), 1, head!.Count, CancellationToken.None);
        await Eventually.Is(
            () => OwnForwarder.PlacesOf(organization.Id.ToString(), stored).All(place => collector.Messages.Select(OwnForwarder.PlaceOf).Contains(place)),
            "every event came");
        Assert.Single(portal.Log, line => line.Contains("The audit trail cannot be forwarded", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("localhost:514")]
    [InlineData("syslog://localhost:514")]
    [InlineData("syslog+tls://localhost")]
    [InlineData("syslog+tcp://ann:the-word@localhost:514")]
    [InlineData("syslog+tcp://localhost:514/path?the-word")]
    [InlineData("file://server/var/log/the-word")]
    [InlineData("file:///var/log/")]
    [InlineData("var/log/audit.jsonl")]
    public void A_receiver_that_is_none_stops_the_start_and_is_not_repeated(string receiver)
    {
        var refused = Assert.Throws<SettingsException>(() => TestSettings.Of(("AuditForward", receiver)));

        Assert.Contains("The setting AuditForward is not understood", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("the-word", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_authority_without_TLS_or_that_cannot_be_read_stops_the_start()
    {
        var file = Path.Combine(stack.NewFolder("authority"), "ca.pem");
        File.WriteAllText(file, "none");

        Assert.Contains(
            "AuditForwardCaFile",
            Assert.Throws<SettingsException>(() => TestSettings.Of(("AuditForward", "syslog+tls://localhost:6514"), ("AuditForwardCaFile", file))).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("syslog+tls://collector.hospital.example:6514")]
    [InlineData("syslog+tcp://[::1]:514")]
    [InlineData("file:///var/log/ssp/audit.jsonl")]
    public void A_receiver_is_one_of_three_kinds_or_none(string? receiver) =>
        Assert.Equal(receiver, TestSettings.Of(("AuditForward", receiver)).Forwarding.Receiver?.OriginalString);

    private static async Task<string?> CheckAsync(TestPortal portal) =>
        (await portal.Guest().GetAsync("health/ready")).Json.GetProperty("checks").TryGetProperty("auditForward", out var check) ? check.GetString() : null;
}
