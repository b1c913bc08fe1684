using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;

namespace Ssp.EmbeddedHost.Settings;

/// <summary>host.json and local.settings.json as configuration that everything else overrides.</summary>
internal static class HostFiles
{
    /// <summary>Where host.json stands in configuration, so that AzureFunctionsJobHost__extensions__… overrides it.</summary>
    public const string HostJson = "AzureFunctionsJobHost";

    /// <param name="configuration">What is added to.</param>
    /// <param name="folder">Where, or above which, local.settings.json may be.</param>
    public static void AddHostFiles(this ConfigurationManager configuration, string folder)
    {
        var hostJson = configuration["HostJson"] is { Length: > 0 } path ? path : Path.Combine(AppContext.BaseDirectory, "host.json");
        var sources = ((IConfigurationBuilder)configuration).Sources;
        sources.Insert(0, Source(Read(hostJson).AsEnumerable().Select(entry => KeyValuePair.Create($"{HostJson}:{entry.Key}", entry.Value))));
        if (FindUpwards("local.settings.json", folder) is { } local)
        {
            var values = Read(local).GetSection("Values").AsEnumerable(makePathsRelative: true);
            // Elsewhere these are environment variables, where __ is the separator.
            sources.Insert(1, Source(values.Select(entry => KeyValuePair.Create(entry.Key.Replace("__", ":", StringComparison.Ordinal), entry.Value))));
        }
    }

    private static IConfiguration Read(string path) =>
        new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(path), optional: true).Build();

    private static MemoryConfigurationSource Source(IEnumerable<KeyValuePair<string, string?>> entries) =>
        new() { InitialData = entries.Where(entry => entry.Value is not null).ToList() };

    private static string? FindUpwards(string file, string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, file);
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }
}
