using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Hosting;
using Ssp.Hosting.Timers;
using Ssp.Tests.Support;

namespace Ssp.Tests.Hosting;

[Trait("Run", "full")]
public sealed class TimerTriggerTests(Stack stack)
{
    private const string EverySecond = "* * * * * *";
    private const string Monthly = "0 0 3 1 * *";
    private static readonly Leases Wakeful = new() { LongestSleep = TimeSpan.FromMilliseconds(50) };
    private readonly string _hostId = TestQueue.NewName();
    private readonly Probe _probe = new();

    [Fact]
    public async Task It_ticks()
    {
        await using var host = await Start<TimerFunctions>(EverySecond);
        await Eventually.Is(() => _probe.Seen.Count >= 3, "three ticks");
        Assert.All(_probe.Seen, what => Assert.Equal("tick", what));
    }

    [Fact]
    public async Task It_never_overlaps_itself()
    {
        var (running, overlapped) = (0, false);
        _probe.Work = async cancellation =>
        {
            overlapped |= Interlocked.Increment(ref running) > 1;
            await Task.Delay(2500, cancellation);
            Interlocked.Decrement(ref running);
        };
        await using var host = await Start<TimerFunctions>(EverySecond);
        await Eventually.Is(() => _probe.Seen.Count >= 3, "three ticks");
        Assert.False(overlapped);
    }

    [Fact]
    public async Task It_goes_on_when_the_clock_is_set_back()
    {
        var clock = new MovableClock();
        await using var host = await Start<TimerFunctions>(EverySecond, clock: clock);
        await Eventually.Is(() => _probe.Seen.Count >= 2, "two ticks");
        clock.Forward(TimeSpan.FromDays(-1));
        var before = _probe.Seen.Count;
        // One may be under way.
        await Eventually.Is(() => _probe.Seen.Count >= before + 3, "ticks by the new time");
    }

