using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Ssp.Storage;
using Ssp.Clock;

namespace Ssp.Accounts;

/// <summary>A try to sign in with a wrong password.</summary>
/// <param name="Address">Where from, if that is known.</param>
public sealed record FailedSignIn(DateTimeOffset At, string? Address);

/// <summary>
/// Table SignInFailures: counts failed sign-ins per account and place, per account, and per address. While an account waits, every try gets
/// the same answer as a wrong password and does not lengthen the wait, so nobody can be locked out for ever; and a place the person signed in
/// from lately does not wait for what strangers do elsewhere. Addresses without an account are counted by the same work, so that nothing tells
/// them apart. To be asked and told within one turn of <see cref="PasswordHashes"/>: else many guesses at once would all come before the first count.
/// </summary>
public sealed class SignInThrottle(PortalStorage storage, AccountSettings settings, TimeProvider clock)
{
    private const string AllPlacesKey = "all-places";
    private const string AddressKey = "address";
    private const string Nobody = "nobody-";
    private const string UnknownPlace = "place-unknown";
    private const int MaxLatest = 10;
    private static readonly TimeSpan AddressWindow = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Memory = TimeSpan.FromHours(24);
    private static readonly TimeSpan KnownPlaceMemory = TimeSpan.FromDays(30);

    /// <summary>A try to sign in to one account from one place.</summary>
    /// <param name="IsFromKnownPlace">The person has signed in from there lately.</param>
    /// <param name="WaitedBefore">How many tries at the account had to wait since one was let through.</param>
    public sealed record Attempt(string AccountId, string Place, string? Address, bool MustWait, bool IsFromKnownPlace, int WaitedBefore);

    /// <param name="address">Null for all that the proxy does not tell: they have one budget.</param>
    /// <returns>How long this address has to wait because of its failures with whatever accounts; null when it need not.</returns>
    public async Task<TimeSpan?> AddressWaitAsync(IPAddress? address, CancellationToken cancel)
    {
        var row = await FindAsync(PlaceOf(address), AddressKey, cancel);
        var left = row is null ? TimeSpan.Zero : row.FirstAt + AddressWindow - clock.GetUtcNow();
        var mustWait = row is not null
            && row.Count >= settings.FailuresPerAddress
            && left > TimeSpan.Zero
            && !ClockSkew.IsAhead(row.FirstAt, clock.GetUtcNow());
        return mustWait ? left : null;
    }

    public async Task<Attempt> BeginAsync(string accountId, IPAddress? address, CancellationToken cancel)
    {
        var place = PlaceOf(address);
        var here = await FindAsync(accountId, place, cancel);
        var everywhere = await FindAsync(accountId, AllPlacesKey, cancel);
        var now = clock.GetUtcNow();
        var isUnknown = place == UnknownPlace;
        var isKnownToPerson = !isUnknown && here?.SucceededAt is { } success && now - success < KnownPlaceMemory;
        var mustWait = IsWaiting(here, isUnknown ? BackOff.UnknownPlace : BackOff.SamePlace, now)
            || (!isUnknown && !isKnownToPerson && IsWaiting(everywhere, BackOff.AllPlaces, now));
        return new Attempt(accountId, place, address?.ToString(), mustWait, isKnownToPerson, everywhere?.Waited ?? 0);
    }

    public async Task NoteFailureAsync(Attempt attempt, CancellationToken cancel)
    {
        // While waiting the same rows are written with the same counts: the same work, hence the same time.
        var more = attempt.MustWait ? 0 : 1;
        await CountAsync(attempt.AccountId, attempt.Place, Memory, more, cancel);
        await CountAsync(attempt.AccountId, AllPlacesKey, Memory, more, cancel, attempt.MustWait ? null : new FailedSignIn(clock.GetUtcNow(), attempt.Address));
        await CountAsync(attempt.Place, AddressKey, AddressWindow, 1, cancel);
    }

    public async Task NoteSuccessAsync(Attempt attempt, CancellationToken cancel)
    {
        var row = new FailuresRow { PartitionKey = attempt.AccountId, RowKey = attempt.Place, SucceededAt = clock.GetUtcNow() };
        await storage.SignInFailures.UpsertEntityAsync(row, TableUpdateMode.Replace, cancel);
        // The count begins anew; the latest failures stay, for the person to see.
        var everywhere = new TableEntity(attempt.AccountId, AllPlacesKey) { [nameof(FailuresRow.Count)] = 0, [nameof(FailuresRow.Waited)] = 0 };
        await storage.SignInFailures.UpsertEntityAsync(everywhere, TableUpdateMode.Merge, cancel);
    }

    /// <summary>The latest failed tries at an account, the last first. Tries that had to wait are not among them.</summary>
    public async Task<IReadOnlyList<FailedSignIn>> ListFailuresAsync(string accountId, CancellationToken cancel) =>
        (await FindAsync(accountId, AllPlacesKey, cancel))?.LatestFailures() ?? [];

