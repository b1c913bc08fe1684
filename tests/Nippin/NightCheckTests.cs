using Npgsql;
using Ssp.Tests.Support;

namespace Ssp.Tests.Nippin;

/// <summary>The file of a night beside a query that was written independently, on registrations and messages in every case.</summary>
public sealed class NightCheckTests(Stack stack)
{
    [Theory]
    [InlineData("timestamptz")]
    [InlineData("timestamp")]
    public async Task The_check_itself_finds_the_message_that_each_case_declares(string timeType)
    {
        var connection = await NightCheck.CreateDatabaseAsync(stack, timeType);

        var expected = await NightCheck.ReadExpectedAsync(connection);
        var declared = await NightCheck.ReadDeclaredAsync(connection);

        Assert.Equal(declared.Keys.Order(), expected.Select(record => record[0]).Order());
        Assert.Equal(39, declared.Values.Select(one => one.Way).Distinct().Count());
        Assert.All(
            expected,
            record =>
            {
                var (message, messageId, way) = declared[record[0]];
                Assert.Equal((way, messageId, message is null), (way, record[4], record[11] == "not_found"));
            });
        Assert.Equal(["invalid", "not_found", "not_sent", "valid"], expected.Select(record => record[11]).Distinct().Order());
    }

    [Fact]
    public async Task What_the_check_expects_survives_a_csv_file()
    {
        var connection = await NightCheck.CreateDatabaseAsync(stack);
        var expected = await NightCheck.ReadExpectedAsync(connection);
        var check = NightCheck.Sql("IndependentCheck.sql").Replace("$1", $"'{NightCheck.Nihdi}'", StringComparison.Ordinal).Replace("$2", $"'{NightCheck.Collection}'", StringComparison.Ordinal)
            .Replace("$3", $"'{NightCheck.ImplantDateKey}'", StringComparison.Ordinal).Replace("$4", "NULL", StringComparison.Ordinal);
        await using var source = NpgsqlDataSource.Create(connection);
        await using var server = await source.OpenConnectionAsync();
        await using var file = await server.BeginRawBinaryCopyAsync($"COPY ({check}) TO STDOUT (FORMAT csv, HEADER)");

        var records = NightCheck.RecordsOf(file);

        NightCheck.AssertSame(expected, records, await NightCheck.ReadDeclaredAsync(connection));
    }
}
