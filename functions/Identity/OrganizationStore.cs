using System.Globalization;
using Azure;
using Azure.Data.Tables;
using Ssp.Hd4dp;
using Ssp.Http;
using Ssp.Storage;

namespace Ssp.Identity;

/// <summary>
/// Table Organizations. Partition = organisation id; row "organization" is its present state, rows "revision-…" how it came to be,
/// written in the same batch. Partition "nihdi-" + number: who is about to get it, row = organisation id.
/// </summary>
public sealed class OrganizationStore
{
    private const string RevisionPrefix = "revision-";
    private const string AnnouncedPrefix = "nihdi-";

    // Who announced a number this long ago died before the change, or was done with it.
    private static readonly TimeSpan Announced = TimeSpan.FromMinutes(1);

    private readonly PortalStorage storage;
    private readonly TimeProvider clock;
    private readonly TableCache<OrganizationLists> cache;

    public OrganizationStore(PortalStorage storage, TimeProvider clock)
    {
        (this.storage, this.clock) = (storage, clock);
        cache = new TableCache<OrganizationLists>(storage.Organizations, clock, ReadAllAsync);
    }

    public async Task<Organization?> FindAsync(OrganizationId id, CancellationToken cancel) =>
        (await storage.Organizations.FindAsync<OrganizationRow>(id, OrganizationRow.Key, cancel))?.ToOrganization();

    /// <summary>Every organisation of the installation, by title; see <see cref="TableCache{T}"/>.</summary>
    public async Task<IReadOnlyList<Organization>> ListAsync(CancellationToken cancel) => (await cache.ReadAsync(cancel)).ByTitle;

    /// <summary>Every organisation, sorted and ready to be searched; see <see cref="TableCache{T}"/>.</summary>
    public Task<OrganizationLists> ReadListsAsync(CancellationToken cancel) => cache.ReadAsync(cancel);

    /// <summary>Adds an organisation that somebody asked for.</summary>
    /// <param name="id">A new one, see <see cref="OrganizationId.New"/>.</param>
    /// <param name="by">Who.</param>
    public async Task<Organization> AddNewAsync(OrganizationId id, OrganizationForm form, string by, CancellationToken cancel)
    {
        await AddAsync(id, form, by, cancel);
        return await FindAsync(id, cancel) ?? throw new InvalidOperationException("An organisation vanished while it was added.");
    }

    /// <summary>
    /// Adds an organisation that HD4DP knows and the portal does not. The id is made from the number, so that two starts at once add it
    /// once; when an organisation of that id has got another number since, the next id is tried.
    /// </summary>
    /// <returns>The organisation with this number: the new one, or the one somebody else added meanwhile.</returns>
    public async Task<Organization> AddFoundAsync(Nihdi nihdi, string title, CancellationToken cancel)
    {
        for (var number = 1; ; number++)
        {
            var id = OrganizationId.Of($"found {nihdi.Digits} {number}");
            if (await FindAsync(id, cancel) is { } existing)
            {
                if (existing.Nihdi == nihdi.Digits)
                {
                    return existing;
                }

                continue;
            }

            try
            {
                await AddAsync(id, new OrganizationForm(title, nihdi, "Found in HD4DP"), by: "", cancel);
                return await FindAsync(id, cancel) ?? throw new InvalidOperationException("An organisation vanished while it was added.");
            }
            catch (RequestFailedException error) when (error.IsTaken())
            {
                number--;
            }
        }
    }

    /// <summary>Changes the organisation and notes the revision, or neither.</summary>
    /// <returns>The organisation as it is now, or null when it was changed since it was read.</returns>
    public Task<Organization?> ChangeAsync(Organization organization, OrganizationForm form, string by, CancellationToken cancel) =>
        cache.ChangeAsync(
            async () =>
            {
                var (row, revision) = RowsOf(organization.Id, organization.RevisionCount + 1, form, by);
                try
                {
                    await storage.Organizations.SubmitTransactionAsync(
                        [
                            new TableTransactionAction(TableTransactionActionType.UpdateReplace, row, organization.Row),
                            new TableTransactionAction(TableTransactionActionType.Add, revision),
                        ],
                        cancel);
                }
                catch (RequestFailedException error) when (error.IsStale() || error.IsTaken() || error.IsMissing())
                {
                    return null;
                }

                return await FindAsync(organization.Id, cancel);
            },
            cancel);

