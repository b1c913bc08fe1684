using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Ssp.Hd4dp;
using Ssp.Identity;
using Ssp.Jobs;
using Ssp.Nippin;
using Ssp.Tests.Support;

namespace Ssp.Tests.Nippin;

/// <summary>The file of a night beside a query that was written independently, on registrations and messages in every case.</summary>
[Trait("Run", "full")]
public sealed class NightCheckTests(Stack stack)
{
    [Theory]
    [InlineData("timestamptz")]
    [InlineData("timestamp")]
    public async Task The_file_of_a_night_is_to_the_letter_what_the_check_expects(string timeType)
    {
        var connection = await NightCheck.CreateDatabaseAsync(stack, timeType);
        // A server that keeps another time must change nothing.
        var elsewhere = new NpgsqlConnectionStringBuilder(connection) { Timezone = "America/New_York", Options = null }.ConnectionString;
        await using var portal = await TestPortal.StartAsync(stack, new() { ["LocaldwhConnection"] = elsewhere, ["NippinConnection"] = elsewhere });
        Assert.True(Nihdi.TryParse(NightCheck.Nihdi, out var nihdi));
        var organization = await portal.Services.GetRequiredService<OrganizationStore>().AddFoundAsync(nihdi, "Hospital", default);

        var night = await portal.ValidateAsync(organization, NightCheck.Collection);
        Assert.True(night.State == JobState.Succeeded, string.Join('\n', portal.Log));
        await using var file = await portal.Services.GetRequiredService<NightStore>().Report(night.File!.Name).OpenReadAsync();

        NightCheck.AssertSame(await NightCheck.ReadExpectedAsync(connection), NightCheck.RecordsOf(file), await NightCheck.ReadDeclaredAsync(connection));
        Assert.Equal(await NightCheck.CountForeignAsync(connection), night.File.Foreign);
    }

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
        var check = NightCheck.Sql("IndependentCheck.sql")
            .Replace("$1", $"'{NightCheck.Nihdi}'", StringComparison.Ordinal)
            .Replace("$2", $"'{NightCheck.Collection}'", StringComparison.Ordinal)
            .Replace("$3", $"'{NightCheck.ImplantDateKey}'", StringComparison.Ordinal).Replace("$4", "NULL", StringComparison.Ordinal);
        await using var source = NpgsqlDataSource.Create(connection);
        await using var server = await source.OpenConnectionAsync();
        using var copy = await server.BeginTextExportAsync($"COPY ({check}) TO STDOUT (FORMAT csv, HEADER)");
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(await copy.ReadToEndAsync()));

        var records = NightCheck.RecordsOf(file);

        NightCheck.AssertSame(expected, records, await NightCheck.ReadDeclaredAsync(connection));
    }
}
