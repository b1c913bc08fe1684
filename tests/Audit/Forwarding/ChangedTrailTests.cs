using Azure;
using Ssp.Audit;
using Ssp.Dev;
using Ssp.Tests.Support;

namespace Ssp.Tests.Audit.Forwarding;

/// <summary>What the forwarder makes of a trail that somebody changed behind the portal's back.</summary>
public sealed class ChangedTrailTests(Stack stack)
{
    [Fact]
    public async Task A_trail_that_was_cut_back_is_told_in_the_log_and_what_is_new_comes()
    {
        var trail = await OwnTrail.CreateAsync(stack);
        await using var collector = SyslogCollector.Start();
        var forwarder = new OwnForwarder(trail, collector.AddressOver("tcp"));
        await trail.AddAsync(5);
        await forwarder.RunAsync();

        await trail.RemoveAsync(4);
        await trail.RemoveAsync(5);
        await trail.SetHeadBackAsync(3);
        await SetWitnessAsync(trail, 3);
        await AppendAnewAsync(trail);
        await forwarder.RunAsync();
        await forwarder.RunAsync();

        Assert.Contains("no longer what was forwarded: event 5", Assert.Single(forwarder.Told), StringComparison.Ordinal);
        Assert.Equal(
            OwnForwarder.PlacesOf(trail.Organization, await trail.AllAsync()), collector.Messages.Skip(5).Select(OwnForwarder.PlaceOf));
    }

    [Fact]
    public async Task A_trail_that_was_removed_is_told_in_the_log_once_also_when_its_receiver_is_away()
    {
        var trail = await OwnTrail.CreateAsync(stack);
        var port = Ports.Free(1)[0];
        var forwarder = new OwnForwarder(trail, $"syslog+tcp://127.0.0.1:{port}");
        await using (SyslogCollector.Start(port))
        {
            await trail.AddAsync(2);
            await forwarder.RunAsync();
        }

        await trail.RemoveAsync(1);
        await trail.RemoveAsync(2);
        await trail.Table.DeleteEntityAsync(trail.Organization, "head", ETag.All);
        await trail.Storage.AuditChains.DeleteEntityAsync("chains", trail.Organization);
        await forwarder.RunAsync();
        await forwarder.RunAsync();

        Assert.Contains("the trail ends at 0", Assert.Single(forwarder.Told), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_that_are_missing_are_told_in_the_log_and_those_after_them_come()
    {
        var trail = await OwnTrail.CreateAsync(stack);
        await using var collector = SyslogCollector.Start();
        var forwarder = new OwnForwarder(trail, collector.AddressOver("tcp"));
        await trail.AddAsync(6);
        await trail.RemoveAsync(2);
        await trail.RemoveAsync(3);
        await trail.RemoveAsync(6);

        await forwarder.RunAsync();
        await forwarder.RunAsync();
        await trail.AddAsync(1);
        await forwarder.RunAsync();

        Assert.Equal([1, 4, 5, 7], collector.Messages.Select(one => OwnForwarder.PlaceOf(one).Number));
        Assert.Collection(
            forwarder.Told,
            line => Assert.Contains("lacks events 2 to 3,", line, StringComparison.Ordinal),
            line => Assert.Contains("lacks events 6 to 6,", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_end_that_was_forged_to_lie_far_away_hides_no_event_that_is_written_later()
    {
        var trail = await OwnTrail.CreateAsync(stack);
        await using var collector = SyslogCollector.Start();
        var forwarder = new OwnForwarder(trail, collector.AddressOver("tcp"));
        await trail.AddAsync(2);
        var witness = (await trail.Storage.AuditChains.GetEntityAsync<Azure.Data.Tables.TableEntity>("chains", trail.Organization)).Value;

        witness["Count"] = 1_000_000_000L;
        await trail.Storage.AuditChains.UpdateEntityAsync(witness, ETag.All);
        await forwarder.RunAsync();
        await SetWitnessAsync(trail, 2);
        await AppendAnewAsync(trail);
        await forwarder.RunAsync();

        Assert.Equal([1, 2, 3], collector.Messages.Select(one => OwnForwarder.PlaceOf(one).Number));
        Assert.Contains("lacks events 3 to 1000000000,", Assert.Single(forwarder.Told), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_whose_portal_died_before_it_wrote_the_witness_comes_after_the_next_start()
    {
        var trail = await OwnTrail.CreateAsync(stack);
        await using var collector = SyslogCollector.Start();
        await trail.AddAsync(3);
        await SetWitnessAsync(trail, 1);

        await new OwnForwarder(trail, collector.AddressOver("tcp")).RunAsync();

        Assert.Equal([1, 2, 3], collector.Messages.Select(one => OwnForwarder.PlaceOf(one).Number));
    }

    // The store of a portal that was started since: the first one still believes in the head it wrote.
    private static Task<AuditEvent> AppendAnewAsync(OwnTrail trail) =>
        trail.Reopen().AppendAsync(OwnTrail.Somebody, new AuditAction("member_added", "new", trail.Organization), AuditResult.Done);

    private static async Task SetWitnessAsync(OwnTrail trail, long count)
    {
        var witness = (await trail.Storage.AuditChains.GetEntityAsync<Azure.Data.Tables.TableEntity>("chains", trail.Organization)).Value;
        (witness["Count"], witness["Hash"]) = (count, (await trail.RowAsync(count))["Hash"]);
        await trail.Storage.AuditChains.UpdateEntityAsync(witness, ETag.All);
    }
}
