using Azure;
using Azure.Data.Tables;
using Ssp.Storage;

namespace Ssp.Accounts;

/// <summary>
/// Table Accounts. An account is the row (account id, "account"). The User Managers of the installation are one row,
/// so that its ETag guards the last of them.
/// </summary>
public sealed class AccountStore(PortalStorage storage, TimeProvider clock)
{
    private const string ManagersKey = "managers";

    public async Task<Account?> FindAsync(string accountId, CancellationToken cancel) =>
        (await storage.Accounts.FindAsync<AccountRow>(accountId, AccountRow.Key, cancel))?.ToAccount();

    /// <summary>Creates the account.</summary>
    /// <param name="temporaryUntil">When the password is a temporary one: the moment it expires.</param>
    /// <returns>False when there is one already.</returns>
    public async Task<bool> AddAsync(EmailAddress email, string passwordHash, DateTimeOffset? temporaryUntil, CancellationToken cancel)
    {
        try
        {
            await storage.Accounts.AddEntityAsync(New(email, passwordHash, temporaryUntil), cancel);
            return true;
        }
        catch (RequestFailedException error) when (error.IsTaken())
        {
            return false;
        }
    }

    /// <summary>Gives an account another password, or creates it; either way all its sessions end.</summary>
    public async Task SetPasswordAsync(EmailAddress email, string passwordHash, DateTimeOffset? temporaryUntil, CancellationToken cancel)
    {
        while (!await AddAsync(email, passwordHash, temporaryUntil, cancel))
        {
            if (await storage.Accounts.FindAsync<AccountRow>(email.AccountId, AccountRow.Key, cancel) is { } existing)
            {
                var row = New(email, passwordHash, temporaryUntil);
                (row.CreatedAt, row.LastSignIn) = (existing.CreatedAt, existing.LastSignIn);
                await storage.Accounts.UpdateEntityAsync(row, existing.ETag, TableUpdateMode.Replace, cancel);
                return;
            }
        }
    }

    /// <summary>Replaces the password a person knows by one they chose.</summary>
    /// <returns>The account as it is now, or null when somebody changed it since <paramref name="account"/> was read.</returns>
    public async Task<Account?> ChangePasswordAsync(Account account, string passwordHash, CancellationToken cancel)
    {
        var row = new TableEntity(account.Id, AccountRow.Key)
        {
            [nameof(AccountRow.PasswordHash)] = passwordHash,
            [nameof(AccountRow.SessionStamp)] = Secrets.NewId(),
            // A merge cannot remove a property; the beginning of time means "not temporary".
            [nameof(AccountRow.TemporaryUntil)] = AccountRow.NotTemporary,
        };
        try
        {
            await storage.Accounts.UpdateEntityAsync(row, account.ETag, TableUpdateMode.Merge, cancel);
        }
        catch (RequestFailedException error) when (error.IsStale() || error.IsMissing())
        {
            return null;
        }

        return await FindAsync(account.Id, cancel);
    }

    /// <summary>Notes the sign-in, and stores the hash made with today's parameters when the old one was weaker.</summary>
    public async Task NoteSignInAsync(Account account, string? strongerHash, CancellationToken cancel)
    {
        var row = new TableEntity(account.Id, AccountRow.Key) { [nameof(AccountRow.LastSignIn)] = clock.GetUtcNow() };
        if (strongerHash is not null)
        {
            row[nameof(AccountRow.PasswordHash)] = strongerHash;
        }

        try
        {
            await storage.Accounts.UpdateEntityAsync(row, account.ETag, TableUpdateMode.Merge, cancel);
        }
        catch (RequestFailedException error) when (error.IsStale())
        {
            // Two sign-ins at once: the other one noted the same moment. A password changed meanwhile must stay.
        }
    }

    public async Task<bool> IsUserManagerAsync(string accountId, CancellationToken cancel) =>
        await storage.Accounts.FindAsync<ManagersRow>(ManagersKey, ManagersKey, cancel) is { } row && row.Ids().Contains(accountId);

    /// <summary>
    /// Takes the right to issue the first User Manager's temporary password: the first caller ever, or the first one with a
    /// new <paramref name="word"/>. Claimed before the password is made, so that two starts at once issue one password, not two.
    /// </summary>
    public async Task<bool> ClaimBootstrapAsync(string accountId, string word, CancellationToken cancel)
    {
        var row = await storage.Accounts.FindAsync<ManagersRow>(ManagersKey, ManagersKey, cancel);
        try
        {
            if (row is null)
            {
                await storage.Accounts.AddEntityAsync(new ManagersRow { AccountIds = accountId, BootstrapWord = word }, cancel);
                return true;
            }

            if (row.BootstrapWord == word || word.Length == 0)
            {
                return false;
            }

            row.AccountIds = string.Join(' ', row.Ids().Append(accountId).Distinct());
            row.BootstrapWord = word;
            await storage.Accounts.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, cancel);
            return true;
        }
        catch (RequestFailedException error) when (error.IsTaken() || error.IsStale())
        {
            return false;
        }
    }

    private AccountRow New(EmailAddress email, string passwordHash, DateTimeOffset? temporaryUntil) => new()
    {
        PartitionKey = email.AccountId,
        Email = email.Value,
        PasswordHash = passwordHash,
        TemporaryUntil = temporaryUntil,
        SessionStamp = Secrets.NewId(),
        CreatedAt = clock.GetUtcNow(),
    };

    private sealed class AccountRow : ITableEntity
    {
        public const string Key = "account";

        public static readonly DateTimeOffset NotTemporary = new(1601, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public string PartitionKey { get; set; } = "";

        public string RowKey { get; set; } = Key;

        public DateTimeOffset? Timestamp { get; set; }

        public ETag ETag { get; set; }

        public string Email { get; set; } = "";

        public string PasswordHash { get; set; } = "";

        public DateTimeOffset? TemporaryUntil { get; set; }

        public string SessionStamp { get; set; } = "";

        public DateTimeOffset CreatedAt { get; set; }

        public DateTimeOffset? LastSignIn { get; set; }

        public Account ToAccount() =>
            new(PartitionKey, Email, PasswordHash, TemporaryUntil > NotTemporary ? TemporaryUntil : null, SessionStamp, LastSignIn, ETag);
    }

    private sealed class ManagersRow : ITableEntity
    {
        public string PartitionKey { get; set; } = ManagersKey;

        public string RowKey { get; set; } = ManagersKey;

        public DateTimeOffset? Timestamp { get; set; }

        public ETag ETag { get; set; }

        /// <summary>The account ids, with spaces between.</summary>
        public string AccountIds { get; set; } = "";

        public string BootstrapWord { get; set; } = "";

        public string[] Ids() => AccountIds.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }
}
