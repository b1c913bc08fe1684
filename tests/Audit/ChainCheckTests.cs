using Ssp.Audit;
using Ssp.Http;
using Ssp.Tests.Support;

namespace Ssp.Tests.Audit;

/// <summary>What somebody with a hand in the tables can do to a chain, and what the check says to it.</summary>
public sealed class ChainCheckTests(Stack stack)
{
    [Fact]
    public async Task An_untouched_chain_is_intact_and_its_head_is_the_last_hash()
    {
        var trail = await OwnTrail.CreateAsync(stack);
        await trail.AddAsync(6);

        var report = await CheckAsync(trail);

        Assert.Null(report.FirstBreak);
        Assert.Equal((6, (await trail.AllAsync())[5].Hash), (report.Events, report.Head));
        Assert.Empty(report.Unfinished);
    }

    [Fact]
    public async Task A_chain_without_events_is_intact()
    {
        var trail = await OwnTrail.CreateAsync(stack);

        Assert.Equal(new ChainReport(trail.Organization, 0, 0, null, null, []), await CheckAsync(trail) with { Unfinished = [] });
    }

    [Fact]
    public async Task A_chain_that_begins_during_the_check_is_intact()
    {
        var trail = await OwnTrail.CreateAsync(stack);
        await using var door = await StorageDoor.StartAsync(stack.Storage);
        var head = door.Hold(request => request.Method == "GET" && request.Path.Value!.Contains("RowKey='head'", StringComparison.Ordinal));

        var checking = new AuditCheck(trail.Reopen(door.Connection), trail.Organizations, TimeProvider.System)
            .CheckAsync(trail.Organization, CancellationToken.None);
        await head.Arrived;
        await trail.AddAsync(2);
        head.Open();

        Assert.Null((await checking).FirstBreak);
    }

    [Fact]
    public async Task A_long_chain_is_read_in_pieces()
    {
        var trail = await OwnTrail.CreateAsync(stack);
        await Task.WhenAll(
            Enumerable.Range(0, 1_250)
                .Select(i => trail.Store.AppendAsync(OwnTrail.Somebody, new AuditAction("member_added", $"{i}", trail.Organization), AuditResult.Done)));

        var before = await CheckAsync(trail);
        await trail.TamperAsync(OwnTrail.KeyOf(1_201),
            row => row["Text"] = ((string)row["Text"]).Replace("member_added", "member_seen_", StringComparison.Ordinal));

        Assert.Equal((1_250, null), (before.Events, before.FirstBreak));
        await AssertBreakAsync(trail, 1_201, BreakKind.Edited);
    }

    [Fact]
    public async Task An_edited_event_is_named()
    {
        var trail = await TrailAsync();
        await trail.TamperAsync(OwnTrail.KeyOf(3), row => row["Text"] = ((string)row["Text"]).Replace("ann@", "bob@", StringComparison.Ordinal));

        await AssertBreakAsync(trail, 3, BreakKind.Edited);
    }

    [Fact]
    public async Task An_edited_event_is_named_also_when_its_hash_was_made_to_fit()
    {
        var trail = await TrailAsync();
        await RewriteAsync(trail, 3);

        await AssertBreakAsync(trail, 3, BreakKind.Edited);
    }

    [Fact]
    public async Task A_chain_rewritten_from_somewhere_to_its_end_does_not_fit_the_head()
    {
        var trail = await TrailAsync();
        await RewriteOnwardsAsync(trail, 3);

        await AssertBreakAsync(trail, 6, BreakKind.Edited);
    }