    /// <summary>
    /// What tries at an address without an account are counted under: a few rows for all such addresses, for they can be made up without end. Nobody sees
    /// whether a try had to wait, so nobody sees that these wait for each other.
    /// </summary>
    public static string Nobodys(string accountId) => Nobody + accountId[..2];

    /// <summary>Removes counts that no longer make anybody wait, and places where nobody has signed in lately.</summary>
    /// <returns>How many.</returns>
    public async Task<int> RemoveOldAsync(CancellationToken cancel)
    {
        var removed = 0;
        var (past, recent) = (clock.GetUtcNow() - KnownPlaceMemory, clock.GetUtcNow() - Memory);
        var old = storage.SignInFailures.QueryAsync<FailuresRow>(row => row.LastAt < recent, cancellationToken: cancel);
        await foreach (var row in old)
        {
            // The latest failures at an account are shown to its owner, as long as a place is known.
            var isShown = row.Latest is not null && !row.PartitionKey.StartsWith(Nobody, StringComparison.Ordinal);
            if (row.SucceededAt < past || (row.SucceededAt is null && (!isShown || row.LastAt < past)))
            {
                removed += await RemoveAsync(row, cancel) ? 1 : 0;
            }
        }

        return removed;
    }

    private async Task<bool> RemoveAsync(FailuresRow row, CancellationToken cancel)
    {
        try
        {
            await storage.SignInFailures.DeleteEntityAsync(row.PartitionKey, row.RowKey, row.ETag, cancel);
            return true;
        }
        catch (RequestFailedException error) when (error.IsStale() || error.IsMissing())
        {
            // It counts again.
            return false;
        }
    }

    /// <summary>A household or a ward of IPv6 has 2^64 addresses to try from; they are one place.</summary>
    public static string PlaceOf(IPAddress? address)
    {
        if (address is null)
        {
            return UnknownPlace;
        }

        var bytes = address.MapToIPv6().GetAddressBytes();
        var isOfIPv6 = address.AddressFamily == AddressFamily.InterNetworkV6 && !address.IsIPv4MappedToIPv6;
        return $"place-{Secrets.Hash(Convert.ToHexString(isOfIPv6 ? bytes[..8] : bytes))}";
    }

    private Task<FailuresRow?> FindAsync(string partition, string row, CancellationToken cancel) =>
        storage.SignInFailures.FindAsync<FailuresRow>(partition, row, cancel);

    private static bool IsWaiting(FailuresRow? row, Func<int, TimeSpan> backOff, DateTimeOffset now) =>
        row is not null && now < row.LastAt + backOff(row.Count) && !ClockSkew.IsAhead(row.LastAt, now);

    private async Task CountAsync(string partition, string key, TimeSpan memory, int more, CancellationToken cancel, FailedSignIn? failure = null)
    {
        // Failures at several accounts meet on the row of an address; after so many rounds one more or less no longer matters.
        for (var round = 0; round < 20; round++)
        {
            var row = await FindAsync(partition, key, cancel);
            var now = clock.GetUtcNow();
            try
            {
                if (row is null)
                {
                    var first = new FailuresRow { PartitionKey = partition, RowKey = key, Count = Math.Max(1, more), FirstAt = now, LastAt = now };
                    first.Note(failure);
                    await storage.SignInFailures.AddEntityAsync(first, cancel);
                    return;
                }

                // An address's count is of one window; an account's goes on while it is being guessed at.
                var forgotten = ClockSkew.IsAhead(row.FirstAt, now) || (now - row.FirstAt >= memory && (key == AddressKey || now - row.LastAt >= Quiet));
                row.Count = forgotten ? Math.Max(1, more) : row.Count + more;
                row.FirstAt = forgotten || row.Count == 1 ? now : row.FirstAt;
                row.LastAt = more == 0 && !forgotten ? row.LastAt : now;
                row.Note(failure);
                row.Waited = more == 0 ? row.Waited + 1 : 0;
                await storage.SignInFailures.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, cancel);
                return;
            }
            catch (RequestFailedException error) when (error.IsTaken() || error.IsStale() || error.IsMissing())
            {
                await Task.Delay(RandomNumberGenerator.GetInt32(5, 40), cancel);
            }
        }
    }

    private sealed class FailuresRow : Row
    {
        public int Count { get; set; }

        // Azure Tables know no time before 1601.
        public DateTimeOffset FirstAt { get; set; } = new(1601, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public DateTimeOffset LastAt { get; set; } = new(1601, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public DateTimeOffset? SucceededAt { get; set; }

        public int Waited { get; set; }

        public string? Latest { get; set; }

        public IReadOnlyList<FailedSignIn> LatestFailures() => StoredJson.Read<IReadOnlyList<FailedSignIn>>(Latest) ?? [];

        public void Note(FailedSignIn? failure) =>
            // With the names that earlier versions read, which take them by the letter.
            Latest = failure is null ? Latest : JsonSerializer.Serialize(LatestFailures().Prepend(failure).Take(MaxLatest));
    }
}
