using Azure;
using Azure.Data.Tables;
using Ssp.Accounts;
using Ssp.Storage;

namespace Ssp.Organizations;

/// <summary>
/// Table Organizations. Partition = organisation id; row "organization" is its present state, rows "revision-…" how it came to be,
/// written in the same batch.
/// </summary>
public sealed class OrganizationStore(PortalStorage storage, TimeProvider clock)
{
    public async Task<Organization?> FindAsync(string id, CancellationToken cancel) =>
        IsId(id) && await storage.Organizations.FindAsync<OrganizationRow>(id, OrganizationRow.Key, cancel) is { } row ? row.ToOrganization() : null;

    /// <summary>Every organisation of the installation, by title.</summary>
    public async Task<IReadOnlyList<Organization>> ListAsync(CancellationToken cancel)
    {
        var all = new List<Organization>();
        await foreach (var row in storage.Organizations.QueryAsync<OrganizationRow>(row => row.RowKey == OrganizationRow.Key, cancellationToken: cancel))
        {
            all.Add(row.ToOrganization());
        }

        return [.. all.OrderBy(organization => organization.Title, StringComparer.OrdinalIgnoreCase).ThenBy(organization => organization.Id, StringComparer.Ordinal)];
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
            var id = Secrets.Hash($"found {nihdi.Digits} {number}")[..32];
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
                var row = new OrganizationRow { PartitionKey = id, RowKey = OrganizationRow.Key, Title = title, Nihdi = nihdi.Digits };
                var revision = new OrganizationRow
                {
                    PartitionKey = id,
                    RowKey = "revision-000001",
                    Title = title,
                    Nihdi = nihdi.Digits,
                    Log = "Found in HD4DP",
                    By = "",
                    At = clock.GetUtcNow(),
                };
                await storage.Organizations.SubmitTransactionAsync(
                    [new TableTransactionAction(TableTransactionActionType.Add, row), new TableTransactionAction(TableTransactionActionType.Add, revision)], cancel);
                return await FindAsync(id, cancel) ?? throw new InvalidOperationException("An organisation vanished while it was added.");
            }
            catch (RequestFailedException error) when (error.IsTaken())
            {
                number--;
            }
        }
    }

    // Anything else can name no organisation; some of it could not even stand in a table key.
    private static bool IsId(string id) => id.Length == 32 && id.All(char.IsAsciiHexDigitLower);

    private sealed class OrganizationRow : ITableEntity
    {
        public const string Key = "organization";

        public string PartitionKey { get; set; } = "";

        public string RowKey { get; set; } = "";

        public DateTimeOffset? Timestamp { get; set; }

        public ETag ETag { get; set; }

        public string Title { get; set; } = "";

        public string Nihdi { get; set; } = "";

        public string? Log { get; set; }

        public string? By { get; set; }

        public DateTimeOffset? At { get; set; }

        public Organization ToOrganization() => new(PartitionKey, Title, Nihdi, $"\"{Secrets.Hash(ETag.ToString())[..16]}\"");
    }
}
