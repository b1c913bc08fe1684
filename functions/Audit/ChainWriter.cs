using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Ssp.Http;

namespace Ssp.Audit;

/// <summary>
/// Puts the events of one chain in order. Whoever comes while a transaction is under way waits, and all who wait are written together with
/// the next one: under load an event costs less than a call to storage.
/// </summary>
internal sealed class ChainWriter(string chain, AuditStore store, TimeProvider clock, ILogger log)
{
    /// <summary>After this an event counts as not written, and what was to be done is refused; a storage that hangs must not hang the portal.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // A transaction takes 100 actions, one of them the head's, and 4 MiB; a character takes at most six bytes on the way.
    private const int MaxEvents = 99;
    private const int MaxCharacters = 400_000;

    private readonly Lock door = new();
    private readonly Queue<Waiting> queue = new();
    private bool isWriting;
    private WritableEnd? end;

    public async Task<AuditEvent> AppendAsync(AuditActor by, AuditAction action, AuditResult result, string? operation)
    {
        var waiting = new Waiting(by, action, result, operation);
        lock (door)
        {
            queue.Enqueue(waiting);
            if (!isWriting)
            {
                isWriting = true;
                _ = Task.Run(WriteQueueAsync);
            }
        }

        try
        {
            return await waiting.Written.Task.WaitAsync(Patience);
        }
        catch (Exception error) when (error is not Problem)
        {
            // Under way it may still arrive; then the trail has a request without an end, and the check says so.
            waiting.TryClaim();
            throw new Problem(StatusCodes.Status503ServiceUnavailable, ProblemCodes.AuditUnavailable) { RetryAfter = Patience };
        }
    }

    private async Task WriteQueueAsync()
    {
        while (TakeGroup() is { Count: > 0 } group)
        {
            try
            {
                using var deadline = new CancellationTokenSource(Patience);
                var events = await WriteAsync(group, deadline.Token);
                for (var place = 0; place < group.Count; place++)
                {
                    group[place].Written.TrySetResult(events[place]);
                }
            }
            catch (Exception error)
            {
                // Whether it was written is not known: look before the next group.
                end = null;
                log.LogError("{Count} events of chain {Chain} could not be written: {Reason}", group.Count, chain, error.Message);
                foreach (var one in group)
                {
                    one.Written.TrySetException(error);
                    // Its waiter may have given up; nobody else would look at the error.
                    _ = one.Written.Task.Exception;
                }
            }
        }
    }

    private List<Waiting> TakeGroup()
    {
        var group = new List<Waiting>();
        var characters = 0;
        lock (door)
        {
            while (group.Count < MaxEvents && characters < MaxCharacters && queue.TryDequeue(out var next))
            {
                if (next.TryClaim())
                {
                    group.Add(next);
                    characters += next.Action.Object.Length + (next.Action.Details?.Length ?? 0) + 1_000;
                }
            }

            isWriting = group.Count > 0;
        }

        return group;
    }

    private async Task<IReadOnlyList<AuditEvent>> WriteAsync(List<Waiting> group, CancellationToken cancel)
    {
        while (true)
        {
            end ??= await store.ReadEndAsync(chain, cancel);
            if (end.IsWitnessLost)
            {
                // Told before the witness is written anew, or it would look as if it had always been there.
                end = end with { IsWitnessLost = false };
                log.LogError("The witness of chain {Chain} is gone: somebody removed it", chain);
                await WriteAsync([new Waiting(AuditActor.Portal(), WitnessLost(), AuditResult.Done, null)], cancel);
                continue;
            }

            var (events, stored) = Chained(group, end.End);
            var last = stored[^1];
            end = await store.WriteAsync(end, new ChainEnd(chain, last.Number, last.Hash, events[^1].At), stored, cancel);
            if (end is not null)
            {
                return events;
            }

            // Another portal was faster. Not at once again, or two of them would keep in step.
            await Task.Delay(RandomNumberGenerator.GetInt32(20), cancel);
        }
    }

    private AuditAction WitnessLost() => new("audit_witness_lost", chain, AuditStore.IsOrganization(chain) ? chain : null);

    private (List<AuditEvent> Events, List<StoredEvent> Stored) Chained(List<Waiting> group, ChainEnd after)
    {
        // The order of the chain is the truth; a clock that was set back must not contradict it.
        var now = clock.GetUtcNow();
        var at = now > after.LastAt ? now : after.LastAt;
        var (number, previous) = (after.Count, after.Hash);
        var (events, stored) = (new List<AuditEvent>(group.Count), new List<StoredEvent>(group.Count));
        foreach (var one in group)
        {
            var happened = new AuditEvent(chain, ++number, at, one.By, one.Action, one.Result, one.Operation);
            var text = AuditHash.TextOf(happened);
            var hash = AuditHash.Of(previous, text);
            events.Add(happened);
            stored.Add(new StoredEvent(number, text, previous, hash));
            previous = hash;
        }

        return (events, stored);
    }

    private sealed class Waiting(AuditActor by, AuditAction action, AuditResult result, string? operation)
    {
        private int claimed;

        public AuditActor By => by;

        public AuditAction Action => action;

        public AuditResult Result => result;

        public string? Operation => operation;

        public TaskCompletionSource<AuditEvent> Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Only the first gets it: the writer, to write it, or its waiter, to give it up.</summary>
        public bool TryClaim() => Interlocked.Exchange(ref claimed, 1) == 0;
    }
}
