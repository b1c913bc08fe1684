using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace Ssp.Hosting.Settings;

/// <summary>Settings that attributes name: %Setting% in texts, and connections.</summary>
internal static partial class SettingNames
{
    private const string DefaultConnection = "AzureWebJobsStorage";

    public static string Resolve(this IConfiguration configuration, string text) =>
        Placeholder().Replace(text, match => configuration[match.Groups[1].Value] is { Length: > 0 } value
            ? value
            : throw new IndexingException($"the setting {match.Value} has no value"));

    public static string StorageConnection(this IConfiguration configuration, string? name)
    {
        var key = string.IsNullOrEmpty(name) ? DefaultConnection : configuration.Resolve(name);
        return new[] { configuration["AzureWebJobs" + key], configuration[key], configuration.GetConnectionString(key) }
            .FirstOrDefault(value => !string.IsNullOrEmpty(value))
            ?? throw new IndexingException($"the storage connection {name ?? DefaultConnection} is not set");
    }

    [GeneratedRegex("%([^%]+)%")]
    private static partial Regex Placeholder();
}
