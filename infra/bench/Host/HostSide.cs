using Ssp.Dev;
using Ssp.Dev.Demo;

namespace Ssp.Bench;

/// <summary>One of the portals that are compared: its program, and its own place in the storage that both share.</summary>
public sealed class HostSide
{
    private HostSide(string name, string[] command, string folder, Dictionary<string, string> settings, DemoPerson person) =>
        (Name, Command, Folder, Settings, Person) = (name, command, folder, settings, person);

    public string Name { get; }

    public string[] Command { get; }

    public string Folder { get; }

    public Dictionary<string, string> Settings { get; }

    /// <summary>Who does everything: one with every role in an organisation.</summary>
    public DemoPerson Person { get; }

    public string BaseUrl => Settings["PublicUrl"];

    /// <summary>The large export that is downloaded in every round.</summary>
    public string LargeExport { get; private set; } = "";

    /// <summary>Seeds its storage, and lets its portal do once what it does only the first time.</summary>
    public static async Task<HostSide> PrepareAsync(string name, string command, string folder, HostStack stack, CancellationToken cancel)
    {
        Console.WriteLine($"Preparing the {name} portal: {command}");
        Directory.CreateDirectory(folder);
        var port = Ports.Free(1)[0];
        var settings = DevStack.SettingsOf(
            $"http://localhost:{port}/ssp",
            stack.Azurite.ConnectionString,
            stack.Reader(DemoWarehouse.Localdwh),
            stack.Reader(DemoWarehouse.Nippin),
            port,
            Path.Combine(folder, "keys"));
        settings["StoragePrefix"] = $"ssp{name}";
        settings["AzureFunctionsWebHost__hostid"] = $"ssp-{name}";
        // The rounds upload more files than a hospital does.
        settings["CertificateUploadsPerHour"] = "100000";
        var people = await DevStack.SeedAsync(settings, folder, cancel);
        // It runs in a folder of its own, where a path from here would lead nowhere.
        var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => File.Exists(word) ? Path.GetFullPath(word) : word);
        var side = new HostSide(name, [.. words], folder, settings, people.Single(one => one.Email.StartsWith("bo.", StringComparison.Ordinal)));
        await using var visit = await HostVisit.StartAsync(side, cancel);
        await DevStack.WaitUntilValidatedAsync(settings, visit.Process, cancel);
        side.LargeExport = await visit.ExportAsync(HostStack.LargeVersion, cancel);
        return side;
    }
}
