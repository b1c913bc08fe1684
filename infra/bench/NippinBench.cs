using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Ssp.Dev;
using Ssp.Dev.Demo;
using Sylvan.Data.Csv;

namespace Ssp.Bench;

/// <summary>
/// A = psql \copy of one SQL statement in a database that holds both of HD4DP's tables; B = the portal's validation from request to the night's
/// file, out of two databases. Both read the same generated rows and take turns, and both files must be the same, record by record.
/// </summary>
public sealed class NippinBench : IAsyncDisposable
{
    private const string Registry = "OP_KNEE_PRIM_IMPLT";
    private const string Both = "hd4dp";
    private const string ReaderPassword = "bench";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly Azurite azurite;
    private readonly Postgres postgres;
    private readonly ChildProcess portal;
    private readonly HttpClient http;
    private readonly string organizationId;
    private readonly string folder;
    private readonly string size;
    private readonly int registrations;
    private readonly long idle;

    private NippinBench(
        Azurite azurite, Postgres postgres, ChildProcess portal, HttpClient http,
        string organizationId, string folder, int registrations, int messages, long idle)
    {
        this.idle = idle;
        (this.azurite, this.postgres, this.portal, this.http, this.organizationId) = (azurite, postgres, portal, http, organizationId);
        (this.folder, this.registrations) = (folder, registrations);
        size = $"{registrations:N0} × {messages:N0}";
    }

    private sealed record Round(TimeSpan Peer, TimeSpan Portal, double Told, long PeakGrowth);

    public static async Task<NippinBench> PrepareAsync(Repository repository, string folder, int registrations, int messages)
    {
        Directory.CreateDirectory(folder);
        var ports = Ports.Free(5);
        var azurite = await Azurite.StartAsync(repository, Path.Combine(folder, "azurite"), ports[..3]);
        // The server's defaults, but room for the checkpoint after the data were generated.
        var postgres = await Postgres.StartAsync(repository, Path.Combine(folder, "postgres"), ports[3], "bench", ["-c", "max_wal_size=4GB"]);
        Console.WriteLine($"Generating {registrations:N0} registrations and {messages:N0} messages …");
        await FillAsync(postgres, folder, registrations, messages);

        var baseUrl = $"http://localhost:{ports[4]}/ssp";
        string Reader(string database) => postgres.ConnectionString(database, Postgres.ReaderName, ReaderPassword);
        var settings = DevStack.SettingsOf(
            baseUrl, azurite.ConnectionString, Reader(DemoWarehouse.Localdwh), Reader(DemoWarehouse.Nippin), ports[4], Path.Combine(folder, "keys"));
        var people = await DevStack.SeedAsync(settings, folder, CancellationToken.None);
        var portal = DevStack.StartPortal(repository, settings, TextWriter.Null);
        await DevStack.WaitUntilReadyAsync(baseUrl, portal, CancellationToken.None);
        // Before anything large was compared.
        var idle = Memory(portal, "VmRSS");
        Console.WriteLine("Waiting for the first validation of every registry …");
        await DevStack.WaitUntilValidatedAsync(settings, portal, CancellationToken.None);

        var person = people.Single(one => one.Email.StartsWith("nina", StringComparison.Ordinal));
        var http = new HttpClient(new HttpClientHandler { CookieContainer = new CookieContainer() }) { BaseAddress = new Uri(baseUrl + "/api/") };
        var answer = await http.PostAsJsonAsync("session", new { email = person.Email, password = person.Password });
        var session = await answer.Content.ReadFromJsonAsync<JsonElement>();
        http.DefaultRequestHeaders.Add("X-CSRF-Token", session.GetProperty("csrfToken").GetString());
        return new NippinBench(azurite, postgres, portal, http, person.Memberships[0].OrganizationId, folder, registrations, messages, idle);
    }

