using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Azure.Functions.Worker;

namespace Ssp.EmbeddedHost.Timers;

/// <summary>The last and the next tick of a timer, remembered over restarts.</summary>
internal sealed class TimerStatus(BlobClient blob)
{
    /// <summary>Null before the first start.</summary>
    public async Task<ScheduleStatus?> Read()
    {
        try
        {
            BlobDownloadResult status = await blob.DownloadContentAsync();
            return status.Content.ToObjectFromJson<ScheduleStatus>();
        }
        catch (RequestFailedException error) when (error.Status == 404)
        {
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public Task Write(ScheduleStatus status) => blob.UploadAsync(BinaryData.FromObjectAsJson(status), overwrite: true);
}
