using Azure.Storage.Blobs;
using Ssp.Jobs;
using Ssp.Storage;

namespace Ssp.Nippin;

/// <summary>Nightly validations as the sweep sees them.</summary>
public sealed class NightWork(NightStore nights, PortalStorage storage, TimeProvider clock) : IWork
{
    public const string Word = "night";

    public string Kind => Word;

    public BlobContainerClient Files => storage.NightFiles;

    public async Task<WorkState> LookAsync(string organizationId, string id, CancellationToken cancel) => await nights.FindAsync(organizationId, id, cancel) switch
    {
        null or { IsOver: true } => WorkState.Over,
        { State: NightState.Queued } => WorkState.Waiting,
        var running => ValidateNight.HasWorker(running, clock) ? WorkState.Running : WorkState.Abandoned,
    };

    public async Task SendAsync(string organizationId, string id, CancellationToken cancel)
    {
        if (await nights.FindAsync(organizationId, id, cancel) is { } night)
        {
            await nights.SendAsync(night, cancel);
        }
    }

    public async Task<IReadOnlySet<string>> ListNamedFilesAsync(string organizationId, CancellationToken cancel)
    {
        var named = new HashSet<string>();
        await foreach (var night in nights.ListOfAnyNumberAsync(organizationId, cancel))
        {
            named.UnionWith(new[] { night.File?.Name, night.IsOver ? null : NightStore.NameOf(night) }.OfType<string>());
        }

        return named;
    }
}
