using System.Globalization;
using System.Runtime.InteropServices;
using Ssp.Bench;
using Ssp.Dev;

const string help =
    """
    dotnet run -c Release --project infra/bench -- [BENCH] [--data DIR] [OPTIONS]

      csv      the CSV export beside psql; the usual one
               --sizes 50000,500000  --fields 60  --rounds 5
      lists    pages of long lists beside plain scans
               --requests 200
      nippin   the nightly validation beside psql
               --registrations 1000000  --messages 1000000  --rounds 5
      p12      reading P12 files beside .NET's loader and openssl, hostile ones, and from upload to verdict
               --runs 50  --uploads 55
               --seeds 20 --changed 2000   instead of all that: files changed at random, beside openssl and Python
      audit    appending to the audit trail and reading it, as it grows
               --sizes 1000,10000,100000
      azurite  kills and power cuts under load, cost and growth of the durable Azurite beside the plain one
               --parts kills,power,speed,growth  --rounds 500  --seed 1  --seconds 5  --sizes 10000,100000,500000
      chaos    people work at two portals while programs are killed, stopped and starved
               --seed 1  --registrations 3000  --rounds 3  --minutes 11
      load     what others notice while somebody floods the portal
               --seconds 20
      host     two programs of the portal in turn on one storage: start, memory, times, what they use while idle
               --old COMMAND    e.g. "dotnet ../old/infra/dev/bin/embedded/Release/net10.0/Ssp.Functions.dll"; split at spaces
               --new COMMAND    the one to compare with it; without it only the old one is measured
               --rounds 5       of all but idle
               --idle 5         minutes, of each portal after the rounds
               --parts start,memory,live,get,download,upload,export,idle

      The values are the usual ones. --data keeps what is made there; else it goes to a temporary folder and is removed.
    """;
if (args is ["--help" or "-h"])
{
    Console.WriteLine(help);
    return 0;
}

