using Npgsql;
using Ssp.Dev.Demo;
using Ssp.Hd4dp;
using Ssp.Http;
using Ssp.Tests.Support;

namespace Ssp.Tests.Hd4dp;

/// <summary>A warehouse is whatever HD4DP's reader may read under the three names, and what stands in it need not be as neat as HD4DP writes it.</summary>
public sealed class RelationTests(Stack stack)
{
    private const string Rows =
        """
        INSERT INTO m (id, document_id, data_collection_name, organization_nihdi, dcd_version, created_on)
            VALUES (1, 'a', 'BCFR_Main_registration', '{nihdi}', '1', now()), (2, 'b', 'BCFR_Main_registration', '{nihdi}', '1', now());
        INSERT INTO v (id, msg_document_id, key, value) VALUES (1, 'a', 'A', 'x'), (2, 'b', 'A', NULL), (3, 'b', 'B', 'y');
        INSERT INTO p (id, key_value_id, attribute_type, attribute_value)
            VALUES (1, 2, 'value', 'second'), (2, 2, 'value', 'first'), (3, 2, 'label', 'no value'), (4, 2, 'value', 'again');
        """;

    private static readonly string[] UsualNames =
    [
        "ALTER TABLE m RENAME TO local_dwhmessage",
        "ALTER TABLE v RENAME TO local_dwhmessage_key_value",
        "ALTER TABLE p RENAME TO local_dwhmessage_key_value_plus",
    ];

    private readonly string nihdi = TestPortal.NewNihdi().Digits;

    [Theory]
    [InlineData]
    [InlineData("CREATE INDEX ON local_dwhmessage_key_value (msg_document_id)", "CREATE INDEX ON local_dwhmessage_key_value_plus (key_value_id)")]
    [InlineData("UPDATE local_dwhmessage_key_value_plus SET attribute_value = attribute_value WHERE id = 1", "VACUUM FULL local_dwhmessage_key_value_plus")]
    public async Task The_order_of_several_values_does_not_depend_on_where_a_row_lies(params string[] change)
    {
        var connection = await NewDatabaseAsync();
        await ExecuteAsync(connection, [.. UsualNames, .. change]);

        await AssertReadAsync(connection);
    }

    [Theory]
    [InlineData("CREATE VIEW {name} AS SELECT * FROM {table}")]
    [InlineData("CREATE VIEW {name} AS SELECT * FROM {table} UNION ALL SELECT * FROM {table} WHERE false")]
    [InlineData("CREATE MATERIALIZED VIEW {name} AS SELECT * FROM {table} ORDER BY id DESC")]
    [InlineData("CREATE TABLE {name} (LIKE {table}) PARTITION BY HASH (id); "
        + "CREATE TABLE {name}_0 PARTITION OF {name} FOR VALUES WITH (MODULUS 3, REMAINDER 0); "
        + "CREATE TABLE {name}_1 PARTITION OF {name} FOR VALUES WITH (MODULUS 3, REMAINDER 1); "
        + "CREATE TABLE {name}_2 PARTITION OF {name} FOR VALUES WITH (MODULUS 3, REMAINDER 2); INSERT INTO {name} SELECT * FROM {table}")]
    public async Task Views_materialised_views_and_partitioned_tables_serve_as_well(string make)
    {
        var connection = await NewDatabaseAsync();
        foreach (var (table, name) in ((string, string)[])
            [("m", "local_dwhmessage"), ("v", "local_dwhmessage_key_value"), ("p", "local_dwhmessage_key_value_plus")])
        {
            var sql = make.Replace("{name}", name, StringComparison.Ordinal).Replace("{table}", table, StringComparison.Ordinal);
            await ExecuteAsync(connection, sql.Split("; "));
        }

        await AssertReadAsync(connection);
    }

    [Fact]
    public async Task Foreign_tables_serve_as_well()
    {
        var there = new NpgsqlConnectionStringBuilder(await NewDatabaseAsync());
        var connection = await stack.NewDatabaseAsync("CREATE EXTENSION postgres_fdw");
        await ExecuteAsync(
            connection,
            [
                $"CREATE SERVER there FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '{there.Host}', port '{there.Port}', dbname '{there.Database}')",
                $"CREATE USER MAPPING FOR CURRENT_USER SERVER there OPTIONS (user '{there.Username}', password '{there.Password}')",
                "IMPORT FOREIGN SCHEMA public FROM SERVER there INTO public",
                .. UsualNames.Select(rename => rename.Replace("ALTER TABLE", "ALTER FOREIGN TABLE", StringComparison.Ordinal)),
            ]);

        await AssertReadAsync(connection);
    }

