using System.Net;
using System.Security.Cryptography;

namespace Ssp.Tests.Chaos;

/// <summary>What an export is asked for, and what its file must be.</summary>
/// <param name="Body">The request.</param>
/// <param name="Rows">How many records the databases have for it.</param>
/// <param name="Sha256">Of the file that was made of it in quiet times.</param>
public sealed record ExpectedExport(object Body, long Rows, string Sha256);

/// <summary>Asks for exports, looks at them, downloads, cancels and deletes them. Each that succeeds has every record, to the byte.</summary>
public sealed class ExportActor(string name, Visitor visitor, string organizationId, IReadOnlyList<ExpectedExport> offer) : Actor(name)
{
    private const int MaxUnderWay = 3;
    private const int Enough = 30;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly Dictionary<string, Known> exports = [];
    private int succeeded;

    private sealed class Known(ExpectedExport expected)
    {
        public ExpectedExport Expected => expected;

        public bool IsOver { get; set; }

        public bool MayBeCancelled { get; set; }

        /// <summary>Whoever deleted it died, perhaps between its file and its row: then it says that it was removed, and can be deleted again.</summary>
        public bool MayBeHalfDeleted { get; set; }
    }

    /// <summary>What was asked for, for messages that come twice and late.</summary>
    public IReadOnlyList<string> Ids
    {
        get
        {
            lock (exports)
            {
                return [.. exports.Keys];
            }
        }
    }

    /// <summary>Exports that were seen to succeed with every record.</summary>
    public int Succeeded => succeeded;

    /// <summary>Why exports failed, in the words people see: an end too, and the same export can be asked for again.</summary>
    public Dictionary<string, int> Failures { get; } = [];

    protected override async Task StepAsync(Random random)
    {
        var underWay = exports.Where(one => !one.Value.IsOver).Select(one => one.Key).ToList();
        var over = exports.Where(one => one.Value.IsOver).Select(one => one.Key).ToList();
        if (over.Count > Enough || (over.Count > 0 && random.Next(12) == 0))
        {
            await RemoveAsync(over[random.Next(over.Count)]);
        }
        else if (underWay.Count > 0 && random.Next(15) == 0)
        {
            await RemoveAsync(underWay[random.Next(underWay.Count)]);
        }
        else if (underWay.Count < MaxUnderWay && random.Next(2) == 0)
        {
            await RequestAsync(offer[random.Next(offer.Count)]);
        }
        else if (over.Count > 0 && random.Next(4) == 0)
        {
            await DownloadAsync(over[random.Next(over.Count)]);
        }
        else if (underWay.Count > 0)
        {
            await LookAtAsync(underWay[random.Next(underWay.Count)]);
        }
    }

    protected override async Task LookAsync()
    {
        for (var begun = DateTime.UtcNow; exports.Values.Any(one => !one.IsOver); await Task.Delay(Pause))
        {
            foreach (var id in exports.Where(one => !one.Value.IsOver).Select(one => one.Key).ToList())
            {
                await LookAtAsync(id);
            }

            if (DateTime.UtcNow - begun > Patience)
            {
                throw new Violation($"the exports {string.Join(", ", exports.Where(one => !one.Value.IsOver).Select(one => one.Key))} have no end");
            }
        }

        foreach (var id in exports.Where(one => one.Value.MayBeHalfDeleted).Select(one => one.Key).ToList())
        {
            await RemoveAsync(id);
        }

        var listed = (await ListAsync()).ToHashSet();
        foreach (var id in Ids.Except(listed))
        {
            Complain($"the export {id} is gone");
        }

        foreach (var id in listed.Except(Ids))
        {
            Complain($"the export {id} was never asked for, or was deleted");
        }

        foreach (var id in Ids)
        {
            await DownloadAsync(id);
        }

        await ShowThatItCanBeAskedForAgainAsync();
    }

    private string Path => $"organizations/{organizationId}/exports";

    // Whatever went wrong before: in quiet times it works.
    private async Task ShowThatItCanBeAskedForAgainAsync()
    {
        foreach (var expected in offer)
        {
            await RequestAsync(expected);
        }

        for (var begun = DateTime.UtcNow; exports.Values.Any(one => !one.IsOver); await Task.Delay(Pause))
        {
            foreach (var id in exports.Where(one => !one.Value.IsOver).Select(one => one.Key).ToList())
            {
                if (await LookAtAsync(id) is "failed")
                {
                    Complain($"the export {id} failed in quiet times");
                }
            }

            if (DateTime.UtcNow - begun > Patience)
            {
                throw new Violation("an export has no end in quiet times");
            }
        }
    }

