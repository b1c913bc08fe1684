using System.Diagnostics;
using Npgsql;
using Ssp.Dev.Demo;
using Ssp.Hd4dp;
using Ssp.Http;
using Ssp.Tests.Support;

namespace Ssp.Tests.Hd4dp;

public sealed class WarehouseTests(Stack stack)
{
    private readonly string nihdi = TestPortal.NewNihdi().Digits;

    [Fact]
    public async Task Registrations_come_in_the_order_they_were_made_with_values_joined_and_fields_by_first_appearance()
    {
        await stack.Owner.AddAsync(nihdi, [("B", "1"), ("A", "x"), ("A", "y"), ("A", "z")]);
        await stack.Owner.AddAsync(nihdi, [("C", "late"), ("B", "2|3"), ("B", "4")]);
        await stack.Owner.AddAsync(nihdi, []);
        await stack.Owner.AddAsync(nihdi, [("A", null), ("B", "")]);

        var (fields, rows) = await ReadAsync(Shared());

        Assert.Equal(["B", "A", "C"], fields);
        Assert.Equal([["1", "x|y|z", null], ["2|3|4", null, "late"], [null, null, null], ["", null, null]], rows);
    }

    [Fact]
    public async Task The_catalogues_fields_come_first_also_those_without_any_value()
    {
        await stack.Owner.AddAsync(nihdi, [("Extra", "e"), ("Second", "2"), ("First", "1")]);

        var (fields, rows) = await ReadAsync(Shared(), fieldOrder: ["First", "Never", "Second"]);

        Assert.Equal(["First", "Never", "Second", "Extra"], fields);
        Assert.Equal([["1", null, "2", "e"]], rows);
    }

    [Fact]
    public async Task Repeats_and_further_values_of_the_extra_table_are_read()
    {
        var document = await stack.Owner.AddAsync(nihdi, [("Plain", "p")]);
        await using (var connection = await stack.Owner.OpenConnectionAsync())
        {
            await connection.AddValueAsync(document, "BLOCK|F", "second", ("repeat_index", "10"));
            await connection.AddValueAsync(document, "BLOCK|F", "first", ("repeat_index", "2"), ("label", "ignored"));
            await connection.AddValueAsync(document, "BLOCK|G", "g", ("repeat_index", "2"));
            await connection.AddValueAsync(document, "Many", null, ("value", "a"), ("value", "b"));
            await connection.AddValueAsync(document, "Many", "c", ("value", "d"));
        }

        var (fields, rows) = await ReadAsync(Shared());

        Assert.Equal(["Plain", "BLOCK|F|2", "BLOCK|F|10", "BLOCK|G|2", "Many"], fields);
        Assert.Equal([["p", "first", "second", "g", "a|b|c|d"]], rows);
    }

    [Fact]
    public async Task Only_submitted_registrations_of_this_organisation_collection_and_version_are_read_and_the_newest_of_each_document()
    {
        var document = Guid.NewGuid().ToString();
        await stack.Owner.AddAsync(nihdi, [("A", "yes")]);
        await stack.Owner.AddAsync(nihdi, [("A", "no status")], status: null);
        await stack.Owner.AddAsync(nihdi, [("A", "draft")], status: "DRAFT");
        await stack.Owner.AddAsync(nihdi, [("A", "other version")], version: "2");
        await stack.Owner.AddAsync(nihdi, [("A", "other collection")], collection: "BCFR_other");
        await stack.Owner.AddAsync(TestPortal.NewNihdi().Digits, [("A", "other hospital")]);
        await stack.Owner.AddAsync(nihdi, [("A", "sent twice")], documentId: document);
        await stack.Owner.AddAsync(nihdi, [], documentId: document);
        await stack.Owner.AddAsync($"{nihdi[0]}-{nihdi[1..6]}-{nihdi[6..]}", [("A", "written with dashes")]);

        var (_, rows) = await ReadAsync(Shared());
        var collections = await Shared().ListCollectionsAsync(nihdi, default);

        Assert.Equal(["yes", "no status", "sent twice", "written with dashes"], rows.Select(row => row[0]));
        Assert.Equal(
            [("BCFR_Main_registration", "1", 4L), ("BCFR_Main_registration", "2", 1L), ("BCFR_other", "1", 1L)],
            collections.Select(one => (one.Name, one.Version, one.Registrations)));
    }