    [Fact]
    public async Task An_extra_table_without_ids_has_its_values_in_the_order_of_their_text_and_a_setting_may_name_another_column()
    {
        var connection = await NewDatabaseAsync();
        await ExecuteAsync(connection, [.. UsualNames, "ALTER TABLE local_dwhmessage_key_value_plus RENAME COLUMN id TO nr"]);

        var (_, without, _) = await ReadAsync(Of(connection));
        var (_, none, _) = await ReadAsync(Of(connection, ("Localdwh:key_value_plus:id", "-")));
        var (_, named, _) = await ReadAsync(Of(connection, ("Localdwh:key_value_plus:id", "nr")));
        var wrong = await Assert.ThrowsAsync<WarehouseException>(() => Of(connection, ("Localdwh:key_value_plus:id", "number")).CheckAsync(default));

        Assert.Equal("again|first|second", without[1][0]);
        Assert.Equal("again|first|second", none[1][0]);
        Assert.Equal("second|first|again", named[1][0]);
        Assert.Equal(
            (ProblemCodes.WarehouseColumnMissing, "Localdwh__key_value_plus__id"), (wrong.Code, wrong.Values[2]));
    }

    [Fact]
    public async Task The_check_looks_at_the_same_table_as_the_query_where_two_schemas_have_one_of_its_name()
    {
        // The first in the search path lacks a column that the second has.
        var connection = await NewDatabaseAsync();
        await ExecuteAsync(
            connection, [.. UsualNames, "CREATE SCHEMA old", "CREATE TABLE old.local_dwhmessage AS SELECT id, document_id FROM local_dwhmessage"]);
        var right = new NpgsqlConnectionStringBuilder(connection) { SearchPath = "public, old" }.ConnectionString;
        var wrong = new NpgsqlConnectionStringBuilder(connection) { SearchPath = "old, public" }.ConnectionString;

        var error = await Assert.ThrowsAsync<WarehouseException>(() => Of(wrong).CheckAsync(default));

        Assert.Equal((ProblemCodes.WarehouseColumnMissing, "data_collection_name"), (error.Code, error.Values[1]));
        await AssertReadAsync(right);
    }

    [Fact]
    public async Task The_administrators_own_options_stand_beside_the_portals()
    {
        var connection = await NewDatabaseAsync();
        await ExecuteAsync(
            connection,
            [
                .. UsualNames, "CREATE SCHEMA hd", "ALTER TABLE local_dwhmessage SET SCHEMA hd", "ALTER TABLE local_dwhmessage_key_value SET SCHEMA hd",
                "ALTER TABLE local_dwhmessage_key_value_plus SET SCHEMA hd",
            ]);

        await AssertReadAsync(new NpgsqlConnectionStringBuilder(connection) { Options = "-c search_path=hd" }.ConnectionString);
        await AssertReadAsync(new NpgsqlConnectionStringBuilder(connection) { SearchPath = "hd" }.ConnectionString);
        await AssertReadAsync(
            new NpgsqlConnectionStringBuilder(connection) { Options = "-c search_path=hd -c default_transaction_read_only=off -c lock_timeout=1" }
                .ConnectionString);
    }

    [Fact]
    public async Task Nothing_can_be_written_and_no_lock_is_waited_for_without_end_whatever_the_options_say()
    {
        var connection = new NpgsqlConnectionStringBuilder(await stack.NewDatabaseAsync("CREATE TABLE t (n int)"))
        {
            Options = "-c default_transaction_read_only=off -c lock_timeout=0",
        };
        await using var database = new Database("localdwh", "LocaldwhConnection", connection.ConnectionString, TestSettings.Of().Hd4dp);

        var wait = await database.AskAsync(transaction => transaction.AskAsync("SELECT current_setting('lock_timeout')", default), default);
        var error = await Assert.ThrowsAsync<WarehouseException>(
            () => database.AskAsync(transaction => transaction.AskAsync("INSERT INTO t VALUES (1)", default), default));

        Assert.Equal("10s", wait);
        Assert.Equal("25006", Assert.IsType<PostgresException>(error.InnerException).SqlState);
    }

