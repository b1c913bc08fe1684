using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using Ssp.Http;
using Ssp.Storage;
using Ssp.Text;

namespace Ssp.Audit;

/// <summary>
/// Table Audit: partition = chain (an organisation's id, or "installation"); rows "event-…" are its events and only ever added, row
/// "head" is where it ends. Events and the head are written in one transaction under the head's ETag, so two portals on one storage make one
/// chain. Table AuditChains has a row per chain that says the same as its head: the witness. It names the chains there are, and betrays
/// somebody who cut off events and set the head back.
/// </summary>
public sealed partial class AuditStore(PortalStorage storage, TimeProvider clock, ILogger<AuditStore> log)
{
    /// <summary>Longer details are cut.</summary>
    public const int MaxDetails = 4_000;

    private const string HeadKey = "head";
    private const string WitnessPartition = "chains";

    private const int MaxActor = 320;
    private const int MaxObject = 500;
    private const int MaxMark = 100;

    // What the digits of a key hold.
    private const long LastNumber = 9_999_999_999;

    // Azurite looks at every row of the table for a query but finds a row by its keys at once: below this, rows one by one are cheaper.
    private const int WorthAQuery = 200;

    private readonly ConcurrentDictionary<string, ChainWriter> writers = new(StringComparer.Ordinal);

    /// <summary>Adds an event to its chain. Returns when storage has it.</summary>
    /// <exception cref="Problem">503 audit_unavailable: it could not be written in time.</exception>
    public Task<AuditEvent> AppendAsync(AuditActor by, AuditAction action, AuditResult result, string? operation = null)
    {
        if (!ActionWord().IsMatch(action.Name))
        {
            throw new ArgumentException($"An action is a word in snake_case, and this is none: {action.Name}", nameof(action));
        }

        // An id of no organisation is somebody's input, and could not even stand in a table key.
        var chain = action.OrganizationId is { } id && IsOrganization(id) ? id : AuditEvent.Installation;
        return writers.GetOrAdd(chain, _ => new ChainWriter(chain, this, clock, log)).AppendAsync(Visible(by), Visible(action), result, operation);
    }

    /// <summary>An event of the chain as it is stored, or null when there is none of this number.</summary>
    public async Task<StoredEvent?> FindAsync(string chain, long number, CancellationToken cancel) =>
        (await storage.Audit.FindAsync<EventRow>(chain, KeyOf(number), cancel))?.ToEvent();

    /// <summary>The events of these numbers, by number; those that are not there are left out.</summary>
    public async Task<IReadOnlyList<StoredEvent>> ReadAsync(string chain, long first, long last, CancellationToken cancel)
    {
        if (last - first + 1 < WorthAQuery)
        {
            var reading = new List<Task<StoredEvent?>>();
            for (var number = first; number <= last; number++)
            {
                reading.Add(FindAsync(chain, number, cancel));
            }

            return [.. (await Task.WhenAll(reading)).OfType<StoredEvent>()];
        }

        var (from, to) = (KeyOf(first), KeyOf(last));
        var found = new List<StoredEvent>();
        await foreach (var row in storage.Audit.QueryAsync<EventRow>(
            row => row.PartitionKey == chain && row.RowKey.CompareTo(from) >= 0 && row.RowKey.CompareTo(to) <= 0, cancellationToken: cancel))
        {
            found.Add(row.ToEvent());
        }

        return found;
    }

    /// <summary>The first event after this number that is there, or null.</summary>
    public async Task<StoredEvent?> FindNextAsync(string chain, long number, CancellationToken cancel)
    {
        var (from, to) = (KeyOf(number), KeyOf(LastNumber));
        await foreach (var row in storage.Audit.QueryAsync<EventRow>(
            row => row.PartitionKey == chain && row.RowKey.CompareTo(from) > 0 && row.RowKey.CompareTo(to) <= 0, 1, cancellationToken: cancel))
        {
            return row.ToEvent();
        }

        return null;
    }

