using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Ssp.Audit;
using Ssp.Http;
using Ssp.Storage;
using Ssp.Tests.Support;

namespace Ssp.Tests.Audit;

public sealed class AuditStoreTests(Stack stack)
{
    [Fact]
    public async Task Events_stand_in_their_chain_each_with_the_hash_of_the_one_before()
    {
        var trail = await OwnTrail.CreateAsync(stack);

        var added = await trail.AddAsync(3);
        var stored = await trail.AllAsync();
        var head = await trail.Store.FindHeadAsync(trail.Organization, CancellationToken.None);

        Assert.Equal([1, 2, 3], added.Select(one => one.Number));
        Assert.Equal(added, stored.Select(one => AuditHash.Parse(one.Text)));
        Assert.Equal([AuditHash.Beginning, stored[0].Hash, stored[1].Hash], stored.Select(one => one.Previous));
        Assert.All(stored, one => Assert.Equal(one.Hash, AuditHash.Of(one.Previous, one.Text)));
        Assert.Equal((3, stored[2].Hash), (head!.Count, head.Hash));
        Assert.Equal(head, await trail.Store.FindWitnessAsync(trail.Organization, CancellationToken.None));
    }

    [Fact]
    public async Task Every_organisation_has_a_chain_and_the_installation_one()
    {
        var trail = await OwnTrail.CreateAsync(stack);
        var other = Guid.NewGuid().ToString("N");

        await trail.AddAsync(2);
        var first = await trail.Store.AppendAsync(OwnTrail.Somebody, new AuditAction("member_added", "x", other), AuditResult.Done);
        var none = await trail.Store.AppendAsync(AuditActor.Portal(), new AuditAction("portal_started", "portal"), AuditResult.Done);
        var malformed = await trail.Store.AppendAsync(OwnTrail.Somebody, new AuditAction("access_refused", "x", "../etc' or true"), AuditResult.Refused);

        Assert.Equal((1, other), (first.Number, first.Chain));
        Assert.Equal((1, "installation"), (none.Number, none.Chain));
        Assert.Equal((2, "installation"), (malformed.Number, malformed.Chain));
        Assert.Equal(
            ["installation", .. new[] { other, trail.Organization }.Order(StringComparer.Ordinal)],
            (await trail.Store.ListChainsAsync(CancellationToken.None)).Select(end => end.Chain));
    }

    [Fact]
    public async Task Who_comes_at_once_is_written_in_groups_and_everybody_gets_a_number()
    {
        var trail = await OwnTrail.CreateAsync(stack);

        var added = await Task.WhenAll(Enumerable.Range(0, 500).Select(
            i => trail.Store.AppendAsync(OwnTrail.Somebody, new AuditAction("member_added", $"object {i}", trail.Organization), AuditResult.Done)));
        var stored = await trail.AllAsync();

        Assert.Equal(Enumerable.Range(1, 500).Select(i => (long)i), added.Select(one => one.Number).Order());
        Assert.Equal(added.OrderBy(one => one.Number), stored.Select(one => AuditHash.Parse(one.Text)));
        // One time for a group: far fewer than events.
        Assert.InRange(added.Select(one => one.At).Distinct().Count(), 6, 250);
    }

    [Fact]
    public async Task Two_portals_on_one_storage_make_one_chain()
    {
        var trail = await OwnTrail.CreateAsync(stack);
        var other = trail.Reopen();

        var added = await Task.WhenAll(Enumerable.Range(0, 120).Select(
            async i =>
            {
                await Task.Delay(i % 7 * 3);
                return await (i % 2 == 0 ? trail.Store : other)
                    .AppendAsync(OwnTrail.Somebody, new AuditAction("member_added", $"{i}", trail.Organization), AuditResult.Done);
            }));
        var stored = await trail.AllAsync();

        Assert.Equal(Enumerable.Range(1, 120).Select(i => (long)i), added.Select(one => one.Number).Order());
        Assert.Equal(Enumerable.Range(0, 120).Select(i => $"{i}").Order(), stored.Select(one => AuditHash.Parse(one.Text)!.Action.Object).Order());
        Assert.Equal(stored.SkipLast(1).Select(one => one.Hash), stored.Skip(1).Select(one => one.Previous));
    }

    [Fact]
    public async Task A_chain_that_another_portal_begins_meanwhile_has_lost_no_witness()
    {
        var trail = await OwnTrail.CreateAsync(stack);
        await using var door = await StorageDoor.StartAsync(stack.Storage);
        var head = door.Hold(request => request.Method == "GET" && request.Path.Value!.Contains("RowKey='head'", StringComparison.Ordinal));

        var late = trail.Reopen(door.Connection)
            .AppendAsync(OwnTrail.Somebody, new AuditAction("member_added", "late", trail.Organization), AuditResult.Done);
        await head.Arrived;
        await trail.AddAsync(2);
        head.Open();

        Assert.Equal(3, (await late).Number);
        Assert.Equal(3, (await trail.AllAsync()).Count);
    }