    [Theory]
    [InlineData("")]
    [InlineData("CREATE INDEX ON local_dwhmessage_key_value (msg_document_id); CREATE INDEX ON local_dwhmessage_key_value_plus (key_value_id)")]
    public async Task Registrations_without_a_document_id_are_offered_and_read_one_by_one(string indexes)
    {
        var connection = await stack.NewDatabaseAsync(
            $"""
            {DemoWarehouse.Sql("localdwh.sql")};
            ALTER TABLE local_dwhmessage ALTER document_id DROP NOT NULL;
            ALTER TABLE local_dwhmessage_key_value ALTER msg_document_id DROP NOT NULL;
            INSERT INTO local_dwhmessage (document_id, data_collection_name, organization_nihdi, dcd_version, created_on)
                SELECT unnest(ARRAY['a', NULL, 'a', NULL, 'b', NULL]), 'BCFR_Main_registration', '{nihdi}', '1', now();
            INSERT INTO local_dwhmessage_key_value (msg_document_id, key, value) VALUES ('a', 'A', '1'), ('b', 'A', '2'), (NULL, 'A', 'nobody''s');
            {indexes}
            """);

        var offered = await Of(connection).ListCollectionsAsync(nihdi, default);
        var (_, rows, withoutDocument) = await ReadAsync(Of(connection));

        Assert.Equal([5L], offered.Select(one => one.Registrations));
        Assert.Equal([null, "1", null, "2", null], rows.Select(row => row[0]));
        Assert.Equal(3, withoutDocument);
    }

    [Theory]
    [InlineData("UPDATE {part} SET id = 1", "")]
    [InlineData("UPDATE {part} SET id = 1", "CREATE INDEX ON v (msg_document_id); CREATE INDEX ON p (key_value_id)")]
    [InlineData("UPDATE {part} SET id = NULL", "")]
    [InlineData("UPDATE {part} SET id = NULL", "CREATE INDEX ON v (msg_document_id); CREATE INDEX ON p (key_value_id)")]
    public async Task Registrations_whose_numbers_are_equal_or_missing_are_registrations_of_their_own(string change, string indexes)
    {
        // One stands in both parts, and of three without a document two lie in one part.
        var connection = await NewDatabaseAsync();
        await ExecuteAsync(
            connection,
            [
                "ALTER TABLE m DROP CONSTRAINT m_pkey", "ALTER TABLE m ALTER id DROP NOT NULL", "ALTER TABLE m ALTER document_id DROP NOT NULL",
                "INSERT INTO m (id, data_collection_name, organization_nihdi, dcd_version, created_on) "
                + "SELECT 3, data_collection_name, organization_nihdi, dcd_version, created_on FROM m WHERE id = 1",
                "CREATE TABLE part AS SELECT * FROM m",
                "UPDATE part SET document_id = 'c' WHERE document_id = 'a'", "INSERT INTO part SELECT * FROM m WHERE document_id IS NULL",
                change.Replace("{part}", "m", StringComparison.Ordinal), change.Replace("{part}", "part", StringComparison.Ordinal),
                "CREATE VIEW local_dwhmessage AS SELECT * FROM m UNION ALL SELECT * FROM part",
                "INSERT INTO v (id, msg_document_id, key, value) VALUES (10, 'c', 'A', 'third')",
                .. indexes.Split("; ", StringSplitOptions.RemoveEmptyEntries), .. UsualNames[1..],
            ]);

        var (fields, rows, withoutDocument) = await ReadAsync(Of(connection));
        var offered = await Of(connection).ListCollectionsAsync(nihdi, default);
        var (night, _) = await CountImplantsAsync(Of(connection));

        Assert.Equal(["A", "B"], fields);
        Assert.Equal([["x", null], ["second|first|again", "y"], ["third", null], [null, null], [null, null], [null, null]], rows);
        Assert.Equal((3L, 6L, 6), (withoutDocument, offered.Single().Registrations, night));
    }

    [Fact]
    public async Task A_table_that_gives_other_rows_than_it_counted_is_told_as_that_and_not_tried_again()
    {
        // The second registration is there for the first two readings: when its number is looked for, and when it is counted.
        var connection = await NewDatabaseAsync();
        await ExecuteAsync(
            connection,
            [
                "CREATE VIEW local_dwhmessage AS SELECT * FROM m WHERE id < 2 "
                + "OR set_config('test.readings', (coalesce(current_setting('test.readings', true), '0')::int + 1)::text, true)::int < 3",
                .. UsualNames[1..],
            ]);

        var error = await Assert.ThrowsAsync<WarehouseException>(() => ReadAsync(Of(connection)));

        Assert.Equal((ProblemCodes.WarehouseMiscounted, false), (error.Code, error.MayHeal));
        Assert.Equal(["localdwh", 2L, 1L], error.Values);
    }

