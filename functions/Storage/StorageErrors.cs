using Azure;
using Azure.Data.Tables;

namespace Ssp.Storage;

/// <summary>What a refused storage call means, by name.</summary>
public static class StorageErrors
{
    /// <summary>There is no such row, blob or queue.</summary>
    public static bool IsMissing(this RequestFailedException error) => error.Status == 404;

    /// <summary>A row with this key exists already.</summary>
    public static bool IsTaken(this RequestFailedException error) => error.Status == 409;

    /// <summary>Somebody changed the row since it was read.</summary>
    public static bool IsStale(this RequestFailedException error) => error.Status == 412;

    /// <summary>
    /// Storage did not serve a call, for whatever reason. An AggregateException is how its clients say that they tried several times in vain.
    /// </summary>
    public static bool IsOfStorage(this Exception error) => error is RequestFailedException or AggregateException;

    /// <summary>Storage did not answer at all, or is failing: trying again later may help.</summary>
    public static bool IsStorageAway(this Exception error) => error switch
    {
        RequestFailedException failed => failed.Status is 0 or 408 or 429 or >= 500,
        AggregateException tries => tries.InnerExceptions.All(one => one is RequestFailedException or OperationCanceledException),
        _ => false,
    };

    /// <summary>Writes a row as it is now.</summary>
    /// <param name="etag">Of the row as it was read.</param>
    /// <returns>Its new ETag, or null when somebody changed or removed it since.</returns>
    public static async Task<ETag?> TryReplaceAsync(this TableClient table, ITableEntity row, ETag etag, CancellationToken cancel)
    {
        try
        {
            return (await table.UpdateEntityAsync(row, etag, TableUpdateMode.Replace, cancel)).Headers.ETag!.Value;
        }
        catch (RequestFailedException error) when (error.IsStale() || error.IsMissing())
        {
            return null;
        }
    }

    /// <summary>The row, or null when there is none.</summary>
    public static async Task<T?> FindAsync<T>(this TableClient table, string partition, string row, CancellationToken cancel)
        where T : class, ITableEntity
    {
        var found = await table.GetEntityIfExistsAsync<T>(partition, row, cancellationToken: cancel);
        return found.HasValue ? found.Value : null;
    }
}
