using Ssp.Http;

namespace Ssp.Tests.Http;

public sealed class LaneTests
{
    private readonly TaskCompletionSource isDone = new();
    private readonly List<string> order = [];

    [Fact]
    public async Task Those_who_wait_take_turns_however_much_one_of_them_asks_for()
    {
        var lane = new Lane(1);
        var all = new List<Task> { lane.RunAsync("flood", () => isDone.Task, patience: null, default) };
        all.AddRange(Enumerable.Range(1, 5).Select(one => NoteAsync(lane, "flood", $"flood {one}")));
        all.Add(NoteAsync(lane, "anna", "anna"));
        all.AddRange(Enumerable.Range(1, 2).Select(one => NoteAsync(lane, "bert", $"bert {one}")));

        isDone.SetResult();
        await Task.WhenAll(all);

        Assert.Equal(["flood 1", "anna", "bert 1", "flood 2", "bert 2", "flood 3", "flood 4", "flood 5"], order);
    }

    [Fact]
    public async Task One_may_have_only_so_much_under_way_and_others_are_let_in_all_the_same()
    {
        var lane = new Lane(1, maxEach: 3);
        var own = Enumerable.Range(0, 3).Select(_ => lane.RunAsync("flood", () => isDone.Task, patience: null, default)).ToList();

        var refused = await Assert.ThrowsAsync<Problem>(() => NoteAsync(lane, "flood", "too many"));
        var other = NoteAsync(lane, "anna", "anna");
        isDone.SetResult();
        await Task.WhenAll([.. own, other]);
        await NoteAsync(lane, "flood", "again");

        Assert.Equal((429, ProblemCodes.TooManyAtOnce), (refused.Status, refused.Code));
        Assert.True(refused.RetryAfter > TimeSpan.Zero);
        Assert.Equal(["anna", "again"], order);
    }

    [Fact]
    public async Task What_waits_in_all_is_bounded()
    {
        var lane = new Lane(1, maxWaiting: 2);
        var all = Enumerable.Range(0, 3).Select(one => lane.RunAsync($"{one}", () => isDone.Task, patience: null, default)).ToList();

        var refused = await Assert.ThrowsAsync<Problem>(() => NoteAsync(lane, "anna", "anna"));
        isDone.SetResult();
        await Task.WhenAll(all);

        Assert.Equal((503, ProblemCodes.Busy), (refused.Status, refused.Code));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_waits_no_longer_takes_no_turn_and_leaves_room(bool hangsUp)
    {
        var lane = new Lane(1, maxEach: 2);
        var first = lane.RunAsync("anna", () => isDone.Task, patience: null, default);
        using var hangUp = new CancellationTokenSource();
        var second = lane.RunAsync("anna", () => Task.CompletedTask, hangsUp ? null : TimeSpan.FromMilliseconds(1), hangUp.Token);
        await hangUp.CancelAsync();
        var left = await Record.ExceptionAsync(() => second);
        var third = NoteAsync(lane, "anna", "third");

        isDone.SetResult();
        await Task.WhenAll(first, third);

        Assert.True(hangsUp ? left is OperationCanceledException : left is OperationCanceledException or Problem { Status: 503 }, $"{left}");
        Assert.Equal(["third"], order);
    }

    [Fact]
    public async Task Work_that_fails_gives_its_turn_to_the_next()
    {
        var lane = new Lane(1);

        await Assert.ThrowsAsync<InvalidOperationException>(() => lane.RunAsync("anna", () => throw new InvalidOperationException(), patience: null, default));
        await NoteAsync(lane, "bert", "bert");

        Assert.Equal(["bert"], order);
    }

    [Fact]
    public async Task Under_many_at_once_no_more_than_the_width_run_and_all_are_done()
    {
        var lane = new Lane(3);
        var (running, most) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, 600).Select(one => lane.RunAsync(
            $"{one % 7}",
            async () =>
            {
                var now = Interlocked.Increment(ref running);
                InterlockedMax(ref most, now);
                await Task.Yield();
                Interlocked.Decrement(ref running);
            },
            patience: null,
            default)));

        Assert.Equal(0, running);
        Assert.InRange(most, 1, 3);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = target; value > seen;)
        {
            var before = Interlocked.CompareExchange(ref target, value, seen);
            seen = before == seen ? value : before;
        }
    }

    // Of one lane only one runs at a time.
    private Task NoteAsync(Lane lane, string asker, string word) => lane.RunAsync(
        asker,
        () =>
        {
            order.Add(word);
            return Task.CompletedTask;
        },
        patience: null,
        default);
}