    [Theory]
    [InlineData("timestamptz", "NULL", "'-infinity'", "'0044-03-15 BC'", "'infinity'", "'294276-12-31'")]
    [InlineData("timestamp", "NULL", "'-infinity'", "'0044-03-15 BC'", "'infinity'")]
    [InlineData("date", "NULL", "'-infinity'", "'0044-03-15 BC'", "'infinity'")]
    [InlineData("text", "NULL", "'yesterday'", "'2024-02-30'")]
    public async Task What_has_no_date_of_creation_that_can_be_one_is_not_from_before_the_collections_start(string type, params string[] slips)
    {
        var connection = await NewDatabaseAsync();
        await ExecuteAsync(
            connection,
            [
                .. UsualNames, "DELETE FROM local_dwhmessage", "ALTER TABLE local_dwhmessage ALTER created_on DROP NOT NULL",
                $"ALTER TABLE local_dwhmessage ALTER created_on TYPE {type}",
                $"""
                INSERT INTO local_dwhmessage (document_id, data_collection_name, organization_nihdi, created_on)
                SELECT n::text, 'BCFR_Main_registration', '{nihdi}', created_on
                FROM unnest(ARRAY['2024-06-18', '2024-06-19', {string.Join(", ", slips)}]::{type}[]) WITH ORDINALITY AS one (created_on, n)
                """,
                "INSERT INTO local_dwhmessage_key_value (id, msg_document_id, key, value) VALUES (10, '3', 'DT_IMPLANT', '20/06/2024')",
            ]);

        var (count, withoutDate) = await CountImplantsAsync(Of(connection), new DateOnly(2024, 6, 19), "DT_IMPLANT");

        Assert.Equal((1 + slips.Length, slips.Length), (count, withoutDate));
    }

