using System.Diagnostics;
using System.Text;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Ssp.Hd4dp;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Jobs;
using Ssp.Storage;

namespace Ssp.Nippin;

/// <summary>
/// Compares an organisation's registrations of one collection with the messages to the insurers, and writes the night's file. Safe to run twice: the
/// row's ETag decides which worker runs it, every attempt writes to a place of its own, and the row names the files only when they are complete.
/// </summary>
public sealed class ValidateNight(
    NightStore nights, OrganizationStore organizations, RegistryCatalog catalog, Warehouse warehouse, NippinDatabase messages, NippinSettings settings, TimeProvider clock,
    ILogger<ValidateNight> log)
{
    // Messages are fetched so many at a time; each is some hundred bytes.
    private const int Batch = 4_000;
    private const int MaxUnknown = 100;
    private const long Large = 100_000;

    [Function(nameof(ValidateNight))]
    public async Task Run([QueueTrigger(QueueNames.OfTrigger + QueueNames.Nippin)] string text, CancellationToken cancel)
    {
        if (Parse(text) is not { } message)
        {
            // Another try would not understand it either.
            await nights.PutAsideAsync(text, cancel);
            return;
        }

        var night = await nights.FindAsync(message.OrganizationId, message.Registry, message.Date, cancel);
        if (night is null || night.IsOver)
        {
            log.LogInformation("The validation of {Registry} on {Date} is already over or gone; nothing to do", message.Registry, message.Date);
            return;
        }

        if (HasWorker(night, clock))
        {
            throw new NotYetException("Another worker runs this validation; should it die, the next try takes over.");
        }

        var begun = await nights.SaveAsync(night with { State = NightState.Running, Heartbeat = clock.GetUtcNow(), Attempt = night.Attempt + 1, Rows = 0 }, cancel)
            ?? throw new NotYetException("The validation changed while this worker began it; the next try sees the new state.");
        await RunAsync(begun, cancel);
    }

    /// <summary>Whether a worker has it and its heartbeat is recent.</summary>
    public static bool HasWorker(Night night, TimeProvider clock) => night.State == NightState.Running && Lease.IsAlive(night.Heartbeat, clock);

    /// <summary>What a message names, or null when it is none of ours.</summary>
    public static NightMessage? Parse(string message) =>
        StoredJson.TryRead<NightMessage>(message) is { Registry: not null } names && OrganizationStore.IsId(names.OrganizationId) ? names : null;

    private async Task RunAsync(Night night, CancellationToken cancel)
    {
        var rows = 0L;
        await using var lease = new Lease<Night>(
            night, nights.SaveAsync, latest => latest with { Heartbeat = clock.GetUtcNow(), Rows = Volatile.Read(ref rows) }, clock, cancel);
        try
        {
            var organization = await organizations.FindAsync(night.OrganizationId, lease.Cancel);
            if (organization?.Nihdi != night.Nihdi || catalog.Find(night.Registry) is not { Collection.Reimbursed: true } known)
            {
                await FailAsync(lease, new Sentence("nippin.source_gone"), cancel);
                return;
            }

            var file = await CompareAsync(organization, night, known.Collection, written => Volatile.Write(ref rows, written), lease.Cancel);
            if (file.Counts.All > Large)
            {
                // What this one leaves behind would still be in memory when the next large one begins: for 1,000,000 registrations the peak over idle is 117 MB with
                // this collection and 202 MB without (infra/bench -- nippin, three rounds).
                GC.Collect();
            }

            await lease.EndAsync(latest => latest with { State = NightState.Succeeded, File = file, Problem = null, Heartbeat = null, Rows = 0 }, cancel);
            if (!lease.WasTakenAway)
            {
                // What was there before is named by nobody any more.
                await nights.RemoveFilesAsync(night, file, cancel);
                await RemoveOldAsync(organization, night, cancel);
            }
        }
        catch (WarehouseException refused) when (!refused.MayHeal)
        {
            log.LogWarning(refused, "The validation of {Registry} for organisation {Organization} failed", night.Registry, night.OrganizationId);
            await FailAsync(lease, new Sentence($"{refused.Code}.detail", refused.Values), cancel);
        }
        catch (Exception) when (lease.WasTakenAway)
        {
            log.LogInformation("The validation of {Registry} was taken over or removed; this worker leaves it", night.Registry);
        }
        catch (Exception error)
        {
            // Not yet: a database or storage is away, or the portal stops. The row waits in the queue again, and so does the message.
            var why = error is WarehouseException away ? new Sentence($"{away.Code}.retry", away.Values) : new Sentence("nippin.retry");
            await lease.EndAsync(latest => latest with { State = NightState.Queued, Problem = why, Heartbeat = null, Rows = 0 }, CancellationToken.None);
            await nights.RemoveAttemptAsync(night, CancellationToken.None);
            throw;
        }

        if (lease.WasTakenAway)
        {
            await LeaveAsync(night);
        }
    }

    private static Task FailAsync(Lease<Night> lease, Sentence why, CancellationToken cancel) =>
        lease.EndAsync(latest => latest with { State = NightState.Failed, Problem = why, Heartbeat = null, Rows = 0 }, cancel);

    // The row is no longer ours, or the answer to our own last write was lost on the way; the row tells which.
    private async Task LeaveAsync(Night night)
    {
        var truth = await nights.FindAsync(night.OrganizationId, night.Registry, night.Date, CancellationToken.None);
        if (truth?.File?.Name == NightStore.NameOf(night))
        {
            return;
        }

        await nights.RemoveAttemptAsync(night, CancellationToken.None);
        if (truth is { IsOver: false } && truth.Attempt == night.Attempt)
        {
            throw new NotYetException("The connection to storage broke while the validation was noted; the next try begins anew.");
        }
    }

    private async Task<NightFile> CompareAsync(Organization organization, Night night, DataCollection collection, Action<long> onRows, CancellationToken cancel)
    {
        var clockwork = Stopwatch.StartNew();
        var earlier = (await nights.ListAsync(organization, night.Registry, cancel)).LastOrDefault(one => one.File is not null && one.Date < night.Date);
        var previous = await PreviousNight.ReadAsync(nights, earlier, cancel);
        await using var writer = new NightWriter(nights, night, previous);
        using var linking = new Linking(night.Nihdi);
        var unknown = new HashSet<string>();

        // The registrations first: a message made in between is seen, and a registration made in between is not missed by its message.
        await using var registrations = await warehouse.OpenImplantsAsync(night.Nihdi, collection with { Name = night.Registry }, cancel);
        MessageReader? reader = null;
        try
        {
            var next = await registrations.NextAsync(cancel);
            while (next is not null)
            {
                linking.Clear();
                for (; next is not null && !linking.IsFull; next = await registrations.NextAsync(cancel))
                {
                    linking.Add(next.Value);
                }

                linking.Close();
                reader ??= await messages.OpenAsync(cancel);
                await reader.LinksAsync(link => linking.Offer(link), cancel);
                await WriteAsync(linking, reader, writer, unknown, onRows, cancel);
            }
        }
        finally
        {
            await (reader?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        Tell(night, linking, unknown);
        return await writer.CommitAsync(clock.GetUtcNow(), clockwork.Elapsed.TotalSeconds, linking.Foreign.Count, cancel);
    }

    private static async Task WriteAsync(Linking linking, MessageReader reader, NightWriter writer, HashSet<string> unknown, Action<long> onRows, CancellationToken cancel)
    {
        for (var start = 0; start < linking.Count; start += Batch)
        {
            var end = Math.Min(linking.Count, start + Batch);
            var ids = MessagesOf(linking, start, end);
            var found = await reader.FindAsync(ids, cancel);
            for (var place = start; place < end; place++)
            {
                NippinMessage? message = linking[place].Message is { } id && found.TryGetValue(id, out var read) ? read : null;
                if (message is { HasLongValidation: true } large)
                {
                    message = large with { Validation = await reader.ValidationAsync(large.Id, cancel) };
                }

                if (message is { } used && !NippinRule.IsKnown(used.Status.Span) && unknown.Count < MaxUnknown)
                {
                    unknown.Add(Encoding.UTF8.GetString(used.Status.Span));
                }

                writer.Write(linking[place], message);
                await writer.StoreAsync(cancel);
            }

            onRows(writer.Written);
        }
    }

    private static HashSet<long> MessagesOf(Linking linking, int start, int end)
    {
        var ids = new HashSet<long>(end - start);
        for (var place = start; place < end; place++)
        {
            if (linking[place].Message is { } id)
            {
                ids.Add(id);
            }
        }

        return ids;
    }

    private void Tell(Night night, Linking linking, HashSet<string> unknown)
    {
        if (linking.Foreign.Count > 0)
        {
            log.LogWarning(
                "{Registry}, organisation {Organization}: {Count} messages were left out because they name another hospital, among them the numbers {Messages}",
                night.Registry, night.OrganizationId, linking.Foreign.Count, string.Join(", ", linking.Foreign.Take(10)));
        }

        if (unknown.Count > 0)
        {
            log.LogWarning("{Registry}, organisation {Organization}: messages have statuses that are not documented: {Statuses}", night.Registry, night.OrganizationId, string.Join(", ", unknown.Take(10)));
        }
    }

    private async Task RemoveOldAsync(Organization organization, Night night, CancellationToken cancel)
    {
        var all = await nights.ListAsync(organization, night.Registry, cancel);
        var lastGood = all.LastOrDefault(one => one.File is not null);
        foreach (var old in all.Where(one => one.Date <= night.Date.AddDays(-settings.Nights) && one.Date != lastGood?.Date))
        {
            await nights.RemoveAsync(old, cancel);
        }
    }
}
