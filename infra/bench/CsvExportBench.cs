using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Ssp.Dev;
using Ssp.Dev.Demo;
using Sylvan.Data.Csv;

namespace Ssp.Bench;

/// <summary>
/// A = psql \copy of the same pivot in SQL to a file; B = the portal's export from request to a file that can be downloaded.
/// Both read the same generated localdwh; they take turns, and both files must be the same to the byte.
/// </summary>
public sealed class CsvExportBench : IAsyncDisposable
{
    private const string Collection = "BCFR_Main_registration";

    private readonly Azurite azurite;
    private readonly Postgres postgres;
    private readonly ChildProcess portal;
    private readonly HttpClient http;
    private readonly string organizationId;
    private readonly string folder;
    private readonly int registrations;
    private readonly int fields;
    private long? idle;

    private CsvExportBench(
        Azurite azurite, Postgres postgres, ChildProcess portal, HttpClient http, string organizationId, string folder, int registrations, int fields)
    {
        (this.azurite, this.postgres, this.portal, this.http, this.organizationId) = (azurite, postgres, portal, http, organizationId);
        (this.folder, this.registrations, this.fields) = (folder, registrations, fields);
    }

    private sealed record Round(TimeSpan Peer, TimeSpan Portal, long PeakGrowth);

    public static async Task<CsvExportBench> PrepareAsync(Repository repository, string folder, int registrations, int fields)
    {
        Directory.CreateDirectory(folder);
        var ports = Ports.Free(5);
        var azurite = await Azurite.StartAsync(repository, Path.Combine(folder, "azurite"), ports[..3]);
        // The server's defaults, but room for the checkpoint after the data were generated.
        var postgres = await Postgres.StartAsync(repository, Path.Combine(folder, "postgres"), ports[3], "bench", ["-c", "max_wal_size=4GB"]);
        Console.WriteLine($"Generating {registrations:N0} registrations × {fields} fields …");
        await DemoWarehouse.CreateLocaldwhAsync(postgres, "bench", Data(registrations, fields), CancellationToken.None);
        await DemoWarehouse.CreateNippinAsync(postgres, [], CancellationToken.None);

        var baseUrl = $"http://localhost:{ports[4]}/ssp";
        string Reader(string database) => postgres.ConnectionString(database, Postgres.ReaderName, "bench");
        var settings = DevStack.SettingsOf(
            baseUrl, azurite.ConnectionString, Reader(DemoWarehouse.Localdwh), Reader(DemoWarehouse.Nippin), ports[4], Path.Combine(folder, "keys"));
        var people = await DevStack.SeedAsync(settings, folder, CancellationToken.None);
        var portal = DevStack.StartPortal(repository, settings, TextWriter.Null);
        await DevStack.WaitUntilReadyAsync(baseUrl, portal, CancellationToken.None);
        var person = people.Single(one => one.Email.StartsWith("cas", StringComparison.Ordinal));
        var http = new HttpClient(new HttpClientHandler { CookieContainer = new CookieContainer() }) { BaseAddress = new Uri(baseUrl + "/api/") };
        var answer = await http.PostAsJsonAsync("session", new { email = person.Email, password = person.Password });
        var session = await answer.Content.ReadFromJsonAsync<JsonElement>();
        http.DefaultRequestHeaders.Add("X-CSRF-Token", session.GetProperty("csrfToken").GetString());
        return new CsvExportBench(azurite, postgres, portal, http, person.Memberships[0].OrganizationId, folder, registrations, fields);
    }

    public async Task MeasureAsync(int rounds)
    {
        await PeerAsync();
        await PortalAsync();
        var results = new List<Round>();
        for (var round = 1; round <= rounds; round++)
        {
            var peer = await PeerAsync();
            var (time, growth) = await PortalAsync();
            results.Add(new Round(peer, time, growth));
            Console.WriteLine(
                $"  round {round}: psql {peer.TotalSeconds:F2} s, portal {time.TotalSeconds:F2} s, ratio {time / peer:F2}, "
                + $"peak of the portal +{growth / 1048576.0:F0} MB");
        }

        var (a, b) = (Median(results.Select(one => one.Peer.TotalSeconds)), Median(results.Select(one => one.Portal.TotalSeconds)));
        Console.WriteLine(
            $"{registrations:N0} × {fields}: psql {a:F2} s, portal {b:F2} s (medians), B/A = {b / a:F2}, {registrations / b:N0} registrations/s, "
            + $"{new FileInfo(PeerFile).Length / 1048576.0:F0} MB file, peak memory +{results.Max(one => one.PeakGrowth) / 1048576.0:F0} MB");
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await portal.DisposeAsync();
        await postgres.DisposeAsync();
        await azurite.DisposeAsync();
    }

