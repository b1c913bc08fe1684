using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Ssp.Storage;

namespace Ssp.Members;

/// <summary>
/// Table Memberships. The truth is the row (organisation, account) with the roles. The reverse row ("account-" + account, organisation)
/// only says where to look: it is written before the truth and removed after it, and never believed by itself.
/// </summary>
public sealed class MembershipStore(PortalStorage storage)
{
    public async Task<Membership?> FindAsync(string organizationId, string accountId, CancellationToken cancel) =>
        (await storage.Memberships.FindAsync<MembershipRow>(organizationId, accountId, cancel))?.ToMembership();

    public async Task<IReadOnlyList<Membership>> ListOfAccountAsync(string accountId, CancellationToken cancel)
    {
        var partition = ReverseKey(accountId);
        var own = new List<Membership>();
        await foreach (var reverse in storage.Memberships.QueryAsync<MembershipRow>(row => row.PartitionKey == partition, cancellationToken: cancel))
        {
            if (await FindAsync(reverse.RowKey, accountId, cancel) is { } membership)
            {
                own.Add(membership);
            }
        }

        return own;
    }

    /// <summary>Makes the person a member with exactly these roles.</summary>
    public async Task SetAsync(string organizationId, string accountId, IReadOnlyCollection<Role> roles, CancellationToken cancel)
    {
        await storage.Memberships.UpsertEntityAsync(
            new MembershipRow { PartitionKey = ReverseKey(accountId), RowKey = organizationId }, TableUpdateMode.Replace, cancel);
        await storage.Memberships.UpsertEntityAsync(
            new MembershipRow { PartitionKey = organizationId, RowKey = accountId, Roles = MembershipRow.Words(roles) }, TableUpdateMode.Replace, cancel);
    }

    private static string ReverseKey(string accountId) => $"account-{accountId}";

    private sealed class MembershipRow : ITableEntity
    {
        public string PartitionKey { get; set; } = "";

        public string RowKey { get; set; } = "";

        public DateTimeOffset? Timestamp { get; set; }

        public ETag ETag { get; set; }

        /// <summary>The roles' words, with spaces between.</summary>
        public string Roles { get; set; } = "";

        public static string Words(IEnumerable<Role> roles) =>
            string.Join(' ', roles.Distinct().Order().Select(role => JsonNamingPolicy.SnakeCaseLower.ConvertName(role.ToString())));

        public Membership ToMembership() =>
            new(PartitionKey, RowKey, [.. Enum.GetValues<Role>().Where(role => Roles.Split(' ').Contains(Words([role])))], ETag);
    }
}
