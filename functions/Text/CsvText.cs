using System.Text;
using CsvHelper;

namespace Ssp.Text;

/// <summary>A record of a CSV file.</summary>
/// <param name="Line">The line it begins on, the first being 1.</param>
public sealed record CsvRecord(int Line, IReadOnlyList<string> Fields);

/// <summary>Writes records as UTF-8 CSV in one of the profiles, and reads small files. Only here is CsvHelper used.</summary>
public sealed class CsvText : IDisposable
{
    private const int LargeBufferBytes = 64 * 1024;

    private readonly CsvWriter writer;
    private readonly bool isForSpreadsheet;

    /// <param name="output">Receives the bytes; left open.</param>
    public CsvText(Stream output, CsvProfile profile)
        : this(output, CsvDialect.Of(profile))
    {
    }

    /// <param name="output">Receives the bytes; left open.</param>
    public CsvText(Stream output, CsvDialect dialect)
    {
        isForSpreadsheet = dialect.IsForSpreadsheet;
        writer = CsvWriter.Create(
            output,
            new CsvWriterOptions
            {
                Separator = dialect.Separator,
                NewLine = dialect.NewLine,
                // Readers differ on spaces at the ends of a field; in quotes they are safe.
                Quoting = CsvQuoting.WhenNeededOrWhitespace,
                WriteByteOrderMark = dialect.HasByteOrderMark,
            },
            leaveOpen: true);
    }

    /// <summary>How many values a spreadsheet will cut, see <see cref="SpreadsheetText.MaxCell"/>; counted where the file is for one.</summary>
    public long TooLong { get; private set; }

    /// <summary>The records of a small file, one by one; damaged quoting is read as well as it goes.</summary>
    public static IEnumerable<CsvRecord> Read(ReadOnlyMemory<byte> utf8, char separator)
    {
        using var reader = CsvReader.Create(utf8, new CsvReaderOptions { Separator = separator, HasHeader = false, TrackLineNumbers = true });
        while (reader.Read())
        {
            yield return new CsvRecord((int)reader.LineNumber, [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)]);
        }
    }

    /// <summary>Reads a file of our own, of any size, record by record; the header is the first of them.</summary>
    /// <param name="input">Left open.</param>
    public static CsvReader ReadLarge(Stream input, CsvDialect dialect) =>
        CsvReader.Create(input, new CsvReaderOptions { Separator = dialect.Separator, HasHeader = false, BufferSize = LargeBufferBytes }, leaveOpen: true);

    /// <summary>One record; a missing value is an empty field.</summary>
    public void Write(ReadOnlySpan<string?> values)
    {
        foreach (var value in values)
        {
            WriteField(value);
        }

        writer.EndRecord();
    }

    /// <summary>One field, from UTF-8; most values of an export pass here as they came from the database.</summary>
    public void WriteField(ReadOnlySpan<byte> value)
    {
        // What begins with a letter is neither a formula nor a number, and needs no second look unless it is long.
        if (isForSpreadsheet && value.Length > 0 && (!char.IsAsciiLetter((char)value[0]) || value.Length > SpreadsheetText.MaxCell))
        {
            WriteField(Encoding.UTF8.GetString(value));
        }
        else
        {
            writer.WriteField(value);
        }
    }

    public void WriteField(string? value)
    {
        TooLong += isForSpreadsheet && value?.Length > SpreadsheetText.MaxCell ? 1 : 0;
        writer.WriteField(isForSpreadsheet && value is not null ? SpreadsheetText.Of(value) : value);
    }

    public void EndRecord() => writer.EndRecord();

    /// <summary>Brings all that was written so far to the output.</summary>
    public void Flush() => writer.Flush();

    public void Dispose() => writer.Dispose();
}