    private string PeerFile => Path.Combine(folder, "psql.csv");

    // Other hospitals' organisations are only there so that the demo people have theirs.
    private static IEnumerable<DemoRegistration> Data(int registrations, int fields)
    {
        var generator = new DemoRegistrations(20240108);
        return generator.Wide(DemoHospital.All[1], 1, 1).Concat(generator.Wide(DemoHospital.All[0], registrations, fields));
    }

    private async Task<TimeSpan> PeerAsync()
    {
        var columns = Enumerable.Range(1, fields).Select(i => i % 10 == 0 ? $"DT_FIELD_{i:D3}" : $"TX_FIELD_{i:D3}");
        var sql = new StringBuilder("\\copy (SELECT ")
            .AppendJoin(", ", columns.Select(key => $"max(kv.value) FILTER (WHERE kv.key = '{key}') AS \"{key}\""))
            .Append(" FROM local_dwhmessage m JOIN local_dwhmessage_key_value kv ON kv.msg_document_id = m.document_id")
            .Append(CultureInfo.InvariantCulture, $" WHERE m.data_collection_name = '{Collection}' AND m.dcd_version = '1'")
            .Append(CultureInfo.InvariantCulture, $" AND m.organization_nihdi = '{DemoHospital.All[0].Nihdi}' AND lower(m.status) = 'submitted'")
            .Append(CultureInfo.InvariantCulture, $" GROUP BY m.id ORDER BY m.id) TO '{PeerFile}' WITH (FORMAT csv, HEADER, DELIMITER ';')");
        var script = Path.Combine(folder, "pivot.sql");
        await File.WriteAllTextAsync(script, sql.ToString());
        var clock = Stopwatch.StartNew();
        await ChildProcess.RunAsync(["psql", "-q", "-v", "ON_ERROR_STOP=1", "-d", postgres.Uri(DemoWarehouse.Localdwh), "-f", script], folder);
        return clock.Elapsed;
    }

    private async Task<(TimeSpan Time, long PeakGrowth)> PortalAsync()
    {
        var path = $"organizations/{organizationId}/exports";
        // What the portal used before its first export of all: growth that stays would show in every later round.
        idle ??= Memory("VmRSS");
        ResetPeak();
        var clock = Stopwatch.StartNew();
        var answer = await http.PostAsJsonAsync(path, new { kind = "csv", project = "BCFR", collection = Collection, version = "1", profile = "hd4dp" });
        var export = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("export");
        var id = export.GetProperty("id").GetString();
        while (export.GetProperty("state").GetString() is "queued" or "running")
        {
            await Task.Delay(50);
            export = await http.GetFromJsonAsync<JsonElement>($"{path}/{id}");
        }

        var time = clock.Elapsed;
        var growth = Memory("VmHWM") - idle.Value;
        if (export.GetProperty("state").GetString() != "succeeded")
        {
            throw new DevException($"The export failed: {export.GetProperty("error").GetString()}");
        }

        if (export.GetProperty("sha256").GetString() != await NormalizedSha256Async())
        {
            throw new DevException("The two files differ.");
        }

        await http.DeleteAsync(new Uri($"{path}/{id}", UriKind.Relative));
        return (time, growth);
    }

    // psql ends lines with LF and quotes only what it must; the portal writes CRLF and also quotes spaces at the ends, as HD4DP's upload wants it.
    private async Task<string> NormalizedSha256Async()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var output = new MemoryStream();
        using var csv = new Ssp.Text.CsvText(output, Ssp.Text.CsvProfile.Hd4dp);
        using var file = new StreamReader(PeerFile, Encoding.UTF8);
        await using var reader = await CsvDataReader.CreateAsync(file, new CsvDataReaderOptions { Delimiter = ';', HasHeaders = false, BufferSize = 1 << 20 });
        var record = new string?[fields];
        while (await reader.ReadAsync())
        {
            for (var place = 0; place < fields; place++)
            {
                record[place] = reader.GetString(place);
            }

            csv.Write(record);
            if (output.Length > 1_000_000)
            {
                hash.AppendData(output.GetBuffer().AsSpan(0, (int)output.Length));
                output.SetLength(0);
            }
        }

        csv.Flush();
        hash.AppendData(output.GetBuffer().AsSpan(0, (int)output.Length));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // Linux forgets the highest memory use when a 5 is written here.
    private void ResetPeak() => File.WriteAllText($"/proc/{portal.ProgramId}/clear_refs", "5");

    private long Memory(string what)
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
