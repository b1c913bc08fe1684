using System.Runtime.CompilerServices;
using Ssp.Http;

namespace Ssp.Audit;

/// <summary>A page of the trail, newest first.</summary>
/// <param name="SearchedBackTo">With a search that goes on: the time of the last event it looked at.</param>
public sealed record AuditPage(IReadOnlyList<AuditEvent> Items, AuditCursor? Next, DateTimeOffset? SearchedBackTo);

/// <summary>
/// Reads chains from their ends backwards, merged by time. An event's key follows from its number, so a page costs as many small reads as
/// it has events, however long the trail is and however far back the page lies; a moment is found by halving.
/// </summary>
public sealed class AuditReader(AuditStore store, CostlyCalls calls)
{
    /// <summary>Events a search for a person or an action looks at in one request.</summary>
    public const int MaxLooks = 1_000;

    private const int FirstPiece = 10;
    private const int PagePiece = 50;
    private const int FilePiece = 1_000;

    /// <param name="chains">The chain to read, or all of them.</param>
    /// <param name="accountId">Who asks: searches are done in turns.</param>
    public Task<AuditPage> ReadAsync(IReadOnlyList<string> chains, AuditQuery query, string accountId, CancellationToken cancel) =>
        query.Searches
            ? calls.Searches.RunAsync(accountId, () => ReadAsync(chains, query, cancel), CostlyCalls.Patience, cancel)
            : ReadAsync(chains, query, cancel);

    private async Task<AuditPage> ReadAsync(IReadOnlyList<string> chains, AuditQuery query, CancellationToken cancel)
    {
        var items = new List<AuditEvent>();
        AuditEvent? last = null;
        var looks = 0;
        // One event more than fits, to know whether there is a next page.
        await foreach (var one in MergeAsync(chains, query, query.Searches ? 2 * PagePiece : PagePiece, cancel))
        {
            if (items.Count == query.Limit || looks == MaxLooks)
            {
                return new AuditPage(items, AuditCursor.Of(last!), query.Searches ? last!.At : null);
            }

            (last, looks) = (one, looks + 1);
            if (query.Finds(one))
            {
                items.Add(one);
            }
        }

        return new AuditPage(items, null, null);
    }

    /// <summary>Everything the query finds, newest first.</summary>
    public async IAsyncEnumerable<AuditEvent> ReadAllAsync(IReadOnlyList<string> chains, AuditQuery query, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var one in MergeAsync(chains, query, FilePiece, cancel))
        {
            if (query.Finds(one))
            {
                yield return one;
            }
        }
    }

    private async IAsyncEnumerable<AuditEvent> MergeAsync(
        IReadOnlyList<string> chains, AuditQuery query, int maxPiece, [EnumeratorCancellation] CancellationToken cancel)
    {
        var firstPiece = chains.Count == 1 ? maxPiece : FirstPiece;
        var readers = (await Task.WhenAll(chains.Select(chain => BeginAsync(chain, query, firstPiece, maxPiece, cancel)))).OfType<Backwards>().ToList();
        while (readers.Count > 0)
        {
            var newest = readers.Aggregate((one, other) =>
                other.Latest > one.Latest || (other.Latest == one.Latest && string.CompareOrdinal(other.Chain, one.Chain) < 0)
                    ? other
                    : one);
            if (!newest.IsRead)
            {
                // Only now is it worth reading: until here it could not have had the newest event.
                await newest.MoveAsync(cancel);
            }
            else if (newest.Current is { } one && one.At >= (query.From ?? DateTimeOffset.MinValue))
            {
                yield return one;
                await newest.MoveAsync(cancel);
            }
            else
            {
                readers.Remove(newest);
            }
        }
    }

    private async Task<Backwards?> BeginAsync(string chain, AuditQuery query, int firstPiece, int maxPiece, CancellationToken cancel)
    {
        if (await store.FindHeadAsync(chain, cancel) is not { } head || (query.From is { } from && head.LastAt < from))
        {
            return null;
        }

        var start = await FindStartAsync(head, query, cancel);
        var latest = query.Until < head.LastAt ? query.Until.Value : head.LastAt;
        return new Backwards(store, chain, start, query.After?.At < latest ? query.After.At : latest, firstPiece, maxPiece);
    }

    // The number of the newest event that is old enough; 0 when none is. Times only grow along a chain, so halving finds it.
    private async Task<long> FindStartAsync(ChainEnd head, AuditQuery query, CancellationToken cancel)
    {
        if ((query.Until is null || head.LastAt < query.Until) && (query.After is null || query.After.Chain == head.Chain || head.LastAt < query.After.At))
        {
            return query.After?.Chain == head.Chain ? Math.Min(query.After.Number - 1, head.Count) : head.Count;
        }

        var (young, old) = (head.Count + 1, 0L);
        while (young - old > 1)
        {
            var middle = old + ((young - old) / 2);
            var probe = middle;
            AuditEvent? one = null;
            // An event that somebody removed is passed over; the check of the chain is there to complain.
            while (probe > old && (one = EventOf(head.Chain, await store.FindAsync(head.Chain, probe, cancel))) is null)
            {
                probe--;
            }

            if (one is null || query.IsOldEnough(one))
            {
                old = middle;
            }
            else
            {
                young = probe;
            }
        }

        return old;
    }

    // As it lies in storage, not as it claims: a row that was moved must not lead a reader astray.
    private static AuditEvent? EventOf(string chain, StoredEvent? stored) =>
        stored is not null && AuditHash.Parse(stored.Text) is { } one
            ? one with { Chain = chain, Number = stored.Number, Action = one.Action with { OrganizationId = chain == AuditEvent.Installation ? null : chain } }
            : null;

    /// <summary>One chain on its way back, read in pieces that grow.</summary>
    private sealed class Backwards(AuditStore store, string chain, long start, DateTimeOffset bound, int firstPiece, int maxPiece)
    {
        private readonly Queue<AuditEvent> read = new();
        private long next = start;
        private int piece = firstPiece;

        public string Chain => chain;

        public AuditEvent? Current { get; private set; }

        public bool IsRead { get; private set; }

        /// <summary>No event to come is later than this.</summary>
        public DateTimeOffset Latest => !IsRead ? bound : Current?.At ?? DateTimeOffset.MinValue;

        public async Task MoveAsync(CancellationToken cancel)
        {
            while (read.Count == 0 && next >= 1)
            {
                var first = Math.Max(1, next - piece + 1);
                foreach (var stored in (await store.ReadAsync(chain, first, next, cancel)).Reverse())
                {
                    if (EventOf(chain, stored) is { } one)
                    {
                        read.Enqueue(one);
                    }
                }

                (next, piece) = (first - 1, Math.Min(2 * piece, maxPiece));
            }

            Current = read.TryDequeue(out var found) ? found : null;
            IsRead = true;
        }
    }
}
