using Microsoft.Extensions.Configuration;
using Ssp.Entrance;

namespace Ssp.Tests.Support;

/// <summary>Settings for a part that is tested without a portal around it.</summary>
public static class TestSettings
{
    public static PortalSettings Of(params (string Name, string? Value)[] settings) => PortalSettings.From(ConfigurationOf(settings));

    public static IConfiguration ConfigurationOf(params (string Name, string? Value)[] settings)
    {
        var all = new Dictionary<string, string?>
        {
            ["AzureWebJobsStorage"] = "UseDevelopmentStorage=true",
            ["StoragePrefix"] = "ssp",
            ["PublicUrl"] = "http://localhost:7071/ssp",
            ["LocaldwhConnection"] = "Host=127.0.0.1",
            ["NippinConnection"] = "Host=127.0.0.1",
            ["KeysFolder"] = "/var/lib/ssp/keys",
        };
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        return new ConfigurationBuilder().AddInMemoryCollection(all).Build();
    }
}
