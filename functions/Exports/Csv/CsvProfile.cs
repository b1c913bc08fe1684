namespace Ssp.Exports.Csv;

/// <summary>How a CSV file is written.</summary>
public enum CsvProfile
{
    /// <summary>HD4DP's own upload format, so that the file can be uploaded again: semicolons, UTF-8 without byte order mark.</summary>
    Hd4dp,

    /// <summary>For a spreadsheet in Belgium: semicolons, a byte order mark, and text that looks like a formula made harmless.</summary>
    Excel,

    /// <summary>RFC 4180: commas, UTF-8 without byte order mark.</summary>
    Rfc4180,
}

public static class CsvDialect
{
    public static char Delimiter(this CsvProfile profile) => profile == CsvProfile.Rfc4180 ? ',' : ';';

    public static bool HasByteOrderMark(this CsvProfile profile) => profile == CsvProfile.Excel;

    public static bool NeutralizesFormulas(this CsvProfile profile) => profile == CsvProfile.Excel;
}
