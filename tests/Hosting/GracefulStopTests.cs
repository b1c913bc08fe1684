using Microsoft.Extensions.DependencyInjection;
using Ssp.Tests.Support;

namespace Ssp.Tests.Hosting;

public sealed class GracefulStopTests(Stack stack)
{
    private readonly Probe _probe = new();
    private readonly TaskCompletionSource _finish = new();

    [Fact]
    public async Task A_running_request_is_answered()
    {
        _probe.Work = _ => _finish.Task;
        await using var host = await Start("unused");
        var answer = host.Text("/api/slow");
        await Eventually.Is(() => !_probe.Seen.IsEmpty, "the function runs");
        var stop = host.Stop();
        _finish.SetResult();
        Assert.Equal("done", await answer);
        await stop;
    }

    [Fact]
    public async Task Running_messages_are_finished_and_the_others_stay_visible()
    {
        var queue = await TestQueue.Create(stack.Storage);
        for (var i = 0; i < 8; i++)
        {
            await queue.Send("message");
        }

        _probe.Work = _ => _finish.Task;
        await using var host = await Start(queue.Name);
        await Eventually.Is(() => _probe.Seen.Count == 2, "two messages are worked on");
        var stop = host.Stop();
        await Task.Delay(200, TestContext.Current.CancellationToken);
        Assert.False(stop.IsCompleted);
        _finish.SetResult();
        await stop;

        Assert.Equal(2, _probe.Seen.Count);
        Assert.Equal(6, (await queue.Visible()).Count);
        Assert.Equal(6, await queue.Count());
    }

    [Fact]
    public async Task A_running_tick_is_finished()
    {
        _probe.Work = async _ =>
        {
            await _finish.Task;
            _probe.Seen.Enqueue("finished");
        };
        await using var host = await RunningHost.Start(
            [typeof(TimerFunctions)],
            builder => builder.Services.AddSingleton(_probe),
            ("AzureWebJobsStorage", stack.Storage), ("Schedule", "* * * * * *"), ("AzureFunctionsWebHost:hostid", TestQueue.NewName()));
        await Eventually.Is(() => !_probe.Seen.IsEmpty, "the tick runs");
        var stop = host.Stop();
        await Task.Delay(200, TestContext.Current.CancellationToken);
        Assert.False(stop.IsCompleted);
        _finish.SetResult();
        await stop;
        Assert.Equal(["tick", "finished"], _probe.Seen);
    }

    [Fact]
    public async Task What_does_not_finish_in_time_is_cancelled_and_comes_again()
    {
        var queue = await TestQueue.Create(stack.Storage);
        await queue.Send("endless");
        _probe.Work = cancellation => Task.Delay(Timeout.Infinite, cancellation);
        await using (var host = await Start(queue.Name, ("LocalHost:DrainTime", "00:00:01"), ("AzureFunctionsJobHost:extensions:queues:maxDequeueCount", "1")))
        {
            await Eventually.Is(() => !_probe.Seen.IsEmpty, "the function runs");
            await host.Stop();
        }

        Assert.Equal(["endless"], await queue.Visible());
        Assert.Null(await TestQueue.At(stack.Storage, queue.Name + "-poison").Count());
    }

    private Task<RunningHost> Start(string queue, params (string, string)[] settings) => RunningHost.Start(
        [typeof(QueueFunctions), typeof(SlowHttpFunctions)],
        builder => builder.Services.AddSingleton(_probe),
        [
            ("AzureWebJobsStorage", stack.Storage), ("Queue", queue),
            ("AzureFunctionsJobHost:extensions:queues:batchSize", "2"), ("AzureFunctionsJobHost:extensions:queues:newBatchThreshold", "0"),
            .. settings,
        ]);
}
