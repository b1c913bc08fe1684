using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Ssp.Hosting.Worker;
using Ssp.Hosting.Worker.Messages;

namespace Ssp.Tests.Hosting;

public sealed class WorkerStreamTests
{
    [Fact]
    public Task Whoever_waits_for_a_worker_that_cannot_be_understood_is_told_that_it_is_gone() => AssertEndsAsync(new Reader(Broken()), new Writer(null));

    [Fact]
    public Task Whoever_waits_for_a_worker_that_cannot_be_told_anything_is_told_that_it_is_gone() => AssertEndsAsync(new Reader(null), new Writer(Broken()));

    private static async Task AssertEndsAsync(Reader incoming, Writer outgoing)
    {
        var stream = new WorkerStream(NullLoggerFactory.Instance);
        var waiting = stream.Ask(new StreamingMessage());

        await stream.Run(incoming, outgoing, TestContext.Current.CancellationToken);

        Assert.True(stream.Ended.IsCompletedSuccessfully);
        await Assert.ThrowsAsync<WorkerGoneException>(() => waiting);
        await Assert.ThrowsAsync<WorkerGoneException>(() => stream.Ask(new StreamingMessage()));
    }

    // As for a message that is too large.
    private static Grpc.Core.RpcException Broken() => new(new Grpc.Core.Status(Grpc.Core.StatusCode.ResourceExhausted, "too large"));

    private sealed class Reader(Exception? fault) : IAsyncStreamReader<StreamingMessage>
    {
        public StreamingMessage Current => throw new InvalidOperationException();

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            if (fault is not null)
            {
                throw fault;
            }

            await Task.Delay(Timeout.Infinite, cancellationToken);
            return false;
        }
    }

    private sealed class Writer(Exception? fault) : IServerStreamWriter<StreamingMessage>
    {
        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(StreamingMessage message) => fault is null ? Task.CompletedTask : Task.FromException(fault);

        public Task WriteAsync(StreamingMessage message, CancellationToken cancellationToken) => WriteAsync(message);
    }
}