    /// <summary>The chain's head, or null when it has none.</summary>
    public async Task<ChainEnd?> FindHeadAsync(string chain, CancellationToken cancel) =>
        (await storage.Audit.FindAsync<EndRow>(chain, HeadKey, cancel))?.ToEnd(chain);

    public async Task<ChainEnd?> FindWitnessAsync(string chain, CancellationToken cancel) =>
        (await storage.AuditChains.FindAsync<EndRow>(WitnessPartition, chain, cancel))?.ToEnd(chain);

    /// <summary>Every chain there is, by the witnesses; the installation's first.</summary>
    public async Task<IReadOnlyList<ChainEnd>> ListChainsAsync(CancellationToken cancel)
    {
        var all = new List<ChainEnd>();
        await foreach (var row in storage.AuditChains.QueryAsync<EndRow>(row => row.PartitionKey == WitnessPartition, cancellationToken: cancel))
        {
            all.Add(row.ToEnd(row.RowKey));
        }

        return [.. all.OrderByDescending(end => end.Chain == AuditEvent.Installation).ThenBy(end => end.Chain, StringComparer.Ordinal)];
    }

    /// <summary>
    /// Every chain that anything in storage tells of, for a check: by the witnesses, the heads and the first events. Slower than
    /// <see cref="ListChainsAsync"/>, but who removes a chain's witness does not hide the chain.
    /// </summary>
    public async Task<IReadOnlySet<string>> ListTracesAsync(CancellationToken cancel)
    {
        var all = (await ListChainsAsync(cancel)).Select(end => end.Chain).ToHashSet();
        var first = KeyOf(1);
        await foreach (var row in storage.Audit.QueryAsync<TableEntity>(
            row => row.RowKey == HeadKey || row.RowKey == first, select: [nameof(TableEntity.PartitionKey)], cancellationToken: cancel))
        {
            all.Add(row.PartitionKey);
        }

        return all;
    }

    /// <summary>Where to go on writing. What lies after the head or is known to the witness is never written over, so its loss stays visible.</summary>
    internal async Task<WritableEnd> ReadEndAsync(string chain, CancellationToken cancel)
    {
        // In this order: a witness that was read first cannot be ahead of an honest head.
        var witness = await FindWitnessAsync(chain, cancel);
        var head = await storage.Audit.FindAsync<EndRow>(chain, HeadKey, cancel);
        var end = head?.ToEnd(chain) ?? ChainEnd.Beginning(chain);
        if (witness?.Count > end.Count)
        {
            end = witness;
        }

        while (await FindAsync(chain, end.Count + 1, cancel) is { } beyond)
        {
            end = new ChainEnd(chain, beyond.Number, beyond.Hash, AuditHash.Parse(beyond.Text)?.At is { } at && at > end.LastAt ? at : end.LastAt);
        }

        if (witness is null && end.Count == 0)
        {
            // Before the first event, so that no chain is unknown.
            await WitnessAsync(end, cancel);
        }

        // Looked for once more: another portal may have begun the chain, witness first, since the first look.
        var isWitnessLost = witness is null && end.Count > 0 && await FindWitnessAsync(chain, cancel) is null;
        return new WritableEnd(end, head?.ETag, isWitnessLost);
    }

