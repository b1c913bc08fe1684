using Azure;
using Azure.Data.Tables;
using Ssp.Storage;

namespace Ssp.Identity;

/// <summary>
/// Table Accounts. An account is the row (account id, "account"). The User Managers of the installation are one row,
/// so that its ETag guards the last of them; they are named with the account's serial, so that a later account of the same address is none.
/// </summary>
public sealed class AccountStore
{
    private const string ManagersKey = "managers";
    private static readonly string Nobody = new('0', 64);

    private readonly PortalStorage storage;
    private readonly TimeProvider clock;
    private readonly TableCache<IReadOnlyList<Account>> cache;

    public AccountStore(PortalStorage storage, TimeProvider clock)
    {
        (this.storage, this.clock) = (storage, clock);
        cache = new TableCache<IReadOnlyList<Account>>(storage.Accounts, clock, ReadAllAsync);
    }

    /// <summary>The id, or one that nobody has: what is no id could not even stand in a table key.</summary>
    public static string IdOrNobodys(string id) => id.Length == Nobody.Length && id.All(char.IsAsciiHexDigitLower) ? id : Nobody;

    public async Task<Account?> FindAsync(string accountId, CancellationToken cancel) =>
        (await storage.Accounts.FindAsync<AccountRow>(accountId, AccountRow.Key, cancel))?.ToAccount();

    /// <summary>Every account by e-mail, for lists; see <see cref="TableCache{T}"/>. Passwords and sign-ins may be older than the rest.</summary>
    public Task<IReadOnlyList<Account>> ListAsync(CancellationToken cancel) => cache.ReadAsync(cancel);

    /// <summary>Creates the account.</summary>
    /// <param name="temporaryUntil">When the password is a temporary one: the moment it expires.</param>
    /// <param name="byDpManager">See <see cref="Account.IssuedByDpManager"/>.</param>
    /// <returns>Null when there is one already.</returns>
    public Task<Account?> AddAsync(NewAccount made, string passwordHash, DateTimeOffset? temporaryUntil, CancellationToken cancel, bool byDpManager = false) =>
        cache.ChangeAsync(
            async () =>
            {
                var row = New(made, passwordHash, temporaryUntil, byDpManager);
                try
                {
                    var answer = await storage.Accounts.AddEntityAsync(row, cancel);
                    row.ETag = answer.Headers.ETag!.Value;
                    return row.ToAccount();
                }
                catch (RequestFailedException error) when (error.IsTaken())
                {
                    return null;
                }
            },
            cancel);

    /// <summary>
    /// Creates the account of a User Manager. The right is written first, under the serial that the account will have: made the other way round, somebody
    /// who adds the same address in between would hold a password that opens everything.
    /// </summary>
    /// <returns>Null when there is one already.</returns>
    public async Task<Account?> AddUserManagerAsync(NewAccount made, string passwordHash, DateTimeOffset temporaryUntil, CancellationToken cancel)
    {
        var manager = new Manager(made.Email.AccountId, made.Serial);
        if (!await ClaimAsync(manager, cancel))
        {
            return null;
        }

        if (await AddAsync(made, passwordHash, temporaryUntil, cancel) is { } added)
        {
            return added;
        }

        // The account that came first has another serial, and so not this right.
        await SetUserManagerAsync(manager, false, cancel);
        return null;
    }

    /// <summary>Gives an account a new temporary password. The old one and all sessions end.</summary>
    /// <param name="byDpManager">See <see cref="Account.IssuedByDpManager"/>.</param>
    /// <returns>The account as it is now, or null when it was changed since it was read.</returns>
    public Task<Account?> IssuePasswordAsync(
        Account account, string passwordHash, DateTimeOffset temporaryUntil, CancellationToken cancel, bool byDpManager = false) =>
        MergeAsync(
            account,
            new TableEntity
            {
                [nameof(AccountRow.PasswordHash)] = passwordHash,
                [nameof(AccountRow.SessionStamp)] = Secrets.NewId(),
                [nameof(AccountRow.TemporaryUntil)] = temporaryUntil,
                [nameof(AccountRow.IssuedByDpManager)] = byDpManager,
            },
            cancel);

    /// <summary>Replaces the password a person knows by one they chose.</summary>
    /// <returns>The account as it is now, or null when somebody changed it since <paramref name="account"/> was read.</returns>
    public Task<Account?> ChangePasswordAsync(Account account, string passwordHash, CancellationToken cancel) =>
        MergeAsync(
            account,
            new TableEntity
            {
                [nameof(AccountRow.PasswordHash)] = passwordHash,
                [nameof(AccountRow.SessionStamp)] = Secrets.NewId(),
                // A merge cannot remove a property; the beginning of time means "not temporary".
                [nameof(AccountRow.TemporaryUntil)] = AccountRow.NotTemporary,
            },
            cancel);

