using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;

namespace Ssp.Hosting.Settings;

/// <summary>host.json and local.settings.json as configuration that everything else overrides.</summary>
internal static class HostFiles
{
    /// <summary>Where host.json stands in configuration, so that AzureFunctionsJobHost__extensions__… overrides it.</summary>
    public const string HostJson = "AzureFunctionsJobHost";

    /// <summary>What host.json in this folder says; nothing when there is none.</summary>
    public static IReadOnlyCollection<KeyValuePair<string, string?>> HostJsonIn(string folder) =>
        Known(Read(Path.Combine(folder, "host.json")).AsEnumerable().Select(entry => KeyValuePair.Create($"{HostJson}:{entry.Key}", entry.Value)));

    /// <summary>The values of the local.settings.json in this folder; nothing when there is none. Not of one further up, where others may write.</summary>
    public static IReadOnlyCollection<KeyValuePair<string, string?>> LocalValues(string folder) =>
        // Elsewhere these are environment variables, where __ is the separator.
        Known(Read(Path.Combine(folder, "local.settings.json")).GetSection("Values").AsEnumerable(makePathsRelative: true)
            .Select(entry => KeyValuePair.Create(entry.Key.Replace("__", ":", StringComparison.Ordinal), entry.Value)));

    /// <summary>Adds values that all others override.</summary>
    public static void AddWeakest(this IConfigurationBuilder configuration, IEnumerable<KeyValuePair<string, string?>> values) =>
        configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = values });

    private static List<KeyValuePair<string, string?>> Known(IEnumerable<KeyValuePair<string, string?>> entries) =>
        [.. entries.Where(entry => entry.Value is not null)];

    private static IConfigurationRoot Read(string path) => new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(path), optional: true).Build();
}
