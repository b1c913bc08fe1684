using Ssp.Settings;

namespace Ssp.Exports;

/// <param name="Lifetime">How long an export can be fetched.</param>
public sealed record ExportSettings(TimeSpan Lifetime)
{
    public static ExportSettings Read(SettingsReader read) => new(TimeSpan.FromDays(read.Number("ExportDays", 7, 1, 365)));
}
