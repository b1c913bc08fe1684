using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace Ssp.EmbeddedHost.Settings;

/// <summary>Settings that attributes name: %Setting% in texts, and connections.</summary>
internal static partial class SettingNames
{
    public static string Resolve(this IConfiguration configuration, string text) =>
        Placeholder().Replace(text, match => configuration[match.Groups[1].Value] is { Length: > 0 } value
            ? value
            : throw new IndexingException($"the setting {match.Value} has no value"));

    public static string StorageConnection(this IConfiguration configuration, string? name)
    {
        name = string.IsNullOrEmpty(name) ? "Storage" : configuration.Resolve(name);
        return new[] { configuration["AzureWebJobs" + name], configuration[name], configuration.GetConnectionString(name) }
            .FirstOrDefault(value => !string.IsNullOrEmpty(value))
            ?? throw new IndexingException($"the storage connection {name} is not set (AzureWebJobsStorage by default)");
    }

    [GeneratedRegex("%([^%]+)%")]
    private static partial Regex Placeholder();
}
