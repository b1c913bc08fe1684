using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace Ssp.Storage;

/// <summary>Removes files, also those somebody died in the middle of.</summary>
public static class Discard
{
    /// <summary>Removes a file, whether it was committed or has blocks only.</summary>
    /// <param name="etag">Of what is to be removed; null: whatever there is.</param>
    /// <returns>Whether it was there as expected.</returns>
    public static async Task<bool> DiscardAsync(this BlockBlobClient file, ETag? etag, CancellationToken cancel)
    {
        try
        {
            if (!await file.ExistsAsync(cancel))
            {
                // Azurite would delete the name only, and keep the blocks for ever, with patients' data in them; committed to nothing, they go.
                var blockless = new CommitBlockListOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } };
                etag = (await file.CommitBlockListAsync([], blockless, cancel)).Value.ETag;
            }

            return await file.DeleteIfExistsAsync(conditions: new BlobRequestConditions { IfMatch = etag }, cancellationToken: cancel);
        }
        catch (RequestFailedException error) when (error.IsStale() || error.IsTaken())
        {
            // Written anew meanwhile.
            return false;
        }
    }
}
