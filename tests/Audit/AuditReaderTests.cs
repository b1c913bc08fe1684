using Microsoft.AspNetCore.Http;
using Ssp.Audit;
using Ssp.Http;
using Ssp.Tests.Support;

namespace Ssp.Tests.Audit;

public sealed class AuditReaderTests(Stack stack)
{
    private static readonly DateTimeOffset Start = new(2026, 3, 27, 11, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Pages_go_back_from_the_newest_to_the_first()
    {
        var trail = await OwnTrail.CreateAsync(stack);
        await AddAtOnceAsync(trail, trail.Organization, 25);

        var pages = await PagesAsync(trail, [trail.Organization], "limit=10");

        Assert.Equal([10, 10, 5], pages.Select(page => page.Items.Count));
        Assert.Equal(Enumerable.Range(1, 25).Reverse().Select(i => (long)i), pages.SelectMany(page => page.Items).Select(one => one.Number));
        Assert.All(pages, page => Assert.Null(page.SearchedBackTo));
    }

    [Fact]
    public async Task New_events_do_not_shift_the_pages_to_come()
    {
        var trail = await OwnTrail.CreateAsync(stack);
        await trail.AddAsync(4);
        var first = await ReadAsync(trail, [trail.Organization], "limit=2");
        await trail.AddAsync(3);

        var second = await ReadAsync(trail, [trail.Organization], $"limit=2&cursor={first.Next}");

        Assert.Equal([2, 1], second.Items.Select(one => one.Number));
        Assert.Null(second.Next);
    }

    [Fact]
    public async Task All_chains_are_merged_by_time_and_every_event_comes_once()
    {
        var clock = new MovableClock(stopped: true);
        var trail = await OwnTrail.CreateAsync(stack, clock);
        string[] chains = [AuditEvent.Installation, .. Enumerable.Range(0, 4).Select(_ => Guid.NewGuid().ToString("N"))];
        for (var round = 0; round < 40; round++)
        {
            // Some at one moment, some apart; the last chain falls silent early.
            var chain = chains[round % (round < 10 ? 5 : 4)];
            await trail.Store.AppendAsync(
                OwnTrail.Somebody, new AuditAction("member_added", $"{round}", chain == AuditEvent.Installation ? null : chain), AuditResult.Done);
            clock.Forward(TimeSpan.FromSeconds(round % 3));
        }

        var whole = (await ReadAsync(trail, chains, "limit=200")).Items;
        var paged = (await PagesAsync(trail, chains, "limit=3")).SelectMany(page => page.Items).ToList();

        Assert.Equal(Enumerable.Range(0, 40).Select(i => $"{i}").Order(), whole.Select(one => one.Action.Object).Order());
        Assert.Equal(whole.OrderByDescending(one => one.At).ThenBy(one => one.Chain, StringComparer.Ordinal).ThenByDescending(one => one.Number), whole);
        Assert.Equal(whole, paged);
    }

    [Theory]
    [InlineData("from=2026-03-28&to=2026-03-28", 1, 2)]
    [InlineData("from=2026-03-29&to=2026-03-29", 3, 4)]
    [InlineData("from=2026-03-30", 5, 6)]
    [InlineData("to=2026-03-27", 0, 0)]
    [InlineData("from=2026-04-02", 7, 6)]
    [InlineData("to=2026-03-26", 7, 6)]
    [InlineData("from=2000-01-01&to=2999-12-31", 0, 6)]
    public async Task Days_are_those_of_Brussels_also_when_the_clocks_change(string query, int first, int last)
    {
        // Summer time began on 29 March 2026: that day lasted from 23:00 to 22:00 UTC.
        string[] times =
        [
            "2026-03-27T22:59:59Z", "2026-03-27T23:00:00Z", "2026-03-28T22:59:59Z", "2026-03-28T23:00:00Z", "2026-03-29T21:59:59Z", "2026-03-29T22:00:00Z",
            "2026-04-01T00:00:00Z",
        ];
        var clock = new MovableClock(stopped: true);
        var trail = await OwnTrail.CreateAsync(stack, clock);
        foreach (var time in times)
        {
            clock.Forward(DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture) - clock.GetUtcNow());
            await trail.Store.AppendAsync(OwnTrail.Somebody, new AuditAction("member_added", time, trail.Organization), AuditResult.Done);
        }

        var found = (await PagesAsync(trail, [trail.Organization], $"{query}&limit=1")).SelectMany(page => page.Items);

        Assert.Equal(times[first..(last + 1)].Reverse(), found.Select(one => one.Action.Object));
    }

