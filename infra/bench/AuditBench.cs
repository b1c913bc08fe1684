using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Ssp.Audit;
using Ssp.Dev;
using Ssp.Entrance;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Storage;

namespace Ssp.Bench;

/// <summary>What an event and a page of the trail cost while it grows: one chain, a real Azurite, nothing else on it.</summary>
public sealed class AuditBench : IAsyncDisposable
{
    private const int Events = 400;
    private const int Pages = 40;
    private const int Writers = 8;

    private static readonly AuditActor Somebody =
        new("somebody@hospital.example", new string('a', 64), "0123456789abcdef", Guid.NewGuid().ToString(), "192.0.2.17");

    private readonly Azurite azurite;
    private readonly AuditStore store;
    private readonly AuditReader reader;
    private readonly AuditCheck check;
    private readonly string folder;
    private readonly string organization = Guid.NewGuid().ToString("N");
    private long count;

    private AuditBench(Azurite azurite, PortalStorage storage, string folder)
    {
        (this.azurite, this.folder) = (azurite, folder);
        store = new AuditStore(storage, TimeProvider.System, NullLogger<AuditStore>.Instance);
        reader = new AuditReader(store, new CostlyCalls());
        check = new AuditCheck(store, new OrganizationStore(storage, TimeProvider.System), TimeProvider.System);
    }

    public static async Task<AuditBench> PrepareAsync(Repository repository, string folder)
    {
        Directory.CreateDirectory(folder);
        var azurite = await Azurite.StartAsync(repository, folder, Ports.Free(3));
        var settings = DevStack.SettingsOf(
            "http://localhost/ssp", azurite.ConnectionString, "Host=127.0.0.1", "Host=127.0.0.1", 1, Path.Combine(folder, "keys"));
        var values = settings.Select(one => KeyValuePair.Create(one.Key, (string?)one.Value));
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        var storage = new PortalStorage(PortalSettings.From(configuration).Storage);
        await storage.PrepareAsync(CancellationToken.None);
        return new AuditBench(azurite, storage, folder);
    }

    public async Task MeasureAsync(int size)
    {
        var filling = Stopwatch.StartNew();
        var before = count;
        while (count < size)
        {
            await Task.WhenAll(Enumerable.Range(0, (int)Math.Min(990, size - count)).Select(_ => AppendAsync()));
        }

        var filled = filling.Elapsed;
        var one = await AppendsAsync(1);
        var eight = await AppendsAsync(Writers);
        var first = await PagesAsync(() => "");
        var middle = await PagesAsync(() =>
            $"cursor={new AuditCursor(DateTimeOffset.UtcNow, organization, Random.Shared.Next((int)count / 4, (int)count / 2))}");
        var search = await PagesAsync(() => "action=never_done", 5);
        var checking = Stopwatch.StartNew();
        var report = await check.CheckAsync(organization, CancellationToken.None);
        if (report.FirstBreak is not null || report.Events != count)
        {
            throw new DevException("The trail is broken.");
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{size,7:N0} events | append, 1 writer: {one} | {Writers} writers: {eight}"
            + $" | page of 50, newest: {first} | far back: {middle} | search through 1,000: {search}"
            + $" | check of all: {checking.Elapsed.TotalSeconds:F1} s"
            + $" | filled at {(size - before) / filled.TotalSeconds:N0} events/s | tables on disk {TableFile / 1048576.0:F0} MB"));
    }

    public async ValueTask DisposeAsync() => await azurite.DisposeAsync();

    private long TableFile => Directory.EnumerateFiles(folder, "__azurite_db_table__.json").Sum(file => new FileInfo(file).Length);

    private async Task AppendAsync()
    {
        await store.AppendAsync(
            Somebody with { RequestId = Guid.NewGuid().ToString() },
            new AuditAction("roles_changed", "somebody.else@hospital.example", organization, "roles: dp_manager, csv_upload_manager → certificate_editor"),
            AuditResult.Done);
        Interlocked.Increment(ref count);
    }

    private async Task<string> AppendsAsync(int writers)
    {
        var times = new List<double>();
        var whole = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, writers).Select(async _ =>
        {
            for (var i = 0; i < Events / writers; i++)
            {
                var clock = Stopwatch.GetTimestamp();
                await AppendAsync();
                lock (times)
                {
                    times.Add(Stopwatch.GetElapsedTime(clock).TotalMilliseconds);
                }
            }
        }));
        return string.Create(CultureInfo.InvariantCulture, $"{Summary(times)}, {whole.Elapsed.TotalMilliseconds / Events:F1} ms each");
    }

    private async Task<string> PagesAsync(Func<string> query, int rounds = Pages)
    {
        var times = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            var http = new DefaultHttpContext();
            http.Request.QueryString = new QueryString("?" + query());
            var clock = Stopwatch.GetTimestamp();
            await reader.ReadAsync([organization], AuditQuery.Of(http.Request, organization), "bench", CancellationToken.None);
            times.Add(Stopwatch.GetElapsedTime(clock).TotalMilliseconds);
        }

        return Summary(times);
    }

    private static string Summary(List<double> times)
    {
        times.Sort();
        return string.Create(CultureInfo.InvariantCulture, $"{times[times.Count / 2]:F1} ms (p95 {times[times.Count * 95 / 100]:F1}, worst {times[^1]:F0})");
    }
}
