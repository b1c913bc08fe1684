using System.Collections.Concurrent;
using Npgsql;
using Ssp.Dev;
using Ssp.Dev.Demo;

namespace Ssp.Tests.Chaos;

/// <summary>A hospital's server in small: Azurite on a small disk, PostgreSQL with HD4DP's databases, and two portals on one storage account.</summary>
public sealed class ChaosStack : IAsyncDisposable
{
    private const string OwnerPassword = "owner-of-the-chaos";
    private const string ReaderPassword = "reader-of-the-chaos";
    private const int DiskMegabytes = 1024;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly ConcurrentQueue<string> wrong = new();
    private readonly CancellationTokenSource ended = new();
    private readonly string folder;
    private Task watching = Task.CompletedTask;

    private ChaosStack(string folder) => this.folder = folder;

    /// <summary>Null where this account may not mount one; then everything lies on the machine's own.</summary>
    public SmallDisk? Disk { get; private init; }

    public required Part Azurite { get; init; }

    public required Part Postgres { get; init; }

    public required IReadOnlyList<Part> Portals { get; init; }

    /// <summary>The portals' addresses, ending in a slash.</summary>
    public required IReadOnlyList<Uri> Addresses { get; init; }

    /// <summary>Of the first portal.</summary>
    public required Dictionary<string, string> Settings { get; init; }

    public required IReadOnlyList<DemoPerson> People { get; init; }

    /// <summary>HD4DP's localdwh as its reader sees it.</summary>
    public string Localdwh => Settings["LocaldwhConnection"];

    /// <summary>HD4DP's folder of certificates, for programs that do not see the small disk.</summary>
    public string DeliveryFolder => Disk?.FromOutside(Settings["CertificateDeliveryFolder"]) ?? Settings["CertificateDeliveryFolder"];

    /// <summary>Programs that ended though nothing was taken from them.</summary>
    public IReadOnlyCollection<string> Wrong => wrong;

    public IEnumerable<Part> Parts => [Azurite, Postgres, .. Portals];

    public static async Task<ChaosStack> StartAsync(Repository repository, string folder, int registrations)
    {
        var ports = Ports.Free(6);
        var small = Directory.CreateDirectory(Path.Combine(folder, "small")).FullName;
        var disk = await SmallDisk.TryMountAsync(small, $"size={DiskMegabytes}m");
        var (data, cluster) = (Path.Combine(small, "azurite"), Path.Combine(folder, "postgres"));
        string[] quick = ["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=200"];
        string localdwh, nippin;
        await using (var postgres = await Ssp.Dev.Postgres.StartAsync(repository, cluster, ports[3], OwnerPassword, quick))
        {
            await DemoWarehouse.CreateIfMissingAsync(postgres, ReaderPassword, registrations, CancellationToken.None);
            localdwh = postgres.ConnectionString(DemoWarehouse.Localdwh, Ssp.Dev.Postgres.ReaderName, ReaderPassword);
            nippin = postgres.ConnectionString(DemoWarehouse.Nippin, Ssp.Dev.Postgres.ReaderName, ReaderPassword);
        }

        Dictionary<string, string> SettingsOf(int portal) =>
            new(DevStack.SettingsOf(
                $"http://localhost:{ports[4]}/ssp",
                Ssp.Dev.Azurite.ConnectionStringOf(ports[..3]),
                localdwh,
                nippin,
                ports[4 + portal],
                Path.Combine(folder, "keys")))
            {
                ["CertificateDeliveryFolder"] = Path.Combine(small, "hd4dp"),
                // What the portal would look at every five minutes it looks at more often, for the run is short.
                ["WatchCertificatesSchedule"] = "*/20 * * * * *",
                ["WatchNippinSchedule"] = "*/20 * * * * *",
            };
        var inside = disk?.Inside ?? [];
        Part Portal(int number)
        {
            var console = TextWriter.Synchronized(new StreamWriter(Path.Combine(folder, $"portal-{number}.log"), append: true) { AutoFlush = true });
            return new Part($"portal {number}", () => DevStack.StartPortal(repository, SettingsOf(number - 1), console, inside));
        }

        await ChildProcess.RunAsync([.. inside, "mkdir", "-p", data, Path.Combine(small, "hd4dp")], folder);
        var azurite = new Part("Azurite", () => ChildProcess.Start("TERM", [.. inside, .. Ssp.Dev.Azurite.Command(repository, data, ports[..3])], folder));
        azurite.Start();
        foreach (var port in ports[..3])
        {
            await azurite.WaitUntilOpenAsync(port);
        }

        var database = new Part("PostgreSQL",
            () => ChildProcess.Start("INT", Ssp.Dev.Postgres.Command(repository, cluster, ports[3], quick), cluster))
        {
            MayEnd = true,
        };
        database.Start();
        await WaitForDatabaseAsync(localdwh);
        var settings = SettingsOf(0);
        var people = await DevStack.SeedAsync(settings, folder, CancellationToken.None);
        var stack = new ChaosStack(folder)
        {
            Disk = disk,
            Azurite = azurite,
            Postgres = database,
            Portals = [Portal(1), Portal(2)],
            Addresses = [.. ports[4..].Select(port => new Uri($"http://localhost:{port}/ssp/"))],
            Settings = settings,
            People = people,
        };
        foreach (var portal in stack.Portals)
        {
            portal.Start();
        }

        stack.watching = stack.StartAgainAsync();
        await stack.WaitUntilReadyAsync();
        return stack;
    }

