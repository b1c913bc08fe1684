using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Ssp.Hosting;
using Ssp.Hosting.Queues;
using Ssp.Tests.Support;

namespace Ssp.Tests.Hosting;

public sealed class QueueTriggerTests(Stack stack)
{
    private static readonly TimeSpan Never = TimeSpan.FromHours(1);
    private readonly Probe _probe = new();

    [Fact]
    public async Task A_message_runs_the_function_and_is_deleted()
    {
        var queue = await TestQueue.Create(stack.Storage);
        await queue.Send("hello");
        await using var host = await Start<QueueFunctions>(queue.Name);
        await Eventually.Is(async () => await queue.Count() is 0, "the message is deleted");
        Assert.Equal(["hello 1"], _probe.Seen);
    }

    [Fact]
    public async Task A_message_is_bound_as_an_object_with_facts_about_it_by_name()
    {
        var queue = await TestQueue.Create(stack.Storage);
        await queue.Send("""{"ARTICLE":"hat","count":3}""");
        await using var host = await Start<OrderFunctions>(queue.Name, ("OtherStorage", stack.Storage));
        await Eventually.Is(async () => await queue.Count() is 0, "the message is deleted");
        Assert.Equal(["""hat 3 {"ARTICLE":"hat","count":3}"""], _probe.Seen);
    }

    [Fact]
    public async Task A_message_is_bound_as_bytes()
    {
        var queue = await TestQueue.Create(stack.Storage);
        await queue.Send("é");
        await using var bytes = await Start<BytesFunctions>(queue.Name);
        await Eventually.Is(() => _probe.Seen.Contains("C3A9"), "bytes");
        await bytes.Stop();
        await queue.Send("é");
        await using var binary = await Start<BinaryFunctions>(queue.Name);
        await Eventually.Is(() => _probe.Seen.Contains("é"), "binary data");
    }

    [Fact]
    public async Task Queue_names_are_lower_cased()
    {
        var queue = await TestQueue.Create(stack.Storage);
        await queue.Send("hello");
        await using var host = await Start<QueueFunctions>(queue.Name.ToUpperInvariant());
        await Eventually.Is(() => _probe.Seen.Contains("hello 1"), "the message is taken");
    }

    [Fact]
    public async Task Texts_may_be_plain_when_host_json_says_so()
    {
        var name = TestQueue.NewName();
        await TestQueue.Create(stack.Storage, name);
        await TestQueue.Raw(stack.Storage, name).Send("plain text");
        await using var host = await Start<QueueFunctions>(name, Queues("messageEncoding", "none"));
        await Eventually.Is(() => _probe.Seen.Contains("plain text 1"), "the message is taken");
    }

    [Fact]
    public async Task A_failed_message_comes_again_and_after_the_last_try_moves_to_the_poison_queue()
    {
        var queue = await TestQueue.Create(stack.Storage);
        await queue.Send("bad");
        _probe.Work = _ => throw new InvalidOperationException();
        await using var host = await Start<QueueFunctions>(queue.Name, Queues("maxDequeueCount", "3"));
        var poison = TestQueue.At(stack.Storage, queue.Name + "-poison");
        await Eventually.Is(async () => await poison.Count() is 1, "the message is in the poison queue");
        await Eventually.Is(async () => await queue.Count() is 0, "the message left its queue");
        Assert.Equal(["bad 1", "bad 2", "bad 3"], _probe.Seen);
        Assert.Equal(["bad"], await poison.Visible());
    }

    [Fact]
    public async Task A_failed_message_rests_for_the_visibility_timeout()
    {
        var queue = await TestQueue.Create(stack.Storage);
        await queue.Send("bad");
        _probe.Work = _ => throw new InvalidOperationException();
        await using var host = await Start<QueueFunctions>(queue.Name, Queues("visibilityTimeout", "01:00:00"));
        await Eventually.Is(() => host.Messages.Any(message => message.Contains("try 1 of 5", StringComparison.Ordinal)), "the first try failed");
        await host.Stop();
        Assert.Equal(["bad 1"], _probe.Seen);
        Assert.Empty(await queue.Visible());
        Assert.Equal(1, await queue.Count());
    }

