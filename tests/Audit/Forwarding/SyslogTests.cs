using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Ssp.Audit;
using Ssp.Dev;
using Ssp.Tests.Support;

namespace Ssp.Tests.Audit.Forwarding;

/// <summary>The trail on its way to a syslog collector.</summary>
public sealed class SyslogTests(Stack stack)
{
    [Fact]
    public async Task A_collector_gets_every_event_of_every_chain_in_order_and_once()
    {
        var trail = await OwnTrail.CreateAsync(stack);
        await using var collector = SyslogCollector.Start();
        var forwarder = new OwnForwarder(trail, collector.AddressOver("tcp"));
        await trail.AddAsync(3);
        await trail.Store.AppendAsync(AuditActor.Portal(), new AuditAction("portal_started", "portal"), AuditResult.Done);

        await forwarder.RunAsync();
        await trail.AddAsync(2);
        await forwarder.RunAsync();
        await forwarder.RunAsync();

        var places = collector.Messages.Select(OwnForwarder.PlaceOf).ToList();
        Assert.Equal(
            OwnForwarder.PlacesOf(trail.Organization, await trail.AllAsync()), places.Where(place => place.Chain == trail.Organization));
        Assert.Equal(OwnForwarder.PlacesOf("installation", await trail.AllAsync("installation")), places.Where(place => place.Chain == "installation"));
        Assert.Equal(2, collector.Connections);
        Assert.True(forwarder.Takes);
        Assert.Empty(forwarder.Told);
    }

    [Fact]
    public async Task A_trail_that_is_longer_than_a_page_comes_whole()
    {
        var trail = await OwnTrail.CreateAsync(stack);
        await using var collector = SyslogCollector.Start();
        await Task.WhenAll(Enumerable.Range(0, 1_203).Select(
            i => trail.Store.AppendAsync(OwnTrail.Somebody, new AuditAction("member_added", $"{i}", trail.Organization), AuditResult.Done)));

        await new OwnForwarder(trail, collector.AddressOver("tcp")).RunAsync();

        Assert.Equal(Enumerable.Range(1, 1_203).Select(number => (long)number), collector.Messages.Select(one => OwnForwarder.PlaceOf(one).Number));
        Assert.Equal(3, collector.Connections);
    }

    [Fact]
    public async Task A_message_is_of_RFC_5424()
    {
        var trail = await OwnTrail.CreateAsync(stack);
        await using var collector = SyslogCollector.Start();
        await trail.AddAsync(1);
        await trail.Store.AppendAsync(OwnTrail.Somebody, new AuditAction("access_refused", "zoë\r\n<13>1 - forged", trail.Organization), AuditResult.Refused);

        await new OwnForwarder(trail, collector.AddressOver("tcp")).RunAsync();

        var (done, refused) = (collector.Messages.First(), collector.Messages.Last());
        Assert.Matches(new Regex(@"\A<110>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z hd4dp\.hospital\.example hd4dp-ssp - member_added - \{.*\}\z"), done);
        Assert.StartsWith("<108>1 ", refused, StringComparison.Ordinal);
        Assert.Contains("zoë", refused, StringComparison.Ordinal);
        Assert.DoesNotContain(refused, char.IsControl);
    }

    [Fact]
    public async Task Over_TLS_it_comes_to_a_collector_whose_certificate_the_authority_issued_for_that_name()
    {
        var trail = await OwnTrail.CreateAsync(stack);
        using var authority = NewAuthority();
        using var certificate = NewCertificate(authority, "localhost");
        await using var collector = SyslogCollector.Start(certificate: certificate);
        var added = await trail.AddAsync(2);
        var forwarder = new OwnForwarder(trail, collector.AddressOver("tls"), PemOf(authority));

        await forwarder.RunAsync();

        Assert.Empty(forwarder.Told);
        Assert.Equal(added.Select(one => one.Number), collector.Messages.Select(one => OwnForwarder.PlaceOf(one).Number));
    }