    [Fact]
    public async Task A_moment_is_found_also_beside_events_that_were_removed()
    {
        var clock = new MovableClock(stopped: true);
        var trail = await OwnTrail.CreateAsync(stack, clock);
        clock.Forward(Start - clock.GetUtcNow());
        for (var day = 0; day < 20; day++)
        {
            await trail.AddAsync(1);
            clock.Forward(TimeSpan.FromDays(1));
        }

        foreach (var gone in new[] { 9, 10, 11, 5 })
        {
            await trail.RemoveAsync(gone);
        }

        Assert.Equal([13, 12], (await ReadAsync(trail, [trail.Organization], "from=2026-04-05&to=2026-04-08")).Items.Select(one => one.Number));
        Assert.Equal([8, 7, 6, 4], (await ReadAsync(trail, [trail.Organization], "to=2026-04-06&limit=4")).Items.Select(one => one.Number));
    }

    [Fact]
    public async Task A_search_for_person_or_action_finds_them_without_regard_to_capitals_and_accents()
    {
        var trail = await OwnTrail.CreateAsync(stack);
        foreach (var (actor, action) in new[]
        {
            ("zoë@hospital.example", "signed_in"),
            ("bob@hospital.example", "signed_in"),
            ("Zoe@elsewhere.example", "member_added"),
            (null, "export_removed"),
        })
        {
            await trail.Store.AppendAsync(new AuditActor(actor), new AuditAction(action, "x", trail.Organization), AuditResult.Done);
        }

        async Task<IEnumerable<long>> FindAsync(string query) => (await ReadAsync(trail, [trail.Organization], query)).Items.Select(one => one.Number);

        Assert.Equal([3, 1], await FindAsync("person=ZOE"));
        Assert.Equal([2, 1], await FindAsync("action=signed_in"));
        Assert.Equal([1], await FindAsync("action=signed_in&person=zoë"));
        Assert.Empty(await FindAsync("action=signed"));
        Assert.Empty(await FindAsync("person=%27%20or%20true"));
    }

    [Fact]
    public async Task A_long_search_stops_says_how_far_it_came_and_goes_on()
    {
        var trail = await OwnTrail.CreateAsync(stack);
        await trail.AddAsync(1, "organization_created");
        await AddAtOnceAsync(trail, trail.Organization, AuditReader.MaxLooks + 200);

        var first = await ReadAsync(trail, [trail.Organization], "action=organization_created");
        var second = await ReadAsync(trail, [trail.Organization], $"action=organization_created&cursor={first.Next}");

        Assert.Empty(first.Items);
        Assert.Equal(AuditHash.Parse((await trail.Store.FindAsync(trail.Organization, 202, CancellationToken.None))!.Text)!.At, first.SearchedBackTo);
        Assert.Equal(1, Assert.Single(second.Items).Number);
        Assert.Null(second.Next);
        Assert.Null(second.SearchedBackTo);
    }

    [Fact]
    public async Task Everything_for_a_file_comes_in_the_same_order()
    {
        var trail = await OwnTrail.CreateAsync(stack);
        await AddAtOnceAsync(trail, trail.Organization, 300);
        await AddAtOnceAsync(trail, null, 30);

        var all = await new AuditReader(trail.Store, new CostlyCalls())
            .ReadAllAsync([AuditEvent.Installation, trail.Organization], QueryOf(""), CancellationToken.None)
            .ToListAsync();

        Assert.Equal((await PagesAsync(trail, [AuditEvent.Installation, trail.Organization], "limit=100")).SelectMany(page => page.Items), all);
        Assert.Equal(330, all.Count);
    }

    [Fact]
    public async Task A_row_that_is_no_event_is_passed_over()
    {
        var trail = await OwnTrail.CreateAsync(stack);
        await trail.AddAsync(3);
        await trail.TamperAsync(OwnTrail.KeyOf(2), row => row["Text"] = "nonsense");

        Assert.Equal([3, 1], (await ReadAsync(trail, [trail.Organization], "")).Items.Select(one => one.Number));
    }

    private static Task AddAtOnceAsync(OwnTrail trail, string? organization, int count) =>
        Task.WhenAll(
            Enumerable.Range(0, count)
                .Select(i => trail.Store.AppendAsync(OwnTrail.Somebody, new AuditAction("member_added", $"{i}", organization), AuditResult.Done)));

    private static AuditQuery QueryOf(string query)
    {
        var http = new DefaultHttpContext();
        http.Request.QueryString = new QueryString("?" + query);
        return AuditQuery.Of(http.Request, chain: null);
    }

    private static Task<AuditPage> ReadAsync(OwnTrail trail, IReadOnlyList<string> chains, string query) =>
        new AuditReader(trail.Store, new CostlyCalls()).ReadAsync(chains, QueryOf(query), "anna", CancellationToken.None);

    private static async Task<List<AuditPage>> PagesAsync(OwnTrail trail, IReadOnlyList<string> chains, string query)
    {
        var pages = new List<AuditPage> { await ReadAsync(trail, chains, query) };
        while (pages[^1].Next is { } next)
        {
            pages.Add(await ReadAsync(trail, chains, $"{query}&cursor={next}"));
        }

        return pages;
    }
}