    public async Task MeasureAsync(int rounds)
    {
        await PeerAsync();
        await PortalAsync();
        var results = new List<Round>();
        for (var round = 1; round <= rounds; round++)
        {
            var peer = await PeerAsync();
            var (time, told, growth) = await PortalAsync();
            results.Add(new Round(peer, time, told, growth));
            Console.WriteLine(
                $"  round {round}: psql {peer.TotalSeconds:F2} s, portal {time.TotalSeconds:F2} s, ratio {time / peer:F2}, "
                + $"peak of the portal +{growth / 1048576.0:F0} MB");
        }

        var records = await CompareAsync();
        var (a, b) = (Median(results.Select(one => one.Peer.TotalSeconds)), Median(results.Select(one => one.Portal.TotalSeconds)));
        Console.WriteLine(
            $"{size}: psql {a:F2} s, portal {b:F2} s of which it says {Median(results.Select(one => one.Told)):F2} s (medians), "
            + $"B/A = {b / a:F2}, {registrations / b:N0} registrations/s, "
            + $"{new FileInfo(PeerFile).Length / 1048576.0:F0} MB file with {records:N0} records, "
            + $"peak memory +{results.Max(one => one.PeakGrowth) / 1048576.0:F0} MB");
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await portal.DisposeAsync();
        await postgres.DisposeAsync();
        await azurite.DisposeAsync();
    }

    private string PeerFile => Path.Combine(folder, "psql.csv");

    private string PortalFile => Path.Combine(folder, "portal.csv");

    // Filled once; the portal's two databases are copies of the peer's, so that all three hold the same rows in the same places.
    private static async Task FillAsync(Postgres postgres, string folder, int registrations, int messages)
    {
        async Task RunAsync(string database, string sql, params string[] variables)
        {
            var script = Path.Combine(folder, "fill.sql");
            await File.WriteAllTextAsync(script, sql);
            var settings = variables.SelectMany(one => new[] { "-v", one });
            await ChildProcess.RunAsync(["psql", "-q", "-v", "ON_ERROR_STOP=1", .. settings, "-d", postgres.Uri(database), "-f", script], folder);
        }

        static string On(string database, string sql) =>
            sql.Replace($"DATABASE {DemoWarehouse.Localdwh} ", $"DATABASE {database} ", StringComparison.Ordinal)
                .Replace($"DATABASE {DemoWarehouse.Nippin} ", $"DATABASE {database} ", StringComparison.Ordinal);

        var nippin = DemoWarehouse.Sql("nippin.sql");
        var indexes = nippin.IndexOf("CREATE INDEX", StringComparison.Ordinal);
        await RunAsync("postgres", $"CREATE ROLE {Postgres.ReaderName} LOGIN PASSWORD '{ReaderPassword}'; CREATE DATABASE {Both};");
        await RunAsync(Both, DemoWarehouse.Sql("localdwh.sql") + nippin[..indexes]);
        await RunAsync(
            Both,
            Sql("data.sql"),
            $"nihdi={DemoHospital.All[0].Nihdi}",
            $"other={DemoHospital.All[1].Nihdi}",
            $"registrations={registrations}",
            $"messages={messages}");
        await RunAsync(Both, On(Both, nippin[indexes..] + DemoWarehouse.Sql("localdwh-indexes.sql")) + "VACUUM ANALYZE;");
        // Else the first to read would wait for what the filling left behind.
        await RunAsync(
            "postgres",
            $"""
            CHECKPOINT;
            CREATE DATABASE {DemoWarehouse.Localdwh} TEMPLATE {Both} STRATEGY file_copy;
            CREATE DATABASE {DemoWarehouse.Nippin} TEMPLATE {Both} STRATEGY file_copy;
            """);
        await RunAsync(DemoWarehouse.Localdwh, "DROP TABLE nippin_message, nippin_cleanup;");
        await RunAsync(DemoWarehouse.Nippin, "DROP TABLE local_dwhmessage, local_dwhmessage_key_value, local_dwhmessage_key_value_plus;");
    }

    private static string Sql(string name)
    {
        using var reader = new StreamReader(typeof(NippinBench).Assembly.GetManifestResourceStream($"Ssp.Nippin.{name}")!);
        return reader.ReadToEnd();
    }

    private async Task<TimeSpan> PeerAsync()
    {
        // \copy takes one line.
        var lines = Sql("peer.sql")
            .Replace("{nihdi}", DemoHospital.All[0].Nihdi, StringComparison.Ordinal)
            .Split('\n')
            .Where(line => !line.StartsWith("--", StringComparison.Ordinal));
        var script = Path.Combine(folder, "peer.sql");
        await File.WriteAllTextAsync(script, $"\\copy ({string.Join(' ', lines)}) TO '{PeerFile}' WITH (FORMAT csv, HEADER)");
        var clock = Stopwatch.StartNew();
        await ChildProcess.RunAsync(["psql", "-q", "-v", "ON_ERROR_STOP=1", "-d", postgres.Uri(Both), "-f", script], folder);
        return clock.Elapsed;
    }

