using System.Globalization;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Jobs;
using Ssp.Storage;

namespace Ssp.Nippin;

/// <summary>
/// Table Nights, container nights, queue nippin. Partition = organisation; row = registry (hashed, for its name may hold what a key may not) and night.
/// A night's file is four blobs: the report (.csv), where its days begin (.days), what the next night must know of each row (.rows), and what changed (.changes).
/// </summary>
public sealed class NightStore(PortalStorage storage, WorkList work, TimeProvider clock)
{
    private const string DateForm = "yyyyMMdd";

    /// <summary>Asks for a validation, unless one of the same night is under way; a message for it is in the queue.</summary>
    public async Task AskAsync(Organization organization, string registry, DateOnly date, CancellationToken cancel)
    {
        while (true)
        {
            var now = clock.GetUtcNow();
            var there = await FindAsync(organization.Id, registry, date, cancel);
            if (there is not null && !there.IsOver && (there.State == NightState.Queued || Lease.IsAlive(there.Heartbeat, clock)))
            {
                return;
            }

            var first = new Night { OrganizationId = organization.Id, Registry = registry, Date = date, Nihdi = organization.Nihdi, State = NightState.Queued, AskedAt = now };
            var asked = (there ?? first) with { Nihdi = organization.Nihdi, State = NightState.Queued, AskedAt = now, Problem = null, Heartbeat = null, Rows = 0 };
            await work.NoteAsync(NightWork.Word, organization.Id, RowKeyOf(registry, date), cancel);
            if (there is null ? await AddAsync(asked, cancel) : await SaveAsync(asked, cancel) is not null)
            {
                await SendAsync(asked, cancel);
                return;
            }

            // Somebody asked at the same moment; the next round finds theirs.
        }
    }

    /// <summary>Puts a message for a validation into the queue; a second one does no harm.</summary>
    public Task SendAsync(Night night, CancellationToken cancel) =>
        storage.NippinQueue.SendMessageAsync(StoredJson.Write(new NightMessage(night.OrganizationId, night.Registry, night.Date)), cancel);

    /// <summary>Puts a message that is none of ours where those go whose last try failed.</summary>
    public Task PutAsideAsync(string message, CancellationToken cancel) => storage.NippinPoison.SendMessageAsync(message, cancel);

    public Task<Night?> FindAsync(string organizationId, string registry, DateOnly date, CancellationToken cancel) =>
        FindAsync(organizationId, RowKeyOf(registry, date), cancel);

    /// <param name="id">Names the registry and the night, as <see cref="WorkList"/> has it.</param>
    public async Task<Night?> FindAsync(string organizationId, string id, CancellationToken cancel) =>
        await storage.Nights.FindAsync<NightRow>(organizationId, id, cancel) is { } row ? row.ToNight() : null;

