using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Ssp.Hosting.Timers;

/// <summary>Where the ticks of a timer are remembered over restarts, in the place and the form of the Microsoft host.</summary>
internal sealed class TimerStatus(BlobClient blob)
{
    /// <summary>Null before the first start.</summary>
    public async Task<TimerTicks?> Read()
    {
        try
        {
            BlobDownloadResult status = await blob.DownloadContentAsync();
            return TimerTicks.Parse(status.Content);
        }
        catch (RequestFailedException error) when (error.Status == 404)
        {
            return null;
        }
    }

    public Task Write(TimerTicks ticks) => blob.UploadAsync(ticks.ToStatus(), overwrite: true);
}
