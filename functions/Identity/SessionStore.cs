using Azure;
using Azure.Data.Tables;
using Microsoft.AspNetCore.Http;
using Ssp.Http;
using Ssp.Storage;

namespace Ssp.Identity;

/// <summary>Table Sessions: partition = account, row = SHA-256 of the session's secret.</summary>
public sealed class SessionStore(PortalStorage storage, AccountStore accounts, SessionSettings settings, HttpSettings http, TimeProvider clock)
{
    // Writing the last sight at every request would double the cost of each. What is stored is older than the last request by up to this.
    private static readonly TimeSpan SeenGrain = TimeSpan.FromMinutes(1);

    public async Task<SessionCookie> BeginAsync(Account account, HttpRequest request, CancellationToken cancel)
    {
        var secret = Secrets.NewSessionSecret();
        var now = clock.GetUtcNow();
        var row = new SessionRow
        {
            PartitionKey = account.Id,
            RowKey = Secrets.Hash(secret),
            Stamp = account.SessionStamp,
            BegunAt = now,
            LastSeen = now,
            Device = Device.Of(request),
            Address = ClientAddress.Of(request, http)?.ToString(),
        };
        await storage.Sessions.AddEntityAsync(row, cancel);
        await RemoveOverAsync(account, cancel);
        return new SessionCookie(account.Id, secret);
    }

    /// <summary>The account and session behind a cookie, or null when the session is over for whatever reason.</summary>
    public async Task<Caller?> FindAsync(SessionCookie cookie, CancellationToken cancel)
    {
        var reading = storage.Sessions.FindAsync<SessionRow>(cookie.AccountId, Secrets.Hash(cookie.Secret), cancel);
        var account = await accounts.FindAsync(cookie.AccountId, cancel);
        var row = await reading;
        if (row is null || account is null || IsOver(row, account))
        {
            return null;
        }

        if (clock.GetUtcNow() - row.LastSeen >= SeenGrain)
        {
            await NoteSeenAsync(row, cancel);
        }

        return new Caller(account, row.ToSession(), Secrets.CsrfTokenOf(cookie.Secret));
    }

    /// <summary>The sessions that go on, the latest begun first.</summary>
    public async Task<IReadOnlyList<Session>> ListAsync(Account account, CancellationToken cancel)
    {
        var going = new List<Session>();
        await foreach (var row in storage.Sessions.QueryAsync<SessionRow>(row => row.PartitionKey == account.Id, cancellationToken: cancel))
        {
            if (!IsOver(row, account))
            {
                going.Add(row.ToSession());
            }
        }

        return [.. going.OrderByDescending(session => session.BegunAt)];
    }

    /// <summary>Removes every session of an account that was cancelled.</summary>
    public async Task ClearAsync(Account cancelled, CancellationToken cancel)
    {
        var rows = storage.Sessions.QueryAsync<SessionRow>(
            row => row.PartitionKey == cancelled.Id && row.Stamp == cancelled.SessionStamp, cancellationToken: cancel);
        await foreach (var row in rows)
        {
            await storage.Sessions.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, cancel);
        }
    }

    public async Task EndAsync(Session session, CancellationToken cancel) =>
        await storage.Sessions.DeleteEntityAsync(session.AccountId, session.SecretHash, ETag.All, cancel);

    private bool IsOver(SessionRow row, Account account) =>
        row.Stamp != account.SessionStamp
        || clock.GetUtcNow() - row.BegunAt >= settings.Lifetime
        || clock.GetUtcNow() - row.LastSeen >= settings.Idle + SeenGrain;

    private async Task NoteSeenAsync(SessionRow row, CancellationToken cancel)
    {
        try
        {
            var seen = new TableEntity(row.PartitionKey, row.RowKey) { [nameof(SessionRow.LastSeen)] = clock.GetUtcNow() };
            await storage.Sessions.UpdateEntityAsync(seen, row.ETag, TableUpdateMode.Merge, cancel);
        }
        catch (RequestFailedException error) when (error.IsStale() || error.IsMissing())
        {
            // Another request of the same browser noted it, or the session was just ended.
        }
    }

    // A session that is over cannot come back; its row is only rubbish. Swept here, where its owner passes by anyway.
    private async Task RemoveOverAsync(Account account, CancellationToken cancel)
    {
        await foreach (var row in storage.Sessions.QueryAsync<SessionRow>(row => row.PartitionKey == account.Id, cancellationToken: cancel))
        {
            if (IsOver(row, account))
            {
                await storage.Sessions.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, cancel);
            }
        }
    }

    private sealed class SessionRow : Row
    {
        public string Stamp { get; set; } = "";

        public DateTimeOffset BegunAt { get; set; }

        public DateTimeOffset LastSeen { get; set; }

        public string? Device { get; set; }

        public string? Address { get; set; }

        public Session ToSession() => new(PartitionKey, RowKey, Stamp, BegunAt, LastSeen, Device ?? "", Address);
    }
}
