using System.Globalization;
using Ssp.Hd4dp;

namespace Ssp.Exports.Csv;

/// <summary>What a downloaded file is called, after HD4DP's names of upload files: HD_DCD_export_(HDBP)_(project)_(version)_(yyyymmdd).csv.</summary>
public static class CsvFileName
{
    public static string Of(Registry registry, string version, DateTimeOffset now)
    {
        var day = BelgianTime.Of(now).ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        string?[] parts = ["HD_DCD_export", registry.Code, registry.Project, version, day];
        return string.Join('_', parts.Where(part => !string.IsNullOrEmpty(part)).Select(part => Safe(part!))) + ".csv";
    }

    private static string Safe(string part) => string.Concat(part.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '-'));
}
