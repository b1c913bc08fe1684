using Ssp.Settings;

namespace Ssp.Nippin;

/// <param name="Nights">How many nights the results of validations are kept.</param>
public sealed record NippinSettings(int Nights)
{
    public static NippinSettings Read(SettingsReader read) => new(read.Number("NippinNights", 30, 2, 366));
}
