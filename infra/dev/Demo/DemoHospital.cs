namespace Ssp.Dev.Demo;

/// <summary>An invented hospital. The numbers have valid check digits and belong to nobody.</summary>
public sealed record DemoHospital(string Nihdi, string Name, bool HasBcfr)
{
    public static readonly IReadOnlyList<DemoHospital> All =
    [
        new(Hd4dp.Nihdi.OfHospital(719_101).Digits, "AZ Sint-Elders", HasBcfr: true),
        new(Hd4dp.Nihdi.OfHospital(719_202).Digits, "CHU du Val d'Aubel", HasBcfr: true),
        new(Hd4dp.Nihdi.OfHospital(719_303).Digits, "Clinique de l'Étoile \"Nord\"; Liège", HasBcfr: true),
        new(Hd4dp.Nihdi.OfHospital(719_404).Digits, "Ziekenhuis Zeekant", HasBcfr: false),
    ];
}
