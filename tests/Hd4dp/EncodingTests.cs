using System.Text;
using Npgsql;
using Ssp.Dev.Demo;
using Ssp.Hd4dp;
using Ssp.Http;
using Ssp.Tests.Support;

namespace Ssp.Tests.Hd4dp;

/// <summary>What comes out is UTF-8 with the right letters, or a sentence, whatever the database keeps its text in.</summary>
public sealed class EncodingTests(Stack stack)
{
    private readonly string nihdi = TestPortal.NewNihdi().Digits;

    [Theory]
    [InlineData("SQL_ASCII", "WIN1252", @"\x466f6fe780", "Fooç€")]
    [InlineData("SQL_ASCII", "LATIN1", @"\x466f6fe7", "Fooç")]
    [InlineData("SQL_ASCII", "latin-9", @"\x466f6fa4", "Foo€")]
    [InlineData("SQL_ASCII", null, @"\x466f6fc3a7", "Fooç")]
    [InlineData("SQL_ASCII", "UTF8", @"\x466f6fc3a7", "Fooç")]
    [InlineData("WIN1252", null, @"\x466f6fe780", "Fooç€")]
    [InlineData("WIN1252", "LATIN1", @"\x466f6fe780", "Fooç€")]
    [InlineData("UTF8", "LATIN1", @"\x466f6fc3a7e282ac", "Fooç€")]
    [InlineData("UTF8", "SQL_ASCII", @"\x466f6fc3a7e282ac", "Fooç€")]
    public async Task The_letters_are_right(string encoding, string? clientEncoding, string bytes, string text)
    {
        var connection = await NewDatabaseAsync(encoding, bytes);
        var warehouse = Of(connection, clientEncoding);

        var (field, value) = await ReadAsync(warehouse, $"BCFR_{text}");

        Assert.Equal(($"K_{text}", $"{text}|{text}"), (field, value));
        Assert.Equal(
            [($"BCFR_{text}", 1L), ("BCFR_plain", 1L)],
            (await warehouse.ListCollectionsAsync(nihdi, default)).Select(one => (one.Name, one.Registrations)));
        Assert.Equal([(nihdi, (string?)text)], await warehouse.ListOrganizationsAsync(default));
        await using var implants = await warehouse.OpenImplantsAsync(nihdi, new DataCollection($"BCFR_{text}", new Dictionary<string, string>()), default);
        Assert.Equal(text, Encoding.UTF8.GetString((await implants.NextAsync(default))!.Value.Code.Span));
    }

    [Fact]
    public async Task Bytes_that_nobody_said_anything_about_are_told_with_encoding_and_column()
    {
        var warehouse = Of(await NewDatabaseAsync("SQL_ASCII", @"\x466f6fe7"), null);

        var read = await Assert.ThrowsAsync<WarehouseException>(() => ReadAsync(warehouse, "BCFR_plain"));
        var listed = await Assert.ThrowsAsync<WarehouseException>(() => warehouse.ListOrganizationsAsync(default));

        Assert.Equal(
            (ProblemCodes.WarehouseEncoding, false, "localdwh local_dwhmessage_key_value key LocaldwhConnection"),
            (read.Code, read.MayHeal, string.Join(' ', read.Values)));
        Assert.Contains("SQL_ASCII", Texts.Say("en", read.Code.Detail(read.Values)), StringComparison.Ordinal);
        Assert.Equal("organization_name", listed.Values[2]);
    }

    [Fact]
    public async Task A_byte_that_the_databases_own_encoding_has_not_is_told_as_a_text_that_cannot_be_read()
    {
        var warehouse = Of(await NewDatabaseAsync("WIN1252", @"\x81"), null);

        var error = await Assert.ThrowsAsync<WarehouseException>(() => ReadAsync(warehouse, "BCFR_plain"));

        Assert.Equal((ProblemCodes.WarehouseText, false, "localdwh"), (error.Code, error.MayHeal, error.Values[0]));
        Assert.Contains("0x81", error.Message, StringComparison.Ordinal);
    }

    private static Warehouse Of(string connection, string? clientEncoding)
    {
        var all = TestSettings.Of(
            ("LocaldwhConnection", new NpgsqlConnectionStringBuilder(connection) { ClientEncoding = clientEncoding }.ConnectionString)).Hd4dp;
        return new Warehouse(all, new WarehouseNames(all));
    }

    private async Task<(string Field, string Value)> ReadAsync(Warehouse warehouse, string collection)
    {
        await using var reader = await warehouse.OpenAsync(new Selection(nihdi, collection, "1"), [], default);
        Assert.Equal(Reading.Registration, await reader.NextAsync(default));
        return (Assert.Single(reader.Fields).Name, Encoding.UTF8.GetString(reader.Values[0]!.Value.Span));
    }

    // Two registrations that have the bytes wherever a text stands, one of them in a collection with a plain name.
    private async Task<string> NewDatabaseAsync(string encoding, string bytes)
    {
        var name = $"test_{Guid.NewGuid():N}";
        await using (var server = NpgsqlDataSource.Create(stack.Postgres.ConnectionString("postgres")))
        await using (var create = server.CreateCommand($"CREATE DATABASE {name} ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0"))
        {
            await create.ExecuteNonQueryAsync();
        }

        var connection = stack.Postgres.ConnectionString(name);
        // The bytes as they are, as a program of long ago put them in.
        var raw = new NpgsqlConnectionStringBuilder(connection) { ClientEncoding = encoding };
        await using var database = NpgsqlDataSource.Create(raw);
        await using var fill = database.CreateCommand(
            $"""
            {DemoWarehouse.Sql("localdwh.sql")};
            INSERT INTO local_dwhmessage (document_id, data_collection_name, organization_nihdi, organization_name, dcd_version, registration_code, created_on)
                SELECT n, 'BCFR_' || CASE n WHEN 1 THEN 'plain' ELSE x END, '{nihdi}', x, '1', x, now()
                FROM (SELECT n, convert_from('{bytes}', getdatabaseencoding()) AS x FROM generate_series(1, 2) n) one;
            INSERT INTO local_dwhmessage_key_value (msg_document_id, key, value)
                SELECT document_id, 'K_' || registration_code, registration_code FROM local_dwhmessage;
            INSERT INTO local_dwhmessage_key_value_plus (key_value_id, attribute_type, attribute_value)
                SELECT id, 'value', value FROM local_dwhmessage_key_value;
            """);
        await fill.ExecuteNonQueryAsync();
        return connection;
    }
}