    private async Task RequestAsync(ExpectedExport expected)
    {
        var reply = await visitor.PostAsync(Path, expected.Body);
        if (reply.IsDone)
        {
            Acknowledge();
            Add(reply.Json.GetProperty("export").GetProperty("id").GetString()!, expected);
            return;
        }

        if (!reply.IsLost)
        {
            Complain($"an export was refused: {reply.Text}");
        }

        Lose();
        await visitor.ReadTruthAsync(Path);
        var unknown = (await ListAsync()).Except(Ids).ToList();
        if (unknown.Count > 1)
        {
            Complain($"one request made {unknown.Count} exports");
        }

        unknown.ForEach(id => Add(id, expected));
    }

    private async Task RemoveAsync(string id)
    {
        var known = exports[id];
        // Cancelled, or deleted if it was over when the portal looked.
        known.MayBeCancelled = true;
        var reply = await visitor.DeleteAsync($"{Path}/{id}");
        if (reply.IsDone)
        {
            Acknowledge();
        }
        else if (reply.IsLost)
        {
            Lose();
            known.MayBeHalfDeleted = true;
        }
        else
        {
            Complain($"removing the export {id} was refused: {reply.Text}");
        }

        var truth = reply.IsLost ? await visitor.ReadTruthAsync($"{Path}/{id}") : await visitor.ReadAsync($"{Path}/{id}");
        if (truth.Status == (int)HttpStatusCode.NotFound)
        {
            lock (exports)
            {
                exports.Remove(id);
            }

            return;
        }

        var state = truth.Json.GetProperty("state").GetString();
        if (reply.IsDone && state != "cancelled")
        {
            Complain($"the export {id} was cancelled or deleted, and is {state}");
        }

        await LookAtAsync(id);
    }

    private async Task<string> LookAtAsync(string id)
    {
        var known = exports[id];
        var reply = await visitor.ReadAsync($"{Path}/{id}");
        if (!reply.IsDone)
        {
            known.IsOver = true;
            throw new Violation($"the export {id} cannot be seen any more: {reply.Text}");
        }

        var export = reply.Json;
        var state = export.GetProperty("state").GetString()!;
        if (known.IsOver || state is "queued" or "running")
        {
            return state;
        }

        known.IsOver = true;
        if (state == "succeeded")
        {
            Interlocked.Increment(ref succeeded);
            Compare(id, known.Expected, export.GetProperty("rows").GetInt64(), export.GetProperty("sha256").GetString()!);
        }
        else if (state == "failed")
        {
            var why = export.GetProperty("error").GetString() ?? "";
            Failures[why] = Failures.GetValueOrDefault(why) + 1;
        }
        else if (!known.MayBeCancelled)
        {
            Complain($"the export {id} is {state}, and nobody cancelled it");
        }

        return state;
    }

    private async Task DownloadAsync(string id)
    {
        var known = exports[id];
        if (await LookAtAsync(id) != "succeeded")
        {
            return;
        }

        for (var attempt = 0; attempt < 200; attempt++)
        {
            var reply = await visitor.GetAsync($"{Path}/{id}/file");
            if (reply.IsDone)
            {
                Compare(id, known.Expected, known.Expected.Rows, Convert.ToHexStringLower(SHA256.HashData(reply.Bytes)));
                return;
            }

            if (reply.Status == (int)HttpStatusCode.Gone && known.MayBeHalfDeleted)
            {
                return;
            }

            if (!reply.IsLost)
            {
                Complain($"the file of the export {id} cannot be downloaded: {reply.Text}");
                return;
            }

            await Task.Delay(Pause);
        }

        Complain($"the file of the export {id} could not be downloaded in minutes");
    }

    private void Compare(string id, ExpectedExport expected, long rows, string sha256)
    {
        if (rows != expected.Rows || sha256 != expected.Sha256)
        {
            Complain($"the export {id} has {rows} records, SHA-256 {sha256}, and should have {expected.Rows}, {expected.Sha256}");
        }
    }

    // The one under way for the same request is answered too; then it is known already.
    private void Add(string id, ExpectedExport expected)
    {
        lock (exports)
        {
            exports.TryAdd(id, new Known(expected));
        }
    }

    private async Task<IEnumerable<string>> ListAsync() => (await visitor.ListAsync(Path)).Select(one => one.GetProperty("id").GetString()!);
}