var what = args is ["csv" or "lists" or "nippin" or "audit" or "p12" or "azurite" or "chaos" or "host" or "load", ..] ? args[0] : "csv";
args = args is ["csv" or "lists" or "nippin" or "audit" or "p12" or "azurite" or "chaos" or "host" or "load", .. var rest] ? rest : args;
var options = Enumerable.Range(0, args.Length / 2).ToDictionary(i => args[2 * i], i => args[(2 * i) + 1]);
var usualSizes = what switch { "audit" => "1000,10000,100000", "azurite" => "10000,100000,500000", _ => "50000,500000" };
var sizes = options.GetValueOrDefault("--sizes", usualSizes).Split(',').Select(size => int.Parse(size, CultureInfo.InvariantCulture)).ToArray();
var fields = int.Parse(options.GetValueOrDefault("--fields", "60"), CultureInfo.InvariantCulture);
var rounds = int.Parse(options.GetValueOrDefault("--rounds", "5"), CultureInfo.InvariantCulture);
var data = options.GetValueOrDefault("--data") is { } given ? Path.GetFullPath(given) : Path.Combine(Path.GetTempPath(), $"ssp-bench-{Environment.ProcessId}");
try
{
    if (what == "lists")
    {
        await using var bench = await ListBench.PrepareAsync(Repository.Find(), data);
        await bench.MeasureAsync(int.Parse(options.GetValueOrDefault("--requests", "200"), CultureInfo.InvariantCulture));
        return 0;
    }

    if (what == "nippin")
    {
        var registrations = int.Parse(options.GetValueOrDefault("--registrations", "1000000"), CultureInfo.InvariantCulture);
        var messages = int.Parse(options.GetValueOrDefault("--messages", "1000000"), CultureInfo.InvariantCulture);
        await using var bench = await NippinBench.PrepareAsync(Repository.Find(), data, registrations, messages);
        await bench.MeasureAsync(rounds);
        return 0;
    }

    if (what == "p12")
    {
        if (options.GetValueOrDefault("--seeds") is { } seeds)
        {
            P12Bench.CompareChanged(
                int.Parse(seeds, CultureInfo.InvariantCulture), int.Parse(options.GetValueOrDefault("--changed", "2000"), CultureInfo.InvariantCulture));
            return 0;
        }

        P12Bench.MeasureReading(int.Parse(options.GetValueOrDefault("--runs", "50"), CultureInfo.InvariantCulture));
        P12Bench.MeasureHostile(5);
        await P12Bench.MeasureUploadAsync(Repository.Find(), data, int.Parse(options.GetValueOrDefault("--uploads", "55"), CultureInfo.InvariantCulture));
        return 0;
    }

    if (what == "chaos")
    {
        await ChaosBench.RunAsync(
            Repository.Find(),
            data,
            int.Parse(options.GetValueOrDefault("--seed", "1"), CultureInfo.InvariantCulture),
            int.Parse(options.GetValueOrDefault("--registrations", "3000"), CultureInfo.InvariantCulture),
            int.Parse(options.GetValueOrDefault("--rounds", "3"), CultureInfo.InvariantCulture),
            double.Parse(options.GetValueOrDefault("--minutes", "11"), CultureInfo.InvariantCulture));
        return 0;
    }

    if (what == "azurite")
    {
        var bench = new AzuriteBench(Repository.Find(), data);
        var parts = options.GetValueOrDefault("--parts", "kills,power,speed,growth").Split(',');
        var crashes = int.Parse(options.GetValueOrDefault("--rounds", "500"), CultureInfo.InvariantCulture);
        var seed = int.Parse(options.GetValueOrDefault("--seed", "1"), CultureInfo.InvariantCulture);
        if (parts.Contains("kills"))
        {
            await bench.CompareOneKillAsync();
            await bench.CrashAsync(crashes, seed, powerFails: false);
        }

        if (parts.Contains("power"))
        {
            await bench.CrashAsync(crashes, seed, powerFails: true);
        }

        if (parts.Contains("speed"))
        {
            await bench.SpeedAsync(int.Parse(options.GetValueOrDefault("--seconds", "5"), CultureInfo.InvariantCulture));
        }

        if (parts.Contains("growth"))
        {
            await bench.GrowthAsync(sizes);
        }

        return 0;
    }

    if (what == "load")
    {
        var (ports, seconds) = (Ports.Free(1), int.Parse(options.GetValueOrDefault("--seconds", "20"), CultureInfo.InvariantCulture));
        // The program it starts takes over what is set here.
        Environment.SetEnvironmentVariable("ClientAddressHeader", LoadBench.AddressHeader);
        await using var stack = await DevStack.StartAsync(
            Repository.Find(), new DevOptions(data, ports[0], null, null, 2_000), TextWriter.Null, CancellationToken.None);
        await new LoadBench(stack, TimeSpan.FromSeconds(seconds)).RunAsync(CancellationToken.None);
        return 0;
    }

    if (what == "host")
    {
        var old = options.GetValueOrDefault("--old")
            ?? throw new DevException($"--old is missing: the command that starts the old portal.{Environment.NewLine}{help}");
        (string, string)[] commands = options.GetValueOrDefault("--new") is { } fresh
            ? [(HostFigures.Old, old), (HostFigures.New, fresh)]
            : [(HostFigures.Old, old)];
        using var stop = new CancellationTokenSource();
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            await new HostBench(Repository.Find(), data, options.GetValueOrDefault("--parts", HostBench.Parts).Split(',')).RunAsync(
                commands, rounds, double.Parse(options.GetValueOrDefault("--idle", "5"), CultureInfo.InvariantCulture), stop.Token);
            return 0;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Console.WriteLine("Stopped.");
            return 130;
        }
    }

    if (what == "audit")
    {
        await using var bench = await AuditBench.PrepareAsync(Repository.Find(), data);
        foreach (var size in sizes)
        {
            await bench.MeasureAsync(size);
        }

        return 0;
    }

    foreach (var size in sizes)
    {
        await using var bench = await CsvExportBench.PrepareAsync(Repository.Find(), Path.Combine(data, $"{size}"), size, fields);
        await bench.MeasureAsync(rounds);
    }

    return 0;
}
catch (DevException mistake)
{
    Console.Error.WriteLine(mistake.Message);
    return 1;
}
finally
{
    if (!options.ContainsKey("--data") && Directory.Exists(data))
    {
        Directory.Delete(data, recursive: true);
    }
}