    [Fact]
    public async Task A_view_that_was_never_filled_and_a_database_that_takes_no_connections_are_told_as_that_and_do_not_pass()
    {
        var empty = await NewDatabaseAsync();
        await ExecuteAsync(
            empty, ["CREATE MATERIALIZED VIEW local_dwhmessage_key_value AS SELECT * FROM v WITH NO DATA", UsualNames[0], UsualNames[2]]);
        var closed = new NpgsqlConnectionStringBuilder(await NewDatabaseAsync());
        await ExecuteAsync(empty, $"ALTER DATABASE \"{closed.Database}\" ALLOW_CONNECTIONS false");

        foreach (var connection in (string[])[empty, closed.ConnectionString])
        {
            var error = await Assert.ThrowsAsync<WarehouseException>(() => ReadAsync(Of(connection)));

            Assert.Equal((ProblemCodes.WarehouseNotReady, false, "localdwh"), (error.Code, error.MayHeal, error.Values[0]));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("CREATE INDEX ON local_dwhmessage_key_value (msg_document_id)")]
    public async Task Documents_that_differ_in_capitals_alone_are_two_also_where_the_database_takes_them_for_one(string index)
    {
        var connection = await NewDatabaseAsync();
        await ExecuteAsync(
            connection,
            [
                .. UsualNames, "CREATE COLLATION ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
                "ALTER TABLE local_dwhmessage ALTER document_id TYPE text COLLATE ci",
                "INSERT INTO local_dwhmessage SELECT 3, 'A', data_collection_name, organization_nihdi, NULL, NULL, '1', NULL, NULL, created_on "
                + "FROM local_dwhmessage WHERE id = 1",
                "INSERT INTO local_dwhmessage_key_value VALUES (10, 'A', 'B', 'of A')", .. index.Split(';', StringSplitOptions.RemoveEmptyEntries),
            ]);

        var (_, rows, _) = await ReadAsync(Of(connection));
        var (night, _) = await CountImplantsAsync(Of(connection));

        Assert.Equal([["x", null], ["second|first|again", "y"], [null, "of A"]], rows);
        Assert.Equal((3L, 3), ((await Of(connection).ListCollectionsAsync(nihdi, default)).Single().Registrations, night));
    }

    [Fact]
    public async Task A_field_with_an_empty_key_is_a_column_of_its_own()
    {
        // The second value of the first registration is a repeated field, and the second registration has the empty key there.
        var first = await stack.Owner.AddAsync(nihdi, [("TX_NAME", "Janssens")]);
        await using (var connection = await stack.Owner.OpenConnectionAsync())
        {
            await connection.AddValueAsync(first, "BLOCK|F", "r", ("repeat_index", "1"));
            await connection.AddValueAsync(first, "TX_C", "c");
        }

        await stack.Owner.AddAsync(nihdi, [("TX_NAME", "Maes"), ("", "stray"), ("TX_C", "d")]);

        var (fields, rows, _) = await ReadAsync(Of(stack.Localdwh));

        Assert.Equal(["TX_NAME", "BLOCK|F|1", "TX_C", ""], fields);
        Assert.Equal([["Janssens", "r", "c", null], ["Maes", null, "d", "stray"]], rows);
    }

    [Fact]
    public async Task Fields_that_have_one_name_in_the_file_are_one_column()
    {
        var first = await stack.Owner.AddAsync(nihdi, [("BLOCK|F|1", "plain"), ("X", "x")]);
        await using (var connection = await stack.Owner.OpenConnectionAsync())
        {
            await connection.AddValueAsync(first, "BLOCK|F", "repeat", ("repeat_index", "1"));
            await connection.AddValueAsync(first, "BLOCK|F", "other", ("repeat_index", "2"));
        }

        await stack.Owner.AddAsync(nihdi, [("BLOCK|F|1", "again")]);

        var (fields, rows, _) = await ReadAsync(Of(stack.Localdwh), ["X", "BLOCK|F|2"]);

        Assert.Equal(["X", "BLOCK|F|2", "BLOCK|F|1"], fields);
        Assert.Equal([["x", "other", "plain|repeat"], [null, null, "again"]], rows);
    }

    [Fact]
    public async Task A_value_without_a_key_is_not_lost()
    {
        var connection = await NewDatabaseAsync();
        await ExecuteAsync(
            connection,
            [
                .. UsualNames, "ALTER TABLE local_dwhmessage_key_value ALTER key DROP NOT NULL",
                "UPDATE local_dwhmessage_key_value SET key = NULL WHERE id = 3",
            ]);

        var (fields, rows, _) = await ReadAsync(Of(connection));

        Assert.Equal(["A", ""], fields);
        Assert.Equal([["x", null], ["second|first|again", "y"]], rows);
    }

    private static Warehouse Of(string connection, params (string Name, string? Value)[] settings)
    {
        var all = TestSettings.Of([("LocaldwhConnection", connection), .. settings]).Hd4dp;
        return new Warehouse(all, new WarehouseNames(all));
    }

    private static async Task ExecuteAsync(string connection, params string[] commands)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connection) { SearchPath = null });
        foreach (var sql in commands)
        {
            await using var command = source.CreateCommand(sql);
            await command.ExecuteNonQueryAsync();
        }
    }

    // HD4DP's three tables under other names, with two registrations.
    private Task<string> NewDatabaseAsync() =>
        stack.NewDatabaseAsync(
            DemoWarehouse.Sql("localdwh.sql")
                .Replace("TABLE local_dwhmessage (", "TABLE m (", StringComparison.Ordinal)
                .Replace("TABLE local_dwhmessage_key_value (", "TABLE v (", StringComparison.Ordinal)
                .Replace("TABLE local_dwhmessage_key_value_plus (", "TABLE p (", StringComparison.Ordinal)
            + Rows.Replace("{nihdi}", nihdi, StringComparison.Ordinal));

    private async Task AssertReadAsync(string connection)
    {
        var warehouse = Of(connection);
        await warehouse.CheckAsync(default);
        var (fields, rows, _) = await ReadAsync(warehouse);

        Assert.Equal(["A", "B"], fields);
        Assert.Equal([["x", null], ["second|first|again", "y"]], rows);
        Assert.Equal([2L], (await warehouse.ListCollectionsAsync(nihdi, default)).Select(one => one.Registrations));
    }

    private async Task<(int Count, long WithoutDate)> CountImplantsAsync(Warehouse warehouse, DateOnly? start = null, string? implantDateKey = null)
    {
        var collection = new DataCollection(
            Registrations.Collection, new Dictionary<string, string>(), ImplantDateKey: implantDateKey, StartDate: start);
        await using var reader = await warehouse.OpenImplantsAsync(nihdi, collection, default);
        var count = 0;
        while (await reader.NextAsync(default) is not null)
        {
            count++;
        }

        return (count, reader.WithoutDate);
    }

    private async Task<(IReadOnlyList<string> Fields, IReadOnlyList<string?[]> Rows, long WithoutDocument)> ReadAsync(
        Warehouse warehouse, IReadOnlyList<string>? fieldOrder = null)
    {
        await using var reader = await warehouse.OpenAsync(new Selection(nihdi, Registrations.Collection, "1"), fieldOrder ?? [], default);
        var rows = new List<string?[]>();
        while (await reader.NextAsync(default) == Reading.Registration)
        {
            rows.Add([.. reader.Values.Select(value => value is { } bytes ? System.Text.Encoding.UTF8.GetString(bytes.Span) : null)]);
        }

        Assert.Equal(reader.Total, rows.Count);
        return ([.. reader.Fields.Select(field => field.Name)], rows, reader.WithoutDocument);
    }
}
