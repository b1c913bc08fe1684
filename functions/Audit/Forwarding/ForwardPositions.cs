using Azure;
using Ssp.Storage;

namespace Ssp.Audit.Forwarding;

/// <summary>Up to where a chain was forwarded.</summary>
/// <param name="Count">The number of the last event that the receiver took.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="Tag">Null while it is not stored.</param>
public sealed record ForwardPosition(string Chain, long Count, string Hash, ETag? Tag)
{
    public static ForwardPosition Beginning(string chain) => new(chain, 0, AuditHash.Beginning, null);
}

/// <summary>
/// Table AuditForwards: partition = receiver, row = chain. Another receiver has positions of its own, and so gets the trails from their beginning.
/// </summary>
public sealed class ForwardPositions(PortalStorage storage)
{
    /// <summary>By the chain.</summary>
    public async Task<IReadOnlyDictionary<string, ForwardPosition>> ListAsync(Uri receiver, CancellationToken cancel)
    {
        var partition = PartitionOf(receiver);
        var found = new Dictionary<string, ForwardPosition>(StringComparer.Ordinal);
        await foreach (var row in storage.AuditForwards.QueryAsync<PositionRow>(row => row.PartitionKey == partition, cancellationToken: cancel))
        {
            found[row.RowKey] = new ForwardPosition(row.RowKey, row.Count, row.Hash, row.ETag);
        }

        return found;
    }

    /// <returns>As it is stored now, or null when somebody else moved it since it was read.</returns>
    public async Task<ForwardPosition?> SaveAsync(Uri receiver, ForwardPosition position, CancellationToken cancel)
    {
        var row = new PositionRow { PartitionKey = PartitionOf(receiver), RowKey = position.Chain, Count = position.Count, Hash = position.Hash };
        if (position.Tag is { } tag)
        {
            return await storage.AuditForwards.TryReplaceAsync(row, tag, cancel) is { } next ? position with { Tag = next } : null;
        }

        try
        {
            return position with { Tag = (await storage.AuditForwards.AddEntityAsync(row, cancel)).Headers.ETag };
        }
        catch (RequestFailedException error) when (error.IsTaken())
        {
            return null;
        }
    }

    private static string PartitionOf(Uri receiver) => Secrets.IdOf(receiver.AbsoluteUri);

    private sealed class PositionRow : Row
    {
        public long Count { get; set; }

        public string Hash { get; set; } = "";
    }
}
