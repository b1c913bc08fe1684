using System.Text;
using Npgsql;
using Ssp.Dev.Demo;
using Ssp.Hd4dp;
using Ssp.Tests.Support;

namespace Ssp.Tests.Hd4dp;

/// <summary>What the check of the columns lets pass is read, whatever types the columns are of: by exports and by the comparison alike.</summary>
public sealed class OddTypeTests(Stack stack)
{
    private const string M = "local_dwhmessage";
    private const string V = "local_dwhmessage_key_value";
    private const string P = "local_dwhmessage_key_value_plus";
    private const string TakesCapitalsForEqual = "CREATE COLLATION ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false)";

    private readonly string nihdi = TestPortal.NewNihdi().Digits;

    public static TheoryData<string, string> Changes => new()
    {
        { "the extra table names values in text", $"ALTER TABLE {P} ALTER key_value_id TYPE text" },
        { "the extra table names values in varchar", $"ALTER TABLE {P} ALTER key_value_id TYPE varchar(36)" },
        { "the extra table names values in a smaller number", $"ALTER TABLE {P} ALTER key_value_id TYPE int" },
        { "the extra table names values in a number with decimals", $"ALTER TABLE {P} ALTER key_value_id TYPE numeric(12,2)" },
        {
            "values have uuids and the extra table names them in text in capitals",
            $"ALTER TABLE {V} ALTER id DROP DEFAULT; ALTER TABLE {V} ALTER id TYPE uuid USING lpad('a' || id, 32, '0')::uuid; "
            + $"ALTER TABLE {P} ALTER key_value_id TYPE text USING upper(lpad('a' || key_value_id, 32, '0')::uuid::text)"
        },
        {
            "registrations have uuids",
            $"ALTER TABLE {M} ALTER id DROP DEFAULT; ALTER TABLE {M} ALTER id TYPE uuid USING lpad(id::text, 32, '0')::uuid"
        },
        { "registrations have numbers in text", $"ALTER TABLE {M} ALTER id DROP DEFAULT; ALTER TABLE {M} ALTER id TYPE text" },
        {
            "registrations have numbers of twenty digits",
            $"ALTER TABLE {M} ALTER id DROP DEFAULT; ALTER TABLE {M} ALTER id TYPE numeric(30) USING id + 10000000000000000000"
        },
        {
            "documents have uuids and their values name them in capitals",
            $"ALTER TABLE {M} ALTER document_id TYPE uuid USING {ToUuid("document_id")}::uuid; "
            + $"UPDATE {V} SET msg_document_id = upper({ToUuid("msg_document_id")})"
        },
        { "capitals count as small letters in organisations", $"{TakesCapitalsForEqual}; ALTER TABLE {M} ALTER organization_nihdi TYPE text COLLATE ci" },
        { "capitals count as small letters in values", $"{TakesCapitalsForEqual}; ALTER TABLE {V} ALTER value TYPE text COLLATE ci" },
        { "capitals count as small letters in keys", $"{TakesCapitalsForEqual}; ALTER TABLE {V} ALTER key TYPE text COLLATE ci" },
        { "capitals count as small letters in documents", $"{TakesCapitalsForEqual}; ALTER TABLE {M} ALTER document_id TYPE text COLLATE ci" },
        { "capitals count as small letters in values' documents", $"{TakesCapitalsForEqual}; ALTER TABLE {V} ALTER msg_document_id TYPE text COLLATE ci" },
        {
            "documents and their values' are in two collations",
            $"ALTER TABLE {M} ALTER document_id TYPE text COLLATE \"C\"; ALTER TABLE {V} ALTER msg_document_id TYPE text COLLATE \"POSIX\""
        },
        { "documents are in a collation of their own", $"ALTER TABLE {M} ALTER document_id TYPE text COLLATE \"C\"" },
        { "numbers of organisations have decimals", $"ALTER TABLE {M} ALTER organization_nihdi TYPE numeric(12,2) USING organization_nihdi::numeric" },
        { "creation in milliseconds", $"ALTER TABLE {M} ALTER created_on TYPE bigint USING extract(epoch FROM created_on) * 1000" },
        { "creation in seconds", $"ALTER TABLE {M} ALTER created_on TYPE int USING extract(epoch FROM created_on)" },
        { "creation in seconds with decimals", $"ALTER TABLE {M} ALTER created_on TYPE numeric USING extract(epoch FROM created_on)" },
        {
            "creation in a domain of a domain, written in another style",
            $"CREATE DOMAIN d1 AS timestamptz; CREATE DOMAIN d2 AS d1; ALTER TABLE {M} ALTER created_on TYPE d2"
        },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task It_is_read_as_if_the_types_were_the_usual_ones(string what, string change)
    {
        foreach (var indexes in (string[])["", $"CREATE INDEX ON {V} (msg_document_id); CREATE INDEX ON {P} (key_value_id)"])
        {
            var connection = new NpgsqlConnectionStringBuilder(await stack.NewDatabaseAsync(
                $"""
                {DemoWarehouse.Sql("localdwh.sql")};
                INSERT INTO {M} (id, document_id, data_collection_name, organization_nihdi, dcd_version, created_on, status)
                    VALUES (1, 'a', 'BCFR_Main_registration', '{nihdi}', '1', '2024-06-18 22:30:00Z', 'SUBMITTED'),
                        (2, 'b', 'BCFR_Main_registration', '{nihdi}', '1', '2024-06-19 06:00:00Z', NULL);
                INSERT INTO {V} (id, msg_document_id, key, value) VALUES (1, 'a', 'A', '17/06/2024'), (2, 'b', 'A', NULL), (3, 'b', 'B', 'y');
                INSERT INTO {P} (id, key_value_id, attribute_type, attribute_value) VALUES (1, 2, 'value', 'second'), (2, 2, 'value', 'first');
                {change}; {indexes}
                """))
            {
                Options = "-c DateStyle=SQL,DMY",
            }.ConnectionString;
            var settings = TestSettings.Of(("LocaldwhConnection", connection)).Hd4dp;
            await using var warehouse = new Warehouse(settings, new WarehouseNames(settings));

            Assert.Equal([(nihdi, (string?)null)], await warehouse.ListOrganizationsAsync(default));
            Assert.Equal([2L], (await warehouse.ListCollectionsAsync(nihdi, default)).Select(one => one.Registrations));
            Assert.Equal((what, "A,B: 17/06/2024, | second|first,y"), (what, await ExportedAsync(warehouse)));
            Assert.Equal((what, "2024-06-19 2024-06-19T06:00:00 | 2024-06-17 2024-06-18T22:30:00"), (what, await ComparedAsync(warehouse)));
        }
    }

    [Theory]
    [InlineData("bigint", "id", "id")]
    [InlineData("numeric(30)", "id + 10000000000000000000", "id")]
    [InlineData("text", "'m' || id", "id")]
    [InlineData("uuid", "lpad(id::text, 32, '0')::uuid", "id")]
    public async Task A_message_is_found_again_whatever_its_number_is(string type, string made, string column)
    {
        var connection = await stack.NewDatabaseAsync(
            $"""
            {DemoWarehouse.Sql("nippin.sql").Split("GRANT")[0]};
            INSERT INTO nippin_message (id, message_id, current_registrationcode, status, payload_after_validation)
                SELECT n, 'message ' || n, 'code ' || n, 'SENT', repeat('v', n * 3000) FROM generate_series(1, 3) n;
            ALTER TABLE nippin_message ALTER {column} DROP DEFAULT;
            ALTER TABLE nippin_message ALTER {column} TYPE {type} USING {made};
            """);
        var settings = TestSettings.Of(("NippinConnection", connection)).Hd4dp;
        await using var database = new NippinDatabase(settings, new NippinNames(settings));
        await using var reader = await database.OpenAsync(default);
        var ids = new Dictionary<string, long>();

        await reader.LinksAsync(link => ids[Encoding.UTF8.GetString(link.MessageId.Span)] = link.Id, default);
        var found = await reader.FindAsync([ids["message 1"], ids["message 3"]], default);

        Assert.Equal(3, ids.Values.Distinct().Count());
        Assert.Equal(2, found.Count);
        Assert.Equal("message 3", Encoding.UTF8.GetString(found[ids["message 3"]].MessageId.Span));
        Assert.True(found[ids["message 3"]].HasLongValidation);
        Assert.Equal(9000, (await reader.ValidationAsync(ids["message 3"], default)).Length);
    }

    private static string ToUuid(string column) =>
        $"overlay('5b0e4f9c-61ce-4c2b-a3c4-000000000000' PLACING translate({column}, 'ab', '12') FROM 36)";

    private async Task<string> ExportedAsync(Warehouse warehouse)
    {
        await using var reader = await warehouse.OpenAsync(new Selection(nihdi, Registrations.Collection, "1"), [], default);
        var rows = new List<string>();
        while (await reader.NextAsync(default) == Reading.Registration)
        {
            rows.Add(string.Join(',', reader.Values.Select(value => value is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : "")));
        }

        return $"{string.Join(',', reader.Fields.Select(field => field.Name))}: {string.Join(" | ", rows)}";
    }

    private async Task<string> ComparedAsync(Warehouse warehouse)
    {
        var collection = new DataCollection(Registrations.Collection, new Dictionary<string, string>(), ImplantDateKey: "A");
        await using var reader = await warehouse.OpenImplantsAsync(nihdi, collection, default);
        var rows = new List<string>();
        while (await reader.NextAsync(default) is { } one)
        {
            rows.Add($"{PostgresTime.DayOf(one.Day):yyyy-MM-dd} {(one.CreatedOn is { } created ? PostgresTime.TimeOf(created) : default):s}");
        }

        return string.Join(" | ", rows);
    }
}
