using Ssp.Certificates.EHealth;
using Ssp.Certificates.P12;
using Ssp.Settings;

namespace Ssp.Certificates;

/// <summary>What the hospital asks of certificates, and where they go.</summary>
/// <param name="UploadsPerHour">P12 files one organisation may upload in an hour.</param>
/// <param name="ScanCommand">A virus scanner and its arguments; empty: none. See <see cref="VirusScan"/>.</param>
/// <param name="DeliveryFolder">Where HD4DP finds the active certificates; null: they are not delivered.</param>
/// <param name="DeliversPassword">Whether a certificate's password is delivered in a file beside it.</param>
public sealed record CertificateSettings(
    int UploadsPerHour, CertificateRules Rules, IReadOnlyList<string> ScanCommand, string? DeliveryFolder, bool DeliversPassword)
{
    public static CertificateSettings Read(SettingsReader read) => new(
        read.Number("CertificateUploadsPerHour", 1_000, 1, 100_000),
        ReadRules(read),
        read.Optional("CertificateScanCommand")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [],
        read.OptionalPath("CertificateDeliveryFolder"),
        read.Choice("CertificateDeliveryPassword", "none", "none", "file") == "file");

    private static CertificateRules ReadRules(SettingsReader read)
    {
        var defaults = new CertificateRules();
        return new CertificateRules(
            read.Number("CertificateKeys", defaults.MinKeys, 1, 20),
            read.Number("CertificateWarningDays", defaults.WarningDays, 1, 1_000),
            read.Number("CertificateRenewalMonths", defaults.RenewalMonths, 1, 24),
            read.Number("CertificateRsaBits", defaults.MinRsaBits, 1_024, P12Limits.MaxRsaBits),
            read.Choice("CertificateEnvironment", "production", "production", "acceptance") == "acceptance",
            [.. read.Certificates("CertificateRootsFile").Select(root => root.RawData)],
            ReadSeverities(read));
    }

    // Such as "P22=refuse P28=off".
    private static Dictionary<string, Severity?> ReadSeverities(SettingsReader read)
    {
        var severities = new Dictionary<string, Severity?>();
        foreach (var word in (read.Optional("CertificateFindings") ?? "").Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (word.Split('=') is [var code, var level] && CertificateRules.CanWeigh(code)
                && (level == "off" || (Enum.TryParse<Severity>(level, ignoreCase: true, out _) && !char.IsAsciiDigit(level[0]))))
            {
                severities[code] = level == "off" ? null : Enum.Parse<Severity>(level, ignoreCase: true);
            }
            else
            {
                read.Refuse(
                    $"In the setting CertificateFindings this is not understood: {word}. It takes findings from P{CertificateRules.FirstWeighed} to "
                    + $"P{CertificateRules.LastFinding}, each with refuse, warn, info or off, for example P22=refuse P28=off.");
            }
        }

        return severities;
    }
}
