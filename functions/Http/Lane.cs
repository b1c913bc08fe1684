using Microsoft.AspNetCore.Http;

namespace Ssp.Http;

/// <summary>
/// Work that keeps a processor busy or a reading open, of which only so much is done at once: a flood of it leaves the rest to everybody else. Who asks for it
/// takes turns: a free place goes to the next of those who wait, and of each only the first counts, so that many requests of one hold up another for one turn.
/// </summary>
/// <param name="width">How much of it at once.</param>
/// <param name="maxEach">How much of it one may have under way and waiting.</param>
/// <param name="maxWaiting">How much of it may wait in all.</param>
public sealed class Lane(int width, int maxEach = int.MaxValue, int maxWaiting = int.MaxValue)
{
    private static readonly TimeSpan SoonAgain = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly Dictionary<string, Asker> askers = [];

    // Those with something waiting, in the order in which they get their turns.
    private readonly LinkedList<Asker> round = [];
    private int free = width;
    private int waiting;

    /// <inheritdoc cref="RunAsync{T}"/>
    public Task RunAsync(string asker, Func<Task> work, TimeSpan? patience, CancellationToken cancel) => RunAsync<object?>(
        asker,
        async () =>
        {
            await work();
            return null;
        },
        patience,
        cancel);

    /// <summary>Does the work when it is its turn.</summary>
    /// <param name="asker">Whose turn it is: a person, an address, an organisation.</param>
    /// <param name="patience">Null: however long that takes.</param>
    /// <exception cref="Problem">
    /// 429 too_many_at_once: this asker has as much under way as one may. 503 busy: too many wait, or the turn did not come in time.
    /// </exception>
    public async Task<T> RunAsync<T>(string asker, Func<Task<T>> work, TimeSpan? patience, CancellationToken cancel)
    {
        var turn = Enter(asker);
        try
        {
            await turn.Came.Task.WaitAsync(patience ?? Timeout.InfiniteTimeSpan, cancel);
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            Leave(turn);
            throw error is TimeoutException ? Busy(patience) : error;
        }

        try
        {
            return await Task.Run(work, cancel);
        }
        finally
        {
            Leave(turn);
        }
    }

    private Turn Enter(string name)
    {
        lock (gate)
        {
            var asker = askers.GetValueOrDefault(name) ?? new Asker(name);
            if (asker.Count >= maxEach)
            {
                throw new Problem(StatusCodes.Status429TooManyRequests, ProblemCodes.TooManyAtOnce) { RetryAfter = SoonAgain };
            }

            if (free == 0 && waiting >= maxWaiting)
            {
                throw Busy(SoonAgain);
            }

            asker.Count++;
            askers[name] = asker;
            var turn = new Turn(asker);
            if (free > 0)
            {
                free--;
                turn.Came.SetResult();
                return turn;
            }

            if (asker.Waiting.Count == 0)
            {
                round.AddLast(asker);
            }

            waiting++;
            turn.Place = asker.Waiting.AddLast(turn);
            return turn;
        }
    }

    // Also of who waited no longer; and a turn that came in that moment goes on to the next.
    private void Leave(Turn turn)
    {
        lock (gate)
        {
            if (--turn.Asker.Count == 0)
            {
                askers.Remove(turn.Asker.Name);
            }

            if (turn.Place is { } place)
            {
                Take(turn.Asker, place);
                return;
            }

            if (round.First?.Value is not { } next)
            {
                free++;
                return;
            }

            var first = next.Waiting.First!;
            Take(next, first);
            if (next.Waiting.Count > 0)
            {
                round.RemoveFirst();
                round.AddLast(next);
            }

            first.Value.Came.SetResult();
        }
    }

    private void Take(Asker asker, LinkedListNode<Turn> place)
    {
        waiting--;
        place.Value.Place = null;
        asker.Waiting.Remove(place);
        if (asker.Waiting.Count == 0)
        {
            round.Remove(asker);
        }
    }

    private static Problem Busy(TimeSpan? again) => new(StatusCodes.Status503ServiceUnavailable, ProblemCodes.Busy) { RetryAfter = again };

    private sealed class Asker(string name)
    {
        public string Name => name;

        /// <summary>Under way and waiting.</summary>
        public int Count { get; set; }

        public LinkedList<Turn> Waiting { get; } = [];
    }

    private sealed class Turn(Asker asker)
    {
        public Asker Asker => asker;

        // The next work begins elsewhere, not within the gate.
        public TaskCompletionSource Came { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Null unless it waits.</summary>
        public LinkedListNode<Turn>? Place { get; set; }
    }
}
