using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Ssp.Certificates.EHealth;
using Ssp.Certificates.P12;
using Ssp.Dev;
using Ssp.Tests.Certificates;

namespace Ssp.Bench;

/// <summary>
/// What reading a P12 file costs: the public collections beside .NET's own loader and a bare openssl process, the files made to hurt, and the
/// time from upload to verdict in a portal that has nothing else to do.
/// </summary>
public static class P12Bench
{
    private const string Vectors = "/usr/lib/python3/dist-packages/cryptography_vectors";
    private static readonly string[] Passwords = ["password", "cryptography", ""];

    public static void MeasureReading(int runs)
    {
        string[] folders = [Path.Combine(Vectors, "pkcs12"), Path.Combine(Vectors, "x509", "PKITS_data", "pkcs12")];
        var files = folders
            .SelectMany(folder => Directory.GetFiles(folder, "*.p12"))
            .Order()
            .Select(path => (Path: path, Bytes: File.ReadAllBytes(path)))
            .Select(file => (file.Path, file.Bytes, Password: Passwords.First(password => P12Reader.Read(file.Bytes, password).IsReadable)))
            .ToList();
        var both = new List<(double Ours, double Loader)>();
        var ours = new List<double>();
        var refused = 0;
        foreach (var (_, bytes, password) in files)
        {
            void Read() => P12Reader.Read(bytes, password);
            void Load()
            {
                foreach (var certificate in X509CertificateLoader.LoadPkcs12Collection(bytes, password, X509KeyStorageFlags.EphemeralKeySet))
                {
                    certificate.Dispose();
                }
            }

            var isAccepted = Accepts(Load);
            var (one, other) = (new List<double>(), new List<double>());
            for (var run = 0; run < runs; run++)
            {
                // In turn, so that whatever disturbs the machine disturbs both.
                one.Add(Time(Read));
                if (isAccepted)
                {
                    other.Add(Time(Load));
                }
            }

            ours.Add(Median(one));
            if (isAccepted)
            {
                both.Add((Median(one), Median(other)));
            }
            else
            {
                refused++;
            }
        }

        var openssl = files.Select(file => OpenSsl(file.Path, file.Password)).ToList();
        Console.WriteLine(
            $"{files.Count} public files, median of {runs} runs each; "
            + $".NET's loader refuses {refused} of them, openssl {openssl.Count(one => one is null)}.");
        Row("portal, all files", ours);
        Row("portal, files the loader takes", [.. both.Select(pair => pair.Ours)]);
        Row(".NET X509CertificateLoader", [.. both.Select(pair => pair.Loader)]);
        Row("one openssl pkcs12 process", [.. openssl.OfType<double>()]);
        var ofMeans = both.Average(pair => pair.Ours) / both.Average(pair => pair.Loader);
        var ofEach = both.Select(pair => pair.Ours / pair.Loader).ToList();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"portal / loader, mean: {ofMeans:F2}; median of the ratios: {Median(ofEach):F2}"));
    }

    public static void MeasureHostile(int runs)
    {
        var measured = new List<(string Kind, string Name, double Time, double Megabytes, string Codes)>();
        foreach (var (kind, hostile) in HostileFiles.Kinds.SelectMany(kind => kind.Files.Select(file => (kind.Kind, file))))
        {
            var bytes = hostile.Make();
            var rules = new CertificateRules();
            var circumstances = new Circumstances(P12Maker.Now, "71000436", "hostile.p12");
            var verdict = EHealthCheck.Of(bytes, HostileFiles.Password, rules, circumstances);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var times = Enumerable.Range(0, runs).Select(_ => Time(() => EHealthCheck.Of(bytes, HostileFiles.Password, rules, circumstances))).ToList();
            var megabytes = (GC.GetAllocatedBytesForCurrentThread() - before) / 1e6 / runs;
            var codes = string.Join(' ', verdict.Findings.Where(finding => finding.Refuses).Select(finding => finding.Code));
            // The best, as that is what the file costs; what disturbs the machine only adds to it.
            measured.Add((kind, hostile.Name, times.Min(), megabytes, codes));
        }

        Console.WriteLine($"{measured.Count} hostile files, best of {runs} runs each, and the worst of every kind:");
        Row("verdict", [.. measured.Select(one => one.Time)]);
        foreach (var one in measured.GroupBy(one => one.Kind).Select(kind => kind.MaxBy(one => one.Time)).OrderByDescending(one => one.Time))
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"  {one.Time,8:F2} ms  {one.Megabytes,6:F1} MB allocated  {one.Codes,-8} {one.Kind}: {one.Name}"));
        }
    }

    /// <summary>Files that the portal finds in order although something in them was changed: who else reads them, and who does not.</summary>
    public static void CompareChanged(int seeds, int times)
    {
        var folder = Directory.CreateTempSubdirectory("ssp-changed-").FullName;
        var (all, good, noOpenSsl) = (0, 0, 0);
        var nobody = new List<string>();
        foreach (var seed in Enumerable.Range(1, seeds))
        {
            foreach (var file in ChangedFiles.Of(seed, times))
            {
                all++;
                if (!ChangedFiles.IsGood(file))
                {
                    continue;
                }

                good++;
                var path = Path.Combine(folder, $"{seed}-{all}.p12");
                File.WriteAllBytes(path, file);
                if (!Reads("openssl", "pkcs12", "-in", path, "-passin", $"pass:{ChangedFiles.Password}", "-legacy", "-noenc"))
                {
                    noOpenSsl++;
                    if (!Reads("python3", "-c", Python, path, ChangedFiles.Password))
                    {
                        nobody.Add(path);
                        continue;
                    }
                }

                File.Delete(path);
            }
        }

        Console.WriteLine(
            $"Of {all} files changed at random the portal finds {good} in order; openssl does not read {noOpenSsl} of them, "
            + $"neither openssl nor Python's cryptography {nobody.Count}. {string.Join(' ', nobody)}");
    }

    // Also no where Python has no such library: then openssl alone decides.
    private const string Python =
        "import sys; from cryptography.hazmat.primitives.serialization import pkcs12; pkcs12.load_pkcs12(open(sys.argv[1], 'rb').read(), sys.argv[2].encode())";

    private static bool Reads(params string[] command)
    {
        using var process = Process.Start(
            new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        errors.Wait();
        return process.ExitCode == 0;
    }

    public static async Task MeasureUploadAsync(Repository repository, string folder, int uploads)
    {
        await using var stack = await DevStack.StartAsync(
            repository, new DevOptions(folder, Ports.Free(1)[0], null, null, 60), TextWriter.Null, CancellationToken.None);
        var person = stack.Demo.People.First(one => one.Email.StartsWith("cato", StringComparison.Ordinal));
        var handler = new HttpClientHandler { CookieContainer = new CookieContainer() };
        using var http = new HttpClient(handler) { BaseAddress = new Uri($"{stack.Demo.BaseUrl}/api/") };
        var answer = await http.PostAsJsonAsync("session", new { email = person.Email, password = person.Password });
        var session = await answer.Content.ReadFromJsonAsync<JsonElement>();
        http.DefaultRequestHeaders.Add("X-CSRF-Token", session.GetProperty("csrfToken").GetString());
        var file = P12Maker.EHealth(person.Memberships[0].Nihdi, change: store => store with { NotAfter = DateTimeOffset.UtcNow.AddYears(2) });
        var path = $"organizations/{person.Memberships[0].OrganizationId}/certificates";
        var times = new List<double>();
        for (var upload = 0; upload < uploads; upload++)
        {
            var watch = Stopwatch.StartNew();
            using var form = new MultipartFormDataContent
            {
                { new ByteArrayContent(file), "file", "bench.p12" },
                { new StringContent(P12Maker.Password), "password" },
            };
            var asked = await (await http.PostAsync(path, form)).EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
            var id = asked.GetProperty("certificate").GetProperty("id").GetString();
            while (!(await http.GetFromJsonAsync<JsonElement>($"{path}/{id}")).GetProperty("isOver").GetBoolean())
            {
                await Task.Delay(5);
            }

            times.Add(watch.Elapsed.TotalMilliseconds);
            // Each file for itself: the next one finds the portal idle.
            await Task.Delay(200);
        }

        Console.WriteLine($"From the start of the upload until the verdict is read, {uploads} times, a file of 2,048 rounds:");
        Row("upload to verdict", [.. times.Skip(5)]);
    }

    private static bool Accepts(Action load)
    {
        try
        {
            load();
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static double Time(Action work)
    {
        var watch = Stopwatch.StartNew();
        work();
        return watch.Elapsed.TotalMilliseconds;
    }

    /// <returns>Milliseconds of the best of three, or null when it does not read the file.</returns>
    private static double? OpenSsl(string path, string password)
    {
        var times = new List<double>();
        for (var run = 0; run < 3; run++)
        {
            var start = new ProcessStartInfo("openssl", ["pkcs12", "-in", path, "-passin", "env:P12_PASSWORD", "-legacy", "-nodes", "-noout"])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            };
            start.Environment["P12_PASSWORD"] = password;
            var watch = Stopwatch.StartNew();
            using var process = Process.Start(start)!;
            process.WaitForExit();
            times.Add(watch.Elapsed.TotalMilliseconds);
            if (process.ExitCode != 0)
            {
                return null;
            }
        }

        return times.Min();
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static void Row(string what, List<double> times)
    {
        var sorted = times.Order().ToList();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {what,-32} median {Median(times),8:F2} ms   mean {times.Average(),8:F2} ms   "
            + $"p95 {sorted[(int)(sorted.Count * 0.95)],8:F2} ms   worst {sorted[^1],8:F2} ms"));
    }
}
