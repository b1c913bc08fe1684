namespace Ssp.Text;

/// <summary>How a CSV file is written.</summary>
public enum CsvProfile
{
    /// <summary>HD4DP's own upload format, so that the file can be uploaded again: semicolons, UTF-8 without byte order mark.</summary>
    Hd4dp,

    /// <summary>For a spreadsheet in Belgium: semicolons, a byte order mark, and what it would run or change written so that it shows it as it is.</summary>
    Excel,

    /// <summary>RFC 4180: commas, UTF-8 without byte order mark.</summary>
    Rfc4180,
}

/// <summary>The details of a CSV format.</summary>
/// <param name="IsForSpreadsheet">Whether text that a spreadsheet would run or change is written as <see cref="SpreadsheetText"/> says.</param>
public sealed record CsvDialect(char Separator, string NewLine, bool HasByteOrderMark = false, bool IsForSpreadsheet = false)
{
    /// <summary>
    /// The format of HD4DP's nightly NIPPIN report (fair-v1.healthdata.be/nl/node/10061): commas, and a line feed alone at the end of a line.
    /// </summary>
    public static readonly CsvDialect NightlyReport = new(',', "\n");

    public static CsvDialect Of(CsvProfile profile) => profile switch
    {
        CsvProfile.Rfc4180 => new(',', "\r\n"),
        CsvProfile.Excel => new(';', "\r\n", HasByteOrderMark: true, IsForSpreadsheet: true),
        CsvProfile.Hd4dp => new(';', "\r\n"),
        _ => throw new ArgumentOutOfRangeException(nameof(profile), profile, "A profile without a dialect."),
    };
}