    [Theory]
    [InlineData("text", "text", "'5b0e4f9c-61ce-4c2b-a3c4-000000000001'")]
    [InlineData("uuid", "uuid", "'5b0e4f9c-61ce-4c2b-a3c4-000000000001'")]
    [InlineData("bigint", "bigint", "42")]
    [InlineData("uuid", "text", "'5b0e4f9c-61ce-4c2b-a3c4-000000000001'")]
    [InlineData("bigint", "varchar(255)", "42")]
    public async Task The_document_id_may_be_of_any_type(string type, string valueType, string id)
    {
        var schema = DemoWarehouse.Sql("localdwh.sql")
            .Replace(" document_id text", $" document_id {type}", StringComparison.Ordinal)
            .Replace("msg_document_id text", $"msg_document_id {valueType}", StringComparison.Ordinal);
        var connection = await stack.NewDatabaseAsync(
            $"""
            {schema};
            INSERT INTO local_dwhmessage (document_id, data_collection_name, organization_nihdi, dcd_version, created_on)
                VALUES ({id}, 'BCFR_Main_registration', '{nihdi}', '1', now());
            INSERT INTO local_dwhmessage_key_value (msg_document_id, key, value) VALUES ({id}, 'A', 'value');
            """);

        var (fields, rows) = await ReadAsync(Of(connection));

        Assert.Equal(["A"], fields);
        Assert.Equal([["value"]], rows);
    }

    [Fact]
    public async Task Other_names_of_tables_and_columns_are_settings()
    {
        var connection = await stack.NewDatabaseAsync(
            $"""
            CREATE TABLE "Messages" ("Doc ID" uuid, name text, nr bigserial, org bigint);
            CREATE TABLE vals (id uuid DEFAULT gen_random_uuid(), doc uuid, "field""name" text, val text);
            CREATE TABLE more (vid uuid, t text, v text);
            INSERT INTO "Messages" VALUES ('5b0e4f9c-61ce-4c2b-a3c4-000000000001', 'BCFR_Main_registration', 1, {nihdi});
            INSERT INTO vals (doc, "field""name", val) VALUES ('5b0e4f9c-61ce-4c2b-a3c4-000000000001', 'A', 'value');
            """);
        var warehouse = Of(
            connection,
            ("Localdwh:tables:message", "Messages"), ("Localdwh:tables:key_value", "vals"), ("Localdwh:tables:key_value_plus", "more"),
            ("Localdwh:message:document_id", "Doc ID"), ("Localdwh:message:data_collection_name", "name"), ("Localdwh:message:id", "nr"),
            ("Localdwh:message:organization_nihdi", "org"), ("Localdwh:message:organization_name", "-"), ("Localdwh:message:project", "-"),
            ("Localdwh:message:dcd_version", "-"), ("Localdwh:message:registration_code", "-"), ("Localdwh:message:nippin_id", "-"),
            ("Localdwh:message:created_on", "-"), ("Localdwh:message:status", "-"), ("Localdwh:key_value:msg_document_id", "doc"),
            ("Localdwh:key_value:key", "field\"name"), ("Localdwh:key_value:value", "val"), ("Localdwh:key_value_plus:key_value_id", "vid"),
            ("Localdwh:key_value_plus:attribute_type", "t"), ("Localdwh:key_value_plus:attribute_value", "v"));

        var (_, rows) = await ReadAsync(warehouse, version: Warehouse.AllVersions);

        Assert.Equal([["value"]], rows);
        Assert.Equal([(nihdi, (string?)null)], await warehouse.ListOrganizationsAsync(default));
    }

