using Azure;
using Azure.Data.Tables;
using Ssp.Storage;

namespace Ssp.Identity;

/// <summary>
/// Table Memberships. The truth is the row (organisation, account) with the roles; it counts only for the account whose serial it carries, so
/// what is left of a cancelled account gives nothing to a later one of the same address. The reverse row ("account-" + account, organisation)
/// only says where to look: it is written before the truth and removed after it, and never believed by itself.
/// </summary>
public sealed class MembershipStore
{
    /// <summary>Most actions of one storage transaction.</summary>
    public const int MaxAtOnce = 100;

    private const string ReversePrefix = "account-";
    private readonly PortalStorage storage;
    private readonly TableCache<IReadOnlyList<Membership>> cache;

    public MembershipStore(PortalStorage storage, TimeProvider clock)
    {
        this.storage = storage;
        cache = new TableCache<IReadOnlyList<Membership>>(storage.Memberships, clock, ReadAllAsync);
    }

    public Task<Membership?> FindAsync(OrganizationId organizationId, Account account, CancellationToken cancel) =>
        FindAsync(organizationId, account.Id, account.Serial, cancel);

    /// <param name="serial">Null for an account that is not there: nothing is found, in the same time.</param>
    public async Task<Membership?> FindAsync(OrganizationId organizationId, string accountId, string? serial, CancellationToken cancel) =>
        await storage.Memberships.FindAsync<MembershipRow>(organizationId, accountId, cancel) is { } row
        && serial is not null
        && row.AccountSerial == serial
            ? row.ToMembership()
            : null;

    public async Task<IReadOnlyList<Membership>> ListOfAccountAsync(Account account, CancellationToken cancel)
    {
        var own = new List<Membership>();
        foreach (var organizationId in await ListPlacesAsync(account.Id, cancel))
        {
            if (await FindAsync(organizationId, account, cancel) is { } membership)
            {
                own.Add(membership);
            }
        }

        return own;
    }

    /// <summary>The organisations the account belongs to, is about to belong to, or has just left.</summary>
    public async Task<IReadOnlyList<OrganizationId>> ListPlacesAsync(string accountId, CancellationToken cancel)
    {
        var partition = ReversePrefix + accountId;
        var places = new List<OrganizationId>();
        var reverses = storage.Memberships.QueryAsync<TableEntity>(
            row => row.PartitionKey == partition, select: [nameof(TableEntity.RowKey)], cancellationToken: cancel);
        await foreach (var reverse in reverses)
        {
            places.Add(OrganizationId.Parse(reverse.RowKey));
        }

        return places;
    }

    /// <summary>All memberships of the installation by e-mail, for lists; see <see cref="TableCache{T}"/>.</summary>
    public Task<IReadOnlyList<Membership>> ListAsync(CancellationToken cancel) => cache.ReadAsync(cancel);

    /// <summary>Notes that the account is about to become a member. The account row must be rewritten between this and <see cref="AddAsync"/>.</summary>
    public async Task AnnounceAsync(OrganizationId organizationId, string accountId, string serial, CancellationToken cancel) =>
        await storage.Memberships.UpsertEntityAsync(
            new MembershipRow { PartitionKey = ReversePrefix + accountId, RowKey = organizationId, AccountSerial = serial }, TableUpdateMode.Replace, cancel);

    /// <summary>Makes people members, all or none of them.</summary>
    /// <param name="changed">Members who get other roles in the same step.</param>
    /// <returns>False when one of them became a member meanwhile, or has other roles than <paramref name="changed"/> knows.</returns>
    public Task<bool> AddAsync(
        OrganizationId organizationId,
        IReadOnlyCollection<(Account Account, IReadOnlyList<Role> Roles)> added,
        IReadOnlyCollection<(Membership Membership, IReadOnlyList<Role> Roles)> changed,
        CancellationToken cancel) =>
        cache.ChangeAsync(
            async () =>
            {
                var actions = new List<TableTransactionAction>();
                foreach (var (account, roles) in added)
                {
                    var row = MembershipRow.Of(organizationId, account.Id, account.Email, account.Serial, roles);
                    // What a cancelled account of this address left is overwritten, unless somebody was quicker.
                    var left = await storage.Memberships.FindAsync<MembershipRow>(organizationId, account.Id, cancel);
                    if (left is not null && left.AccountSerial == account.Serial)
                    {
                        return false;
                    }

                    actions.Add(
                        left is null
                            ? new TableTransactionAction(TableTransactionActionType.Add, row)
                            : new TableTransactionAction(TableTransactionActionType.UpdateReplace, row, left.ETag));
                }

                actions.AddRange(changed.Select(one => new TableTransactionAction(
                    TableTransactionActionType.UpdateReplace, MembershipRow.Of(one.Membership, one.Roles), one.Membership.Row)));
                try
                {
                    await storage.Memberships.SubmitTransactionAsync(actions, cancel);
                    return true;
                }
                catch (RequestFailedException error) when (error.IsTaken() || error.IsStale() || error.IsMissing())
                {
                    return false;
                }
            },
            cancel);