    [Fact]
    public async Task A_message_that_is_not_base64_moves_to_the_poison_queue_as_it_is_and_at_once()
    {
        var queue = await TestQueue.Create(stack.Storage);
        await TestQueue.Raw(stack.Storage, queue.Name).Send("not base64!");
        await using var host = await Start<QueueFunctions>(queue.Name);
        var poison = TestQueue.Raw(stack.Storage, queue.Name + "-poison");
        await Eventually.Is(async () => (await poison.Visible()).SequenceEqual(["not base64!"]), "the text is in the poison queue");
        await Eventually.Is(async () => await queue.Count() is 0, "the message left its queue");
        Assert.Empty(_probe.Seen);
    }

    [Fact]
    public async Task A_message_that_is_not_the_object_fails_like_a_function()
    {
        var queue = await TestQueue.Create(stack.Storage);
        await queue.Send("{oops");
        await using var host = await Start<OrderFunctions>(queue.Name, ("OtherStorage", stack.Storage), Queues("maxDequeueCount", "2"));
        var poison = TestQueue.At(stack.Storage, queue.Name + "-poison");
        await Eventually.Is(async () => await poison.Count() is 1, "the message is in the poison queue");
        Assert.Contains(host.Messages, message => message.Contains("try 1 of 2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_message_of_a_poison_queue_stays_there_when_it_fails()
    {
        var queue = await TestQueue.Create(stack.Storage, TestQueue.NewName() + "-poison");
        await queue.Send("bad");
        _probe.Work = _ => throw new InvalidOperationException();
        await using var host = await Start<QueueFunctions>(queue.Name, Queues("maxDequeueCount", "1"));
        await Eventually.Is(() => host.Messages.Any(message => message.Contains("try 1 of 1", StringComparison.Ordinal)), "the try failed");
        await host.Stop();
        Assert.Equal(1, await queue.Count());
        Assert.Null(await TestQueue.At(stack.Storage, queue.Name + "-poison").Count());
    }

    [Fact]
    public async Task A_slow_function_keeps_its_message()
    {
        var queue = await TestQueue.Create(stack.Storage);
        await queue.Send("slow");
        // Three leases long: without renewal the message would come again.
        _probe.Work = cancellation => Task.Delay(TimeSpan.FromSeconds(6), cancellation);
        await using var host = await Start<QueueFunctions>(queue.Name, web => web.Services.AddSingleton(new Leases { Message = TimeSpan.FromSeconds(2) }));
        await Eventually.Is(async () => await queue.Count() is 0, "the message is deleted");
        Assert.Equal(["slow 1"], _probe.Seen);
    }

    [Fact]
    public async Task A_function_that_finishes_after_its_lease_was_lost_is_logged()
    {
        var queue = await TestQueue.Create(stack.Storage);
        await queue.Send("lost");
        _probe.Work = _ => queue.Clear();
        await using var host = await Start<QueueFunctions>(queue.Name);
        await Eventually.Is(() => host.Messages.Any(message => message.Contains("after its lease was lost", StringComparison.Ordinal)), "the warning");
    }

    [Fact]
    public async Task No_more_than_a_batch_and_the_threshold_run_at_once()
    {
        var queue = await TestQueue.Create(stack.Storage);
        for (var i = 0; i < 12; i++)
        {
            await queue.Send("message");
        }

        var (running, most) = (0, 0);
        _probe.Work = async cancellation =>
        {
            lock (_probe)
            {
                most = Math.Max(most, ++running);
            }

            await Task.Delay(300, cancellation);
            lock (_probe)
            {
                running--;
            }
        };
        await using var host = await Start<QueueFunctions>(queue.Name, Queues("batchSize", "2"), Queues("newBatchThreshold", "1"));
        await Eventually.Is(async () => await queue.Count() is 0, "all messages are done");
        Assert.Equal(12, _probe.Seen.Count);
        Assert.InRange(most, 2, 3);
    }

    [Fact]
    public async Task The_listener_waits_for_a_queue_that_does_not_exist_and_does_not_make_it()
    {
        var name = TestQueue.NewName();
        await using var host = await Start<QueueFunctions>(name);
        await Task.Delay(500, TestContext.Current.CancellationToken);
        Assert.Null(await TestQueue.At(stack.Storage, name).Count());
        var queue = await TestQueue.Create(stack.Storage, name);
        await queue.Send("hello");
        await Eventually.Is(() => _probe.Seen.Contains("hello 1"), "the message is taken");
        Assert.DoesNotContain(host.Messages, message => message.StartsWith("Warning", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_request_that_may_have_put_a_message_and_a_function_that_ran_wake_the_listeners_that_sleep()
    {
        var queue = await TestQueue.Create(stack.Storage);
        var other = await TestQueue.Create(stack.Storage);
        _probe.Work = async _ =>
        {
            // The request puts a message in the first queue, whose function puts one in the other.
            var seen = _probe.Seen.Count(what => what.StartsWith("wake", StringComparison.Ordinal));
            if (_probe.Seen.Last() == "slow")
            {
                await queue.Send("wake me");
            }
            else if (seen == 1)
            {
                await other.Send("wake the other");
            }
        };
        await using var host = await RunningHost.Start(
            [typeof(QueueFunctions), typeof(OtherQueueFunctions), typeof(SlowHttpFunctions)],
            builder => builder.Services.AddSingleton(_probe),
            web => web.Services.AddSingleton(QueueOptions.Read(web.Configuration) with { MinPollingInterval = Never, MaxPollingInterval = Never }),
            "{}",
            ("AzureWebJobsStorage", stack.Storage), ("Queue", queue.Name), ("OtherQueue", other.Name));
        // The first look finds nothing; without being woken there is no second one today.
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        Assert.Equal("done", await (await host.Post("/api/slow", "{}")).Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        await Eventually.Is(() => _probe.Seen.Contains("wake me 1"), "the message of the request is taken");
        await Eventually.Is(() => _probe.Seen.Contains("wake the other 1"), "the message of the function is taken");
    }

    [Fact]
    public async Task Messages_taken_when_the_host_stops_are_given_back_untouched()
    {
        var queue = await TestQueue.Create(stack.Storage);
        await queue.Send("waiting");
        var client = new QueueClient(stack.Storage, queue.Name);
        QueueMessage message = await client.ReceiveMessageAsync(Never, TestContext.Current.CancellationToken);
        Assert.Empty(await queue.Visible());

        var lifetime = new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance);
        lifetime.StopApplication();
        using var drain = new Drain(lifetime, new ConfigurationBuilder().Build());
        await using var lease = new MessageLease(client, message, Never, NullLogger.Instance);
        var work = new MessageWork(new QueueSource(null!, client, null), null!, null!, null!, lease, drain, NullLogger.Instance);
        await work.Run(message);
        Assert.Equal(["waiting"], await queue.Visible());
    }

    [Fact]
    public async Task A_delayed_message_is_found_by_polling()
    {
        var queue = await TestQueue.Create(stack.Storage);
        await using var host = await Start<QueueFunctions>(queue.Name);
        await queue.Send("later", TimeSpan.FromSeconds(2));
        await Eventually.Is(() => _probe.Seen.Contains("later 1"), "the message is taken");
    }

    [Fact]
    public async Task A_function_that_runs_too_long_is_cancelled_and_has_failed()
    {
        var queue = await TestQueue.Create(stack.Storage);
        await queue.Send("endless");
        _probe.Work = cancellation => Task.Delay(Never, cancellation);
        await using var host = await Start<QueueFunctions>(
            queue.Name, ("AzureFunctionsJobHost:functionTimeout", "00:00:01"), Queues("maxDequeueCount", "1"));
        var poison = TestQueue.At(stack.Storage, queue.Name + "-poison");
        await Eventually.Is(async () => await poison.Count() is 1, "the message is in the poison queue");
        Assert.Contains(host.Messages, message => message.Contains("System.TimeoutException", StringComparison.Ordinal));
    }

    private static (string, string) Queues(string name, string value) => ("AzureFunctionsJobHost:extensions:queues:" + name, value);

    private Task<RunningHost> Start<T>(string queue, params (string, string)[] settings) => Start<T>(queue, _ => { }, settings);

    private Task<RunningHost> Start<T>(string queue, Action<WebApplicationBuilder> host, params (string, string)[] settings) => RunningHost.Start(
        [typeof(T)],
        builder => builder.Services.AddSingleton(_probe),
        host,
        "{}",
        [("AzureWebJobsStorage", stack.Storage), ("Queue", queue), ("LocalHost:MaxPollingInterval", "00:00:01"), .. settings]);
}
