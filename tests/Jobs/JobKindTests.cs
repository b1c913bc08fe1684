using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs.Models;
using Ssp.Hd4dp;
using Ssp.Http;
using Ssp.Jobs;
using Ssp.Storage;
using Ssp.Tests.Hosting;
using Ssp.Tests.Support;

namespace Ssp.Tests.Jobs;

/// <summary>What holds for a job of whatever kind, also when storage or the worker fails at the worst moment.</summary>
public sealed class JobKindTests(Stack stack) : IAsyncLifetime
{
    private readonly MovableClock clock = new();
    private PortalStorage storage = null!;
    private SmallJobStore jobs = null!;
    private DoSmallJob kind = null!;
    private SmallJob job = null!;
    private string message = null!;

    public async ValueTask InitializeAsync()
    {
        storage = new PortalStorage(TestSettings.Of(("AzureWebJobsStorage", stack.Storage), ("StoragePrefix", TestPortal.NewPrefix())).Storage);
        await storage.PrepareAsync(default);
        jobs = new SmallJobStore(storage, new WorkList(storage, clock));
        kind = new DoSmallJob(jobs, clock);
        job = await jobs.AddAsync(new SmallJob { OrganizationId = OrganizationId.New(), Id = JobId.Parse("1"), AskedAt = clock.GetUtcNow() });
        message = await TakeMessageAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_job_is_done_and_names_its_file()
    {
        await kind.Run(message);

        var done = await NowAsync();
        Assert.Equal((JobState.Succeeded, 1, null), (done.State, done.Attempt, done.Heartbeat));
        Assert.Equal([$"{done.FinishedFiles}.bin"], Files());
        Assert.Equal(WorkState.Over, await kind.LookAsync(job.OrganizationId, job.Id, default));
    }

    [Fact]
    public async Task A_message_that_comes_twice_does_nothing_the_second_time()
    {
        await kind.Run(message);
        var done = await NowAsync();

        await kind.Run(message);

        Assert.Equal(done.ETag, (await NowAsync()).ETag);
    }

    [Fact]
    public async Task A_file_that_the_row_names_stays_when_the_answer_about_the_end_is_lost()
    {
        var told = 0;
        kind.OnEnd = _ => throw new RequestFailedException(503, "The answer was lost on the way.");
        kind.AfterEnd = _ => Task.FromResult(told++);

        await kind.Run(message);

        var done = await NowAsync();
        Assert.Equal((JobState.Succeeded, 1), (done.State, told));
        Assert.Equal([$"{done.FinishedFiles}.bin"], Files());
    }

    [Fact]
    public async Task An_end_that_was_written_twice_is_the_end_and_is_told_of_once()
    {
        var told = 0;
        kind.MeetsOwnEnd = true;
        kind.AfterEnd = _ => Task.FromResult(told++);

        await kind.Run(message);

        Assert.Equal((JobState.Succeeded, 1), ((await NowAsync()).State, told));
    }

    [Fact]
    public async Task Who_writes_a_note_in_the_row_takes_the_job_from_nobody()
    {
        kind.BeforeEnd = async _ =>
        {
            var noted = (await jobs.SaveAsync(await NowAsync(), default))!;
            await Eventually.Is(async () => (await NowAsync()).Heartbeat > noted.Heartbeat, "the worker goes on");
        };

        await kind.Run(message);

        Assert.Equal((JobState.Succeeded, 1), ((await NowAsync()).State, (await NowAsync()).Attempt));
    }

    [Fact]
    public async Task Who_is_late_with_removing_leaves_the_files_of_an_attempt_that_began_since()
    {
        var (first, later) = (job with { Attempt = 1 }, job with { Attempt = 2 });
        foreach (var attempt in new[] { first, later })
        {
            await jobs.Files.UploadBlobAsync($"{attempt.AttemptFiles}.bin", BinaryData.FromString("x"));
        }

        await jobs.RemoveFilesAsync(first, null, default);

        Assert.Equal([$"{later.AttemptFiles}.bin"], Files());
    }

    [Fact]
    public async Task What_fails_after_the_end_takes_nothing_back()
    {
        kind.AfterEnd = _ => throw new RequestFailedException(503, "Storage is away.");

        await Assert.ThrowsAsync<RequestFailedException>(() => kind.Run(message));
        await kind.Run(message);

        var done = await NowAsync();
        Assert.Equal((JobState.Succeeded, 1), (done.State, done.Attempt));
        Assert.Equal([$"{done.FinishedFiles}.bin"], Files());
    }

    [Fact]
    public async Task A_job_whose_database_is_away_waits_with_the_reason_and_without_its_file()
    {
        kind.BeforeEnd = _ => throw WarehouseException.Unreachable("dwh", null);

        await Assert.ThrowsAsync<WarehouseException>(() => kind.Run(message));

        var waiting = await NowAsync();
        Assert.Equal((JobState.Queued, null, "warehouse_unreachable.retry"), (waiting.State, waiting.Heartbeat, waiting.Why!.Key));
        Assert.Empty(Files());
        Assert.Equal(WorkState.Waiting, await kind.LookAsync(job.OrganizationId, job.Id, default));
    }

    [Fact]
    public async Task A_job_that_a_database_refuses_fails_and_leaves_no_file()
    {
        kind.BeforeEnd = _ => throw new WarehouseException(ProblemCodes.WarehouseSlow, false, null);

        await kind.Run(message);

        var failed = await NowAsync();
        Assert.Equal((JobState.Failed, "warehouse_slow.detail"), (failed.State, failed.Problem!.Key));
        Assert.Empty(Files());
    }

    [Fact]
    public async Task A_job_that_was_cancelled_while_it_was_done_stays_cancelled_and_leaves_no_file()
    {
        kind.BeforeEnd = async running => await jobs.SaveAsync((await NowAsync()) with { State = JobState.Cancelled, Heartbeat = null }, default);

        await kind.Run(message);

        Assert.Equal(JobState.Cancelled, (await NowAsync()).State);
        Assert.Empty(Files());
    }

    [Fact]
    public async Task A_worker_leaves_a_job_to_another_that_is_alive_and_takes_it_over_from_one_that_is_dead()
    {
        await jobs.SaveAsync(job with { State = JobState.Running, Attempt = 1, Heartbeat = clock.GetUtcNow() }, default);
        await Assert.ThrowsAsync<NotYetException>(() => kind.Run(message));

        clock.Forward(TimeSpan.FromSeconds(21));
        var abandoned = await kind.LookAsync(job.OrganizationId, job.Id, default);
        await kind.Run(message);

        Assert.Equal(WorkState.Abandoned, abandoned);
        Assert.Equal((JobState.Succeeded, 2), ((await NowAsync()).State, (await NowAsync()).Attempt));
    }

    [Fact]
    public async Task A_job_is_given_up_after_its_last_try()
    {
        kind.BeforeEnd = _ => throw new IOException("The disk is full.");
        await Assert.ThrowsAsync<IOException>(() => kind.Run(message));

        await kind.GiveUp(message);

        Assert.Equal((JobState.Failed, "export.gave_up"), ((await NowAsync()).State, (await NowAsync()).Problem!.Key));
    }

    [Fact]
    public async Task What_a_failed_attempt_wrote_goes_only_after_its_end_was_told_of()
    {
        List<string> whenTold = [];
        kind.BeforeEnd = _ => throw new WarehouseException(ProblemCodes.WarehouseSlow, false, null);
        kind.AfterEnd = _ => Task.FromResult(whenTold = Files());

        await kind.Run(message);

        Assert.Equal([$"{job.OrganizationId}/1-1.bin"], whenTold);
        Assert.Empty(Files());
    }

    [Fact]
    public async Task What_dead_workers_wrote_goes_only_after_it_was_told_that_the_job_was_given_up()
    {
        var dead = (await jobs.SaveAsync(job with { Attempt = 1, State = JobState.Running, Heartbeat = clock.GetUtcNow().AddMinutes(-5) }, default))!;
        await jobs.Files.UploadBlobAsync($"{dead.AttemptFiles}.bin", BinaryData.FromString("x"));
        List<string> whenTold = [];
        kind.AfterEnd = _ => Task.FromResult(whenTold = Files());

        await kind.GiveUp(message);

        Assert.Equal([$"{dead.AttemptFiles}.bin"], whenTold);
        Assert.Empty(Files());
    }

    [Fact]
    public async Task A_job_whose_database_is_away_is_given_up_after_an_hour_only()
    {
        kind.BeforeEnd = _ => throw WarehouseException.Unreachable("dwh", null);
        await Assert.ThrowsAsync<WarehouseException>(() => kind.Run(message));

        await kind.GiveUp(message);
        var another = await TakeMessageAsync();
        var waiting = await NowAsync();
        clock.Forward(TimeSpan.FromMinutes(61));
        await kind.GiveUp(another);

        Assert.Equal(JobState.Queued, waiting.State);
        Assert.Equal((JobState.Failed, "warehouse_unreachable.detail"), ((await NowAsync()).State, (await NowAsync()).Problem!.Key));
    }

    [Fact]
    public async Task The_last_try_of_an_earlier_request_gives_up_no_later_one()
    {
        await jobs.SaveAsync(job with { AskedAt = clock.GetUtcNow().AddMinutes(1) }, default);

        await kind.GiveUp(message);

        Assert.Equal(JobState.Queued, (await NowAsync()).State);
    }

    [Fact]
    public async Task Work_of_a_kind_that_a_later_version_knows_is_left_alone_by_the_sweep()
    {
        var list = new WorkList(storage, clock);
        await storage.Work.AddEntityAsync(new TableEntity("report", "x") { ["OrganizationId"] = $"{job.OrganizationId}", ["Id"] = "2026_Q3" });
        clock.Forward(TimeSpan.FromHours(1));

        await new SweepWork(storage, list, [], clock, Microsoft.Extensions.Logging.Abstractions.NullLogger<SweepWork>.Instance).Run(new(), default);

        Assert.Equal(["small"], await list.ListAsync(default).Select(one => one.Kind).ToListAsync());
    }

    private async Task<SmallJob> NowAsync() => (await jobs.FindAsync(job.OrganizationId, job.Id, default))!;

    private async Task<string> TakeMessageAsync()
    {
        var taken = (await storage.ExportQueue.ReceiveMessageAsync()).Value;
        await storage.ExportQueue.DeleteMessageAsync(taken.MessageId, taken.PopReceipt);
        return taken.MessageText;
    }

    private List<string> Files() => [.. jobs.Files.GetBlobs(BlobTraits.None, BlobStates.Uncommitted, null, default).Select(blob => blob.Name)];
}
