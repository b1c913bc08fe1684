namespace Ssp.Audit;

public enum BreakKind
{
    /// <summary>The event was changed after it was recorded.</summary>
    Edited,

    /// <summary>The event is gone, later ones are there.</summary>
    Missing,

    /// <summary>Another event stands in its place.</summary>
    Moved,

    /// <summary>The chain ends before the place it had reached.</summary>
    Truncated,
}

/// <summary>Where a chain first differs from what was recorded.</summary>
public sealed record ChainBreak(string Chain, long Number, BreakKind Kind);

/// <summary>What a check found.</summary>
/// <param name="Events">How many events are there.</param>
/// <param name="Last">The number of the last.</param>
/// <param name="Head">The hash of the last event: who keeps it elsewhere can tell later whether the whole was rewritten.</param>
/// <param name="Unfinished">What was requested and has no end.</param>
public sealed record ChainReport(string Chain, long Events, long Last, string? Head, ChainBreak? FirstBreak, IReadOnlyList<AuditEvent> Unfinished);

/// <summary>The rules by which a chain is judged. Fed with its two ends and its rows in order; knows neither storage nor clock.</summary>
/// <param name="head">Where the head says that the chain ends; null when there is none.</param>
/// <param name="witness">Where it ended at least; read before the head, so that it cannot be ahead of an honest one.</param>
public sealed class ChainCheck(string chain, ChainEnd? head, ChainEnd? witness)
{
    private readonly Dictionary<string, AuditEvent> requested = new(StringComparer.Ordinal);
    private ChainBreak? found;
    private string hash = AuditHash.Beginning;
    private DateTimeOffset at = DateTimeOffset.MinValue;
    private string? hashAtHead;
    private string? hashAtWitness;
    private long count;
    private long last;

    /// <summary>The number up to which there should be events.</summary>
    public long Reached { get; } = Math.Max(head?.Count ?? 0, witness?.Count ?? 0);

    /// <summary>The next rows, in order; those that are not there are left out.</summary>
    public void Look(IEnumerable<StoredEvent> rows)
    {
        foreach (var row in rows)
        {
            if (row.Number > last + 1)
            {
                Break(last + 1, BreakKind.Missing);
            }

            var one = AuditHash.Parse(row.Text);
            Judge(row, one);
            Note(one);
            (hash, last, count) = (row.Hash, row.Number, count + 1);
            hashAtHead = row.Number == head?.Count ? row.Hash : hashAtHead;
            hashAtWitness = row.Number == witness?.Count ? row.Hash : hashAtWitness;
        }
    }

    /// <param name="goesOn">Whether there are events that even now no head knows.</param>
    /// <param name="before">What was requested later than this may still be under way.</param>
    public ChainReport End(bool goesOn, DateTimeOffset before)
    {
        var headCount = head?.Count ?? 0;
        if (last < Reached)
        {
            Break(last + 1, BreakKind.Truncated);
        }
        else if (headCount < Reached || goesOn)
        {
            Break(headCount + 1, BreakKind.Truncated);
        }
        else if (witness is null && head is not null)
        {
            // It is written before the first event, so somebody removed it, perhaps to cut the chain.
            Break(headCount, BreakKind.Truncated);
        }

        if (hashAtWitness is not null && hashAtWitness != witness!.Hash)
        {
            Break(witness.Count, BreakKind.Edited);
        }

        if (hashAtHead is not null && hashAtHead != head!.Hash)
        {
            Break(headCount, BreakKind.Edited);
        }

        return new ChainReport(
            chain, count, last, count == 0 ? null : hash, found, [.. requested.Values.Where(one => one.At < before).OrderBy(one => one.Number)]);
    }

    private void Judge(StoredEvent row, AuditEvent? one)
    {
        if (one is not null && (one.Chain != chain || one.Number != row.Number))
        {
            Break(row.Number, BreakKind.Moved);
        }
        else if (one is null || AuditHash.Of(row.Previous, row.Text) != row.Hash || one.At < at)
        {
            Break(row.Number, BreakKind.Edited);
        }
        else if (row.Previous != hash)
        {
            // This one is as it was; the one before was changed and its hash made to fit.
            Break(Math.Max(1, row.Number - 1), BreakKind.Edited);
        }
        else
        {
            at = one.At;
        }
    }

    private void Note(AuditEvent? one)
    {
        if (one?.Operation is not { } operation)
        {
            return;
        }

        if (one.Result == AuditResult.Requested)
        {
            requested[operation] = one;
        }
        else
        {
            requested.Remove(operation);
        }
    }

    private void Break(long number, BreakKind kind) => found ??= new ChainBreak(chain, number, kind);
}
