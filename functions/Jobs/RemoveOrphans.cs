using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Ssp.Storage;

namespace Ssp.Jobs;

/// <summary>
/// Every hour: removes files that no row names, left by whoever died between a file and its row, or after the row and before the file. Files are
/// written first and named after, so young ones are left alone.
/// </summary>
public sealed class RemoveOrphans(PortalStorage storage, IEnumerable<JobKind> kinds, TimeProvider clock, ILogger<RemoveOrphans> log)
{
    // Longer than a function may run.
    private static readonly TimeSpan Young = TimeSpan.FromHours(1);
    private static readonly IReadOnlySet<string> Nothing = new HashSet<string>();

    [Function(nameof(RemoveOrphans))]
    public async Task Run([TimerTrigger("0 40 * * * *")] TimerInfo timer, CancellationToken cancel)
    {
        await storage.PrepareAsync(cancel);
        foreach (var kind in kinds)
        {
            var removed = await RemoveAsync(kind, cancel);
            if (removed > 0)
            {
                log.LogWarning("Removed {Count} files of {Kind} that nothing names", removed, kind.Word);
            }
        }
    }

    private async Task<int> RemoveAsync(JobKind kind, CancellationToken cancel)
    {
        var (organization, named) = ("", Nothing);
        var removed = 0;
        // They come in the order of their names, one organisation's after another's; among them what has blocks and was never committed, left by
        // whoever died in the middle.
        await foreach (var blob in kind.Files.GetBlobsAsync(BlobTraits.None, BlobStates.Uncommitted, null, cancel))
        {
            var owner = blob.Name.Split('/')[0];
            if (owner != organization)
            {
                (organization, named) = (owner, OrganizationId.TryParse(owner) is { } id ? await kind.ListNamedFilesAsync(id, cancel) : Nothing);
            }

            if (clock.GetUtcNow() - blob.Properties.LastModified > Young
                && !named.Contains(Stem(blob.Name))
                && await kind.Files.GetBlockBlobClient(blob.Name).DiscardAsync(blob.Properties.ETag, cancel))
            {
                removed++;
            }
        }

        return removed;
    }

    private static string Stem(string name) => Path.ChangeExtension(name, null);
}