    [Fact]
    public async Task After_a_restart_the_chain_goes_on()
    {
        var trail = await OwnTrail.CreateAsync(stack);
        await trail.AddAsync(2);

        var next = await trail.Reopen().AppendAsync(OwnTrail.Somebody, new AuditAction("member_added", "x", trail.Organization), AuditResult.Done);
        // The first portal still believes in the head it wrote.
        var late = await trail.Store.AppendAsync(OwnTrail.Somebody, new AuditAction("member_added", "y", trail.Organization), AuditResult.Done);

        Assert.Equal((3, 4), (next.Number, late.Number));
        var stored = await trail.AllAsync();
        Assert.Equal(stored[2].Hash, stored[3].Previous);
    }

    [Fact]
    public async Task Time_never_goes_back_within_a_chain()
    {
        var clock = new MovableClock();
        var trail = await OwnTrail.CreateAsync(stack, clock);
        var first = (await trail.AddAsync(1))[0];

        clock.Forward(TimeSpan.FromHours(-2));
        var second = (await trail.AddAsync(1))[0];
        var third = await trail.Reopen().AppendAsync(OwnTrail.Somebody, new AuditAction("member_added", "x", trail.Organization), AuditResult.Done);

        Assert.Equal(first.At, second.At);
        Assert.Equal(first.At, third.At);
    }

    [Fact]
    public async Task The_longest_values_fit_a_full_group_and_are_cut_visibly()
    {
        var trail = await OwnTrail.CreateAsync(stack);
        var longest = new AuditAction("member_added", new string('é', 9_000), trail.Organization, string.Concat(Enumerable.Repeat("\u202E😀\"", 9_000)));

        var added = await Task.WhenAll(
            Enumerable.Range(0, 250).Select(_ => trail.Store.AppendAsync(new AuditActor(new string('a', 999)), longest, AuditResult.Done)));

        Assert.Equal(250, added.Select(one => one.Number).Distinct().Count());
        Assert.InRange(added[0].By.Actor!.Length, 300, 320);
        Assert.InRange(added[0].Action.Object.Length, 480, 500);
        Assert.InRange(added[0].Action.Details!.Length, 3_900, 4_000);
        Assert.EndsWith(" more]", added[0].Action.Object, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_that_were_cut_off_together_with_the_head_are_not_written_over()
    {
        var trail = await OwnTrail.CreateAsync(stack);
        await trail.AddAsync(5);
        await trail.SetHeadBackAsync(3);
        await trail.RemoveAsync(4);
        await trail.RemoveAsync(5);

        var next = (await trail.AddAsync(1))[0];

        Assert.Equal(6, next.Number);
        Assert.Null(await trail.Store.FindAsync(trail.Organization, 4, CancellationToken.None));
    }

    [Fact]
    public async Task A_head_that_was_only_set_back_stops_nobody()
    {
        var trail = await OwnTrail.CreateAsync(stack);
        await trail.AddAsync(5);
        await trail.SetHeadBackAsync(3);
        await trail.Storage.AuditChains.DeleteEntityAsync("chains", trail.Organization);

        var next = (await trail.AddAsync(1))[0];
        var stored = await trail.AllAsync();

        // The sixth tells that the witness is gone.
        Assert.Equal(7, next.Number);
        Assert.Equal(stored[4].Hash, stored[5].Previous);
    }

    [Fact]
    public async Task An_action_is_a_word()
    {
        var trail = await OwnTrail.CreateAsync(stack);

        await Assert.ThrowsAsync<ArgumentException>(() => trail.Store.AppendAsync(OwnTrail.Somebody, new AuditAction("Member added\n", "x"), AuditResult.Done));
    }

    [Fact]
    public async Task Without_storage_an_event_is_refused()
    {
        var store = StoreAt("http://127.0.0.1:9/a");

        var refused = await Assert.ThrowsAsync<Problem>(
            () => store.AppendAsync(OwnTrail.Somebody, new AuditAction("member_added", "x"), AuditResult.Requested));

        Assert.Equal((503, ProblemCodes.AuditUnavailable), (refused.Status, refused.Code));
    }

    [Fact]
    public async Task A_storage_that_takes_calls_and_never_answers_holds_nobody_up_for_ever()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var store = StoreAt($"http://{silent.LocalEndpoint}/a");

        var refused = await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ =>
            await Assert.ThrowsAsync<Problem>(() => store.AppendAsync(OwnTrail.Somebody, new AuditAction("member_added", "x"), AuditResult.Requested))));

        Assert.All(refused, one => Assert.Equal((503, ProblemCodes.AuditUnavailable), (one.Status, one.Code)));
    }

    private static AuditStore StoreAt(string address)
    {
        var connection = $"DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;TableEndpoint={address};BlobEndpoint={address};QueueEndpoint={address}";
        return new AuditStore(
            new PortalStorage(TestSettings.Of(("AzureWebJobsStorage", connection)).Storage), TimeProvider.System, NullLogger<AuditStore>.Instance);
    }
}
