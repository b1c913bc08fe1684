using System.Security.Cryptography;
using Azure;
using Azure.Data.Tables;
using Ssp.Clock;
using Ssp.Storage;

namespace Ssp.Accounts;

/// <summary>
/// How often somebody may ask whether an address has an account: whoever adds members must be able to, and must not be able to try a whole
/// directory. Counted in table SignInFailures, in the partition of the account that asks.
/// </summary>
public sealed class LookUpBudgets(PortalStorage storage, TimeProvider clock)
{
    private const string LookUpsKey = "look-ups";
    private const int MaxLookUps = 100;
    private const string PreviewsKey = "previews";
    private const int MaxPreviewed = 500;
    private const int MaxRounds = 20;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    /// <summary>Counts a look-up of an address by this account.</summary>
    /// <returns>How long to wait when these were too many; null when not.</returns>
    public Task<TimeSpan?> LookUpWaitAsync(string accountId, CancellationToken cancel) => WaitAsync(accountId, LookUpsKey, 1, MaxLookUps, cancel);

    /// <summary>
    /// Counts the addresses of a preview, which tells of each what a look-up tells. Their budget is another, or one file would leave no look-ups.
    /// </summary>
    /// <returns>How long to wait when these were too many; null when not.</returns>
    public Task<TimeSpan?> PreviewWaitAsync(string accountId, int addresses, CancellationToken cancel) =>
        WaitAsync(accountId, PreviewsKey, addresses, MaxPreviewed, cancel);

    private async Task<TimeSpan?> WaitAsync(string accountId, string key, int more, int max, CancellationToken cancel)
    {
        await CountAsync(accountId, key, more, cancel);
        var row = await storage.SignInFailures.FindAsync<BudgetRow>(accountId, key, cancel);
        return row?.Count > max ? row.FirstAt + Window - clock.GetUtcNow() : null;
    }

    private async Task CountAsync(string accountId, string key, int more, CancellationToken cancel)
    {
        // Several windows of one person meet on this row; after so many rounds one look-up more or less no longer matters.
        for (var round = 0; round < MaxRounds; round++)
        {
            var now = clock.GetUtcNow();
            var before = await storage.SignInFailures.FindAsync<BudgetRow>(accountId, key, cancel);
            var goesOn = before is not null && !ClockSkew.IsAhead(before.FirstAt, now) && now - before.FirstAt < Window;
            var next = new BudgetRow
            {
                PartitionKey = accountId,
                RowKey = key,
                Count = goesOn ? before!.Count + more : more,
                FirstAt = goesOn ? before!.FirstAt : now,
                LastAt = now,
            };
            try
            {
                if (before is null)
                {
                    await storage.SignInFailures.AddEntityAsync(next, cancel);
                }
                else
                {
                    await storage.SignInFailures.UpdateEntityAsync(next, before.ETag, TableUpdateMode.Replace, cancel);
                }

                return;
            }
            catch (RequestFailedException error) when (error.IsTaken() || error.IsStale() || error.IsMissing())
            {
                await Task.Delay(RandomNumberGenerator.GetInt32(5, 40), cancel);
            }
        }
    }

    private sealed class BudgetRow : Row
    {
        public int Count { get; set; }

        public DateTimeOffset FirstAt { get; set; }

        public DateTimeOffset LastAt { get; set; }
    }
}
