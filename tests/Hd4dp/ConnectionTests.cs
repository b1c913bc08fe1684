using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Ssp.Dev.Demo;
using Ssp.Hd4dp;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Jobs;
using Ssp.Tests.Support;

namespace Ssp.Tests.Hd4dp;

/// <summary>Accounts, poolers and limits as administrators set them up, other than HD4DP does.</summary>
[Trait("Run", "full")]
public sealed class ConnectionTests(Stack stack)
{
    private readonly string nihdi = TestPortal.NewNihdi().Digits;

    [Theory]
    [InlineData("session")]
    [InlineData("transaction")]
    public async Task A_pooler_with_its_defaults_may_stand_between(string mode)
    {
        var direct = await NewReaderAsync("");
        await using var pooler = await Pooler.StartAsync(stack, direct, mode);
        var warehouse = Of(pooler.Through(direct));

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => AssertServesAsync(warehouse)));
        await AssertServesAsync(Of(new NpgsqlConnectionStringBuilder(pooler.Through(direct)) { SearchPath = "nowhere, public" }.ConnectionString));
    }

    [Fact]
    public async Task Behind_a_pooler_too_nothing_is_written_and_a_reading_that_is_cancelled_ends_on_the_server()
    {
        var direct = await NewReaderAsync("", "CREATE VIEW slow AS SELECT pg_sleep(0.2)::text FROM generate_series(1, 10000)");
        await using var pooler = await Pooler.StartAsync(stack, direct, "transaction");
        await using var database = DatabaseOf(pooler.Through(direct));
        using var cancel = new CancellationTokenSource();

        var written = await Assert.ThrowsAsync<WarehouseException>(
            () => database.AskAsync(transaction => transaction.AskAsync("CREATE TABLE mine (n int)", default), default));
        await using (var reading = await database.OpenAsync(transaction => Task.FromResult(transaction), default))
        {
            await using var copy = reading.Copy("COPY (SELECT * FROM slow) TO STDOUT (FORMAT binary)", CopyColumn.Other);
            var row = copy.NextAsync(cancel.Token);
            await UntilAsync(direct, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'COPY%' AND state = 'active'", 1);
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await row);
        }

        Assert.Equal("25006", Assert.IsType<PostgresException>(written.InnerException).SqlState);
        await UntilAsync(direct, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'COPY%' AND state = 'active'", 0);
    }

    [Fact]
    public async Task Options_that_a_pooler_or_PostgreSQL_does_not_take_are_told_as_a_mistake_in_the_setting()
    {
        var direct = await NewReaderAsync("");
        await using var pooler = await Pooler.StartAsync(stack, direct, "session");

        foreach (var wrong in (string[])
            [
                new NpgsqlConnectionStringBuilder(pooler.Through(direct)) { Options = "-c search_path=public" }.ConnectionString,
                new NpgsqlConnectionStringBuilder(direct) { Options = "-c no_such_setting=1" }.ConnectionString,
                new NpgsqlConnectionStringBuilder(direct) { Options = "-c work_mem=much" }.ConnectionString,
                new NpgsqlConnectionStringBuilder(direct) { Options = "--nonsense" }.ConnectionString,
            ])
        {
            var error = await Assert.ThrowsAsync<WarehouseException>(() => Of(wrong).CheckAsync(default));

            Assert.Equal((ProblemCodes.WarehouseOptions, false, "LocaldwhConnection"), (error.Code, error.MayHeal, error.Values[0]));
            Assert.Contains("PostgreSQL ", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("warehouse_options", "statement", "*", "")]
    [InlineData("warehouse_login", "session", "other", "")]
    [InlineData("warehouse_login", "session", "*", "Username=nobody")]
    [InlineData("warehouse_login", "session", "*", "Password=wrong")]
    public async Task A_mistake_in_how_a_pooler_is_set_up_is_told_as_one_and_does_not_pass(string code, string mode, string database, string change)
    {
        var direct = await NewReaderAsync("");
        await using var pooler = await Pooler.StartAsync(stack, direct, mode, database);

        var error = await Assert.ThrowsAsync<WarehouseException>(() => Of($"{pooler.Through(direct)};{change}").CheckAsync(default));

        Assert.Equal((code, false, "LocaldwhConnection"), (error.Code.Word, error.MayHeal, error.Values[0]));
    }

    [Theory]
    [InlineData("max_client_conn = 1")]
    [InlineData("default_pool_size = 1", "query_wait_timeout = 2")]
    public async Task A_pooler_that_has_no_connection_left_is_full_until_one_is_given_back(params string[] settings)
    {
        var direct = await NewReaderAsync("");
        await using var pooler = await Pooler.StartAsync(stack, direct, "transaction", "*", settings);
        await using var other = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(pooler.Through(direct)) { Pooling = false }.ConnectionString);
        await other.OpenAsync();
        await using var hold = await other.BeginTransactionAsync();
        await using (var begin = new NpgsqlCommand("SELECT 1", other, hold))
        {
            await begin.ExecuteScalarAsync();
        }

        var error = await Assert.ThrowsAsync<WarehouseException>(() => Of(pooler.Through(direct)).CheckAsync(default));
        await other.CloseAsync();

        Assert.Equal((ProblemCodes.WarehouseFull, true), (error.Code, error.MayHeal));
        await Of(pooler.Through(direct)).CheckAsync(default);
    }

    [Theory]
    [InlineData("warehouse_options", "transaction blocks not allowed in statement pooling mode")]
    [InlineData("warehouse_options", "unsupported startup parameter: options")]
    [InlineData("warehouse_options", "PQexec disallowed")]
    [InlineData("warehouse_options", "bouncer config error")]
    [InlineData("warehouse_login", "no such database: localdwh")]
    [InlineData("warehouse_login", "database \"localdwh\" is disabled")]
    [InlineData("warehouse_login", "database does not allow connections: localdwh")]
    [InlineData("warehouse_login", "no such user")]
    [InlineData("warehouse_login", "SASL authentication failed")]
    [InlineData("warehouse_login", "password authentication failed")]
    [InlineData("warehouse_login", "\"trust\" authentication failed")]
    [InlineData("warehouse_admission", "login rejected")]
    [InlineData("warehouse_admission", "SSL required")]
    [InlineData("warehouse_full", "no more connections allowed (max_client_conn)")]
    [InlineData("warehouse_full", "client connections exceeded (max_db_client_connections)")]
    [InlineData("warehouse_full", "query_wait_timeout")]
    [InlineData("warehouse_ended", "query_timeout")]
    [InlineData("warehouse_ended", "client_idle_timeout")]
    [InlineData("warehouse_ended", "idle transaction timeout")]
    [InlineData("warehouse_unreachable", "client_login_timeout (server down)")]
    [InlineData("warehouse_unreachable", "server login has been failing, cached error: password authentication failed for user \"x\" (server_login_retry)")]
    [InlineData("warehouse_unreachable", "server conn crashed?")]
    [InlineData("warehouse_error", "bad packet")]
    public void What_a_pooler_says_by_itself_is_known_by_its_words(string code, string words)
    {
        var said = WarehouseException.From(new PostgresException(words, "FATAL", "FATAL", "08P01"), "localdwh", "LocaldwhConnection");
        var ofPostgres = WarehouseException.From(
            new PostgresException(words, "FATAL", "FATAL", "08P01", routine: "ProcessStartupPacket"), "localdwh", "LocaldwhConnection");

        Assert.Equal((code, code is not ("warehouse_options" or "warehouse_login" or "warehouse_admission")), (said.Code.Word, said.MayHeal));
        Assert.Equal((ProblemCodes.WarehouseError, true), (ofPostgres.Code, ofPostgres.MayHeal));
    }

    [Fact]
    public async Task A_connection_that_was_closed_while_it_was_idle_is_nobodys_business()
    {
        var connection = await NewReaderAsync("SET idle_session_timeout = '300ms'");
        var warehouse = Of(connection);
        const string Mine = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename <> 'postgres'";

        for (var call = 0; call < 3; call++)
        {
            // Several at once, so that several wait in the pool.
            await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => warehouse.CheckAsync(default)));
            await UntilAsync(connection, Mine, 0);
        }

        // The last one ends because somebody ends it, however long that takes.
        await using var owner = NpgsqlDataSource.Create(OwnerOf(connection));
        await using (var wait = owner.CreateCommand($"ALTER ROLE {new NpgsqlConnectionStringBuilder(connection).Username} RESET idle_session_timeout"))
        {
            await wait.ExecuteNonQueryAsync();
        }

        await warehouse.CheckAsync(default);
        await using var end = owner.CreateCommand(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND usename <> 'postgres'");
        Assert.Equal(1L, await end.ExecuteScalarAsync());
        await UntilAsync(connection, Mine, 0);
        await AssertServesAsync(warehouse);
    }

    [Fact]
    public async Task The_accounts_own_time_limits_end_nothing_that_the_portal_allows()
    {
        var connection = await NewReaderAsync(
            "SET transaction_timeout = '300ms'", "SET statement_timeout = '300ms'", "SET idle_in_transaction_session_timeout = '300ms'",
            "SET idle_session_timeout = '300ms'");
        await using var database = DatabaseOf(connection);

        await using var reading = await database.OpenAsync(transaction => Task.FromResult(transaction), default);
        await reading.AskAsync("SELECT pg_sleep(0.7)", default);
        await Task.Delay(TimeSpan.FromMilliseconds(700));

        Assert.Equal("25min", await reading.AskAsync("SELECT current_setting('statement_timeout')", default));
        Assert.Equal(1, await database.AskAsync(transaction => transaction.AskAsync("SELECT 1 FROM pg_sleep(0.7)", default), default));
    }

    [Theory]
    [InlineData("transaction_timeout")]
    [InlineData("idle_in_transaction_session_timeout")]
    public async Task A_connection_that_the_server_ended_by_a_clock_of_its_own_is_asked_for_again_later(string clock)
    {
        var connection = await NewReaderAsync("");
        await using var database = DatabaseOf(connection);

        var error = await Assert.ThrowsAsync<WarehouseException>(() => database.AskAsync(
            async transaction =>
            {
                await transaction.AskAsync($"SELECT set_config('{clock}', '200ms', true)", default);
                await UntilAsync(connection, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename <> 'postgres'", 0);
                return await transaction.AskAsync("SELECT 1", default);
            },
            default));

        Assert.Equal((ProblemCodes.WarehouseEnded, true, "localdwh"), (error.Code, error.MayHeal, error.Values[0]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task With_few_connections_work_waits_for_one(int limit)
    {
        var localdwh = await NewReaderAsync("CONNECTION LIMIT " + limit);
        var settings = TestSettings.Of(("LocaldwhConnection", localdwh), ("NippinConnection", localdwh), ("Nippin:tables:message", "messages")).Hd4dp;
        await using var owner = NpgsqlDataSource.Create(OwnerOf(localdwh));
        var messages = DemoWarehouse.Sql("nippin.sql").Split("GRANT")[0].Replace("nippin_message", "messages", StringComparison.Ordinal);
        await using (var make = owner.CreateCommand($"{messages}; GRANT SELECT ON messages TO PUBLIC"))
        {
            await make.ExecuteNonQueryAsync();
        }

        await using var warehouse = new Warehouse(settings, new WarehouseNames(settings));
        await using var nippin = new NippinDatabase(settings, new NippinNames(settings));

        // Pages and readiness at once, then a reading while pages are looked at, as far as the limit goes.
        await Task.WhenAll(Enumerable.Range(0, 10).SelectMany(_ => (Task[])[warehouse.CheckAsync(default), nippin.CheckAsync(default)]));
        await using (var reading = await warehouse.OpenAsync(new Selection(nihdi, Registrations.Collection, "1"), [], default))
        {
            Assert.Equal(Reading.Registration, await reading.NextAsync(default));
            if (limit > 1)
            {
                await nippin.CheckAsync(default);
                await warehouse.CheckAsync(default);
            }
        }

        await using (await nippin.OpenAsync(default))
        {
        }

        await AssertServesAsync(warehouse);
    }

    [Fact]
    public async Task Where_none_is_left_the_sentence_says_which_limit_is_short()
    {
        var connection = await NewReaderAsync("CONNECTION LIMIT 1");
        await using var other = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connection) { Pooling = false }.ConnectionString);
        await other.OpenAsync();
        await using var free = Of(connection);
        await using var one = Of(await NewReaderAsync(""), ("WarehouseConnections", "1"));
        await using var reading = await one.OpenAsync(new Selection(nihdi, Registrations.Collection, "1"), [], default);

        var errors = await Task.WhenAll(
            Assert.ThrowsAsync<WarehouseException>(() => free.CheckAsync(default)),
            Assert.ThrowsAsync<WarehouseException>(() => one.CheckAsync(default)));

        Assert.Equal((ProblemCodes.WarehouseFull, true, "LocaldwhConnection"), (errors[0].Code, errors[0].MayHeal, errors[0].Values[1]));
        Assert.Equal((ProblemCodes.WarehouseBusy, true, 1), (errors[1].Code, errors[1].MayHeal, errors[1].Values[0]));
        await other.DisposeAsync();
        await reading.DisposeAsync();
        await free.CheckAsync(default);
        await one.CheckAsync(default);
    }

    [Fact]
    public async Task With_a_single_connection_for_both_databases_the_portal_is_ready_and_every_registry_gets_its_night()
    {
        var connection = await NewReaderAsync("CONNECTION LIMIT 1");
        await using (var owner = NpgsqlDataSource.Create(OwnerOf(connection)))
        await using (var make = owner.CreateCommand($"{DemoWarehouse.Sql("nippin.sql").Split("GRANT")[0]}; GRANT SELECT ON nippin_message TO PUBLIC"))
        {
            await make.ExecuteNonQueryAsync();
            await owner.AddImplantAsync(nihdi, Implants.NewCode());
        }

        await using var portal = await TestPortal.StartAsync(
            stack, new() { ["LocaldwhConnection"] = connection, ["NippinConnection"] = connection, ["AzureWebJobs:SweepWork:Disabled"] = "false" });
        Assert.True(Nihdi.TryParse(nihdi, out var number));
        var organization = await portal.Services.GetRequiredService<OrganizationStore>().AddFoundAsync(number, "Hospital", default);
        var person = await portal.SignInAsync(organization, Role.CsvUploadManager, Role.NippinManager);

        await person.PostAsync($"organizations/{organization.Id}/nippin/run", new { });
        var ready = await portal.Guest().GetAsync("health/ready");
        var page = await person.GetAsync($"organizations/{organization.Id}/registries");
        var registries = portal.Services.GetRequiredService<RegistryCatalog>().Reimbursed.Select(one => one.Collection.Name).ToList();
        var states = new List<JobState>();
        foreach (var registry in registries)
        {
            states.Add((await portal.WaitForNightAsync(organization, registry)).State);
        }

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (ready.Status, page.Status));
        Assert.Equal(21, states.Count);
        Assert.All(states, state => Assert.Equal(JobState.Succeeded, state));
    }

    [Theory]
    [InlineData("CREATE POLICY part ON local_dwhmessage USING (id = 1); ALTER TABLE local_dwhmessage ENABLE ROW LEVEL SECURITY")]
    [InlineData("ALTER TABLE local_dwhmessage_key_value ENABLE ROW LEVEL SECURITY")]
    [InlineData(
        "ALTER TABLE local_dwhmessage RENAME TO m; CREATE POLICY part ON m USING (id = 1); ALTER TABLE m ENABLE ROW LEVEL SECURITY; "
        + "CREATE VIEW local_dwhmessage WITH (security_invoker) AS SELECT * FROM m")]
    public async Task Where_a_policy_hides_rows_nothing_is_read_and_that_is_said(string change)
    {
        var connection = await NewReaderAsync($"CREATE TABLE other (id int); {change}");
        await using (var warehouse = Of(connection))
        {
            var hidden = await Assert.ThrowsAsync<WarehouseException>(() => AssertServesAsync(warehouse));
            Assert.Equal((ProblemCodes.WarehouseHidden, false, "localdwh"), (hidden.Code, hidden.MayHeal, hidden.Values[0]));
        }

        await using var owner = NpgsqlDataSource.Create(OwnerOf(connection));
        await using (var grant = owner.CreateCommand($"ALTER ROLE {new NpgsqlConnectionStringBuilder(connection).Username} BYPASSRLS"))
        {
            await grant.ExecuteNonQueryAsync();
        }

        await using var open = Of(connection);
        await AssertServesAsync(open);
    }

    private static Warehouse Of(string connection, params (string Name, string? Value)[] settings)
    {
        var all = TestSettings.Of([("LocaldwhConnection", connection), .. settings]).Hd4dp;
        return new Warehouse(all, new WarehouseNames(all));
    }

    private static Database DatabaseOf(string connection) => new("localdwh", "LocaldwhConnection", connection, TestSettings.Of().Hd4dp);

    private async Task AssertServesAsync(Warehouse warehouse)
    {
        await warehouse.CheckAsync(default);
        var read = new List<string>();
        await using (var reading = await warehouse.OpenAsync(new Selection(nihdi, Registrations.Collection, "1"), [], default))
        {
            while (await reading.NextAsync(default) == Reading.Registration)
            {
                read.Add(System.Text.Encoding.UTF8.GetString(reading.Values[0]!.Value.Span));
            }
        }

        Assert.Equal(["1", "2"], read);
        Assert.Equal([2L], (await warehouse.ListCollectionsAsync(nihdi, default)).Select(one => one.Registrations));
    }

    /// <summary>A warehouse of its own with two registrations, and an account of its own that may read it.</summary>
    /// <param name="role">What the account is given: after ALTER ROLE … .</param>
    /// <returns>How to connect as that account.</returns>
    private async Task<string> NewReaderAsync(params string[] role)
    {
        var name = $"reader_{Guid.NewGuid():N}";
        var owner = new NpgsqlConnectionStringBuilder(await stack.NewDatabaseAsync(
            $"""
            {DemoWarehouse.Sql("localdwh.sql")};
            INSERT INTO local_dwhmessage (document_id, data_collection_name, organization_nihdi, dcd_version, created_on)
                SELECT n, '{Registrations.Collection}', '{nihdi}', '1', now() FROM generate_series(1, 2) n;
            INSERT INTO local_dwhmessage_key_value (msg_document_id, key, value) SELECT n, 'A', n FROM generate_series(1, 2) n;
            CREATE ROLE {name} LOGIN PASSWORD 'reader';
            GRANT SELECT ON ALL TABLES IN SCHEMA public TO {name};
            """));
        await using var source = NpgsqlDataSource.Create(owner);
        foreach (var change in role.Where(one => one.Length > 0))
        {
            await using var alter = source.CreateCommand(
                change.StartsWith("CREATE", StringComparison.Ordinal) ? $"{change}; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {name}"
                    : $"ALTER ROLE {name} {change}");
            await alter.ExecuteNonQueryAsync();
        }

        return new NpgsqlConnectionStringBuilder(owner.ConnectionString) { Username = name, Password = "reader" }.ConnectionString;
    }

    private string OwnerOf(string connection) =>
        stack.Postgres.ConnectionString(new NpgsqlConnectionStringBuilder(connection).Database!) + ";Pooling=false";

    private async Task UntilAsync(string connection, string count, long wanted)
    {
        await using var owner = NpgsqlDataSource.Create(OwnerOf(connection));
        for (var attempt = 0; ; attempt++)
        {
            await using var ask = owner.CreateCommand(count.Replace("datname =", "pid <> pg_backend_pid() AND datname =", StringComparison.Ordinal));
            if ((long)(await ask.ExecuteScalarAsync())! == wanted)
            {
                return;
            }

            Assert.True(attempt < 300, count);
            await Task.Delay(100);
        }
    }
}
