using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Ssp.Dev;
using Ssp.Tests.Durability;

namespace Ssp.Bench;

/// <summary>Azurite with the launcher beside plain Azurite: what kills lose, what a change costs, and what becomes of both as the data grows.</summary>
public sealed class AzuriteBench(Repository repository, string folder)
{
    private const int Turns = 3;

    private static readonly string Filler = new('x', 400);

    /// <summary>Kills it again and again under load of every kind; where the power fails too, what was not synced is gone with it.</summary>
    public async Task CrashAsync(int rounds, int seed, bool powerFails)
    {
        var what = powerFails ? "power cuts" : "kills";
        var crashes = new CrashRounds(repository, NewFolder(), seed, powerFails);
        await crashes.RunAsync(rounds, afterRound: round =>
        {
            if (round % 50 == 0)
            {
                Print($"  {round} {what}, {crashes.Acknowledged:N0} acknowledged changes, {crashes.Wrong.Count} wrong");
            }
        });
        Print(
            $"{what} under load, seed {seed}: {rounds} and {crashes.KilledInStart} while starting",
            $" | acknowledged changes: {crashes.Acknowledged:N0} | lost or invented: {crashes.Wrong.Count}");
        foreach (var one in crashes.Wrong.Take(20))
        {
            Print($"  {one}");
        }

        if (crashes.Wrong.Count > 0)
        {
            throw new DevException("Azurite lost or invented something.");
        }
    }

    /// <summary>One kill in the middle of inserts, for the contrast.</summary>
    public async Task CompareOneKillAsync()
    {
        foreach (var plain in (bool[])[true, false])
        {
            var ports = Ports.Free(3);
            var data = NewFolder();
            var acknowledged = new ConcurrentBag<string>();
            await using (var azurite = await StartAsync(data, ports, plain))
            {
                var table = await TableAsync(azurite, "Kill");
                var writers = Enumerable.Range(0, 8).Select(async writer =>
                {
                    try
                    {
                        for (var number = 0; ; number++)
                        {
                            await table.AddEntityAsync(Row($"w{writer}", number));
                            acknowledged.Add($"w{writer}/{number:D8}");
                        }
                    }
                    catch (Exception error) when (error is Azure.RequestFailedException { Status: 0 } or AggregateException or SocketException or IOException)
                    {
                        // It was killed.
                    }
                }).ToList();
                await Task.Delay(TimeSpan.FromSeconds(9));
                await azurite.KillAsync();
                await Task.WhenAll(writers);
            }

            await using var again = await StartAsync(data, ports, plain);
            var there = new HashSet<string>();
            await foreach (var row in (await TableAsync(again, "Kill")).QueryAsync<TableEntity>(select: ["PartitionKey", "RowKey"]))
            {
                there.Add($"{row.PartitionKey}/{row.RowKey}");
            }

            var lost = acknowledged.Count(row => !there.Contains(row));
            Print($"one kill after 9 s of inserts by 8 writers, {Name(plain)}: {lost:N0} of {acknowledged.Count:N0} acknowledged inserts lost");
        }
    }

    /// <summary>Throughput and latency of single changes, the two in turn.</summary>
    public async Task SpeedAsync(int seconds)
    {
        var results = new Dictionary<(string What, int Writers, bool Plain), List<(double PerSecond, double Median, double P99)>>();
        for (var turn = 0; turn < Turns; turn++)
        {
            foreach (var plain in (bool[])[true, false])
            {
                await using var azurite = await StartAsync(NewFolder(), Ports.Free(3), plain);
                var table = await TableAsync(azurite, "Speed");
                var queue = new QueueClient(azurite.ConnectionString, "speed", Impatient(new QueueClientOptions()));
                await queue.CreateAsync();
                var container = new BlobContainerClient(azurite.ConnectionString, "speed", Impatient(new BlobClientOptions()));
                await container.CreateAsync();
                var content = new byte[4096];
                foreach (var writers in (int[])[1, 8])
                {
                    var kinds = new (string What, Func<int, int, Task> Change)[]
                    {
                        ("table insert", (writer, number) => table.AddEntityAsync(Row($"p{writers}-{writer}", number))),
                        ("table merge", (writer, number) => table.UpdateEntityAsync(
                            new TableEntity($"p{writers}-{writer}", $"{number % 20:D8}") { ["Text"] = $"merged {number}" }, Azure.ETag.All)),
                        ("queue put", (_, _) => queue.SendMessageAsync(Filler)),
                        ("blob put, 4 KB", (writer, number) => container.GetBlobClient($"{writers}-{writer}/{number}").UploadAsync(
                            new MemoryStream(content), overwrite: true)),
                    };
                    foreach (var (what, change) in kinds)
                    {
                        var key = (what, writers, plain);
                        if (!results.TryGetValue(key, out var measured))
                        {
                            results[key] = measured = [];
                        }

                        measured.Add(await MeasureAsync(writers, seconds, change));
                    }
                }
            }
        }

        foreach (var ((what, writers, _), durable) in results.Where(one => !one.Key.Plain))
        {
            var plain = results[(what, writers, true)];
            var ratio = Median(durable.Select(one => one.PerSecond)) / Median(plain.Select(one => one.PerSecond));
            Print($"{what}, {writers} writer(s): plain {Text(plain)} | launcher {Text(durable)} | {ratio:F2} x");
        }
    }

