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

/// <summary>Compares an organisation's registrations of one collection with the messages to the insurers, and writes the night's file.</summary>
public sealed class ValidateNight(
    NightStore nights, OrganizationStore organizations, RegistryCatalog catalog, Warehouse warehouse, NippinDatabase messages, NippinSettings settings,
    TimeProvider clock, ILogger<ValidateNight> log) : JobFunctions<Night>
{
    // Messages are fetched so many at a time; each is some hundred bytes.
    private const int Batch = 4_000;
    private const int MaxUnknown = 100;
    private const long Large = 100_000;

    protected override JobStore<Night> Jobs => nights;

    protected override TimeProvider Clock => clock;

    protected override ILogger Log => log;

    protected override string TextCode => "nippin";

    [Function(nameof(ValidateNight))]
    public Task Run([QueueTrigger(QueueNames.OfTrigger + QueueNames.Nippin)] string message, CancellationToken cancel) => RunAsync(message, cancel);

    [Function("GiveUpOnNight")]
    public Task GiveUp([QueueTrigger(QueueNames.OfTrigger + QueueNames.Nippin + QueueNames.Poison)] string message, CancellationToken cancel) =>
        GiveUpAsync(message, cancel);

    protected override async Task<JobEnd<Night>> DoAsync(Night job, JobMessage message, JobProgress progress, CancellationToken cancel)
    {
        var organization = await organizations.FindAsync(job.OrganizationId, cancel);
        if (organization?.Nihdi != job.Nihdi || catalog.Find(job.Registry) is not { Collection.Reimbursed: true } known)
        {
            return Fails(Sentences.Nippin.SourceGone);
        }

        var file = await CompareAsync(organization, job, known.Collection, written => progress.Rows = written, cancel);
        if (file.Counts.All > Large)
        {
            // What this one leaves behind would still be in memory when the next large one begins: for 1,000,000 registrations the peak over idle
            // is 117 MB with this collection and 202 MB without (infra/bench -- nippin, three rounds).
            GC.Collect();
        }

        return Ends(latest => latest.Over(JobState.Succeeded) with { Rows = 0, File = file });
    }

    protected override async Task AfterEndAsync(Night ended, JobMessage message, CancellationToken cancel)
    {
        if (ended.State == JobState.Succeeded)
        {
            // What was there before is named by nobody any more.
            await nights.RemoveFilesAsync(ended, ended.FinishedFiles, cancel);
            await RemoveOldAsync(ended, cancel);
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
                if (next is null)
                {
                    // An account with few connections may have none for the messages while this one is open.
                    await registrations.DisposeAsync();
                }

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
        var file = await writer.CommitAsync(clock.GetUtcNow(), clockwork.Elapsed.TotalSeconds, linking.Foreign.Count, cancel);
        return file with { WithoutDocument = registrations.WithoutDocument, WithoutDate = registrations.WithoutDate };
    }

    private static async Task WriteAsync(
        Linking linking, MessageReader reader, NightWriter writer, HashSet<string> unknown, Action<long> onRows, CancellationToken cancel)
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
            log.LogWarning(
                "{Registry}, organisation {Organization}: messages have statuses that are not documented: {Statuses}",
                night.Registry,
                night.OrganizationId,
                string.Join(", ", unknown.Take(10)));
        }
    }

    private async Task RemoveOldAsync(Night night, CancellationToken cancel)
    {
        if (await organizations.FindAsync(night.OrganizationId, cancel) is not { } organization)
        {
            return;
        }

        var all = await nights.ListAsync(organization, night.Registry, cancel);
        var lastGood = all.LastOrDefault(one => one.File is not null);
        foreach (var old in all.Where(one => one.Date <= night.Date.AddDays(-settings.Nights) && one.Date != lastGood?.Date))
        {
            await nights.RemoveAsync(old, cancel);
        }
    }
}