    [Fact]
    public async Task A_chain_rewritten_together_with_its_head_does_not_fit_the_witness()
    {
        var trail = await TrailAsync();
        await RewriteOnwardsAsync(trail, 3);
        await trail.SetHeadBackAsync(6);

        await AssertBreakAsync(trail, 6, BreakKind.Edited);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task A_removed_event_is_named(long number)
    {
        var trail = await TrailAsync();
        await trail.RemoveAsync(number);

        await AssertBreakAsync(trail, number, BreakKind.Missing);
    }

    [Fact]
    public async Task Events_in_another_order_are_named()
    {
        var trail = await TrailAsync();
        var (second, third) = (await trail.RowAsync(2), await trail.RowAsync(3));
        foreach (var (row, other) in new[] { (2, third), (3, second) })
        {
            await trail.TamperAsync(OwnTrail.KeyOf(row),
                entity => (entity["Text"], entity["Previous"], entity["Hash"]) = (other["Text"], other["Previous"], other["Hash"]));
        }

        await AssertBreakAsync(trail, 2, BreakKind.Moved);
    }

    [Fact]
    public async Task An_event_of_another_chain_is_named()
    {
        var trail = await TrailAsync();
        await trail.Store.AppendAsync(OwnTrail.Somebody, new AuditAction("member_added", "x"), AuditResult.Done);
        var foreign = (await trail.Store.FindAsync(AuditEvent.Installation, 1, CancellationToken.None))!;
        await trail.TamperAsync(OwnTrail.KeyOf(1),
            entity => (entity["Text"], entity["Previous"], entity["Hash"]) = (foreign.Text, foreign.Previous, foreign.Hash));

        await AssertBreakAsync(trail, 1, BreakKind.Moved);
    }

    [Fact]
    public async Task A_tail_cut_off_is_found_by_the_head()
    {
        var trail = await TrailAsync();
        await trail.RemoveAsync(5);
        await trail.RemoveAsync(6);

        await AssertBreakAsync(trail, 5, BreakKind.Truncated);
    }

    [Fact]
    public async Task A_tail_cut_off_together_with_the_head_is_found_by_the_witness()
    {
        var trail = await TrailAsync();
        await CutAsync(trail, 4);

        await AssertBreakAsync(trail, 5, BreakKind.Truncated);
    }

    [Fact]
    public async Task A_tail_cut_off_together_with_the_head_is_found_also_when_the_portal_went_on_writing()
    {
        var trail = await TrailAsync();
        await CutAsync(trail, 4);
        await trail.Reopen().AppendAsync(OwnTrail.Somebody, new AuditAction("member_added", "x", trail.Organization), AuditResult.Done);

        await AssertBreakAsync(trail, 5, BreakKind.Missing);
    }

    [Fact]
    public async Task A_head_set_back_is_found_by_the_events_behind_it()
    {
        var trail = await TrailAsync();
        await trail.SetHeadBackAsync(4);
        var last = await trail.RowAsync(4);
        var witness = (await trail.Storage.AuditChains.GetEntityAsync<Azure.Data.Tables.TableEntity>("chains", trail.Organization)).Value;
        (witness["Count"], witness["Hash"]) = (4L, last["Hash"]);
        await trail.Storage.AuditChains.UpdateEntityAsync(witness, Azure.ETag.All, Azure.Data.Tables.TableUpdateMode.Replace);

        await AssertBreakAsync(trail, 5, BreakKind.Truncated);
    }

    [Fact]
    public async Task A_chain_removed_whole_is_found_by_the_witness()
    {
        var trail = await TrailAsync();
        for (var number = 1; number <= 6; number++)
        {
            await trail.RemoveAsync(number);
        }

        await trail.Table.DeleteEntityAsync(trail.Organization, "head");

        await AssertBreakAsync(trail, 1, BreakKind.Truncated);
    }

    [Fact]
    public async Task A_witness_that_is_gone_is_a_break()
    {
        var trail = await TrailAsync();
        await trail.Storage.AuditChains.DeleteEntityAsync("chains", trail.Organization);

        await AssertBreakAsync(trail, 6, BreakKind.Truncated);
    }

    [Fact]
    public async Task A_head_that_points_far_away_does_not_keep_the_check_busy()
    {
        var trail = await TrailAsync();
        await trail.TamperAsync("head", head => head["Count"] = 9_000_000_000L);

        await AssertBreakAsync(trail, 7, BreakKind.Truncated);
    }

    [Fact]
    public async Task Time_that_goes_back_is_a_break()
    {
        var trail = await TrailAsync();
        await trail.TamperAsync(
            OwnTrail.KeyOf(6),
            row =>
            {
                var text = AuditHash.TextOf(AuditHash.Parse((string)row["Text"])! with { At = DateTimeOffset.UnixEpoch });
                (row["Text"], row["Hash"]) = (text, AuditHash.Of((string)row["Previous"], text));
            });

        await AssertBreakAsync(trail, 6, BreakKind.Edited);
    }

    [Fact]
    public async Task What_was_requested_more_than_a_minute_ago_and_has_no_end_is_listed()
    {
        var clock = new MovableClock();
        var trail = await OwnTrail.CreateAsync(stack, clock);
        async Task AppendAsync(string what, AuditResult result, string? operation) =>
            await trail.Store.AppendAsync(OwnTrail.Somebody, new AuditAction("member_added", what, trail.Organization), result, operation);
        await AppendAsync("ended", AuditResult.Requested, "1");
        await AppendAsync("interrupted", AuditResult.Requested, "2");
        await AppendAsync("ended", AuditResult.Done, "1");
        await AppendAsync("failed", AuditResult.Requested, "3");
        await AppendAsync("failed", AuditResult.Failed, "3");
        clock.Forward(TimeSpan.FromMinutes(2));
        await AppendAsync("under way", AuditResult.Requested, "4");

        var report = await new AuditCheck(trail.Store, trail.Organizations, clock).CheckAsync(trail.Organization, CancellationToken.None);

        Assert.Null(report.FirstBreak);
        Assert.Equal("interrupted", Assert.Single(report.Unfinished).Action.Object);
    }

    [Fact]
    public async Task While_the_portal_writes_on_the_check_does_not_cry_wolf()
    {
        var trail = await OwnTrail.CreateAsync(stack);
        var other = trail.Reopen();
        using var enough = new CancellationTokenSource();
        var writing = Task.WhenAll(new[] { trail.Store, other }.Select(async store =>
        {
            while (!enough.IsCancellationRequested)
            {
                await store.AppendAsync(OwnTrail.Somebody, new AuditAction("member_added", "x", trail.Organization), AuditResult.Done);
            }
        }));

        for (var round = 0; round < 20; round++)
        {
            Assert.Null((await CheckAsync(trail)).FirstBreak);
        }

        await enough.CancelAsync();
        await writing;
    }

    [Theory]
    [InlineData("en")]
    [InlineData("nl")]
    [InlineData("fr")]
    public void Every_break_is_said_in_words(string language) =>
        Assert.All(Enum.GetValues<BreakKind>(),
            kind => Assert.Contains("17", Texts.Say(language, AuditCheck.SentenceOf(new ChainBreak("x", 17, kind))), StringComparison.Ordinal));

    [Fact]
    public async Task The_command_prints_a_line_per_chain_and_fails_when_one_is_broken()
    {
        var trail = await TrailAsync();
        await trail.Store.AppendAsync(OwnTrail.Somebody, new AuditAction("signed_in", "portal"), AuditResult.Done);
        var head = (await trail.AllAsync())[^1].Hash;

        var (good, goodLines) = await RunAsync(trail);
        await trail.RemoveAsync(2);
        var (bad, badLines) = await RunAsync(trail);

        Assert.Equal((0, 1), (good, bad));
        Assert.Collection(
            goodLines,
            line => Assert.StartsWith("installation: 1 events, intact; head installation:1:", line, StringComparison.Ordinal),
            line => Assert.Equal($"{trail.Organization}: 6 events, intact; head {trail.Organization}:6:{head}", line));
        Assert.StartsWith("installation: 1 events, intact", badLines[0], StringComparison.Ordinal);
        Assert.StartsWith($"{trail.Organization}: 5 events, BROKEN at event 2 (missing): Event 2 is gone", badLines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_removes_a_witness_does_not_hide_the_chain_from_the_check(bool withHead)
    {
        var trail = await TrailAsync();
        await trail.TamperAsync(OwnTrail.KeyOf(3), row => row["Text"] = ((string)row["Text"]).Replace("ann@", "bob@", StringComparison.Ordinal));
        await trail.Storage.AuditChains.DeleteEntityAsync("chains", trail.Organization);
        if (withHead)
        {
            await trail.Table.DeleteEntityAsync(trail.Organization, "head");
        }

        var (code, lines) = await RunAsync(trail);

        Assert.Equal(1, code);
        Assert.StartsWith($"{trail.Organization}: {(withHead ? 0 : 6)} events, BROKEN", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_witness_that_was_removed_is_told_of_in_the_trail_before_it_is_written_anew()
    {
        var trail = await TrailAsync();
        await trail.Storage.AuditChains.DeleteEntityAsync("chains", trail.Organization);

        // A portal that starts now, as after a restart, goes on writing.
        await trail.Reopen().AppendAsync(OwnTrail.Somebody, new AuditAction("member_added", "x", trail.Organization), AuditResult.Done);
        await trail.Reopen().AppendAsync(OwnTrail.Somebody, new AuditAction("member_added", "y", trail.Organization), AuditResult.Done);

        var actions = (await trail.AllAsync()).Select(row => AuditHash.Parse(row.Text)!.Action.Name);
        Assert.Equal(["audit_witness_lost", "member_added", "member_added"], actions.Skip(6));
        Assert.Null((await CheckAsync(trail)).FirstBreak);
    }

    [Fact]
    public async Task Every_organisation_has_a_line_also_one_whose_chain_was_removed_with_its_witness()
    {
        var trail = await TrailAsync();
        var organization = await trail.Organizations.AddFoundAsync(TestPortal.NewNihdi(), "Test hospital", default);

        var (code, lines) = await RunAsync(trail);

        Assert.Equal(0, code);
        Assert.Contains($"{organization.Id}: no events; only a head that was kept elsewhere can tell whether there were any", lines);
    }

    [Fact]
    public async Task A_history_written_anew_as_a_whole_does_not_fit_a_head_that_was_kept_elsewhere()
    {
        var trail = await TrailAsync();
        var kept = (await RunAsync(trail)).Lines[^1].Split("head ")[1];
        var (before, _) = await RunAsync(trail, kept);

        await RewriteOnwardsAsync(trail, 3);
        await trail.SetHeadBackAsync(6);
        await trail.Storage.AuditChains.DeleteEntityAsync("chains", trail.Organization);
        await trail.AddAsync(1);
        var (withoutIt, _) = await RunAsync(trail);
        var (withIt, lines) = await RunAsync(trail, kept);
        var (malformed, _) = await RunAsync(trail, "yesterday's");

        Assert.Equal((0, 0, 1, 1), (before, withoutIt, withIt, malformed));
        Assert.Equal($"NOT FOUND: {kept}", lines[^1]);
    }

    private static async Task<(int Code, string[] Lines)> RunAsync(OwnTrail trail, params string[] keptHeads)
    {
        using var output = new StringWriter();
        var code = await new VerifyCommand(new AuditCheck(trail.Store, trail.Organizations, TimeProvider.System), trail.Store)
            .RunAsync(keptHeads, output, TextWriter.Null, CancellationToken.None);
        return (code, output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private async Task<OwnTrail> TrailAsync()
    {
        var trail = await OwnTrail.CreateAsync(stack);
        await trail.AddAsync(6);
        return trail;
    }

    private static Task<ChainReport> CheckAsync(OwnTrail trail) =>
        new AuditCheck(trail.Store, trail.Organizations, TimeProvider.System).CheckAsync(trail.Organization, CancellationToken.None);

    private static async Task AssertBreakAsync(OwnTrail trail, long number, BreakKind kind) =>
        Assert.Equal(new ChainBreak(trail.Organization, number, kind), (await CheckAsync(trail)).FirstBreak);

    /// <summary>Changes one event and its hash, as if it had been recorded so.</summary>
    private static Task RewriteAsync(OwnTrail trail, long number, string? previous = null) => trail.TamperAsync(
        OwnTrail.KeyOf(number),
        row =>
        {
            previous ??= (string)row["Previous"];
            var text = ((string)row["Text"]).Replace("ann@", "bob@", StringComparison.Ordinal);
            (row["Text"], row["Previous"], row["Hash"]) = (text, previous, AuditHash.Of(previous, text));
        });

    private static async Task RewriteOnwardsAsync(OwnTrail trail, long number)
    {
        var previous = (string)(await trail.RowAsync(number))["Previous"];
        for (; number <= 6; number++)
        {
            await RewriteAsync(trail, number, previous);
            previous = (string)(await trail.RowAsync(number))["Hash"];
        }
    }

    private static async Task CutAsync(OwnTrail trail, long after)
    {
        await trail.SetHeadBackAsync(after);
        for (var number = after + 1; number <= 6; number++)
        {
            await trail.RemoveAsync(number);
        }
    }
}