    /// <summary>What a single insert, a start and the disk cost at growing numbers of rows.</summary>
    public async Task GrowthAsync(int[] sizes)
    {
        foreach (var plain in (bool[])[false, true])
        {
            var data = NewFolder();
            var ports = Ports.Free(3);
            var azurite = await StartAsync(data, ports, plain);
            var count = 0;
            foreach (var size in sizes)
            {
                var table = await TableAsync(azurite, "Growth");
                var filling = Stopwatch.StartNew();
                var before = count;
                while (count < size)
                {
                    var from = count;
                    await Task.WhenAll(Enumerable.Range(0, 4).Select(batch => table.SubmitTransactionAsync(
                        Enumerable.Range(from + (100 * batch), 100).Select(number => new TableTransactionAction(
                            TableTransactionActionType.Add, Row($"f{number / 100 % 50}", number))))));
                    count += 400;
                }

                var filled = filling.Elapsed;
                var insert = await MeasureAsync(1, 10, (_, number) => table.AddEntityAsync(Row($"s{size}", number)));
                var logs = Path.Combine(data, "durable");
                var log = Directory.Exists(logs) ? Directory.EnumerateFiles(logs, "*.log").Sum(file => new FileInfo(file).Length) : 0;

                // Plain Azurite would lose rows here.
                TimeSpan? afterKill = null;
                if (!plain)
                {
                    await azurite.KillAsync();
                    await azurite.DisposeAsync();
                    (azurite, afterKill) = await TimedStartAsync(data, ports, plain);
                }

                var stopping = Stopwatch.StartNew();
                await azurite.DisposeAsync();
                var stopped = stopping.Elapsed;
                var file = new FileInfo(Path.Combine(data, "__azurite_db_table__.json")).Length;
                (azurite, var afterStop) = await TimedStartAsync(data, ports, plain);
                Print(
                    $"{size,7:N0} rows, {Name(plain)}: filled at {(size - before) / filled.TotalSeconds:N0} rows/s in batches of 100",
                    $" | insert, 1 writer: {Text([insert])}");
                Print(
                    $"  on disk {file / 1e6:F0} MB and log {log / 1e6:F0} MB | start after kill {afterKill?.TotalSeconds ?? double.NaN:F1} s",
                    $" | stop {stopped.TotalSeconds:F1} s | start after stop {afterStop.TotalSeconds:F1} s");
            }

            await azurite.DisposeAsync();
        }
    }

    private static string Name(bool plain) => plain ? "plain" : "launcher";

    private static TableEntity Row(string partition, int number) =>
        new(partition, $"{number:D8}") { ["Text"] = $"row {number}", ["Number"] = number, ["At"] = DateTimeOffset.UtcNow, ["Filler"] = Filler };

    private static T Impatient<T>(T options)
        where T : ClientOptions
    {
        options.Retry.MaxRetries = 0;
        return options;
    }

    private static async Task<TableClient> TableAsync(Azurite azurite, string name)
    {
        var table = new TableClient(azurite.ConnectionString, name, Impatient(new TableClientOptions()));
        await table.CreateIfNotExistsAsync();
        return table;
    }

    private static async Task<(double PerSecond, double Median, double P99)> MeasureAsync(int writers, int seconds, Func<int, int, Task> change)
    {
        var times = new ConcurrentBag<double>();
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, writers).Select(async writer =>
        {
            for (var number = 0; watch.Elapsed.TotalSeconds < seconds; number++)
            {
                var begin = Stopwatch.GetTimestamp();
                await change(writer, number);
                times.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
            }
        }));
        var sorted = times.Order().ToArray();
        return (sorted.Length / watch.Elapsed.TotalSeconds, sorted[sorted.Length / 2], sorted[sorted.Length * 99 / 100]);
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    private static string Text(List<(double PerSecond, double Median, double P99)> measured) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Median(measured.Select(one => one.PerSecond)):N0}/s, "
        + $"p50 {Median(measured.Select(one => one.Median)):F2} ms, p99 {Median(measured.Select(one => one.P99)):F1} ms");

    /// <summary>Prints one line.</summary>
    private static void Print(params FormattableString[] pieces) =>
        Console.WriteLine(string.Concat(pieces.Select(piece => piece.ToString(CultureInfo.InvariantCulture))));

    private async Task<(Azurite Azurite, TimeSpan Time)> TimedStartAsync(string data, int[] ports, bool plain)
    {
        var watch = Stopwatch.StartNew();
        var azurite = await StartAsync(data, ports, plain);
        return (azurite, watch.Elapsed);
    }

    private Task<Azurite> StartAsync(string data, int[] ports, bool plain) => Azurite.StartAsync(repository, data, ports, plain, null);

    private string NewFolder() => Directory.CreateDirectory(Path.Combine(folder, Guid.NewGuid().ToString("N"))).FullName;
}
