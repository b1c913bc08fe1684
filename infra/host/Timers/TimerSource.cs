using System.Text;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;
using Ssp.Hosting.Settings;
using Ssp.Hosting.Worker;

namespace Ssp.Hosting.Timers;

/// <summary>A timer function, its schedule, and where the instances of the application agree on its ticks.</summary>
internal sealed record TimerSource(Function Function, TimerSchedule Schedule, bool UseMonitor, bool RunOnStartup, BlobContainerClient Container, string HostId)
{
    public BlobClient Status => Container.GetBlobClient($"timers/{HostId}/Host.Functions.{Function.Name}/status");

    public BlobClient Lock => Container.GetBlobClient($"locks/{HostId}/Host.Functions.{Function.Name}.Listener");

    public static TimerSource Create(Function function, IConfiguration configuration)
    {
        var trigger = function.Trigger!;
        var schedule = TimerSchedule.Parse(configuration.Resolve(trigger.Text("schedule") ?? ""), ZoneIn(configuration));
        // An attempt to renew the lock must have failed before the lock ends.
        var options = new BlobClientOptions { Retry = { MaxRetries = 1, Delay = TimeSpan.FromMilliseconds(200), NetworkTimeout = TimeSpan.FromSeconds(4) } };
        var container = new BlobContainerClient(configuration.StorageConnection(null), "azure-webjobs-hosts", options);
        var isRemembered = trigger.Flag("useMonitor", defaultValue: true);
        var runsOnStartup = trigger.Flag("runOnStartup", defaultValue: false);
        return new TimerSource(function, schedule, isRemembered, runsOnStartup, container, HostIdIn(configuration, function));
    }

    private static TimeZoneInfo ZoneIn(IConfiguration configuration)
    {
        var name = configuration["WEBSITE_TIME_ZONE"] is { Length: > 0 } website ? website : configuration["TZ"];
        if (string.IsNullOrEmpty(name))
        {
            return TimeZoneInfo.Local;
        }

        return TimeZoneInfo.TryFindSystemTimeZoneById(name.TrimStart(':'), out var zone)
            ? zone
            : throw new IndexingException($"the time zone {name} is unknown here");
    }

    private static string HostIdIn(IConfiguration configuration, Function function)
    {
        if (configuration["AzureFunctionsWebHost:hostid"] is { Length: > 0 } id)
        {
            return id;
        }

        var derived = new StringBuilder();
        foreach (var letter in Path.GetFileNameWithoutExtension(function.ScriptFile))
        {
            derived.Append(char.IsAsciiLetterOrDigit(letter) ? char.ToLowerInvariant(letter) : '-');
        }

        return derived.ToString();
    }
}
