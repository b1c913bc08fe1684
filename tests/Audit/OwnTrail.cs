using System.Globalization;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging.Abstractions;
using Ssp.Audit;
using Ssp.Identity;
using Ssp.Storage;
using Ssp.Tests.Support;

namespace Ssp.Tests.Audit;

/// <summary>A trail in tables of its own, and hands that reach into them past the portal.</summary>
public sealed class OwnTrail(Stack stack, TimeProvider? clock = null)
{
    public static readonly AuditActor Somebody = new("ann@hospital.example", "a1", "0123456789abcdef", "request-1", "192.0.2.7");

    public string Prefix { get; } = TestPortal.NewPrefix();

    public string Organization { get; } = Guid.NewGuid().ToString("N");

    public PortalStorage Storage { get; private set; } = null!;

    public AuditStore Store { get; private set; } = null!;

    public OrganizationStore Organizations => new(Storage, TimeProvider.System);

    public TableClient Table => Storage.Audit;

    public static async Task<OwnTrail> CreateAsync(Stack stack, TimeProvider? clock = null)
    {
        var trail = new OwnTrail(stack, clock);
        (trail.Storage, trail.Store) = trail.Open();
        await trail.Storage.PrepareAsync(CancellationToken.None);
        return trail;
    }

    /// <summary>A second portal on the same tables, or the same one after a restart.</summary>
    /// <param name="connection">Where its storage is, when it reaches it by another way.</param>
    public AuditStore Reopen(string? connection = null) => Open(connection).Store;

    /// <summary>Appends events to the organisation's chain, one after the other.</summary>
    public async Task<IReadOnlyList<AuditEvent>> AddAsync(int count, string action = "member_added")
    {
        var added = new List<AuditEvent>();
        for (var number = 1; number <= count; number++)
        {
            added.Add(await Store.AppendAsync(Somebody, new AuditAction(action, $"object {number}", Organization), AuditResult.Done));
        }

        return added;
    }

    /// <summary>The whole chain as it is stored.</summary>
    public async Task<IReadOnlyList<StoredEvent>> AllAsync(string? chain = null)
    {
        var head = await Store.FindHeadAsync(chain ?? Organization, CancellationToken.None);
        return await Store.ReadAsync(chain ?? Organization, 1, head?.Count ?? 0, CancellationToken.None);
    }

    public static string KeyOf(long number) => string.Create(CultureInfo.InvariantCulture, $"event-{number:D10}");

    public async Task<TableEntity> RowAsync(long number) => (await Table.GetEntityAsync<TableEntity>(Organization, KeyOf(number))).Value;

    /// <summary>Changes a row behind the portal's back.</summary>
    public async Task TamperAsync(string row, Action<TableEntity> change)
    {
        var entity = (await Table.GetEntityAsync<TableEntity>(Organization, row)).Value;
        change(entity);
        await Table.UpdateEntityAsync(entity, ETag.All, TableUpdateMode.Replace);
    }

    public Task RemoveAsync(long number) => Table.DeleteEntityAsync(Organization, KeyOf(number), ETag.All);

    /// <summary>Sets the chain's head back as if it ended with this event.</summary>
    public async Task SetHeadBackAsync(long count)
    {
        var last = await RowAsync(count);
        await TamperAsync("head", head => (head["Count"], head["Hash"]) = (count, last["Hash"]));
    }

    private (PortalStorage Storage, AuditStore Store) Open(string? connection = null)
    {
        var storage = new PortalStorage(TestSettings.Of(("AzureWebJobsStorage", connection ?? stack.Storage), ("StoragePrefix", Prefix)).Storage);
        return (storage, new AuditStore(storage, clock ?? TimeProvider.System, NullLogger<AuditStore>.Instance));
    }
}
