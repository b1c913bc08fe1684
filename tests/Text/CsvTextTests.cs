using System.Text;
using Ssp.Text;
using Sylvan.Data.Csv;

namespace Ssp.Tests.Text;

public sealed class CsvTextTests
{
    private static readonly string?[][] Difficult =
    [
        ["plain", "", null, "0012", "-5", "1e5", "12,5", "12.5"],
        ["a;b", "a,b", "a\"b", "\"", "a\nb", "a\r\nb", "a\rb", "\t"],
        [" before", "after ", "  ", "''", "'=1", "=SUM(A1:A9)", "+32 470 12 34 56", "@x"],
        ["é", "ł", "日本語", "👍🏽", "e\u0301", "\u202Eright to left", "\uFEFFmark", "x\0y"],
        [new string('x', 100_000), "|", "a|b|c", "\\", "\\\"", ";", ",", "\r"],
    ];

    public static TheoryData<CsvProfile> Profiles => [.. Enum.GetValues<CsvProfile>()];

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Every_value_is_read_back_by_another_library(CsvProfile profile)
    {
        var bytes = Write(profile, Difficult);
        var fromBytes = WriteBytes(profile, Difficult);

        var read = Read(bytes, profile);

        Assert.Equal(bytes, fromBytes);

        var expected = Difficult.Select(row => row.Select(value => profile == CsvProfile.Excel ? SpreadsheetText.Of(value ?? "") : value ?? "").ToArray())
            .ToArray();
        Assert.Equal(expected, read);
    }

    [Fact]
    public void The_upload_format_is_this_to_the_byte() =>
        Assert.Equal("A;B;C\r\n\"x;y\";\"say \"\"yes\"\"\";\r\n\" sp\";\"l1\nl2\";=1\r\n", Encoding.UTF8.GetString(Write(CsvProfile.Hd4dp, Small)));

    [Fact]
    public void The_format_for_excel_is_this_to_the_byte() =>
        Assert.Equal("\uFEFFA;B;C\r\n\"x;y\";\"say \"\"yes\"\"\";\r\n\" sp\";\"l1\nl2\";'=1\r\n", Encoding.UTF8.GetString(Write(CsvProfile.Excel, Small)));

    [Fact]
    public void The_format_of_rfc_4180_is_this_to_the_byte() =>
        Assert.Equal("A,B,C\r\nx;y,\"say \"\"yes\"\"\",\r\n\" sp\",\"l1\nl2\",=1\r\n", Encoding.UTF8.GetString(Write(CsvProfile.Rfc4180, Small)));

    [Fact]
    public void A_line_of_one_empty_value_is_not_an_empty_line() =>
        Assert.Equal("A\r\n\"\"\r\nx\r\n", Encoding.UTF8.GetString(Write(CsvProfile.Hd4dp, [["A"], [null], ["x"]])));

    [Fact]
    public void The_format_for_excel_counts_what_it_will_cut()
    {
        using var csv = new CsvText(new MemoryStream(), CsvProfile.Excel);

        csv.Write([new string('x', SpreadsheetText.MaxCell), new string('x', SpreadsheetText.MaxCell + 1), null]);
        csv.WriteField(Encoding.UTF8.GetBytes(new string('é', SpreadsheetText.MaxCell)).AsSpan());
        csv.WriteField(Encoding.UTF8.GetBytes(new string('é', SpreadsheetText.MaxCell + 1)).AsSpan());

        Assert.Equal(2, csv.TooLong);
    }

    private static string?[][] Small => [["A", "B", "C"], ["x;y", "say \"yes\"", null], [" sp", "l1\nl2", "=1"]];

    private static byte[] Write(CsvProfile profile, string?[][] rows)
    {
        using var output = new MemoryStream();
        using (var csv = new CsvText(output, profile))
        {
            foreach (var row in rows)
            {
                csv.Write(row);
            }
        }

        return output.ToArray();
    }

    // As an export does: from UTF-8.
    private static byte[] WriteBytes(CsvProfile profile, string?[][] rows)
    {
        using var output = new MemoryStream();
        using (var csv = new CsvText(output, profile))
        {
            foreach (var row in rows)
            {
                foreach (var value in row)
                {
                    csv.WriteField(Encoding.UTF8.GetBytes(value ?? "").AsSpan());
                }

                csv.EndRecord();
            }
        }

        return output.ToArray();
    }

    private static string[][] Read(byte[] bytes, CsvProfile profile)
    {
        var options = new CsvDataReaderOptions { Delimiter = profile == CsvProfile.Rfc4180 ? ',' : ';', HasHeaders = false, BufferSize = 1 << 20 };
        using var text = new StreamReader(new MemoryStream(bytes), new UTF8Encoding(false), detectEncodingFromByteOrderMarks: profile == CsvProfile.Excel);
        using var reader = CsvDataReader.Create(text, options);
        var rows = new List<string[]>();
        while (reader.Read())
        {
            rows.Add([.. Enumerable.Range(0, reader.RowFieldCount).Select(reader.GetString)]);
        }

        return [.. rows];
    }
}
