using Azure.Storage.Blobs;
using Ssp.Jobs;
using Ssp.Storage;

namespace Ssp.Exports;

/// <summary>Exports as the sweep sees them.</summary>
public sealed class ExportWork(ExportStore exports, PortalStorage storage, TimeProvider clock) : IWork
{
    public const string Word = "export";

    public string Kind => Word;

    public BlobContainerClient Files => storage.ExportFiles;

    public async Task<WorkState> LookAsync(string organizationId, string id, CancellationToken cancel) => await exports.FindAsync(organizationId, id, cancel) switch
    {
        null or { IsOver: true } => WorkState.Over,
        { State: ExportState.Queued } => WorkState.Waiting,
        var running => BuildExport.HasWorker(running, clock) ? WorkState.Running : WorkState.Abandoned,
    };

    public Task SendAsync(string organizationId, string id, CancellationToken cancel) => exports.SendAsync(organizationId, id, cancel);

    public async Task<IReadOnlySet<string>> ListNamedFilesAsync(string organizationId, CancellationToken cancel) =>
        (await exports.ListAsync(organizationId, cancel)).Select(job => job.IsOver ? job.BlobName : ExportStore.BlobNameOf(job)).OfType<string>()
            .Select(name => name[..name.LastIndexOf('.')]).ToHashSet();
}
