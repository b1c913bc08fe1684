using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Ssp.Tests.Hosting;

public class QueueFunctions(Probe probe)
{
    [Function("TakeText")]
    public Task Take([QueueTrigger("%Queue%")] string message, long dequeueCount, CancellationToken cancellation) =>
        probe.Note(string.Create(CultureInfo.InvariantCulture, $"{message} {dequeueCount}"), cancellation);
}

public class OtherQueueFunctions(Probe probe)
{
    [Function("TakeOther")]
    public Task Take([QueueTrigger("%OtherQueue%")] string message, long dequeueCount, CancellationToken cancellation) =>
        probe.Note(string.Create(CultureInfo.InvariantCulture, $"{message} {dequeueCount}"), cancellation);
}

public class OrderFunctions(Probe probe)
{
    [Function("TakeOrder")]
    public Task Take(
        [QueueTrigger("%Queue%", Connection = "OtherStorage")] BindingFunctions.Order order,
        string id,
        string popReceipt,
        DateTimeOffset insertionTime,
        DateTimeOffset? expirationTime,
        string queueTrigger,
        FunctionContext context,
        CancellationToken cancellation)
    {
        Assert.NotEmpty(id);
        Assert.NotEmpty(popReceipt);
        Assert.True(insertionTime < expirationTime);
        Assert.Equal("1", context.BindingContext.BindingData["DequeueCount"]?.ToString());
        return probe.Note($"{order.Article} {order.Count} {queueTrigger}", cancellation);
    }
}

public class BytesFunctions(Probe probe)
{
    [Function("TakeBytes")]
    public Task Take([QueueTrigger("%Queue%")] byte[] message, CancellationToken cancellation) => probe.Note(Convert.ToHexString(message), cancellation);
}

public class BinaryFunctions(Probe probe)
{
    [Function("TakeBinary")]
    public Task Take([QueueTrigger("%Queue%")] BinaryData message, CancellationToken cancellation) => probe.Note(message.ToString(), cancellation);
}

public class TimerFunctions(Probe probe)
{
    [Function("TickPlain")]
    public Task Tick([TimerTrigger("%Schedule%")] TimerInfo timer, CancellationToken cancellation) =>
        probe.Note(timer.IsPastDue ? "past due" : "tick", cancellation);
}

public class StartupTimerFunctions(Probe probe)
{
    [Function("TickAtStart")]
    public Task Tick([TimerTrigger("%Schedule%", RunOnStartup = true)] TimerInfo timer, CancellationToken cancellation) =>
        probe.Note(timer.IsPastDue ? "past due" : "tick", cancellation);
}

public class SlowHttpFunctions(Probe probe)
{
    [Function("Slow")]
    public async Task<IResult> Slow([HttpTrigger(AuthorizationLevel.Anonymous, "get", "post")] HttpRequest request, CancellationToken cancellation)
    {
        await probe.Note("slow", cancellation);
        return Results.Text("done");
    }
}