    /// <summary>Notes that the organisation is about to get this number, so that of two changes at once at most one finds it free.</summary>
    public async Task AnnounceAsync(string id, OrganizationForm form, CancellationToken cancel) =>
        await storage.Organizations.UpsertEntityAsync(
            new OrganizationRow { PartitionKey = AnnouncedPrefix + form.Nihdi, RowKey = id, Title = form.Title, At = clock.GetUtcNow() },
            TableUpdateMode.Replace,
            cancel);

    /// <summary>The titles of other organisations that are about to get this number.</summary>
    public async Task<IReadOnlyList<string>> ListAnnouncedAsync(string id, Nihdi nihdi, CancellationToken cancel)
    {
        var partition = AnnouncedPrefix + nihdi;
        var titles = new List<string>();
        var rows = storage.Organizations.QueryAsync<OrganizationRow>(row => row.PartitionKey == partition && row.RowKey != id, cancellationToken: cancel);
        await foreach (var row in rows)
        {
            if (clock.GetUtcNow() - row.At < Announced)
            {
                titles.Add(row.Title);
            }
        }

        return titles;
    }

    /// <summary>Takes the announcement back; left behind, it soon counts no more.</summary>
    public async Task ForgetAsync(string id, OrganizationForm form, CancellationToken cancel)
    {
        try
        {
            await storage.Organizations.DeleteEntityAsync(AnnouncedPrefix + form.Nihdi, id, ETag.All, cancel);
        }
        catch (Exception error) when (error.IsOfStorage())
        {
            // The change stands, or failed for a reason of its own.
        }
    }

    /// <summary>All revisions of an organisation, the first one first.</summary>
    public async Task<IReadOnlyList<Revision>> ListRevisionsAsync(string organizationId, CancellationToken cancel)
    {
        var revisions = new List<Revision>();
        var rows = storage.Organizations.QueryAsync<OrganizationRow>(
            row => row.PartitionKey == organizationId && row.RowKey.CompareTo(RevisionPrefix) > 0, cancellationToken: cancel);
        await foreach (var row in rows)
        {
            revisions.Add(row.ToRevision());
        }

        return revisions;
    }

    private Task<bool> AddAsync(string id, OrganizationForm form, string by, CancellationToken cancel) =>
        cache.ChangeAsync(
            async () =>
            {
                var (row, revision) = RowsOf(id, 1, form, by);
                await storage.Organizations.SubmitTransactionAsync(
                    [
                        new TableTransactionAction(TableTransactionActionType.Add, row),
                        new TableTransactionAction(TableTransactionActionType.Add, revision),
                    ],
                    cancel);
                return true;
            },
            cancel);

    private (OrganizationRow Row, OrganizationRow Revision) RowsOf(string id, int number, OrganizationForm form, string by)
    {
        OrganizationRow Row(string key) => new() { PartitionKey = id, RowKey = key, Title = form.Title, Nihdi = form.Nihdi.Digits, Revisions = number };
        var revision = Row(RevisionPrefix + number.ToString("D6", CultureInfo.InvariantCulture));
        (revision.Log, revision.By, revision.At) = (form.RevisionLog, by, clock.GetUtcNow());
        return (Row(OrganizationRow.Key), revision);
    }

    private async Task<OrganizationLists> ReadAllAsync(CancellationToken cancel)
    {
        var all = new List<Organization>();
        await foreach (var row in storage.Organizations.QueryAsync<OrganizationRow>(row => row.RowKey == OrganizationRow.Key, cancellationToken: cancel))
        {
            all.Add(row.ToOrganization());
        }

        return OrganizationLists.Of(all);
    }

    private sealed class OrganizationRow : Row
    {
        public const string Key = "organization";

        public string Title { get; set; } = "";

        public string Nihdi { get; set; } = "";

        /// <summary>The number of the revision that made it so.</summary>
        public int Revisions { get; set; }

        public string? Log { get; set; }

        public string? By { get; set; }

        public DateTimeOffset? At { get; set; }

        public Organization ToOrganization() =>
            new(OrganizationId.Parse(PartitionKey), Title, Nihdi, EntityTag.Of(ETag)) { Row = ETag, RevisionCount = Revisions };

        public Revision ToRevision() => new(Revisions, Title, Nihdi, Log ?? "", By ?? "", At ?? default);
    }
}
