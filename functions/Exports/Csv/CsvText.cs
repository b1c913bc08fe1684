using System.Buffers;
using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace Ssp.Exports.Csv;

/// <summary>Writes records as CSV text in one of the profiles. Only here is CsvHelper used.</summary>
public sealed class CsvText : IDisposable
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly CsvProfile profile;
    private readonly CsvWriter writer;
    private readonly SearchValues<char> needQuotes;

    /// <param name="output">Receives the bytes; left open.</param>
    public CsvText(Stream output, CsvProfile profile)
    {
        this.profile = profile;
        needQuotes = SearchValues.Create(profile.Delimiter() + "\"\r\n");
        if (profile.HasByteOrderMark())
        {
            output.Write(Encoding.UTF8.Preamble);
        }

        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture) { Delimiter = profile.Delimiter(), NewLine = "\r\n" };
        writer = new CsvWriter(new StreamWriter(output, Utf8, bufferSize: 64 * 1024, leaveOpen: true), configuration, leaveOpen: false);
    }

    /// <summary>One record. A record of one empty value is written as "" because an empty line is no record to most readers.</summary>
    public void Write(ReadOnlySpan<string?> values)
    {
        foreach (var value in values)
        {
            var text = value ?? "";
            text = profile.NeutralizesFormulas() ? FormulaText.Neutralize(text) : text;
            writer.WriteField(text, NeedsQuotes(text) || (values.Length == 1 && text.Length == 0));
        }

        writer.NextRecord();
    }

    /// <summary>Brings all that was written so far to the output.</summary>
    public void Flush() => writer.Flush();

    public void Dispose() => writer.Dispose();

    // Readers differ on spaces at the ends; in quotes they are safe.
    private bool NeedsQuotes(string text) => text.Length > 0 && (text[0] == ' ' || text[^1] == ' ' || text.AsSpan().ContainsAny(needQuotes));
}
