using System.Globalization;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs.Specialized;
using Ssp.Identity;
using Ssp.Jobs;
using Ssp.Storage;

namespace Ssp.Nippin;

/// <summary>
/// Table Nights, container nights, queue nippin. Partition = organisation; row = registry (hashed, for its name may hold what a key may not) and night.
/// A night's file is four blobs: the report (.csv), where its days begin (.days), what the next night must know of each row (.rows),
/// and what changed (.changes).
/// </summary>
public sealed class NightStore(PortalStorage storage, WorkList work, TimeProvider clock)
    : JobStore<Night>(Word, storage.NippinQueue, storage.NippinPoison, storage.NightFiles, work)
{
    public const string Word = "night";

    private const string DateForm = "yyyyMMdd";

    /// <summary>Asks for a validation, unless one of the same night is under way; it gets its turn.</summary>
    public async Task AskAsync(Organization organization, string registry, DateOnly date, CancellationToken cancel)
    {
        while (true)
        {
            var now = clock.GetUtcNow();
            var there = await FindAsync(organization.Id, registry, date, cancel);
            if (there is not null && !there.IsOver && (there.State == JobState.Queued || there.HasWorker(clock)))
            {
                return;
            }

            var id = IdOf(registry, date);
            var first = new Night { OrganizationId = organization.Id, Id = id, Registry = registry, Date = date, Nihdi = organization.Nihdi, AskedAt = now };
            var asked = (there ?? first) with
            {
                Nihdi = organization.Nihdi,
                State = JobState.Queued,
                AskedAt = now,
                Problem = null,
                Retry = null,
                Heartbeat = null,
                Rows = 0,
            };
            await NoteAsync(organization.Id, id, null, cancel);
            if (there is null ? await AddAsync(asked, cancel) : await SaveAsync(asked, cancel) is not null)
            {
                await SendDueAsync(organization.Id, cancel);
                return;
            }

            // Somebody asked at the same moment; the next round finds theirs.
        }
    }

    public override JobMessage? Read(string message) =>
        StoredJson.TryRead<NightMessage>(message) is { Registry: not null } night
        && OrganizationId.TryParse(night.OrganizationId) is { } organizationId
            ? new JobMessage(organizationId, IdOf(night.Registry, night.Date), night.Asked)
            : null;

    public Task<Night?> FindAsync(OrganizationId organizationId, string registry, DateOnly date, CancellationToken cancel) =>
        FindAsync(organizationId, IdOf(registry, date), cancel);

    public override async Task<Night?> FindAsync(OrganizationId organizationId, JobId id, CancellationToken cancel) =>
        await storage.Nights.FindAsync<NightRow>(organizationId, id, cancel) is { } row ? row.ToNight() : null;

    /// <summary>All nights of an organisation's number, of every registry, the oldest first.</summary>
    public async Task<IReadOnlyList<Night>> ListAsync(Organization organization, CancellationToken cancel)
    {
        var nights = new List<Night>();
        await foreach (var row in storage.Nights.QueryAsync<NightRow>(
            row => row.PartitionKey == organization.Id && row.Nihdi == organization.Nihdi, cancellationToken: cancel))
        {
            nights.Add(row.ToNight());
        }

        return nights;
    }

    /// <summary>All nights of one registry under the organisation's number, the oldest first.</summary>
    public async Task<IReadOnlyList<Night>> ListAsync(Organization organization, string registry, CancellationToken cancel)
    {
        var (from, to) = (KeyOf(registry) + "-", KeyOf(registry) + ".");
        var nights = new List<Night>();
        await foreach (var row in storage.Nights.QueryAsync<NightRow>(
            row => row.PartitionKey == organization.Id
                && row.RowKey.CompareTo(from) > 0
                && row.RowKey.CompareTo(to) < 0
                && row.Nihdi == organization.Nihdi,
            cancellationToken: cancel))
        {
            nights.Add(row.ToNight());
        }

        return nights;
    }

    /// <summary>All nights of an organisation, whatever its number was.</summary>
    public override async IAsyncEnumerable<Night> ListAllAsync(OrganizationId organizationId, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var row in storage.Nights.QueryAsync<NightRow>(row => row.PartitionKey == organizationId, cancellationToken: cancel))
        {
            yield return row.ToNight();
        }
    }

    /// <summary>The night whose file is the last good one.</summary>
    public async Task<Night?> FindLastGoodAsync(Organization organization, string registry, CancellationToken cancel) =>
        (await ListAsync(organization, registry, cancel)).LastOrDefault(night => night.File is not null);

    public override async Task<Night?> SaveAsync(Night night, CancellationToken cancel) =>
        await storage.Nights.TryReplaceAsync(NightRow.Of(night), night.ETag, cancel) is { } etag ? night with { ETag = etag } : null;

    /// <summary>Removes a night: first its files, then its row, so that no file is left that nobody can find.</summary>
    public async Task RemoveAsync(Night night, CancellationToken cancel)
    {
        await RemoveFilesAsync(night, null, cancel);
        await storage.Nights.DeleteEntityAsync(night.OrganizationId, night.Id, ETag.All, cancel);
    }

    /// <summary>Removes all nights of an organisation, whatever its number was.</summary>
    public async Task RemoveAllAsync(OrganizationId organizationId, CancellationToken cancel)
    {
        await foreach (var night in ListAllAsync(organizationId, cancel))
        {
            // A worker that still writes finds its row gone and takes its files with it.
            await RemoveAsync(night, cancel);
        }
    }

    public BlockBlobClient Report(string name) => storage.NightFiles.GetBlockBlobClient(name + ".csv");

    public BlockBlobClient Days(string name) => storage.NightFiles.GetBlockBlobClient(name + ".days");

    public BlockBlobClient Rows(string name) => storage.NightFiles.GetBlockBlobClient(name + ".rows");

    public BlockBlobClient Changes(string name) => storage.NightFiles.GetBlockBlobClient(name + ".changes");

    protected override string Write(Night job) => StoredJson.Write(new NightMessage(job.OrganizationId, job.Registry, job.Date, JobMessage.AskedOf(job)));

    private async Task<bool> AddAsync(Night night, CancellationToken cancel)
    {
        try
        {
            await storage.Nights.AddEntityAsync(NightRow.Of(night), cancel);
            return true;
        }
        catch (RequestFailedException error) when (error.IsTaken())
        {
            return false;
        }
    }

    private static string KeyOf(string registry) => Secrets.Hash(registry)[..24];

    private static JobId IdOf(string registry, DateOnly date) =>
        JobId.Parse($"{KeyOf(registry)}-{date.ToString(DateForm, CultureInfo.InvariantCulture)}");

    private sealed class NightRow : JobRow
    {
        public string Registry { get; set; } = "";

        public string Nihdi { get; set; } = "";

        public string State { get; set; } = "";

        public DateTimeOffset AskedAt { get; set; }

        public long Rows { get; set; }

        public string? ProblemKey { get; set; }

        public string? ProblemValues { get; set; }

        public string? File { get; set; }

        public static NightRow Of(Night night) => new()
        {
            PartitionKey = night.OrganizationId,
            RowKey = night.Id,
            Registry = night.Registry,
            Nihdi = night.Nihdi,
            State = night.State.ToString(),
            AskedAt = night.AskedAt,
            Attempt = night.Attempt,
            LastSign = night.Heartbeat,
            Rows = night.Rows,
            ProblemKey = night.Problem?.Key,
            ProblemValues = WriteValues(night.Problem),
            Retry = Write(night.Retry),
            File = night.File is null ? null : StoredJson.Write(night.File),
        };

        public Night ToNight() => new()
        {
            OrganizationId = OrganizationId.Parse(PartitionKey),
            Id = JobId.Parse(RowKey),
            Registry = Registry,
            Date = DateOnly.ParseExact(RowKey[^DateForm.Length..], DateForm, CultureInfo.InvariantCulture),
            Nihdi = Nihdi,
            State = Enum.Parse<JobState>(State),
            AskedAt = AskedAt,
            Attempt = Attempt,
            Heartbeat = LastSign,
            Rows = Rows,
            Problem = ReadProblem(ProblemKey, ProblemValues),
            Retry = ReadRetry(ProblemKey, ProblemValues),
            File = StoredJson.Read<NightFile>(File),
            ETag = ETag,
        };
    }
}
