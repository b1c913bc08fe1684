using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ssp.Dev.Demo;
using Ssp.Nippin;
using Ssp.Organizations;
using Ssp.Storage;

namespace Ssp.Dev;

/// <summary>Azurite, PostgreSQL with the demo databases, and the portal on top, all in one data folder.</summary>
public sealed class DevStack : IAsyncDisposable
{
    // In the order they were started; stopped in the other.
    private readonly Stack<IAsyncDisposable> parts = new();

    public required DemoFile Demo { get; init; }

    public required ChildProcess Portal { get; init; }

    public static async Task<DevStack> StartAsync(Repository repository, DevOptions options, TextWriter console, CancellationToken cancel)
    {
        Ports.Require(options.Port, "the portal", "--port");
        foreach (var port in options.AzuritePorts ?? [])
        {
            Ports.Require(port, "Azurite", "--azurite-ports");
        }

        if (options.PostgresPort is { } fixedPort)
        {
            Ports.Require(fixedPort, "PostgreSQL", "--postgres-port");
        }

        var free = Ports.Free(4);
        Directory.CreateDirectory(options.Data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var started = new List<IAsyncDisposable> { Lock(options.Data) };
        try
        {
            await console.WriteLineAsync("Starting Azurite and PostgreSQL …".AsMemory(), cancel);
            var azurite = await Azurite.StartAsync(repository, Path.Combine(options.Data, "azurite"), options.AzuritePorts ?? free[..3], cancel);
            started.Add(azurite);
            var postgres = await Postgres.StartAsync(
                repository, Path.Combine(options.Data, "postgres"), options.PostgresPort ?? free[3], Secret(options.Data, "owner"), cancel: cancel);
            started.Add(postgres);
            var readerPassword = Secret(options.Data, "dpuser");
            await DemoWarehouse.CreateIfMissingAsync(postgres, readerPassword, options.Size, cancel);

            var baseUrl = $"http://localhost:{options.Port}/ssp";
            var settings = SettingsOf(baseUrl, azurite.ConnectionString, postgres.ConnectionString(DemoWarehouse.Localdwh, Postgres.ReaderName, readerPassword),
                postgres.ConnectionString(DemoWarehouse.Nippin, Postgres.ReaderName, readerPassword), options.Port, Path.Combine(options.Data, "keys"));
            var people = await SeedAsync(settings, options.Data, cancel);
            DemoCertificates.WriteIfMissing(options.Data);
            var portal = StartPortal(repository, settings, console);
            started.Add(portal);
            await WaitUntilReadyAsync(baseUrl, portal, cancel);
            await console.WriteLineAsync("Comparing the implants with the messages to the insurers …".AsMemory(), cancel);
            await WaitUntilValidatedAsync(settings, portal, cancel);

            var demo = new DemoFile(baseUrl, postgres.Uri(DemoWarehouse.Localdwh), postgres.Uri(DemoWarehouse.Nippin), azurite.ConnectionString, people);
            DemoPeople.Write(demo, options.Data);
            var stack = new DevStack { Demo = demo, Portal = portal };
            started.ForEach(stack.parts.Push);
            return stack;
        }
        catch
        {
            started.Reverse();
            foreach (var part in started)
            {
                await part.DisposeAsync();
            }

            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (parts.TryPop(out var part))
        {
            await part.DisposeAsync();
        }
    }

    /// <summary>The settings a portal on these parts runs with.</summary>
    public static Dictionary<string, string> SettingsOf(string baseUrl, string storage, string localdwh, string nippin, int port, string keysFolder) => new()
    {
        ["AzureWebJobsStorage"] = storage,
        ["StoragePrefix"] = "ssp",
        ["PublicUrl"] = baseUrl,
        ["LocaldwhConnection"] = localdwh,
        ["NippinConnection"] = nippin,
        ["ServiceDesk"] = "servicedesk@demo.example",
        // The schedules are meant for Belgian nights.
        ["TZ"] = "Europe/Brussels",
        ["KeysFolder"] = keysFolder,
        ["urls"] = $"http://localhost:{port}",
        ["AzureFunctionsWebHost__hostid"] = "ssp-demo",
    };

    // Through the portal's own stores, before it starts: what is seeded is what the portal itself would have written.
    public static async Task<IReadOnlyList<DemoPerson>> SeedAsync(Dictionary<string, string> settings, string dataFolder, CancellationToken cancel)
    {
        using var portal = Parts(settings);
        await portal.Services.GetRequiredService<PortalStorage>().PrepareAsync(cancel);
        await ActivatorUtilities.CreateInstance<PopulateOrganizations>(portal.Services).AddFoundAsync(cancel);
        return await DemoPeople.SeedAsync(portal.Services, dataFolder, cancel);
    }

    /// <summary>Waits until the running portal has compared every registry once: what the pages show is there from the first look on.</summary>
    public static async Task WaitUntilValidatedAsync(Dictionary<string, string> settings, ChildProcess portal, CancellationToken cancel)
    {
        using var parts = Parts(settings);
        var watch = ActivatorUtilities.CreateInstance<WatchNights>(parts.Services);
        while (await watch.AskForFirstAsync(cancel) > 0)
        {
            if (portal.HasExited)
            {
                throw new DevException($"The portal ended:{Environment.NewLine}{portal.LastOutput}");
            }

            await Task.Delay(300, cancel);
        }
    }

    /// <summary>The portal's parts without its host: nothing listens.</summary>
    public static IHost Parts(Dictionary<string, string> settings)
    {
        var words = settings
            .Where(one => one.Key != "urls")
            .Select(one => $"--{one.Key.Replace("__", ":", StringComparison.Ordinal)}={one.Value}");
        var builder = Ssp.Entrance.Portal.CreateBuilder([.. words]);
        builder.Logging.ClearProviders();
        return builder.Build();
    }

    /// <param name="inside">What stands before the program, e.g. nsenter and its arguments.</param>
    public static ChildProcess StartPortal(Repository repository, Dictionary<string, string> settings, TextWriter console, IReadOnlyList<string>? inside = null)
    {
        // The same program a hospital runs; it lies beside this one because this one refers to it.
        var program = Path.Combine(AppContext.BaseDirectory, "Ssp.Local.dll");
        var environment = settings.ToDictionary(one => one.Key == "urls" ? "ASPNETCORE_URLS" : one.Key, one => one.Value);
        return ChildProcess.Start("TERM", [.. inside ?? [], "dotnet", program], repository.Root, environment, console.WriteLine);
    }

    public static async Task WaitUntilReadyAsync(string baseUrl, ChildProcess portal, CancellationToken cancel)
    {
        using var http = new HttpClient();
        for (var attempt = 0; attempt < 300; attempt++)
        {
            if (portal.HasExited)
            {
                throw new DevException($"The portal did not start:{Environment.NewLine}{portal.LastOutput}");
            }

            try
            {
                using var answer = await http.GetAsync(new Uri($"{baseUrl}/api/health/ready"), cancel);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(200, cancel);
        }

        throw new DevException($"The portal is not ready after a minute:{Environment.NewLine}{portal.LastOutput}");
    }

    // Two Azurites on one folder destroy each other's data without a word.
    private static FileStream Lock(string dataFolder)
    {
        try
        {
            return new FileStream(Path.Combine(dataFolder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new DevException($"Another portal runs on the data folder {dataFolder}: stop it, or choose another folder with --data.");
        }
    }

    // Made once for a data folder, so that a second start meets the cluster that was made with it.
    private static string Secret(string dataFolder, string name)
    {
        var path = Path.Combine(dataFolder, $"{name}.secret");
        if (!File.Exists(path))
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            };
            using var file = new StreamWriter(path, options);
            file.Write(RandomNumberGenerator.GetHexString(32, lowercase: true));
        }

        return File.ReadAllText(path);
    }
}