    /// <summary>
    /// Rewrites the row as it is. Every change of a membership and every new User Manager does so: a reset of the password that was allowed by the
    /// memberships of a moment ago then fails on the row's ETag.
    /// </summary>
    /// <returns>The account as it is now, or null when it was changed since it was read.</returns>
    public Task<Account?> RewriteAsync(Account account, CancellationToken cancel) => MergeAsync(account, [], cancel);

    /// <summary>Notes the sign-in, and stores the hash made with today's parameters when the old one was weaker.</summary>
    public async Task NoteSignInAsync(Account account, string? strongerHash, CancellationToken cancel)
    {
        var row = new TableEntity { [nameof(AccountRow.LastSignIn)] = clock.GetUtcNow() };
        if (strongerHash is not null)
        {
            row[nameof(AccountRow.PasswordHash)] = strongerHash;
        }

        // Two sign-ins at once: the other one noted the same moment. A password changed meanwhile must stay.
        await MergeAsync(account, row, cancel);
    }

    /// <summary>Removes the account, whatever was noted on it meanwhile; all its sessions end with it.</summary>
    public Task RemoveAsync(Account account, CancellationToken cancel) =>
        cache.ChangeAsync(
            async () =>
            {
                for (var current = account; current is not null && current.Serial == account.Serial; current = await FindAsync(account.Id, cancel))
                {
                    try
                    {
                        await storage.Accounts.DeleteEntityAsync(account.Id, AccountRow.Key, current.Row, cancel);
                        break;
                    }
                    catch (RequestFailedException error) when (error.IsStale())
                    {
                        // A sign-in noted its time.
                    }
                }

                return true;
            },
            cancel);

    public async Task<bool> IsUserManagerAsync(Account account, CancellationToken cancel) => (await ListManagersAsync(cancel)).Contains(account.Serial);

    /// <summary>The serials of the User Managers' accounts.</summary>
    public async Task<IReadOnlySet<string>> ListManagersAsync(CancellationToken cancel) =>
        (await FindManagersAsync(cancel))?.Managers().Select(manager => manager.Serial).ToHashSet() ?? [];

    /// <summary>Makes somebody a User Manager, or no longer one.</summary>
    /// <returns>False when that would leave the installation without any.</returns>
    public Task<bool> SetUserManagerAsync(Account account, bool isUserManager, CancellationToken cancel) =>
        SetUserManagerAsync(new Manager(account.Id, account.Serial), isUserManager, cancel);

    /// <summary>
    /// Takes the right to issue the first User Manager's temporary password: the first caller ever, or the first one with a
    /// new <paramref name="word"/>. Claimed before the password is made, so that two starts at once issue one password, not two.
    /// </summary>
    /// <param name="serial">The serial that the account has, or will have.</param>
    public async Task<bool> ClaimBootstrapAsync(string accountId, string serial, string word, CancellationToken cancel)
    {
        var row = await FindManagersAsync(cancel);
        if (!MayBootstrap(row, word))
        {
            return false;
        }

        var others = row?.Managers().Where(manager => manager.AccountId != accountId) ?? [];
        return await TryWriteManagersAsync(row, [.. others, new Manager(accountId, serial)], cancel, word);
    }

    /// <summary>Whether <see cref="ClaimBootstrapAsync"/> would take the right, if nobody else does.</summary>
    public async Task<bool> MayBootstrapAsync(string word, CancellationToken cancel) => MayBootstrap(await FindManagersAsync(cancel), word);

    /// <summary>The serial under which a User Manager of this address was claimed, be there an account yet or not.</summary>
    public async Task<string?> FindClaimedSerialAsync(string accountId, CancellationToken cancel) =>
        (await FindManagersAsync(cancel))?.Managers().FirstOrDefault(manager => manager.AccountId == accountId)?.Serial;

    private async Task<bool> SetUserManagerAsync(Manager one, bool isUserManager, CancellationToken cancel)
    {
        while (true)
        {
            var row = await FindManagersAsync(cancel);
            var managers = row?.Managers() ?? [];
            if (managers.Contains(one) == isUserManager)
            {
                return true;
            }

            var others = managers.Where(manager => manager.AccountId != one.AccountId).ToArray();
            if (!isUserManager && !await HasAnyAsync(others, cancel))
            {
                return false;
            }

            if (await TryWriteManagersAsync(row, isUserManager ? [.. others, one] : others, cancel))
            {
                return true;
            }
        }
    }

    // For an account that is to be made; false when there is one.
    private async Task<bool> ClaimAsync(Manager one, CancellationToken cancel)
    {
        while (await FindAsync(one.AccountId, cancel) is null)
        {
            var row = await FindManagersAsync(cancel);
            var others = row?.Managers().Where(manager => manager.AccountId != one.AccountId) ?? [];
            if (await TryWriteManagersAsync(row, [.. others, one], cancel))
            {
                return true;
            }
        }

        return false;
    }