    [Fact]
    public async Task A_failing_tick_does_not_end_the_timer()
    {
        _probe.Work = _ => throw new InvalidOperationException();
        await using var host = await Start<TimerFunctions>(EverySecond);
        await Eventually.Is(() => _probe.Seen.Count >= 2, "two ticks");
        Assert.Contains(host.Messages, message => message.StartsWith("Error: TickPlain failed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_tick_missed_while_nothing_ran_is_made_up_for_once_at_the_next_start()
    {
        await using (await Start<StartupTimerFunctions>(Monthly))
        {
            await Eventually.Is(() => _probe.Seen.Count == 1, "the tick at start");
        }

        _probe.Seen.Clear();
        await using (await Start<StartupTimerFunctions>(Monthly, TimeSpan.FromDays(40)))
        {
            await Eventually.Is(() => !_probe.Seen.IsEmpty, "the missed tick");
        }

        // In place of the tick at start, not beside it.
        Assert.Equal(["past due"], _probe.Seen);

        _probe.Seen.Clear();
        await using (await Start<StartupTimerFunctions>(Monthly, TimeSpan.FromDays(40)))
        {
            await Eventually.Is(() => !_probe.Seen.IsEmpty, "the tick at start");
        }

        Assert.Equal(["tick"], _probe.Seen);
    }

    [Theory]
    [InlineData("yyyy-MM-ddTHH:mm:ss.fffffffzzz", "0001-01-01T00:18:00+00:18")]
    [InlineData("yyyy-MM-ddTHH:mm:ss.fffffffzzz", null)]
    [InlineData("yyyy-MM-ddTHH:mm:ssZ", "0001-01-01T00:00:00")]
    public async Task A_tick_that_the_Microsoft_host_or_an_earlier_one_of_ours_missed_is_made_up_for(string form, string? last)
    {
        var container = new Azure.Storage.Blobs.BlobContainerClient(stack.Storage, "azure-webjobs-hosts");
        await container.CreateIfNotExistsAsync();
        var schedule = TimerSchedule.Parse(Monthly, TimeZoneInfo.Local);
        var seen = DateTimeOffset.UtcNow;
        var place = form.EndsWith("zzz", StringComparison.Ordinal) ? TimeSpan.FromHours(5) : TimeSpan.Zero;
        string Text(DateTimeOffset time) => time.ToOffset(place).ToString(form, CultureInfo.InvariantCulture);
        var status = $$"""{"Last":"{{last ?? Text(seen)}}","Next":"{{Text(schedule.Next(seen))}}","LastUpdated":"{{Text(seen)}}"}""";
        await container.GetBlobClient($"timers/{_hostId}/Host.Functions.TickPlain/status").UploadAsync(BinaryData.FromString(status));

        await using var host = await Start<TimerFunctions>(Monthly, TimeSpan.FromDays(40));
        await Eventually.Is(() => !_probe.Seen.IsEmpty, "the missed tick");
        Assert.Equal(["past due"], _probe.Seen);
    }

    [Fact]
    public async Task A_first_start_and_a_changed_schedule_miss_nothing()
    {
        await using (var host = await Start<TimerFunctions>(Monthly))
        {
            await Eventually.Is(StatusExists, "the schedule is remembered");
        }

        var before = await Status();
        await using (var host = await Start<TimerFunctions>("0 0 4 2 * *", TimeSpan.FromDays(40)))
        {
            await Eventually.Is(async () => await Status() != before, "the new schedule is remembered");
        }

        Assert.Empty(_probe.Seen);
    }

    [Fact]
    public async Task Of_two_instances_one_ticks_at_each_moment_of_a_timer_that_is_remembered()
    {
        var clock = new MovableClock();
        await using var one = await Start<TimerFunctions>(Monthly, leases: Wakeful, clock: clock);
        await using var other = await Start<TimerFunctions>(Monthly, leases: Wakeful, clock: clock);
        await Eventually.Is(StatusExists, "the schedule is remembered");
        for (var months = 1; months <= 3; months++)
        {
            var before = await Status();
            clock.Forward(TimeSpan.FromDays(31));
            await Eventually.Is(async () => await Status() != before, "the tick is remembered");
            await Eventually.Is(async () => !await LockIsTaken("TickPlain"), "the lock is free");
            Assert.Equal(months, _probe.Seen.Count);
        }

        // Who looks a moment later than the other may find it past due.
        Assert.Equal(3, _probe.Seen.Count);
    }

    [Fact]
    public async Task Instances_with_different_schedules_do_not_stop_each_other()
    {
        var (clock, otherClock) = (new MovableClock(), new MovableClock());
        var (first, second) = (new Probe(), new Probe());
        await using var one = await Start<TimerFunctions>(Monthly, probe: first, leases: Wakeful, clock: clock);
        await using var other = await Start<TimerFunctions>("0 0 4 1 * *", probe: second, leases: Wakeful, clock: otherClock);
        for (var months = 1; months <= 2; months++)
        {
            await WaitsForATick(clock);
            await WaitsForATick(otherClock);
            clock.Forward(TimeSpan.FromDays(31));
            otherClock.Forward(TimeSpan.FromDays(31));
            await Eventually.Is(() => first.Seen.Count >= months && second.Seen.Count >= months, "both tick");
        }
    }

    [Fact]
    public async Task A_remembered_timer_goes_on_when_the_clock_is_set_back()
    {
        var clock = new MovableClock();
        await using var host = await Start<TimerFunctions>(Monthly, leases: Wakeful, clock: clock);
        await Eventually.Is(StatusExists, "the schedule is remembered");
        clock.Forward(TimeSpan.FromDays(70));
        await Eventually.Is(() => _probe.Seen.Count == 1, "a tick");
        await WaitsForATick(clock);
        clock.Forward(TimeSpan.FromDays(-70));
        await WaitsForATick(clock);
        clock.Forward(TimeSpan.FromDays(31));
        await Eventually.Is(() => _probe.Seen.Count == 2, "the tick by the new time");
    }

    [Fact]
    public async Task Of_two_instances_one_ticks_and_the_other_takes_over_when_it_dies()
    {
        var first = new Probe();
        var second = new Probe();
        var doomed = await Start<StartupTimerFunctions>(EverySecond, probe: first, leases: new Leases { Abandon = true });
        await Eventually.Is(() => first.Seen.Count >= 2, "the first instance ticks");
        await using var standby = await Start<StartupTimerFunctions>(EverySecond, probe: second);
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        Assert.Empty(second.Seen);

        await doomed.DisposeAsync();
        Assert.True(await LockIsTaken("TickAtStart"));
        await Eventually.Is(() => second.Seen.Count >= 2, "the second instance ticks");
    }

    [Fact]
    public async Task A_stopped_instance_gives_its_lock_back()
    {
        await using (await Start<TimerFunctions>(EverySecond))
        {
            await Eventually.Is(() => !_probe.Seen.IsEmpty, "a tick");
            Assert.True(await LockIsTaken("TickPlain"));
        }

        Assert.False(await LockIsTaken("TickPlain"));
    }

    private Task<bool> StatusExists() =>
        new Azure.Storage.Blobs.BlobContainerClient(stack.Storage, "azure-webjobs-hosts").Exists($"timers/{_hostId}/Host.Functions.TickPlain/status");

    // Only who waits sleeps again and again. Twice: the first may have begun before the call.
    private static async Task WaitsForATick(MovableClock clock)
    {
        var sleeps = clock.Sleeps;
        await Eventually.Is(() => clock.Sleeps >= sleeps + 2, "it waits for the next tick");
    }

    private async Task<string> Status()
    {
        var status = new Azure.Storage.Blobs.BlobContainerClient(stack.Storage, "azure-webjobs-hosts")
            .GetBlobClient($"timers/{_hostId}/Host.Functions.TickPlain/status");
        return (await status.DownloadContentAsync()).Value.Content.ToString();
    }

    private Task<bool> LockIsTaken(string function) =>
        new Azure.Storage.Blobs.BlobContainerClient(stack.Storage, "azure-webjobs-hosts").IsLeased($"locks/{_hostId}/Host.Functions.{function}.Listener");

    private Task<RunningHost> Start<T>(
        string schedule, TimeSpan later = default, Probe? probe = null, Leases? leases = null, TimeProvider? clock = null) => RunningHost.Start(
        [typeof(T)],
        builder => builder.Services.AddSingleton(probe ?? _probe),
        web =>
        {
            web.Services.AddSingleton(clock ?? new LaterClock(later));
            web.Services.AddSingleton(leases ?? new Leases());
        },
        "{}",
        ("AzureWebJobsStorage", stack.Storage), ("Schedule", schedule), ("AzureFunctionsWebHost:hostid", _hostId));

    private sealed class LaterClock(TimeSpan later) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + later;
    }
}
