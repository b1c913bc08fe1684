using Azure;
using Azure.Data.Tables;
using Ssp.Storage;

namespace Ssp.Jobs;

/// <summary>Which part of its organisation's turns a piece of work has, see <see cref="JobStore{TJob}.SendDueAsync"/>. Stored by its name.</summary>
public enum Turn
{
    /// <summary>It waits for its turn, and has no message in the queue.</summary>
    Waits,

    /// <summary>A message for it is in the queue, or a worker has it.</summary>
    Has,

    /// <summary>It waits for a database that is away, or for its turn among costly files, so another goes on meanwhile.</summary>
    Yielded,

    Over,
}

/// <summary>Work that was accepted and was not yet seen to end.</summary>
/// <param name="Kind">Whose work it is, see <see cref="JobKind.Word"/>.</param>
/// <param name="Id">Names it in its organisation; hexadecimal digits and hyphens.</param>
/// <param name="AskerId">The account that asked for it; null: the portal did.</param>
/// <param name="NotedAt">When it was asked for.</param>
/// <param name="SentAt">When a message for it was last put into its queue, or it was noted.</param>
/// <param name="Sends">How many more messages it needed than the first.</param>
public sealed record OpenWork(
    string Kind, OrganizationId OrganizationId, JobId Id, string? AskerId, Turn Turn, DateTimeOffset NotedAt, DateTimeOffset SentAt, int Sends, ETag ETag);

/// <summary>
/// Table Work: a short list of what is under way. Work is noted here before its own row says so, and is taken off by nobody but <see cref="SweepWork"/>,
/// who looks at that row: so whoever dies at whatever moment, nothing that was accepted is missing from the list.
/// </summary>
public sealed class WorkList(PortalStorage storage, TimeProvider clock)
{
    /// <summary>Notes work that is about to be accepted; noted again, it is new, and waits for its turn.</summary>
    public async Task NoteAsync(string kind, OrganizationId organizationId, JobId id, string? askerId, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var work = new OpenWork(kind, organizationId, id, askerId, Turn.Waits, now, now, 0, default);
        await storage.Work.UpsertEntityAsync(WorkRow.Of(work), TableUpdateMode.Replace, cancel);
    }

    public IAsyncEnumerable<OpenWork> ListAsync(CancellationToken cancel) => ReadAsync(storage.Work.QueryAsync<WorkRow>(cancellationToken: cancel));

    /// <summary>The work of one kind in one organisation.</summary>
    public IAsyncEnumerable<OpenWork> ListAsync(string kind, OrganizationId organizationId, CancellationToken cancel)
    {
        var (first, after) = ($"{organizationId}-", $"{organizationId}.");
        return ReadAsync(storage.Work.QueryAsync<WorkRow>(
            row => row.PartitionKey == kind && row.RowKey.CompareTo(first) >= 0 && row.RowKey.CompareTo(after) < 0, cancellationToken: cancel));
    }

    /// <summary>Notes that a message is sent, or another one.</summary>
    /// <returns>False when the work was noted anew or sent meanwhile.</returns>
    public Task<bool> NoteSentAsync(OpenWork work, CancellationToken cancel)
    {
        var sent = work with { SentAt = clock.GetUtcNow() };
        return SaveAsync(work.Turn == Turn.Waits ? sent with { Turn = Turn.Has } : sent with { Sends = work.Sends + 1 }, cancel);
    }

    /// <summary>The work as it is noted, or null when it is not.</summary>
    public async Task<OpenWork?> FindAsync(string kind, OrganizationId organizationId, JobId id, CancellationToken cancel) =>
        (await storage.Work.FindAsync<WorkRow>(kind, WorkRow.KeyOf(organizationId, id), cancel))?.ToWork();

    /// <summary>Notes that the turn of the work has ended, unless it was noted anew meanwhile.</summary>
    public Task NoteTurnAsync(OpenWork work, Turn turn, CancellationToken cancel) => SaveAsync(work with { Turn = turn }, cancel);

    /// <summary>Takes work off the list, unless it was noted anew meanwhile.</summary>
    public async Task ForgetAsync(OpenWork work, CancellationToken cancel)
    {
        try
        {
            await storage.Work.DeleteEntityAsync(work.Kind, WorkRow.KeyOf(work.OrganizationId, work.Id), work.ETag, cancel);
        }
        catch (RequestFailedException error) when (error.IsStale() || error.IsMissing())
        {
            // Noted anew, or another portal swept it: the next sweep sees it as it is.
        }
    }

    private async Task<bool> SaveAsync(OpenWork work, CancellationToken cancel) =>
        await storage.Work.TryReplaceAsync(WorkRow.Of(work), work.ETag, cancel) is not null;

    private static async IAsyncEnumerable<OpenWork> ReadAsync(IAsyncEnumerable<WorkRow> rows)
    {
        await foreach (var row in rows)
        {
            // A later version of the portal may name its jobs in another way.
            if (row.ToWork() is { } work)
            {
                yield return work;
            }
        }
    }

    private sealed class WorkRow : Row
    {
        public string OrganizationId { get; set; } = "";

        public string Id { get; set; } = "";

        public string? AskerId { get; set; }

        public DateTimeOffset NotedAt { get; set; }

        public DateTimeOffset SentAt { get; set; }

        public int Sends { get; set; }

        // Before there were turns, everything was sent at once.
        public string Turn { get; set; } = nameof(Jobs.Turn.Has);

        public static string KeyOf(OrganizationId organizationId, JobId id) => $"{organizationId}-{id}";

        public static WorkRow Of(OpenWork work) => new()
        {
            PartitionKey = work.Kind,
            RowKey = KeyOf(work.OrganizationId, work.Id),
            OrganizationId = work.OrganizationId,
            Id = work.Id,
            AskerId = work.AskerId,
            NotedAt = work.NotedAt,
            SentAt = work.SentAt,
            Sends = work.Sends,
            Turn = work.Turn.ToString(),
        };

        public OpenWork? ToWork() =>
            Storage.OrganizationId.TryParse(OrganizationId) is { } organization && JobId.TryParse(Id) is { } job
                ? new OpenWork(PartitionKey, organization, job, AskerId, TurnOf(Turn), NotedAt, SentAt, Sends, ETag)
                : null;

        private static Turn TurnOf(string stored) => Enum.TryParse<Turn>(stored, out var turn) ? turn : Jobs.Turn.Has;
    }
}
