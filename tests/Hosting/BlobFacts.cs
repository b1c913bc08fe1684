using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Ssp.Tests.Hosting;

internal static class BlobFacts
{
    public static async Task<bool> Exists(this BlobContainerClient container, string name) =>
        await container.GetBlobClient(name).ExistsAsync();

    public static async Task<bool> IsLeased(this BlobContainerClient container, string name)
    {
        var blob = container.GetBlobClient(name);
        if (!await blob.ExistsAsync())
        {
            return false;
        }

        BlobProperties properties = await blob.GetPropertiesAsync();
        return properties.LeaseState == LeaseState.Leased;
    }
}
