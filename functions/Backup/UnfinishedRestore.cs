using Azure;
using Azure.Data.Tables;
using Ssp.Jobs;
using Ssp.Storage;

namespace Ssp.Backup;

/// <summary>A restore that was begun and has not ended.</summary>
/// <param name="File">The name of the backup.</param>
/// <param name="Heartbeat">When whoever restores last said that it goes on.</param>
public sealed record RestoreMark(string File, DateTimeOffset BegunAt, DateTimeOffset Heartbeat, ETag ETag);

/// <summary>
/// Table Restore: one row while a restore is under way. Storage under that mark is neither empty nor whole: no portal runs on it, see
/// <see cref="StandAside"/>, and only a restore, begun anew, may touch it.
/// </summary>
public sealed class UnfinishedRestore(StoredParts storage, TimeProvider clock)
{
    private const string Key = "restore";

    // Quick to answer that storage is away: the portal asks before it starts.
    private TableClient Table => storage.RestoreMarks;

    public async Task<RestoreMark?> FindAsync(CancellationToken cancel) => (await Table.FindAsync<MarkRow>(Key, Key, cancel))?.ToMark();

    /// <summary>Sets the mark; over one that a dead restore left.</summary>
    /// <exception cref="BackupException">Another restore is under way.</exception>
    public async Task<RestoreMark> BeginAsync(string file, CancellationToken cancel)
    {
        await storage.MakeTableAsync(StoredParts.RestoreTable, cancel);
        var left = await FindAsync(cancel);
        if (left is not null && Lease.IsAlive(left.Heartbeat, clock))
        {
            throw new BackupException($"Another restore into this storage is under way, of {left.File}; it gave a sign of life a moment ago.");
        }

        var now = clock.GetUtcNow();
        var mark = new RestoreMark(file, now, now, left?.ETag ?? default);
        try
        {
            var answer = left is null
                ? await Table.AddEntityAsync(MarkRow.Of(mark), cancel)
                : await Table.UpdateEntityAsync(MarkRow.Of(mark), left.ETag, TableUpdateMode.Replace, cancel);
            return mark with { ETag = answer.Headers.ETag!.Value };
        }
        catch (RequestFailedException error) when (error.IsTaken() || error.IsStale())
        {
            throw new BackupException("Another restore into this storage began at the same moment.");
        }
    }

    /// <summary>Writes a heartbeat.</summary>
    /// <returns>Null when somebody else took the restore over.</returns>
    public async Task<RestoreMark?> SaveAsync(RestoreMark mark, CancellationToken cancel)
    {
        try
        {
            var answer = await Table.UpdateEntityAsync(MarkRow.Of(mark), mark.ETag, TableUpdateMode.Replace, cancel);
            return mark with { ETag = answer.Headers.ETag!.Value };
        }
        catch (RequestFailedException error) when (error.IsStale() || error.IsMissing())
        {
            return null;
        }
    }

    /// <summary>Takes the mark away: the restore is complete.</summary>
    public async Task EndAsync(CancellationToken cancel) => await Table.DeleteEntityAsync(Key, Key, ETag.All, cancel);

    private sealed class MarkRow : Row
    {
        public string File { get; set; } = "";

        public DateTimeOffset BegunAt { get; set; }

        public DateTimeOffset LastSign { get; set; }

        public static MarkRow Of(RestoreMark mark) =>
            new() { PartitionKey = Key, RowKey = Key, File = mark.File, BegunAt = mark.BegunAt, LastSign = mark.Heartbeat };

        public RestoreMark ToMark() => new(File, BegunAt, LastSign, ETag);
    }
}