    private async Task<Account?> MergeAsync(Account account, TableEntity changes, CancellationToken cancel)
    {
        (changes.PartitionKey, changes.RowKey) = (account.Id, AccountRow.Key);
        try
        {
            await storage.Accounts.UpdateEntityAsync(changes, account.Row, TableUpdateMode.Merge, cancel);
        }
        catch (RequestFailedException error) when (error.IsStale() || error.IsMissing())
        {
            return null;
        }

        return await FindAsync(account.Id, cancel);
    }

    private async Task<IReadOnlyList<Account>> ReadAllAsync(CancellationToken cancel)
    {
        var all = new List<Account>();
        await foreach (var row in storage.Accounts.QueryAsync<AccountRow>(row => row.RowKey == AccountRow.Key, cancellationToken: cancel))
        {
            all.Add(row.ToAccount());
        }

        return [.. all.OrderBy(account => account.Email, StringComparer.Ordinal)];
    }

    private static bool MayBootstrap(ManagersRow? row, string word) => row is null || (row.BootstrapWord != word && word.Length > 0);

    // A User Manager whose account is gone manages nothing.
    private async Task<bool> HasAnyAsync(IEnumerable<Manager> managers, CancellationToken cancel)
    {
        foreach (var manager in managers)
        {
            if ((await FindAsync(manager.AccountId, cancel))?.Serial == manager.Serial)
            {
                return true;
            }
        }

        return false;
    }

    private Task<ManagersRow?> FindManagersAsync(CancellationToken cancel) => storage.Accounts.FindAsync<ManagersRow>(ManagersKey, ManagersKey, cancel);

    /// <returns>False when another change of the User Managers came first; what it left decides.</returns>
    private async Task<bool> TryWriteManagersAsync(ManagersRow? row, IEnumerable<Manager> managers, CancellationToken cancel, string? word = null)
    {
        var next = new ManagersRow
        {
            PartitionKey = ManagersKey,
            RowKey = ManagersKey,
            Accounts = string.Join(' ', managers.Select(manager => $"{manager.AccountId}:{manager.Serial}")),
            BootstrapWord = word ?? row?.BootstrapWord ?? "",
        };
        try
        {
            await (row is null
                ? storage.Accounts.AddEntityAsync(next, cancel)
                : storage.Accounts.UpdateEntityAsync(next, row.ETag, TableUpdateMode.Replace, cancel));
            return true;
        }
        catch (RequestFailedException error) when (error.IsTaken() || error.IsStale())
        {
            return false;
        }
    }

    private AccountRow New(NewAccount made, string passwordHash, DateTimeOffset? temporaryUntil, bool byDpManager) => new()
    {
        PartitionKey = made.Email.AccountId,
        RowKey = AccountRow.Key,
        Serial = made.Serial,
        Email = made.Email.Value,
        PasswordHash = passwordHash,
        TemporaryUntil = temporaryUntil,
        SessionStamp = Secrets.NewId(),
        CreatedAt = clock.GetUtcNow(),
        CreatedIn = made.CreatedIn?.ToString(),
        IssuedByDpManager = byDpManager,
    };

    private sealed record Manager(string AccountId, string Serial);

    private sealed class AccountRow : Row
    {
        public const string Key = "account";

        public static readonly DateTimeOffset NotTemporary = new(1601, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public string Serial { get; set; } = "";

        public string Email { get; set; } = "";

        public string PasswordHash { get; set; } = "";

        public DateTimeOffset? TemporaryUntil { get; set; }

        public string SessionStamp { get; set; } = "";

        public DateTimeOffset CreatedAt { get; set; }

        public string? CreatedIn { get; set; }

        public bool IssuedByDpManager { get; set; }

        public DateTimeOffset? LastSignIn { get; set; }

        public Account ToAccount() => new(
            PartitionKey, Serial, Email,
            PasswordHash, TemporaryUntil > NotTemporary ? TemporaryUntil : null, SessionStamp, LastSignIn, CreatedAt,
            OrganizationId.TryParse(CreatedIn), IssuedByDpManager, ETag);
    }

    private sealed class ManagersRow : Row
    {
        /// <summary>"account id:serial", with spaces between.</summary>
        public string Accounts { get; set; } = "";

        public string BootstrapWord { get; set; } = "";

        public Manager[] Managers() =>
        [
            .. Accounts
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(one => one.Split(':'))
                .Select(parts => new Manager(parts[0], parts[1])),
        ];
    }
}

/// <summary>An account that is to be made.</summary>
/// <param name="Serial">See <see cref="Account.Serial"/>.</param>
/// <param name="CreatedIn">The organisation whose member it is made for, if any.</param>
public sealed record NewAccount(EmailAddress Email, string Serial, OrganizationId? CreatedIn)
{
    public NewAccount(EmailAddress email, OrganizationId? createdIn = null)
        : this(email, Secrets.NewId(), createdIn)
    {
    }
}
