using System.Text.Json;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging.Abstractions;
using Ssp.Dev;
using Ssp.Hd4dp;
using Ssp.Http;
using Ssp.Jobs;
using Ssp.Storage;
using Ssp.Tests.Support;

namespace Ssp.Tests.Jobs;

/// <summary>Who asks for many jobs holds up nobody else.</summary>
public sealed class TurnTests(Stack stack) : IAsyncLifetime
{
    private static readonly OrganizationId One = OrganizationId.New();
    private static readonly OrganizationId Other = OrganizationId.New();

    private readonly MovableClock clock = new();
    private PortalStorage storage = null!;
    private WorkList work = null!;
    private SmallJobStore jobs = null!;
    private DoSmallJob kind = null!;

    public async ValueTask InitializeAsync()
    {
        storage = new PortalStorage(TestSettings.Of(("AzureWebJobsStorage", stack.Storage), ("StoragePrefix", TestPortal.NewPrefix())).Storage);
        await storage.PrepareAsync(default);
        work = new WorkList(storage, clock);
        jobs = new SmallJobStore(storage, work);
        kind = new DoSmallJob(jobs, clock);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Of_one_organisation_two_jobs_stand_in_the_queue_and_the_first_of_another_is_third()
    {
        await AskAsync(One, "1", "2", "3", "4", "5");
        await AskAsync(Other, "9");

        Assert.Equal(["1", "2", "9"], await TakeAllAsync());
    }

    [Fact]
    public void A_host_takes_more_messages_at_once_than_one_organisation_has()
    {
        var queues = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Find().Root, "host.json"))).RootElement
            .GetProperty("extensions").GetProperty("queues");

        var atOnce = queues.GetProperty("batchSize").GetInt32() + queues.GetProperty("newBatchThreshold").GetInt32();

        Assert.True(atOnce > SmallJobStore.MaxSent);
    }

    [Fact]
    public async Task Every_job_gets_its_turn_in_the_order_in_which_they_were_asked_for()
    {
        await AskAsync(One, "1", "2", "3", "4", "5");

        Assert.Equal(["1", "2", "3", "4", "5"], await WorkAsync());
        Assert.All(await work.ListAsync(default).ToListAsync(), one => Assert.Equal(Turn.Over, one.Turn));
    }

    [Fact]
    public async Task Within_an_organisation_it_is_the_turn_of_whoever_has_the_fewest_under_way()
    {
        await AskAsync(One, "1", "2", "3");
        await AskAsync("bo", One, "4", "5");

        Assert.Equal(["1", "2", "4", "3", "5"], await WorkAsync());
    }

    [Fact]
    public async Task A_job_asked_for_twice_has_one_message()
    {
        await AskAsync(One, "1");
        await jobs.SendDueAsync(One, default);

        Assert.Equal(["1"], await TakeAllAsync());
    }

    [Fact]
    public async Task A_job_that_fails_is_cancelled_or_removed_gives_its_turn_on()
    {
        await AskAsync(One, "1", "2", "3", "4", "5");
        kind.BeforeEnd = job => $"{job.Id}" == "1" ? throw new WarehouseException(ProblemCodes.WarehouseSlow, false, null) : Task.CompletedTask;
        await storage.Nights.DeleteEntityAsync(One, "2");
        var third = (await jobs.FindAsync(One, JobId.Parse("3"), default))!;
        await jobs.SaveAsync(third with { State = JobState.Cancelled }, default);

        Assert.Equal(["1", "2", "3", "4", "5"], await WorkAsync());
        Assert.Equal(JobState.Succeeded, (await jobs.FindAsync(One, JobId.Parse("5"), default))!.State);
    }

    [Fact]
    public async Task A_job_asked_for_once_more_before_its_worker_gave_its_turn_on_gets_a_new_one()
    {
        await AskAsync(One, "1", "2", "3");
        var messages = await ReceiveAsync();
        kind.AfterEnd = async done =>
        {
            await jobs.NoteAsync(done.OrganizationId, done.Id, "ann", default);
            await jobs.SaveAsync((await jobs.FindAsync(done.OrganizationId, done.Id, default))! with { State = JobState.Queued }, default);
        };

        await kind.Run(messages[0]);
        kind.AfterEnd = _ => Task.CompletedTask;
        await kind.Run(messages[1]);

        Assert.Equal(["3", "1"], await TakeAllAsync());
    }

    [Fact]
    public async Task A_job_that_waits_for_another_try_keeps_its_turn()
    {
        await AskAsync(One, "1", "2", "3");
        var messages = await ReceiveAsync();
        kind.BeforeEnd = _ => throw new IOException("The disk is full.");

        await Assert.ThrowsAsync<IOException>(() => kind.Run(messages[0]));

        Assert.Empty(await TakeAllAsync());
    }

    [Fact]
    public async Task A_job_that_waits_for_a_database_that_is_away_lets_another_go_on()
    {
        await AskAsync(One, "1", "2", "3");
        var messages = await ReceiveAsync();
        kind.BeforeEnd = _ => throw WarehouseException.Unreachable("dwh", null);

        await Assert.ThrowsAsync<WarehouseException>(() => kind.Run(messages[0]));

        Assert.Equal(["3"], await TakeAllAsync());
        Assert.Equal(["1", "2", "3"], (await jobs.ListOpenAsync(One, default)).Select(one => $"{one.Id}"));
    }

    [Fact]
    public async Task A_job_that_is_given_up_gives_its_turn_on()
    {
        await AskAsync(One, "1", "2", "3");
        var messages = await ReceiveAsync();

        await kind.GiveUp(messages[0]);

        Assert.Equal(["3"], await TakeAllAsync());
    }

    [Fact]
    public async Task Where_a_worker_died_before_it_gave_its_turn_on_the_sweep_does()
    {
        await AskAsync(One, "1", "2", "3");
        await ReceiveAsync();
        var first = (await jobs.FindAsync(One, JobId.Parse("1"), default))!;
        await jobs.SaveAsync(first.Over(JobState.Succeeded), default);

        await SweepAsync();

        Assert.Equal(["3"], await TakeAllAsync());
    }

    [Fact]
    public async Task Whoever_dies_between_a_job_and_its_message_leaves_it_to_the_sweep()
    {
        await jobs.AddUnsentAsync(new SmallJob { OrganizationId = One, Id = JobId.Parse("1"), AskedAt = clock.GetUtcNow() });

        await SweepAsync();

        Assert.Equal(["1"], await TakeAllAsync());
    }

    [Fact]
    public async Task Work_that_an_earlier_version_noted_counts_as_sent()
    {
        await storage.Work.AddEntityAsync(new TableEntity("small", $"{One}-0")
        {
            ["OrganizationId"] = $"{One}",
            ["Id"] = "0",
            ["NotedAt"] = clock.GetUtcNow(),
            ["SentAt"] = clock.GetUtcNow(),
            ["Sends"] = 0,
        });

        await AskAsync(One, "1", "2");

        Assert.Equal(["1"], await TakeAllAsync());
    }

    private Task AskAsync(OrganizationId organizationId, params string[] ids) => AskAsync("ann", organizationId, ids);

    private async Task AskAsync(string asker, OrganizationId organizationId, params string[] ids)
    {
        foreach (var id in ids)
        {
            clock.Forward(TimeSpan.FromMilliseconds(10));
            await jobs.AddAsync(new SmallJob { OrganizationId = organizationId, Id = JobId.Parse(id), AskedAt = clock.GetUtcNow() }, asker);
        }
    }

    /// <summary>Does one message after the other until none is left.</summary>
    private async Task<List<string>> WorkAsync()
    {
        var done = new List<string>();
        while ((await storage.ExportQueue.ReceiveMessageAsync()).Value is { } next)
        {
            await storage.ExportQueue.DeleteMessageAsync(next.MessageId, next.PopReceipt);
            await kind.Run(next.MessageText);
            done.Add($"{jobs.Read(next.MessageText)!.Id}");
        }

        return done;
    }

    private async Task<List<string>> TakeAllAsync() => [.. (await ReceiveAsync()).Select(text => $"{jobs.Read(text)!.Id}")];

    private async Task<List<string>> ReceiveAsync() => [.. (await storage.ExportQueue.ReceiveMessagesAsync(32)).Value.Select(one => one.MessageText)];

    private Task SweepAsync() => new SweepWork(storage, work, [kind], clock, NullLogger<SweepWork>.Instance).Run(new(), default);
}