    [Theory]
    [InlineData("another-name.example", true)]
    [InlineData("localhost", false)]
    public async Task A_collector_over_TLS_that_is_another_gets_nothing(string name, bool isOfTheAuthority)
    {
        var trail = await OwnTrail.CreateAsync(stack);
        using var authority = NewAuthority();
        using var stranger = NewAuthority();
        using var certificate = NewCertificate(isOfTheAuthority ? authority : stranger, name);
        await using var collector = SyslogCollector.Start(certificate: certificate);
        await trail.AddAsync(2);
        var forwarder = new OwnForwarder(trail, collector.AddressOver("tls"), PemOf(authority));

        await forwarder.RunAsync();

        Assert.Empty(collector.Messages);
        Assert.False(forwarder.Takes);
        Assert.Contains("certificate", Assert.Single(forwarder.Told), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collector_that_is_away_loses_nothing_and_the_log_says_once_that_it_went_and_that_it_is_back()
    {
        var trail = await OwnTrail.CreateAsync(stack);
        var port = Ports.Free(1)[0];
        var forwarder = new OwnForwarder(trail, $"syslog+tcp://127.0.0.1:{port}");
        await trail.AddAsync(3);

        await forwarder.RunAsync();
        await forwarder.RunAsync();
        await trail.AddAsync(2);
        await forwarder.RunAsync();

        var gone = Assert.Single(forwarder.Told);
        Assert.Contains($"syslog+tcp://127.0.0.1:{port}", gone, StringComparison.Ordinal);
        Assert.Contains("3 events wait, the oldest of 20", gone, StringComparison.Ordinal);
        Assert.False(forwarder.Takes);

        await using var collector = SyslogCollector.Start(port);
        await forwarder.RunAsync();

        Assert.Equal(OwnForwarder.PlacesOf(trail.Organization, await trail.AllAsync()), collector.Messages.Select(OwnForwarder.PlaceOf));
        Assert.Equal(2, forwarder.Told.Count);
        Assert.Contains("again", forwarder.Told[1], StringComparison.Ordinal);
        Assert.True(forwarder.Takes);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_collector_that_ends_in_the_middle_gets_the_events_again(bool overTls, bool isKilled)
    {
        var trail = await OwnTrail.CreateAsync(stack);
        using var authority = NewAuthority();
        using var certificate = NewCertificate(authority, "localhost");
        await using var collector = SyslogCollector.Start(certificate: overTls ? certificate : null);
        var forwarder = overTls
            ? new OwnForwarder(trail, collector.AddressOver("tls"), PemOf(authority))
            : new OwnForwarder(trail, collector.AddressOver("tcp"));
        await trail.AddAsync(20);

        (collector.EndsAfter, collector.IsKilled) = (7, isKilled);
        await forwarder.RunAsync();
        Assert.Equal(7, collector.Messages.Count);
        await forwarder.RunAsync();

        var places = collector.Messages.Select(OwnForwarder.PlaceOf).ToList();
        Assert.Equal(27, places.Count);
        Assert.Equal(OwnForwarder.PlacesOf(trail.Organization, await trail.AllAsync()), places.Skip(7));
        Assert.Equal(2, forwarder.Told.Count);
    }

    [Fact]
    public async Task A_collector_that_ends_connections_without_reading_has_taken_nothing()
    {
        var trail = await OwnTrail.CreateAsync(stack);
        await using var collector = SyslogCollector.Start();
        var forwarder = new OwnForwarder(trail, collector.AddressOver("tcp"));
        await trail.AddAsync(3);

        collector.IsDeaf = true;
        for (var round = 0; round < 20; round++)
        {
            await forwarder.RunAsync();
            Assert.False(forwarder.Takes);
        }

        collector.IsDeaf = false;
        await forwarder.RunAsync();

        Assert.Equal(OwnForwarder.PlacesOf(trail.Organization, await trail.AllAsync()), collector.Messages.Select(OwnForwarder.PlaceOf));
        Assert.Equal(2, forwarder.Told.Count);
    }

    [Fact]
    public async Task Two_portals_that_forward_at_once_lose_nothing_between_them_and_come_to_an_end()
    {
        var trail = await OwnTrail.CreateAsync(stack);
        await using var collector = SyslogCollector.Start();
        OwnForwarder[] portals = [new(trail, collector.AddressOver("tcp")), new(trail, collector.AddressOver("tcp"))];
        var isWritten = false;

        var forwarding = portals.Select(async portal =>
        {
            while (!Volatile.Read(ref isWritten))
            {
                await portal.RunAsync();
            }
        }).ToList();
        await trail.AddAsync(60);
        Volatile.Write(ref isWritten, true);
        await Task.WhenAll(forwarding);
        await portals[0].RunAsync();
        var sent = collector.Messages.Count;
        await portals[1].RunAsync();

        Assert.Equal(sent, collector.Messages.Count);
        var stored = OwnForwarder.PlacesOf(trail.Organization, await trail.AllAsync()).ToList();
        Assert.Equal(stored, collector.Messages.Select(OwnForwarder.PlaceOf).Distinct().OrderBy(place => place.Number));
        Assert.All(portals, portal => Assert.Empty(portal.Told));
    }

    [Fact]
    public async Task After_a_restart_it_goes_on_where_it_was_and_another_collector_gets_all_of_it()
    {
        var trail = await OwnTrail.CreateAsync(stack);
        await using var collector = SyslogCollector.Start();
        await using var another = SyslogCollector.Start();
        await trail.AddAsync(2);
        await new OwnForwarder(trail, collector.AddressOver("tcp")).RunAsync();

        await trail.AddAsync(1);
        await new OwnForwarder(trail, collector.AddressOver("tcp")).RunAsync();
        await new OwnForwarder(trail, another.AddressOver("tcp")).RunAsync();

        Assert.Equal([1, 2, 3], collector.Messages.Select(one => OwnForwarder.PlaceOf(one).Number));
        Assert.Equal([1, 2, 3], another.Messages.Select(one => OwnForwarder.PlaceOf(one).Number));
    }

    private static X509Certificate2 NewAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Authority of the test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
    }

    private static X509Certificate2 NewCertificate(X509Certificate2 authority, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var made = request.Create(authority, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1), RandomNumberGenerator.GetBytes(8));
        return made.CopyWithPrivateKey(key);
    }

    private string PemOf(X509Certificate2 authority)
    {
        var path = Path.Combine(stack.NewFolder("authority"), "ca.pem");
        File.WriteAllText(path, authority.ExportCertificatePem());
        return path;
    }
}