    [Theory]
    [InlineData(
        "ALTER TABLE local_dwhmessage DROP COLUMN organization_nihdi", "local_dwhmessage", "organization_nihdi", "Localdwh__message__organization_nihdi")]
    [InlineData("ALTER TABLE local_dwhmessage_key_value RENAME COLUMN key TO field", "local_dwhmessage_key_value", "key", "Localdwh__key_value__key")]
    [InlineData("DROP TABLE local_dwhmessage_key_value_plus", "local_dwhmessage_key_value_plus", "key_value_id", "Localdwh__key_value_plus__key_value_id")]
    public async Task A_missing_column_is_named_with_the_setting_that_maps_it(string change, params string[] named)
    {
        var warehouse = Of(await stack.NewDatabaseAsync($"{DemoWarehouse.Sql("localdwh.sql")}; {change};"));

        var error = await Assert.ThrowsAsync<WarehouseException>(() => warehouse.CheckAsync(default));

        Assert.Equal(ProblemCodes.WarehouseColumnMissing, error.Code);
        Assert.Equal(named, error.Values);
        Assert.False(error.MayHeal);
    }

    [Fact]
    public async Task Errors_of_the_database_have_a_meaning()
    {
        Assert.Equal((ProblemCodes.WarehouseUnreachable, true), await FaultAsync(Of("Host=127.0.0.1;Port=1;Database=x;Username=x;Password=x")));
        Assert.Equal(
            (ProblemCodes.WarehouseLogin, false),
            await FaultAsync(Of(new NpgsqlConnectionStringBuilder(stack.Localdwh) { Password = "wrong" }.ConnectionString)));
        Assert.Equal(
            (ProblemCodes.WarehouseLogin, false),
            await FaultAsync(Of(new NpgsqlConnectionStringBuilder(stack.Localdwh) { Database = "nowhere" }.ConnectionString)));
    }

