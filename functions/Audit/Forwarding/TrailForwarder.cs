using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Ssp.Http;

namespace Ssp.Audit.Forwarding;

/// <summary>
/// Hands the trails to a receiver, at least once. A chain is read from where it was forwarded to until its end; a page of events is given to the receiver, and
/// only when it has taken them the positions are moved, each under its ETag. So a receiver that is away loses nothing, and of two portals that forward at the
/// same moment one is refused and leaves off.
/// </summary>
public sealed class TrailForwarder(
    AuditStore store, ForwardPositions positions, ForwardSettings settings, HttpSettings http, TimeProvider clock, ILogger<TrailForwarder> log)
{
    private const int PageEvents = 500;

    // Chains tell of their news by their witness. One whose writer died before it wrote the witness is found by its head, so seldom.
    private static readonly TimeSpan HeadsEvery = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan RemindEvery = TimeSpan.FromHours(1);

    private readonly IReceiver? receiver = settings.Receiver switch
    {
        null => null,
        { IsFile: true } file => new FileReceiver(file.LocalPath),
        _ => new SyslogReceiver(settings, http.PublicUrl.IdnHost),
    };

    private readonly HashSet<(string Chain, long Number)> gaps = [];
    private long? headsAt;
    private long awaySince;
    private long remindedAt;

    /// <summary>Whether the receiver took what this process last had for it; null before the first time.</summary>
    public bool? Takes { get; private set; }

    /// <summary>Forwards what there is.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        var behind = await ListBehindAsync(cancel);
        var page = new List<ForwardedEvent>();
        await foreach (var one in ReadAsync(behind, cancel))
        {
            page.Add(one);
            // A receiver that is away, or takes something and then says that it did not, is tried with a single event.
            if (page.Count == (Takes == false ? 1 : PageEvents))
            {
                if (!await DeliverAsync(page, behind, cancel))
                {
                    return;
                }

                page.Clear();
            }
        }

        if (page.Count > 0)
        {
            await DeliverAsync(page, behind, cancel);
        }
    }

    private async Task<Dictionary<string, Behind>> ListBehindAsync(CancellationToken cancel)
    {
        // In this order: another portal's positions cannot be ahead of ends that are read after them.
        var known = await positions.ListAsync(settings.Receiver!, cancel);
        var witnesses = (await store.ListChainsAsync(cancel)).ToDictionary(end => end.Chain);
        var looksAtHeads = headsAt is not { } at || clock.GetElapsedTime(at) >= HeadsEvery;
        var behind = new Dictionary<string, Behind>(StringComparer.Ordinal);
        // A chain whose witness somebody removed is known by its position.
        foreach (var chain in witnesses.Keys.Union(known.Keys))
        {
            var position = known.GetValueOrDefault(chain) ?? ForwardPosition.Beginning(chain);
            var end = witnesses.GetValueOrDefault(chain) ?? ChainEnd.Beginning(chain);
            if ((looksAtHeads || end.Count < position.Count) && await store.FindHeadAsync(chain, cancel) is { } head && head.Count > end.Count)
            {
                end = head;
            }

            if (end.Count != position.Count || end.Hash != position.Hash)
            {
                behind[chain] = new Behind(await RequireSameAsync(position, end, cancel), end);
            }
        }

        headsAt = looksAtHeads ? clock.GetTimestamp() : headsAt;
        return behind;
    }

    // Whoever cuts a chain off or writes it anew is not to do it in silence, nor to have new events taken for forwarded ones.
    private async Task<ForwardPosition> RequireSameAsync(ForwardPosition position, ChainEnd end, CancellationToken cancel)
    {
        if (position.Count == 0 || (await store.FindAsync(position.Chain, position.Count, cancel))?.Hash == position.Hash)
        {
            return position;
        }

        log.LogError(
            "Audit trail {Chain} is no longer what was forwarded: event {Number} with the hash {Hash} is not there, and the trail ends at {End}. "
            + "It is forwarded again from its beginning; see verify-audit",
            position.Chain, position.Count, position.Hash, end.Count);
        var beginning = ForwardPosition.Beginning(position.Chain) with { Tag = position.Tag };
        return await positions.SaveAsync(settings.Receiver!, beginning, cancel) ?? beginning;
    }

    private async IAsyncEnumerable<ForwardedEvent> ReadAsync(Dictionary<string, Behind> behind, [EnumeratorCancellation] CancellationToken cancel)
    {
        // Their positions move meanwhile.
        foreach (var (chain, (position, end)) in behind.ToList())
        {
            var last = position.Count;
            while (last < end.Count)
            {
                var events = await store.ReadAsync(chain, last + 1, Math.Min(end.Count, last + PageEvents), cancel);
                if (events.Count == 0)
                {
                    // An end may have been forged to lie anywhere; where no event follows, the position stays.
                    events = await store.FindNextAsync(chain, last, cancel) is { } next ? [next] : [];
                }

                foreach (var one in events)
                {
                    TellGap(chain, last, one.Number - 1);
                    last = one.Number;
                    yield return new ForwardedEvent(chain, one);
                }

                if (events.Count == 0)
                {
                    TellGap(chain, last, end.Count);
                    break;
                }
            }
        }
    }

    private async Task<bool> DeliverAsync(List<ForwardedEvent> page, Dictionary<string, Behind> behind, CancellationToken cancel)
    {
        try
        {
            await receiver!.TakeAsync(page, cancel);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            await NoteAwayAsync(error.Message, behind, cancel);
            return false;
        }

        NoteTaken();
        foreach (var last in page.GroupBy(one => one.Chain).Select(chain => chain.Last()))
        {
            var (position, end) = behind[last.Chain];
            if (await positions.SaveAsync(settings.Receiver!, position with { Count = last.Stored.Number, Hash = last.Stored.Hash }, cancel) is not { } moved)
            {
                // Another portal forwards as well, and got here first.
                return false;
            }

            behind[last.Chain] = new Behind(moved, end);
        }

        return true;
    }

    private async Task NoteAwayAsync(string reason, Dictionary<string, Behind> behind, CancellationToken cancel)
    {
        var isNew = Takes != false;
        if (!isNew && clock.GetElapsedTime(remindedAt) < RemindEvery)
        {
            return;
        }

        Takes = false;
        remindedAt = clock.GetTimestamp();
        awaySince = isNew ? remindedAt : awaySince;
        log.LogError(
            "The audit trail cannot be forwarded to {Receiver}: {Reason}. {Waiting} events wait, the oldest of {Oldest}; none is lost, and it is tried again "
            + "every ten seconds",
            settings.Receiver, reason, behind.Values.Sum(one => Math.Max(0, one.End.Count - one.Position.Count)), await FindOldestAsync(behind, cancel));
    }

    private void NoteTaken()
    {
        if (Takes == false)
        {
            log.LogWarning(
                "The audit trail is forwarded to {Receiver} again, which was away for {Minutes} minutes",
                settings.Receiver, Math.Round(clock.GetElapsedTime(awaySince).TotalMinutes));
        }

        Takes = true;
    }

    private async Task<string> FindOldestAsync(Dictionary<string, Behind> behind, CancellationToken cancel)
    {
        DateTimeOffset? oldest = null;
        foreach (var (position, _) in behind.Values)
        {
            var first = await store.FindAsync(position.Chain, position.Count + 1, cancel);
            oldest = first is not null && AuditHash.Parse(first.Text)?.At is { } at && !(at >= oldest) ? at : oldest;
        }

        return oldest?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture) ?? "unknown time";
    }

    // While the receiver is away they are met again and again.
    private void TellGap(string chain, long before, long last)
    {
        if (last > before && gaps.Add((chain, before)))
        {
            log.LogError("Audit trail {Chain} lacks events {First} to {Last}, which cannot be forwarded; see verify-audit", chain, before + 1, last);
        }
    }

    private sealed record Behind(ForwardPosition Position, ChainEnd End);
}