    /// <returns>The membership with its new roles, or null when it was changed or removed meanwhile.</returns>
    public Task<Membership?> ChangeAsync(Membership membership, IReadOnlyList<Role> roles, CancellationToken cancel) =>
        cache.ChangeAsync(
            async () =>
            {
                try
                {
                    var answer = await storage.Memberships.UpdateEntityAsync(
                        MembershipRow.Of(membership, roles), membership.Row, TableUpdateMode.Replace, cancel);
                    return membership with { Roles = roles, Row = answer.Headers.ETag!.Value };
                }
                catch (RequestFailedException error) when (error.IsStale() || error.IsMissing())
                {
                    return null;
                }
            },
            cancel);

    /// <param name="rewriteAccount">Rewrites the account row, after the membership has ended.</param>
    /// <returns>False when the membership was changed or removed meanwhile.</returns>
    public Task<bool> RemoveAsync(Membership membership, Func<Task> rewriteAccount, CancellationToken cancel) =>
        cache.ChangeAsync(
            async () =>
            {
                var reverse = await storage.Memberships.FindAsync<MembershipRow>(ReversePrefix + membership.AccountId, membership.OrganizationId, cancel);
                try
                {
                    var answer = await storage.Memberships.DeleteEntityAsync(membership.OrganizationId, membership.AccountId, membership.Row, cancel);
                    // The client takes a row that is not there for one it has deleted.
                    if (answer.Status == 404)
                    {
                        return false;
                    }
                }
                catch (RequestFailedException error) when (error.IsStale() || error.IsMissing())
                {
                    return false;
                }

                await rewriteAccount();
                await ForgetAsync(reverse, cancel);
                return true;
            },
            cancel);

    /// <summary>Removes what a cancelled account left.</summary>
    public Task ClearAsync(Account cancelled, CancellationToken cancel) =>
        cache.ChangeAsync(
            async () =>
            {
                var partition = ReversePrefix + cancelled.Id;
                await foreach (var reverse in storage.Memberships.QueryAsync<MembershipRow>(row => row.PartitionKey == partition, cancellationToken: cancel))
                {
                    var place = OrganizationId.Parse(reverse.RowKey);
                    while (await FindAsync(place, cancelled, cancel) is { } membership && !await TryDeleteAsync(membership, cancel))
                    {
                        // Somebody changed its roles in between.
                    }

                    if (reverse.AccountSerial == cancelled.Serial)
                    {
                        await ForgetAsync(reverse, cancel);
                    }
                }

                return true;
            },
            cancel);

    /// <returns>False when it was changed since it was read.</returns>
    private async Task<bool> TryDeleteAsync(Membership membership, CancellationToken cancel)
    {
        try
        {
            await storage.Memberships.DeleteEntityAsync(membership.OrganizationId, membership.AccountId, membership.Row, cancel);
            return true;
        }
        catch (RequestFailedException error) when (error.IsStale())
        {
            return false;
        }
    }

    // Only as it was read: somebody may have announced the same membership anew.
    private async Task ForgetAsync(MembershipRow? reverse, CancellationToken cancel)
    {
        try
        {
            if (reverse is not null)
            {
                await storage.Memberships.DeleteEntityAsync(reverse.PartitionKey, reverse.RowKey, reverse.ETag, cancel);
            }
        }
        catch (RequestFailedException error) when (error.IsStale())
        {
            // It is needed again.
        }
    }

    private async Task<IReadOnlyList<Membership>> ReadAllAsync(CancellationToken cancel)
    {
        var all = new List<Membership>();
        await foreach (var row in storage.Memberships.QueryAsync<MembershipRow>(row => row.Email!.CompareTo("") > 0, cancellationToken: cancel))
        {
            all.Add(row.ToMembership());
        }

        return [.. all.OrderBy(one => one.Email, StringComparer.Ordinal).ThenBy(one => one.OrganizationId, StringComparer.Ordinal)];
    }

    private sealed class MembershipRow : Row
    {
        public string? Email { get; set; }

        public string? AccountSerial { get; set; }

        /// <summary>The roles' words, with spaces between.</summary>
        public string? Roles { get; set; }

        public static MembershipRow Of(Membership membership, IReadOnlyList<Role> roles) =>
            Of(membership.OrganizationId, membership.AccountId, membership.Email, membership.AccountSerial, roles);

        public static MembershipRow Of(OrganizationId organizationId, string accountId, string email, string serial, IReadOnlyList<Role> roles) =>
            new() { PartitionKey = organizationId, RowKey = accountId, Email = email, AccountSerial = serial, Roles = RoleWords.Of(roles, ' ') };

        public Membership ToMembership() => new(
            OrganizationId.Parse(PartitionKey), RowKey, Email ?? "", AccountSerial ?? "",
            [.. Enum.GetValues<Role>().Where(role => (Roles ?? "").Split(' ').Contains(RoleWords.Of(role)))],
            ETag);
    }
}