    [Fact]
    public async Task Cancelling_stops_the_query_on_the_server()
    {
        // A view that takes its time: every value sleeps.
        var marker = $"slow_{Guid.NewGuid():N}";
        var schema = DemoWarehouse.Sql("localdwh.sql").Replace("TABLE local_dwhmessage_key_value (", "TABLE kv (", StringComparison.Ordinal);
        var connection = await stack.NewDatabaseAsync(
            $"""
            {schema};
            CREATE VIEW local_dwhmessage_key_value AS SELECT id, msg_document_id, key, value || coalesce(pg_sleep(0.2)::text, '') AS value FROM kv;
            INSERT INTO local_dwhmessage (document_id, data_collection_name, organization_nihdi, dcd_version, created_on)
                SELECT n, 'BCFR_Main_registration', '{nihdi}', '1', now() FROM generate_series(1, 1000) n;
            INSERT INTO kv (msg_document_id, key, value) SELECT n, 'A', '{marker}' FROM generate_series(1, 1000) n;
            """);
        await using var source = NpgsqlDataSource.Create(connection);
        var warehouse = Of(connection);
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(700));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await using var reader = await warehouse.OpenAsync(new Selection(nihdi, Registrations.Collection, "1"), [], cancel.Token);
            while (await reader.NextAsync(cancel.Token) == Reading.Registration)
            {
            }
        });

        await using var running = source.CreateCommand(
            "SELECT count(*) FROM pg_stat_activity "
            + "WHERE datname = current_database() AND state = 'active' AND query LIKE '%COPY%' AND pid <> pg_backend_pid()");
        for (var attempt = 0; (long)(await running.ExecuteScalarAsync())! > 0; attempt++)
        {
            Assert.True(attempt < 100, "The query still runs on the server.");
            await Task.Delay(100);
        }
    }

    [Fact]
    public async Task A_query_over_the_time_limit_is_too_slow()
    {
        var schema = DemoWarehouse.Sql("localdwh.sql").Replace("TABLE local_dwhmessage_key_value (", "TABLE kv (", StringComparison.Ordinal);
        var connection = await stack.NewDatabaseAsync(
            $"""
            {schema};
            CREATE VIEW local_dwhmessage_key_value AS SELECT id, msg_document_id, key, value || coalesce(pg_sleep(3)::text, '') AS value FROM kv;
            INSERT INTO local_dwhmessage (document_id, data_collection_name, organization_nihdi, dcd_version, created_on)
                VALUES ('1', 'BCFR_Main_registration', '{nihdi}', '1', now());
            INSERT INTO kv (msg_document_id, key, value) VALUES ('1', 'A', 'x');
            """);

        var error = await Assert.ThrowsAsync<WarehouseException>(() => ReadAsync(Of(connection, ("WarehouseTimeoutSeconds", "1"))));

        Assert.Equal((ProblemCodes.WarehouseSlow, false), (error.Code, error.MayHeal));
    }

    [Fact]
    public async Task A_connection_that_breaks_half_way_is_not_an_end()
    {
        var connection = await stack.NewDatabaseAsync(
            $"""
            {DemoWarehouse.Sql("localdwh.sql")};
            INSERT INTO local_dwhmessage (document_id, data_collection_name, organization_nihdi, dcd_version, created_on)
                SELECT n, 'BCFR_Main_registration', '{nihdi}', '1', now() FROM generate_series(1, 20000) n;
            INSERT INTO local_dwhmessage_key_value (msg_document_id, key, value) SELECT n, 'A', repeat('x', 2000) FROM generate_series(1, 20000) n;
            """);
        await using var source = NpgsqlDataSource.Create(connection);
        await using var reader = await Of(connection).OpenAsync(new Selection(nihdi, Registrations.Collection, "1"), [], default);
        Assert.Equal(Reading.Registration, await reader.NextAsync(default));

        await using (var kill = source.CreateCommand(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            + "WHERE datname = current_database() AND query LIKE '%COPY%' AND pid <> pg_backend_pid()"))
        {
            Assert.Equal(true, await kill.ExecuteScalarAsync());
        }

        var error = await Assert.ThrowsAsync<WarehouseException>(async () =>
        {
            while (await reader.NextAsync(default) == Reading.Registration)
            {
            }
        });
        Assert.Equal((ProblemCodes.WarehouseUnreachable, true), (error.Code, error.MayHeal));
    }

    [Fact]
    public async Task Names_from_a_request_are_values_not_sql()
    {
        await stack.Owner.AddAsync(nihdi, [("A", "safe")], collection: "x'); DROP TABLE local_dwhmessage; --", version: "' OR true --");

        var (_, rows) = await ReadAsync(Shared(), collection: "x'); DROP TABLE local_dwhmessage; --", version: "' OR true --");

        Assert.Equal([["safe"]], rows);
        await Shared().CheckAsync(default);
    }

    [Fact]
    public async Task A_field_that_appears_late_is_met_by_beginning_again()
    {
        var connection = await stack.NewDatabaseAsync(
            $"""
            {DemoWarehouse.Sql("localdwh.sql")};
            INSERT INTO local_dwhmessage (document_id, data_collection_name, organization_nihdi, dcd_version, created_on)
                SELECT n, 'BCFR_Main_registration', '{nihdi}', '1', now() FROM generate_series(1, 2000) n;
            INSERT INTO local_dwhmessage_key_value (msg_document_id, key, value) SELECT n, 'A', n FROM generate_series(1, 2000) n;
            INSERT INTO local_dwhmessage_key_value (msg_document_id, key, value) VALUES (1500, 'Late', 'x'), (1500, 'Later', 'z'), (2000, 'Last', 'y');
            """);
        await using var reader = await Of(connection).OpenAsync(new Selection(nihdi, Registrations.Collection, "1"), [], default);
        Reading reading;
        while ((reading = await reader.NextAsync(default)) == Reading.Registration)
        {
        }

        Assert.Equal((Reading.NewField, 1499L), (reading, reader.Read));
        await reader.BeginAgainAsync(default);
        var rows = new List<string>();
        while ((reading = await reader.NextAsync(default)) == Reading.Registration)
        {
            rows.Add(string.Join(';', Texts(reader)));
        }

        Assert.Equal(Reading.End, reading);
        Assert.Equal(["A", "Late", "Later", "Last"], reader.Fields.Select(field => field.Name));
        Assert.Equal(2000, rows.Count);
        Assert.Equal(("1500;x;z;", "2000;;;y"), (rows[1499], rows[1999]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("CREATE INDEX ON local_dwhmessage_key_value (msg_document_id)")]
    [InlineData("CREATE INDEX ON local_dwhmessage_key_value (msg_document_id); CREATE INDEX ON local_dwhmessage_key_value_plus (key_value_id)")]
    public async Task With_and_without_indexes_the_same_is_read(string indexes)
    {
        var connection = await stack.NewDatabaseAsync($"{DemoWarehouse.Sql("localdwh.sql")}; {indexes}");
        await using var source = NpgsqlDataSource.Create(connection);
        var document = await source.AddAsync(nihdi, [("A", "1"), ("B", "2"), ("A", "3")]);
        await source.AddAsync(nihdi, []);
        await source.AddAsync(nihdi, [("B", null)]);
        await using (var one = await source.OpenConnectionAsync())
        {
            await one.AddValueAsync(document, "C", "4", ("repeat_index", "0"));
            await one.AddValueAsync(document, "C", null, ("repeat_index", "1"), ("value", "5"), ("value", "6"));
        }

        var (fields, rows) = await ReadAsync(Of(connection));

        Assert.Equal(["A", "B", "C|0", "C|1"], fields);
        Assert.Equal([["1|3", "2", "4", "5|6"], [null, null, null, null], [null, null, null, null]], rows);
    }

    [Theory]
    [InlineData(true, "CREATE INDEX ON v (doc)")]
    [InlineData(true, "CREATE INDEX ON v USING hash (doc)")]
    [InlineData(true, "CREATE UNIQUE INDEX ON v (doc DESC, id)")]
    [InlineData(false, "CREATE INDEX ON v (id, doc)")]
    [InlineData(false, "CREATE INDEX ON v USING brin (doc)")]
    [InlineData(false, "CREATE INDEX ON v (lower(doc))")]
    [InlineData(false, "CREATE INDEX ON v (doc) WHERE id > 5")]
    [InlineData(false, "CREATE INDEX ON v (doc COLLATE \"POSIX\")")]
    [InlineData(false, "CREATE INDEX ON v (doc); CREATE TABLE part () INHERITS (v)")]
    [InlineData(false, "CREATE INDEX ON v (doc); CREATE TABLE part () INHERITS (v); CREATE INDEX ON part (doc); CREATE TABLE below () INHERITS (part)")]
    [InlineData(true, "CREATE INDEX ON v (doc); CREATE TABLE part () INHERITS (v); CREATE INDEX ON part (doc)")]
    [InlineData(true, "DROP TABLE v; CREATE TABLE v (id int, doc text) PARTITION BY HASH (id); "
        + "CREATE TABLE part PARTITION OF v FOR VALUES WITH (MODULUS 1, REMAINDER 0); CREATE INDEX ON v (doc)")]
    [InlineData(false, "DROP TABLE v; CREATE TABLE v (id int, doc text) PARTITION BY HASH (id); "
        + "CREATE TABLE part PARTITION OF v FOR VALUES WITH (MODULUS 1, REMAINDER 0); CREATE INDEX ON ONLY v (doc)")]
    [InlineData(false, "DROP TABLE v")]
    public async Task Values_are_fetched_one_registration_at_a_time_only_where_an_index_serves(bool serves, string make)
    {
        await using var source = NpgsqlDataSource.Create(await stack.NewDatabaseAsync($"CREATE TABLE v (id int, doc text); {make}"));
        await using var ask = source.CreateCommand(WarehouseQueries.HasIndex);
        ask.Parameters.Add(new NpgsqlParameter { Value = "v" });
        ask.Parameters.Add(new NpgsqlParameter { Value = "doc" });

        Assert.Equal(serves, await ask.ExecuteScalarAsync());
    }

    [Fact]
    public async Task A_field_of_very_many_values_takes_a_time_that_grows_with_their_number()
    {
        // Joined two by two, the first values would be copied as often as there are others: two minutes and more.
        const int Values = 20_000;
        var connection = await stack.NewDatabaseAsync(
            $"""
            {DemoWarehouse.Sql("localdwh.sql")};
            INSERT INTO local_dwhmessage (document_id, data_collection_name, organization_nihdi, dcd_version, created_on)
                SELECT n, 'BCFR_Main_registration', '{nihdi}', '1', now() FROM generate_series(1, 3) n;
            INSERT INTO local_dwhmessage_key_value (msg_document_id, key, value)
                SELECT 1, CASE WHEN n % 10 = 0 THEN 'B' ELSE 'A' END, CASE WHEN n % 5 > 0 THEN n || repeat('v', 100) END FROM generate_series(1, {Values}) n;
            INSERT INTO local_dwhmessage_key_value (msg_document_id, key, value) VALUES (2, 'A', 'x'), (2, 'A', ''), (2, 'A', 'y'), (3, 'A', 'z'), (3, 'B', '');
            """);
        var watch = Stopwatch.StartNew();

        var (fields, rows) = await ReadAsync(Of(connection));

        Assert.Equal(["A", "B"], fields);
        Assert.Equal(
            string.Join('|', Enumerable.Range(1, Values).Where(n => n % 5 > 0).Select(n => $"{n}{new string('v', 100)}")),
            rows[0][0]);
        Assert.Equal([null, "x|y", null, "z", ""], (string?[])[rows[0][1], .. rows[1], .. rows[2]]);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    private static async Task<(ProblemCode Code, bool MayHeal)> FaultAsync(Warehouse warehouse)
    {
        var error = await Assert.ThrowsAsync<WarehouseException>(() => warehouse.CheckAsync(default));
        return (error.Code, error.MayHeal);
    }

    private static string?[] Texts(RegistrationReader reader) =>
        [.. reader.Values.Select(value => value is { } bytes ? System.Text.Encoding.UTF8.GetString(bytes.Span) : null)];

    private static Warehouse Of(string connection, params (string Name, string? Value)[] settings)
    {
        var all = TestSettings.Of([("LocaldwhConnection", connection), .. settings]).Hd4dp;
        return new Warehouse(all, new WarehouseNames(all));
    }

    private Warehouse Shared() => Of(stack.Localdwh);

    private async Task<(IReadOnlyList<string> Fields, IReadOnlyList<string?[]> Rows)> ReadAsync(
        Warehouse warehouse, string collection = Registrations.Collection, string version = "1", IReadOnlyList<string>? fieldOrder = null)
    {
        await using var reader = await warehouse.OpenAsync(new Selection(nihdi, collection, version), fieldOrder ?? [], default);
        var rows = new List<string?[]>();
        while (await reader.NextAsync(default) == Reading.Registration)
        {
            rows.Add(Texts(reader));
        }

        Assert.Equal(reader.Total, rows.Count);
        Assert.Equal(reader.Total, reader.Read);
        return ([.. reader.Fields.Select(field => field.Name)], rows);
    }
}
