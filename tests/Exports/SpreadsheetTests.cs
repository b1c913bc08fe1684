using System.Text;
using Ssp.Exports;
using Ssp.Identity;
using Ssp.Tests.Support;
using Ssp.Text;

namespace Ssp.Tests.Exports;

/// <summary>What Excel would change stays as it is, and what it will not show is told with the result.</summary>
public sealed class SpreadsheetTests(Stack stack)
{
    [Fact]
    public async Task A_national_number_keeps_its_zero_and_a_value_that_Excel_cuts_is_told()
    {
        var organization = await stack.Portal.NewOrganizationAsync();
        var person = await stack.Portal.SignInAsync(organization, Role.CsvUploadManager);
        var text = new string('x', 50_000);
        await stack.Owner.AddAsync(organization.Nihdi, [("A", "01020312345"), ("B", text)]);

        var excel = await person.ExportAsync(organization.Id, Request("excel"));
        var plain = await person.ExportAsync(organization.Id, Request("rfc4180"));
        var file = await person.GetAsync($"organizations/{organization.Id}/exports/{excel.GetProperty("id").GetString()}/file");

        Assert.Equal($"\uFEFFA;B\r\n\"=\"\"01020312345\"\"\";{text}\r\n", Encoding.UTF8.GetString(file.Bytes));
        Assert.Contains("Longer values in this file: 1.", Assert.Single(excel.GetProperty("warnings").EnumerateArray()).GetString(), StringComparison.Ordinal);
        Assert.Empty(plain.GetProperty("warnings").EnumerateArray());
    }

    [Theory]
    [InlineData(CsvProfile.Excel, 0, 60, 1_048_575)]
    [InlineData(CsvProfile.Excel, 1, 60, 10, "export.excel_cuts")]
    [InlineData(CsvProfile.Excel, 0, 16_385, 10, "export.excel_columns")]
    [InlineData(CsvProfile.Excel, 0, 60, 1_048_576, "export.excel_lines")]
    [InlineData(CsvProfile.Hd4dp, 1, 16_385, 1_048_576)]
    public void What_Excel_will_not_show_is_told_for_its_profile_alone(CsvProfile profile, long tooLong, int columns, long rows, string? warning = null) =>
        Assert.Equal(warning is null ? [] : [warning], SpreadsheetLimits.WarningsOf(profile, tooLong, columns, rows).Select(one => one.Key));

    private static object Request(string profile) => new { kind = "csv", project = "BCFR", collection = Registrations.Collection, version = "1", profile };
}
