using Ssp.Http;
using Ssp.Text;

namespace Ssp.Exports;

/// <summary>What Excel will not show of a file that was made for it.</summary>
public static class SpreadsheetLimits
{
    /// <param name="tooLong">Values that it cuts.</param>
    /// <param name="rows">Lines below the header.</param>
    public static IEnumerable<Sentence> WarningsOf(CsvProfile profile, long tooLong, int columns, long rows)
    {
        if (profile != CsvProfile.Excel)
        {
            yield break;
        }

        if (tooLong > 0)
        {
            yield return Sentences.Export.ExcelCuts(tooLong, SpreadsheetText.MaxCell);
        }

        if (rows >= SpreadsheetText.MaxLines)
        {
            yield return Sentences.Export.ExcelLines(SpreadsheetText.MaxLines);
        }

        if (columns > SpreadsheetText.MaxColumns)
        {
            yield return Sentences.Export.ExcelColumns(columns, SpreadsheetText.MaxColumns);
        }
    }
}
