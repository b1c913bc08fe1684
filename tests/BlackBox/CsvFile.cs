using System.Text;
using Sylvan.Data.Csv;

namespace Ssp.Tests.BlackBox;

/// <summary>A CSV file as another program than the portal's writer understands it.</summary>
public sealed record CsvFile(IReadOnlyList<string> Header, IReadOnlyList<Dictionary<string, string>> Lines)
{
    public static CsvFile Read(ReadOnlySpan<byte> bytes, char delimiter)
    {
        // Strict: a byte that is no UTF-8 is a fault of the file.
        using var text = new StringReader(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes));
        using var csv = CsvDataReader.Create(text, new CsvDataReaderOptions { Delimiter = delimiter, BufferSize = 1 << 20 });
        var header = Enumerable.Range(0, csv.FieldCount).Select(csv.GetName).ToList();
        var lines = new List<Dictionary<string, string>>();
        while (csv.Read())
        {
            Assert.Equal(header.Count, csv.RowFieldCount);
            lines.Add(
                header.Select((name, place) => (name, Text: csv.GetString(place)))
                    .Where(one => one.Text.Length > 0)
                    .ToDictionary(one => one.name, one => one.Text));
        }

        return new CsvFile(header, lines);
    }

    /// <summary>The file without what keeps a spreadsheet from running text as a formula, or from making another number or a day of it.</summary>
    public CsvFile AsItWas() => this with { Lines = [.. Lines.Select(line => line.ToDictionary(one => one.Key, one => Undo(one.Value)))] };

    /// <summary>Whether a spreadsheet would take the text for a formula.</summary>
    public static bool RunsAsFormula(string text) =>
        text.TrimStart(' ') is { Length: > 0 } bare && "=+-@\t\r\n".Contains(bare[0], StringComparison.Ordinal) && !IsNumber(text) && !IsText(text);

    private static string Undo(string text) =>
        IsText(text) ? text[2..^1]
        : text.StartsWith('\'') && (RunsAsFormula(text.TrimStart('\'')) || IsText(text.TrimStart('\''))) ? text[1..]
        : text;

    // A formula that is a text: ="0012".
    private static bool IsText(string text) =>
        text.StartsWith("=\"", StringComparison.Ordinal) && text.EndsWith('"')
        && text[2..^1].All(c => char.IsAsciiDigit(c) || c is '+' or '-' or '.' or ',' or '/' or 'e' or 'E');

    private static bool IsNumber(string text) =>
        text.Length > 1 && char.IsAsciiDigit(text[1]) && text.Skip(1).All(c => char.IsAsciiDigit(c) || c is ' ' or '.' or ',');
}