    private async Task<(TimeSpan Time, double Told, long PeakGrowth)> PortalAsync()
    {
        // What the portal used before the first of these: growth that stays would show in every later round.
        var before = LastNight(Own(await RegistriesAsync()));
        ResetPeak();
        var clock = Stopwatch.StartNew();
        var answer = await http.PostAsJsonAsync($"organizations/{organizationId}/nippin/run", new { registry = Registry });
        answer.EnsureSuccessStatusCode();
        var registry = Own(await answer.Content.ReadFromJsonAsync<JsonElement>());
        while (registry.GetProperty("state").GetString() is "queued" or "running")
        {
            await Task.Delay(Pause);
            registry = Own(await RegistriesAsync());
        }

        var time = clock.Elapsed;
        var growth = Memory(portal, "VmHWM") - idle;
        return registry.GetProperty("state").GetString() == "succeeded" && LastNight(registry) != before
            ? (time, registry.GetProperty("seconds").GetDouble(), growth)
            : throw new DevException($"The validation failed: {registry.GetProperty("problem").GetString()}");
    }

    private Task<JsonElement> RegistriesAsync() => http.GetFromJsonAsync<JsonElement>($"organizations/{organizationId}/nippin/registries");

    private static JsonElement Own(JsonElement registries) =>
        registries.GetProperty("items").EnumerateArray().Single(one => one.GetProperty("registry").GetString() == Registry);

    private static string? LastNight(JsonElement registry) => registry.GetProperty("lastNight").GetString();

    /// <summary>
    /// Downloads the whole period and reads both files side by side; psql quotes otherwise than the portal, but the records must be the same.
    /// </summary>
    /// <returns>How many records both have.</returns>
    private async Task<long> CompareAsync()
    {
        await DownloadAsync();
        using var peerFile = new StreamReader(PeerFile, Encoding.UTF8);
        using var portalFile = new StreamReader(PortalFile, Encoding.UTF8);
        var options = new CsvDataReaderOptions { Delimiter = ',', HasHeaders = false, BufferSize = 1 << 20 };
        await using var peer = await CsvDataReader.CreateAsync(peerFile, options);
        await using var own = await CsvDataReader.CreateAsync(portalFile, options);
        for (var number = 0L; ; number++)
        {
            var (one, other) = (await peer.ReadAsync() ? Record(peer) : null, await own.ReadAsync() ? Record(own) : null);
            if (one is null && other is null)
            {
                // The first is the header.
                return number - 1;
            }

            if (one is null || other is null || !one.SequenceEqual(other))
            {
                throw new DevException(
                    $"The two files differ in record {number}:"
                    + $"{Environment.NewLine}  psql:   {Shown(one)}{Environment.NewLine}  portal: {Shown(other)}");
            }
        }
    }

    private async Task DownloadAsync()
    {
        var path = $"organizations/{organizationId}/exports";
        var answer = await http.PostAsJsonAsync(
            path, new { kind = "nippin", registry = Registry, start = "1900-01-01", end = "2099-12-31", profile = "hd4dp" });
        answer.EnsureSuccessStatusCode();
        var export = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("export");
        var id = export.GetProperty("id").GetString();
        while (export.GetProperty("state").GetString() is "queued" or "running")
        {
            await Task.Delay(Pause);
            export = await http.GetFromJsonAsync<JsonElement>($"{path}/{id}");
        }

        if (export.GetProperty("state").GetString() != "succeeded")
        {
            throw new DevException($"The export failed: {export.GetProperty("error").GetString()}");
        }

        await using var download = await http.GetStreamAsync($"{path}/{id}/file");
        await using var file = File.Create(PortalFile);
        await download.CopyToAsync(file);
    }

    private static string[] Record(CsvDataReader csv) => [.. Enumerable.Range(0, csv.RowFieldCount).Select(csv.GetString)];

    private static string Shown(string[]? record) =>
        record is null ? "nothing" : string.Join(" | ", record.Select(text => text.Length > 80 ? text[..80] + "…" : text));

    // Linux forgets the highest memory use when a 5 is written here.
    private void ResetPeak() => File.WriteAllText($"/proc/{portal.ProgramId}/clear_refs", "5");

    private static long Memory(ChildProcess portal, string what)
    {
        var line = File.ReadLines($"/proc/{portal.ProgramId}/status").Single(one => one.StartsWith(what + ":", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(':')[1].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
