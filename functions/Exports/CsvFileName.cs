using System.Globalization;
using Ssp.Hd4dp;
using Ssp.Clock;

namespace Ssp.Exports;

/// <summary>What a downloaded file is called, after HD4DP's names of upload files: HD_DCD_export_(HDBP)_(project)_(version)_(yyyymmdd).csv.</summary>
public static class CsvFileName
{
    public static string Of(Registry registry, string version, DateTimeOffset now)
    {
        var day = BelgianTime.Of(now).ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        string?[] parts = ["HD_DCD_export", registry.Code, registry.Project, version, day];
        return string.Join('_', parts.Where(part => !string.IsNullOrEmpty(part)).Select(part => Safe(part!))) + ".csv";
    }

    /// <summary>A NIPPIN report: NIPPIN_(registry)_(first implant date)_(last)_night_(yyyymmdd).csv.</summary>
    public static string OfReport(string registry, DateOnly start, DateOnly end, DateOnly night) =>
        string.Create(CultureInfo.InvariantCulture, $"NIPPIN_{Safe(registry)}_{start:yyyyMMdd}_{end:yyyyMMdd}_night_{night:yyyyMMdd}.csv");

    private static string Safe(string part) => string.Concat(part.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '-'));
}
