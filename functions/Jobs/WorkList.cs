using Azure;
using Azure.Data.Tables;
using Ssp.Storage;

namespace Ssp.Jobs;

/// <summary>Work that was accepted and was not yet seen to end.</summary>
/// <param name="Kind">Whose work it is, see <see cref="JobKind.Word"/>.</param>
/// <param name="Id">Names it in its organisation; hexadecimal digits and hyphens.</param>
/// <param name="NotedAt">When it was asked for.</param>
/// <param name="SentAt">When a message for it was last put into its queue.</param>
/// <param name="Sends">How many more messages it needed than the first.</param>
public sealed record OpenWork(string Kind, OrganizationId OrganizationId, JobId Id, DateTimeOffset NotedAt, DateTimeOffset SentAt, int Sends, ETag ETag);

/// <summary>
/// Table Work: a short list of what is under way. Work is noted here before its own row says so, and is taken off by nobody but <see cref="SweepWork"/>,
/// who looks at that row: so whoever dies at whatever moment, nothing that was accepted is missing from the list.
/// </summary>
public sealed class WorkList(PortalStorage storage, TimeProvider clock)
{
    /// <summary>Notes work that is about to be accepted; noted again, it is new.</summary>
    public async Task NoteAsync(string kind, OrganizationId organizationId, JobId id, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await storage.Work.UpsertEntityAsync(WorkRow.Of(new OpenWork(kind, organizationId, id, now, now, 0, default)), TableUpdateMode.Replace, cancel);
    }

    public async IAsyncEnumerable<OpenWork> ListAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var row in storage.Work.QueryAsync<WorkRow>(cancellationToken: cancel))
        {
            // A later version of the portal may name its jobs in another way.
            if (row.ToWork() is { } work)
            {
                yield return work;
            }
        }
    }

    /// <summary>Notes that another message was sent, unless the work was noted anew meanwhile.</summary>
    public Task NoteSentAsync(OpenWork work, CancellationToken cancel)
    {
        var sent = work with { SentAt = clock.GetUtcNow(), Sends = work.Sends + 1 };
        return UnlessChangedAsync(() => storage.Work.UpdateEntityAsync(WorkRow.Of(sent), work.ETag, TableUpdateMode.Replace, cancel));
    }

    /// <summary>Takes work off the list, unless it was noted anew meanwhile.</summary>
    public Task ForgetAsync(OpenWork work, CancellationToken cancel) =>
        UnlessChangedAsync(() => storage.Work.DeleteEntityAsync(work.Kind, WorkRow.KeyOf(work), work.ETag, cancel));

    private static async Task UnlessChangedAsync(Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (RequestFailedException error) when (error.IsStale() || error.IsMissing())
        {
            // Noted anew, or another portal swept it: the next sweep sees it as it is.
        }
    }

    private sealed class WorkRow : Row
    {
        public string OrganizationId { get; set; } = "";

        public string Id { get; set; } = "";

        public DateTimeOffset NotedAt { get; set; }

        public DateTimeOffset SentAt { get; set; }

        public int Sends { get; set; }

        public static string KeyOf(OpenWork work) => $"{work.OrganizationId}-{work.Id}";

        public static WorkRow Of(OpenWork work) => new()
        {
            PartitionKey = work.Kind,
            RowKey = KeyOf(work),
            OrganizationId = work.OrganizationId,
            Id = work.Id,
            NotedAt = work.NotedAt,
            SentAt = work.SentAt,
            Sends = work.Sends,
        };

        public OpenWork? ToWork() =>
            Storage.OrganizationId.TryParse(OrganizationId) is { } organization && JobId.TryParse(Id) is { } job
                ? new OpenWork(PartitionKey, organization, job, NotedAt, SentAt, Sends, ETag)
                : null;
    }
}