    /// <summary>Adds the events after the end, in one transaction.</summary>
    /// <returns>The new end, or null when somebody else wrote since it was read.</returns>
    internal async Task<WritableEnd?> WriteAsync(WritableEnd before, ChainEnd after, IReadOnlyList<StoredEvent> events, CancellationToken cancel)
    {
        var chain = after.Chain;
        var head = EndRow.Of(after, chain, HeadKey);
        try
        {
            // The head first: when it is stale, nothing has to be undone.
            var answer = await storage.Audit.SubmitTransactionAsync(
                [
                    before.HeadTag is { } tag
                        ? new TableTransactionAction(TableTransactionActionType.UpdateReplace, head, tag)
                        : new TableTransactionAction(TableTransactionActionType.Add, head),
                    .. events.Select(one => new TableTransactionAction(TableTransactionActionType.Add, EventRow.Of(chain, one))),
                ],
                cancel);
            await TryWitnessAsync(after, cancel);
            return new WritableEnd(after, answer.Value[0].Headers.ETag);
        }
        catch (RequestFailedException error) when (error.IsStale() || error.IsTaken() || error.IsMissing())
        {
            // The storage client tries again when an answer gets lost, and then meets what it wrote itself.
            return (await FindAsync(chain, events[0].Number, cancel))?.Hash == events[0].Hash ? await ReadEndAsync(chain, cancel) : null;
        }
    }

    /// <summary>Whether it has the form of an organisation's id.</summary>
    public static bool IsOrganization(string id) => id.Length == 32 && id.All(char.IsAsciiHexDigitLower);

    private async Task WitnessAsync(ChainEnd end, CancellationToken cancel) =>
        await storage.AuditChains.UpsertEntityAsync(EndRow.Of(end, WitnessPartition, end.Chain), TableUpdateMode.Replace, cancel);

    // The events stand already; a witness that lags behind is caught up with the next ones.
    private async Task TryWitnessAsync(ChainEnd end, CancellationToken cancel)
    {
        try
        {
            await WitnessAsync(end, cancel);
        }
        catch (Exception error) when (error.IsOfStorage() || error is OperationCanceledException)
        {
            log.LogWarning("The witness of chain {Chain} could not be written: {Reason}", end.Chain, error.Message);
        }
    }

    private static string KeyOf(long number) => string.Create(CultureInfo.InvariantCulture, $"event-{number:D10}");

    private static AuditActor Visible(AuditActor by) =>
        new(
            Visible(by.Actor, MaxActor), Visible(by.ActorId, MaxMark), Visible(by.Session, MaxMark),
            Visible(by.RequestId, MaxMark), Visible(by.Address, MaxMark));

    private static AuditAction Visible(AuditAction action) =>
        action with { Object = Visible(action.Object, MaxObject)!, Details = Visible(action.Details, MaxDetails) };

    private static string? Visible(string? text, int max) => text is null ? null : VisibleText.Of(text, max);

    [GeneratedRegex(@"\A[a-z][a-z0-9]*(_[a-z0-9]+)*\z")]
    private static partial Regex ActionWord();

    private sealed class EventRow : Row
    {
        public string Text { get; set; } = "";

        public string Previous { get; set; } = "";

        public string Hash { get; set; } = "";

        public static EventRow Of(string chain, StoredEvent one) =>
            new() { PartitionKey = chain, RowKey = KeyOf(one.Number), Text = one.Text, Previous = one.Previous, Hash = one.Hash };

        public StoredEvent ToEvent() => new(long.Parse(RowKey.AsSpan("event-".Length), NumberStyles.None, CultureInfo.InvariantCulture), Text, Previous, Hash);
    }

    private sealed class EndRow : Row
    {
        public long Count { get; set; }

        public string Hash { get; set; } = "";

        // As text: table services keep no years before 1601.
        public string LastAt { get; set; } = "";

        public static EndRow Of(ChainEnd end, string partition, string row) => new()
        {
            PartitionKey = partition,
            RowKey = row,
            Count = end.Count,
            Hash = end.Hash,
            LastAt = end.LastAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        };

        public ChainEnd ToEnd(string chain) => new(
            chain, Count, Hash,
            DateTimeOffset.TryParse(LastAt, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                ? at
                : DateTimeOffset.MinValue);
    }
}

/// <summary>An end to write after.</summary>
/// <param name="HeadTag">The head's ETag; null while there is no head.</param>
/// <param name="IsWitnessLost">Whether somebody removed the chain's witness; it is written anew with the next events.</param>
internal sealed record WritableEnd(ChainEnd End, ETag? HeadTag, bool IsWitnessLost = false);
