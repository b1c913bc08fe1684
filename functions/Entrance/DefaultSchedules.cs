using System.Collections.Immutable;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Extensions.Configuration;

namespace Ssp.Entrance;

/// <summary>
/// When timers run where no setting says so. A timer's trigger names its setting between percent signs; the host itself looks the setting up,
/// and switches the timer off when it is missing. So the usual schedule takes the name's place before a host is told of the functions.
/// </summary>
public sealed class DefaultSchedules(IConfiguration configuration) : IFunctionMetadataProvider
{
    /// <summary>By the name of the setting; NCRONTAB with seconds, on the clock of TZ.</summary>
    public static readonly IReadOnlyDictionary<string, string> All = new Dictionary<string, string>
    {
        ["PopulateOrganizationsSchedule"] = "0 0 5 * * *",
        ["ExpireExportsSchedule"] = "0 15 * * * *",
        ["RecheckCertificatesSchedule"] = "0 0 4 * * *",
        ["WatchCertificatesSchedule"] = "0 */5 * * * *",
        ["ValidateNippinSchedule"] = "0 30 3 * * *",
        ["WatchNippinSchedule"] = "0 */5 * * * *",
        ["CheckTrailsSchedule"] = "0 45 4 * * *",
    };

    private readonly GeneratedFunctionMetadataProvider generated = new();

    public async Task<ImmutableArray<IFunctionMetadata>> GetFunctionMetadataAsync(string directory)
    {
        var functions = await generated.GetFunctionMetadataAsync(directory);
        foreach (var bindings in functions.Select(function => function.RawBindings).OfType<IList<string>>())
        {
            for (var place = 0; place < bindings.Count; place++)
            {
                bindings[place] = WrittenOut(bindings[place]);
            }
        }

        return functions;
    }

    private string WrittenOut(string binding) =>
        All.Where(one => string.IsNullOrWhiteSpace(configuration[one.Key]))
            .Aggregate(binding, (text, one) => text.Replace($"%{one.Key}%", one.Value, StringComparison.Ordinal));
}