    /// <summary>The demo person whose address begins like this.</summary>
    public DemoPerson Person(string who) => People.Single(one => one.Email.StartsWith(who, StringComparison.Ordinal));

    /// <summary>Such a person with a browser, signed in.</summary>
    public async Task<Visitor> SignInAsync(DemoPerson person)
    {
        var visitor = new Visitor(Addresses, person.Email, person.Password);
        return await visitor.SignInAsync(person.Password) ? visitor : throw new Violation($"{person.Email} cannot sign in");
    }

    /// <summary>Waits until both portals answer and have all they need.</summary>
    /// <exception cref="Violation">One has not, minutes after all runs.</exception>
    public async Task WaitUntilReadyAsync()
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(40) };
        foreach (var (portal, address) in Portals.Zip(Addresses))
        {
            for (var begun = DateTime.UtcNow; !await IsReadyAsync(client, address); await Task.Delay(Pause))
            {
                if (DateTime.UtcNow - begun > Patience)
                {
                    throw new Violation($"{portal.Name} is not ready {Patience.TotalMinutes} minutes after all runs again:\n{portal.LastOutput}");
                }
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        await watching;
        foreach (var part in Parts.Reverse())
        {
            part.Signal("CONT");
            await part.DisposeAsync();
        }

        await (Disk?.DisposeAsync() ?? ValueTask.CompletedTask);
        ended.Dispose();
    }

    private static async Task<bool> IsReadyAsync(HttpClient client, Uri address)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri(address, "api/health/ready"));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private static async Task WaitForDatabaseAsync(string connection)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await using var database = new NpgsqlConnection(connection);
                await database.OpenAsync();
                return;
            }
            catch (NpgsqlException) when (attempt < 300)
            {
                await Task.Delay(Pause);
            }
        }
    }

    // As a container's restart policy does.
    private async Task StartAgainAsync()
    {
        while (!ended.IsCancellationRequested)
        {
            foreach (var part in Parts.Where(part => part.HasEnded && part.Turn.Wait(0)))
            {
                try
                {
                    if (!part.HasEnded)
                    {
                        continue;
                    }

                    if (!part.MayEnd)
                    {
                        wrong.Enqueue($"{DateTime.UtcNow:HH:mm:ss} {part.Name} ended by itself:\n{part.LastOutput}");
                    }

                    await part.EndAsync();
                    part.Start();
                }
                finally
                {
                    part.Turn.Release();
                }
            }

            await Task.Delay(Pause, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
