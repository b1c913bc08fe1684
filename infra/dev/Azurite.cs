namespace Ssp.Dev;

/// <summary>Azurite, the local stand-in for Azure Storage, from the npm package pinned in azurite/, made durable by the launcher there.</summary>
public sealed class Azurite : IAsyncDisposable
{
    private readonly ChildProcess process;

    private Azurite(ChildProcess process, string connectionString)
    {
        this.process = process;
        ConnectionString = connectionString;
    }

    /// <summary>The connection string with Azurite's published account, good on loopback only.</summary>
    public string ConnectionString { get; }

    /// <summary>The process id of Azurite itself.</summary>
    public int ProgramId => process.ProgramId;

    /// <summary>The last lines it printed.</summary>
    public string LastOutput => process.LastOutput;

    /// <param name="dataFolder">Where it keeps its data; the same folder gives the same data at the next start.</param>
    public static Task<Azurite> StartAsync(Repository repository, string dataFolder, int[] ports, CancellationToken cancel = default) =>
        StartAsync(repository, dataFolder, ports, plain: false, null, cancel);

    /// <param name="plain">Without the launcher: it then may lose what it acknowledged in the last seconds.</param>
    /// <param name="environment">Settings of the launcher, see azurite/README.md.</param>
    public static async Task<Azurite> StartAsync(
        Repository repository,
        string dataFolder,
        int[] ports,
        bool plain,
        IReadOnlyDictionary<string, string>? environment,
        CancellationToken cancel = default)
    {
        Directory.CreateDirectory(dataFolder);
        var process = ChildProcess.Start("TERM", Command(repository, dataFolder, ports, plain), dataFolder, environment);
        try
        {
            foreach (var port in ports)
            {
                await Ports.WaitUntilOpenAsync(port, "Azurite", process, cancel);
            }
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }

        return new Azurite(process, ConnectionStringOf(ports));
    }

    /// <summary>The connection string of one on these ports, with Azurite's published account.</summary>
    public static string ConnectionStringOf(int[] ports)
    {
        const string account = "devstoreaccount1";
        const string key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
        return $"DefaultEndpointsProtocol=http;AccountName={account};AccountKey={key};BlobEndpoint=http://127.0.0.1:{ports[0]}/{account};"
            + $"QueueEndpoint=http://127.0.0.1:{ports[1]}/{account};TableEndpoint=http://127.0.0.1:{ports[2]}/{account};";
    }

    /// <summary>Sends its process a signal, e.g. KILL, STOP or CONT.</summary>
    public void Signal(string name) => process.Signal(name);

    /// <summary>The program and its arguments.</summary>
    public static string[] Command(Repository repository, string dataFolder, int[] ports, bool plain = false)
    {
        var package = Path.Combine(repository.Azurite, "node_modules", "azurite", "dist", "src", "azurite.js");
        if (!File.Exists(package))
        {
            throw new DevException("Azurite is not installed yet: run `npm ci` in azurite/, or let infra/run.sh do it.");
        }

        // The newest client libraries speak an API version Azurite does not list yet but serves.
        return
        [
            "node", plain ? package : Path.Combine(repository.Azurite, "start.js"),
            "--silent", "--skipApiVersionCheck", "--disableTelemetry", "--location", dataFolder,
            "--blobHost", "127.0.0.1", "--queueHost", "127.0.0.1", "--tableHost", "127.0.0.1",
            "--blobPort", $"{ports[0]}", "--queuePort", $"{ports[1]}", "--tablePort", $"{ports[2]}",
        ];
    }

    /// <summary>Ends it as a crash would: kill -9.</summary>
    public Task KillAsync() => process.KillAsync();

    public ValueTask DisposeAsync() => process.DisposeAsync();
}