    /// <summary>All nights of an organisation's number, of every registry, the oldest first.</summary>
    public async Task<IReadOnlyList<Night>> ListAsync(Organization organization, CancellationToken cancel)
    {
        var nights = new List<Night>();
        await foreach (var row in storage.Nights.QueryAsync<NightRow>(row => row.PartitionKey == organization.Id && row.Nihdi == organization.Nihdi, cancellationToken: cancel))
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
            row => row.PartitionKey == organization.Id && row.RowKey.CompareTo(from) > 0 && row.RowKey.CompareTo(to) < 0 && row.Nihdi == organization.Nihdi, cancellationToken: cancel))
        {
            nights.Add(row.ToNight());
        }

        return nights;
    }

    /// <summary>All nights of an organisation, whatever its number was.</summary>
    public async IAsyncEnumerable<Night> ListOfAnyNumberAsync(string organizationId, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var row in storage.Nights.QueryAsync<NightRow>(row => row.PartitionKey == organizationId, cancellationToken: cancel))
        {
            yield return row.ToNight();
        }
    }

    /// <summary>The night whose file is the last good one.</summary>
    public async Task<Night?> FindLastGoodAsync(Organization organization, string registry, CancellationToken cancel) =>
        (await ListAsync(organization, registry, cancel)).LastOrDefault(night => night.File is not null);

    /// <summary>Writes the night as it is now.</summary>
    /// <returns>The night with its new ETag, or null when somebody changed or removed it since it was read.</returns>
    public async Task<Night?> SaveAsync(Night night, CancellationToken cancel)
    {
        try
        {
            var answer = await storage.Nights.UpdateEntityAsync(NightRow.Of(night), night.ETag, TableUpdateMode.Replace, cancel);
            return night with { ETag = answer.Headers.ETag!.Value };
        }
        catch (RequestFailedException error) when (error.IsStale() || error.IsMissing())
        {
            return null;
        }
    }

    /// <summary>Removes a night: first its files, then its row, so that no file is left that nobody can find.</summary>
    public async Task RemoveAsync(Night night, CancellationToken cancel)
    {
        await RemoveFilesAsync(night, null, cancel);
        await storage.Nights.DeleteEntityAsync(night.OrganizationId, RowKeyOf(night.Registry, night.Date), ETag.All, cancel);
    }

    /// <summary>Removes all nights of an organisation, whatever its number was.</summary>
    public async Task RemoveAllAsync(string organizationId, CancellationToken cancel)
    {
        await foreach (var night in ListOfAnyNumberAsync(organizationId, cancel))
        {
            // A worker that still writes finds its row gone and takes its files with it.
            await RemoveAsync(night, cancel);
        }
    }

    /// <summary>Removes what the attempts at a night left in blob storage, but for the file that is kept.</summary>
    public async Task RemoveFilesAsync(Night night, NightFile? kept, CancellationToken cancel)
    {
        await foreach (var blob in storage.NightFiles.GetBlobsAsync(BlobTraits.None, BlobStates.Uncommitted, $"{night.OrganizationId}/{RowKeyOf(night.Registry, night.Date)}-", cancel))
        {
            if (kept is null || !blob.Name.StartsWith(kept.Name + ".", StringComparison.Ordinal))
            {
                await storage.NightFiles.GetBlockBlobClient(blob.Name).DiscardAsync(null, cancel);
            }
        }
    }

    /// <summary>Removes what one attempt wrote, and nothing of another.</summary>
    public async Task RemoveAttemptAsync(Night night, CancellationToken cancel)
    {
        foreach (var part in (string[])[".csv", ".days", ".rows", ".changes"])
        {
            await storage.NightFiles.GetBlockBlobClient(NameOf(night) + part).DiscardAsync(null, cancel);
        }
    }

    /// <summary>Where an attempt puts its files; another attempt never writes to the same place.</summary>
    public static string NameOf(Night night) =>
        $"{night.OrganizationId}/{RowKeyOf(night.Registry, night.Date)}-{night.Attempt.ToString(CultureInfo.InvariantCulture)}";

    public BlockBlobClient Report(string name) => storage.NightFiles.GetBlockBlobClient(name + ".csv");

    public BlockBlobClient Days(string name) => storage.NightFiles.GetBlockBlobClient(name + ".days");

    public BlockBlobClient Rows(string name) => storage.NightFiles.GetBlockBlobClient(name + ".rows");

    public BlockBlobClient Changes(string name) => storage.NightFiles.GetBlockBlobClient(name + ".changes");

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

    private static string RowKeyOf(string registry, DateOnly date) => $"{KeyOf(registry)}-{date.ToString(DateForm, CultureInfo.InvariantCulture)}";

    private sealed class NightRow : Row
    {
        public string Registry { get; set; } = "";

        public string Nihdi { get; set; } = "";

        public string State { get; set; } = "";

        public DateTimeOffset AskedAt { get; set; }

        public int Attempt { get; set; }

        public DateTimeOffset? LastSign { get; set; }

        public long Rows { get; set; }

        public string? ProblemKey { get; set; }

        public string? ProblemValues { get; set; }

        public string? File { get; set; }

        public static NightRow Of(Night night) => new()
        {
            PartitionKey = night.OrganizationId,
            RowKey = RowKeyOf(night.Registry, night.Date),
            Registry = night.Registry,
            Nihdi = night.Nihdi,
            State = night.State.ToString(),
            AskedAt = night.AskedAt,
            Attempt = night.Attempt,
            LastSign = night.Heartbeat,
            Rows = night.Rows,
            ProblemKey = night.Problem?.Key,
            ProblemValues = night.Problem is null ? null : StoredJson.Write(night.Problem.Values.Select(value => value.ToString())),
            File = night.File is null ? null : StoredJson.Write(night.File),
        };

        public Night ToNight() => new()
        {
            OrganizationId = PartitionKey,
            Registry = Registry,
            Date = DateOnly.ParseExact(RowKey[^DateForm.Length..], DateForm, CultureInfo.InvariantCulture),
            Nihdi = Nihdi,
            State = Enum.Parse<NightState>(State),
            AskedAt = AskedAt,
            Attempt = Attempt,
            Heartbeat = LastSign,
            Rows = Rows,
            Problem = ProblemKey is null ? null : new Sentence(ProblemKey, [.. StoredJson.Read<string[]>(ProblemValues) ?? []]),
            File = StoredJson.Read<NightFile>(File),
            ETag = ETag,
        };
    }
}
