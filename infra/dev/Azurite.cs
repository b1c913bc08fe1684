namespace Ssp.Dev;

/// <summary>Azurite, the local stand-in for Azure Storage, from the npm package pinned in azurite/.</summary>
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

    /// <param name="dataFolder">Where it keeps its data; the same folder gives the same data at the next start.</param>
    public static async Task<Azurite> StartAsync(Repository repository, string dataFolder, int[] ports, CancellationToken cancel = default)
    {
        Directory.CreateDirectory(dataFolder);
        var program = Path.Combine(repository.Azurite, "node_modules", "azurite", "dist", "src", "azurite.js");
        if (!File.Exists(program))
        {
            throw new DevException("Azurite is not installed yet: run `npm ci` in azurite/, or let infra/run.sh do it.");
        }

        // The newest client libraries speak an API version Azurite does not list yet but serves.
        var process = ChildProcess.Start(
            "TERM",
            [
                "node", program, "--silent", "--skipApiVersionCheck", "--disableTelemetry", "--location", dataFolder,
                "--blobHost", "127.0.0.1", "--queueHost", "127.0.0.1", "--tableHost", "127.0.0.1",
                "--blobPort", $"{ports[0]}", "--queuePort", $"{ports[1]}", "--tablePort", $"{ports[2]}",
            ],
            dataFolder);
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

        const string account = "devstoreaccount1";
        const string key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
        return new Azurite(
            process,
            $"DefaultEndpointsProtocol=http;AccountName={account};AccountKey={key};BlobEndpoint=http://127.0.0.1:{ports[0]}/{account};"
            + $"QueueEndpoint=http://127.0.0.1:{ports[1]}/{account};TableEndpoint=http://127.0.0.1:{ports[2]}/{account};");
    }

    /// <summary>Sends its process a signal, e.g. KILL, STOP or CONT.</summary>
    public void Signal(string name) => process.Signal(name);

    public ValueTask DisposeAsync() => process.DisposeAsync();
}
