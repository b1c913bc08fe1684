using Ssp.Text;

namespace Ssp.Tests.Text;

public sealed class FieldTextTests
{
    [Theory]
    [InlineData("DT_BIRTH", "1985-03-09", "09/03/1985")]
    [InlineData("DT_BIRTH", "1985-03-09T00:00:00Z", "09/03/1985")]
    [InlineData("DT_BIRTH", "1985-03-09 00:00:00", "09/03/1985")]
    [InlineData("BLOCK|DT_VISIT", "2024-02-29", "29/02/2024")]
    [InlineData("DT_VISITS", "2024-01-01|2024-01-02|later", "01/01/2024|02/01/2024|later")]
    [InlineData("FL_DEAD", "TRUE", "true")]
    [InlineData("FL_DEAD", "False", "false")]
    public void Dates_and_booleans_are_written_as_the_upload_takes_them(string field, string value, string written) =>
        Assert.Equal(written, Write(field, value));

    [Theory]
    [InlineData("DT_BIRTH", "09/03/1985")]
    [InlineData("DT_BIRTH", "2023-02-29")]
    [InlineData("DT_BIRTH", "1985-03-09T13:45:00Z")]
    [InlineData("DT_BIRTH", "unknown")]
    [InlineData("TX_REMARK", "1985-03-09")]
    [InlineData("TX_REMARK", "TRUE")]
    [InlineData("CD_CODE", "0012")]
    public void Everything_else_stays_to_the_letter(string field, string value) => Assert.Equal(value, Write(field, value));

    private static string Write(string field, string value) => FieldText.WriterOf(field) is { } write ? write(value) : value;
}
