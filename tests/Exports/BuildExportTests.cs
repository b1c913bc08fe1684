using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Ssp.Dev.Demo;
using Ssp.Exports;
using Ssp.Hd4dp;
using Ssp.Identity;
using Ssp.Jobs;
using Ssp.Storage;
using Ssp.Tests.Hosting;
using Ssp.Tests.Support;

namespace Ssp.Tests.Exports;

/// <summary>What happens when things do not go as planned. The queue is not listened to here: the tests deliver the messages.</summary>
[Trait("Run", "full")]
public sealed class BuildExportTests(Stack stack, IdlePortal shared) : IClassFixture<IdlePortal>, IAsyncLifetime
{
    private static readonly object Body = new { kind = "csv", project = "BCFR", collection = Registrations.Collection, version = "1" };

    private readonly MovableClock clock = shared.Clock;
    private readonly List<string> others = [];
    private TestPortal portal = shared.Portal;
    private Organization organization = null!;
    private Person person = null!;

    public async ValueTask InitializeAsync()
    {
        others.AddRange(Files());
        await BeginAsync(TestPortal.NewNihdi());
        await stack.Owner.AddAsync(organization.Nihdi, [("A", "1")]);
    }

    public ValueTask DisposeAsync() => portal == shared.Portal ? ValueTask.CompletedTask : portal.DisposeAsync();

    [Fact]
    public async Task The_second_delivery_changes_nothing()
    {
        var message = await RequestAsync();
        await DeliverAsync(message);
        var first = await JobAsync(message);

        await DeliverAsync(message);

        Assert.Equal(JobState.Succeeded, first.State);
        Assert.Equal(first, await JobAsync(message));
        Assert.Equal([first.BlobName!], Files());
    }

    [Fact]
    public async Task Two_deliveries_at_once_make_one_file()
    {
        var message = await RequestAsync();

        var ends = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ => await Record.ExceptionAsync(() => DeliverAsync(message))));

        Assert.All(ends.OfType<Exception>(), end => Assert.IsType<NotYetException>(end));
        Assert.Contains(null, ends);
        Assert.Equal(JobState.Succeeded, (await JobAsync(message)).State);
        Assert.Single(Files());
    }

    [Fact]
    public async Task A_message_for_an_export_that_was_deleted_is_done()
    {
        var message = await RequestAsync();
        await portal.Services.GetRequiredService<ExportStore>().RemoveAsync(await JobAsync(message), default);

        await DeliverAsync(message);

        Assert.Empty(Files());
    }

    [Fact]
    public async Task An_export_whose_worker_lives_is_left_to_it_and_taken_over_when_it_is_silent()
    {
        var message = await RequestAsync();
        var exports = portal.Services.GetRequiredService<ExportStore>();
        var job = await JobAsync(message);
        await exports.SaveAsync(job with { State = JobState.Running, Attempt = 1, Heartbeat = clock.GetUtcNow() }, default);

        await Assert.ThrowsAsync<NotYetException>(() => DeliverAsync(message));
        clock.Forward(TimeSpan.FromSeconds(25));
        await DeliverAsync(message);

        var end = await JobAsync(message);
        Assert.Equal((JobState.Succeeded, 2), (end.State, end.Attempt));
        Assert.Equal([end.BlobName!], Files());
    }

    [Fact]
    public async Task A_worker_that_was_overtaken_leaves_no_trace()
    {
        await MakeSlowAsync();
        var message = await RequestAsync();
        var working = DeliverAsync(message);
        var job = await WaitUntilRunningAsync(message);

        // What another worker writes when it takes over, between two signs of life of this one.
        var exports = portal.Services.GetRequiredService<ExportStore>();
        ExportJob? taken = null;
        while (taken is null)
        {
            taken = await exports.SaveAsync((await JobAsync(message)) with { Attempt = job.Attempt + 1, Heartbeat = clock.GetUtcNow() }, default);
        }

        await working;

        Assert.Equal((JobState.Running, job.Attempt + 1), ((await JobAsync(message)).State, (await JobAsync(message)).Attempt));
        Assert.Empty(Files());
    }

    [Fact]
    public async Task Cancelling_stops_the_work_and_leaves_no_file()
    {
        await MakeSlowAsync();
        var message = await RequestAsync();
        var working = DeliverAsync(message);
        await WaitUntilRunningAsync(message);

        var cancelled = await person.DeleteAsync($"organizations/{organization.Id}/exports/{message.ExportId}");
        await working;
        var again = await person.DeleteAsync($"organizations/{organization.Id}/exports/{message.ExportId}");

        Assert.Equal(HttpStatusCode.NoContent, cancelled.Status);
        Assert.Empty(Files());
        Assert.Equal(HttpStatusCode.NoContent, again.Status);
        Assert.Equal(HttpStatusCode.NotFound, (await person.GetAsync($"organizations/{organization.Id}/exports/{message.ExportId}")).Status);
    }

    [Fact]
    public async Task An_export_cancelled_while_it_waits_is_never_built()
    {
        var message = await RequestAsync();
        await person.DeleteAsync($"organizations/{organization.Id}/exports/{message.ExportId}");

        await DeliverAsync(message);

        Assert.Equal(JobState.Cancelled, (await JobAsync(message)).State);
        Assert.Empty(Files());
    }

    [Fact]
    public async Task Whoever_lost_the_role_meanwhile_gets_no_file()
    {
        var message = await RequestAsync();
        await portal.SetRolesAsync(person, organization, Role.DpManager);

        await DeliverAsync(message);

        var job = await JobAsync(message);
        Assert.Equal((JobState.Failed, "export.right_lost"), (job.State, job.Why!.Key));
        Assert.Empty(Files());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whoever_left_or_whose_account_was_cancelled_meanwhile_gets_no_file(bool byLeaving)
    {
        var message = await RequestAsync();
        var manager = await portal.NewUserManagerAsync();
        var gone = await manager.DeleteAsync(byLeaving ? $"organizations/{organization.Id}/members/{person.AccountId}" : $"accounts/{person.AccountId}");

        await DeliverAsync(message);

        Assert.Equal(HttpStatusCode.NoContent, gone.Status);
        Assert.Equal((JobState.Failed, "export.right_lost"), ((await JobAsync(message)).State, (await JobAsync(message)).Why!.Key));
        Assert.Empty(Files());
    }

    [Fact]
    public async Task Whose_account_is_cancelled_while_the_export_runs_gets_nothing_of_it_and_the_organisation_does()
    {
        await MakeSlowAsync(0.05);
        var message = await RequestAsync();
        var manager = await portal.NewUserManagerAsync();
        var working = DeliverAsync(message);
        await WaitUntilRunningAsync(message);

        var gone = await manager.DeleteAsync($"accounts/{person.AccountId}");
        await working;
        var colleague = await portal.SignInAsync(organization, Role.CsvUploadManager);

        Assert.Equal(HttpStatusCode.NoContent, gone.Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await person.GetAsync(FileOf(message))).Status);
        Assert.Equal(HttpStatusCode.OK, (await colleague.GetAsync(FileOf(message))).Status);
    }

    [Fact]
    public async Task Cancelled_by_many_clicks_at_once_it_is_cancelled_and_leaves_nothing()
    {
        await MakeSlowAsync();
        var message = await RequestAsync();
        var working = DeliverAsync(message);
        await WaitUntilRunningAsync(message);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => person.DeleteAsync($"organizations/{organization.Id}/exports/{message.ExportId}")));
        await working;

        Assert.Contains(answers, answer => answer.Status == HttpStatusCode.NoContent);
        Assert.All(answers, answer => Assert.Contains(answer.Status, new[] { HttpStatusCode.NoContent, HttpStatusCode.NotFound }));
        var job = await portal.Services.GetRequiredService<ExportStore>()
            .FindAsync(OrganizationId.Parse(message.OrganizationId), JobId.Parse(message.ExportId), default);
        Assert.True(job is null or { State: JobState.Cancelled });
        Assert.Empty(Files());
    }

    [Fact]
    public async Task Cancelling_an_export_stops_its_query_on_the_server()
    {
        // Unless it is stopped it goes on for half an hour.
        await MakeSlowAsync(60);
        var message = await RequestAsync();
        var working = DeliverAsync(message);
        await Eventually.Is(async () => await ReadersAsync("query LIKE 'COPY%'") == 1, "the registrations are read");

        await person.DeleteAsync($"organizations/{organization.Id}/exports/{message.ExportId}");
        await working;

        await Eventually.Is(async () => await ReadersAsync("state = 'active'") == 0, "nothing of it runs on the server any more");
        Assert.Equal(JobState.Cancelled, (await JobAsync(message)).State);
    }

    [Fact]
    public async Task A_query_that_an_administrator_cancels_ends_the_export_with_a_sentence()
    {
        await MakeSlowAsync();
        var message = await RequestAsync();
        var working = DeliverAsync(message);
        await Eventually.Is(async () => await ReadersAsync("query LIKE 'COPY%'", "pg_cancel_backend(pid)") == 1, "the query is cancelled");

        await working;

        Assert.Equal((JobState.Failed, "warehouse_slow.detail"), ((await JobAsync(message)).State, (await JobAsync(message)).Why!.Key));
        Assert.Empty(Files());
    }

    [Fact]
    public async Task A_table_that_is_locked_is_tried_again_and_read_when_it_is_free()
    {
        await MakeSlowAsync(0);
        var message = await RequestAsync();
        await using var source = NpgsqlDataSource.Create(portal.Services.GetRequiredService<Hd4dpSettings>().LocaldwhConnection);
        await using var locking = await source.OpenConnectionAsync();
        await using var transaction = await locking.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand("LOCK TABLE kv IN ACCESS EXCLUSIVE MODE", locking, transaction))
        {
            await command.ExecuteNonQueryAsync();
        }

        var error = await Assert.ThrowsAsync<Ssp.Hd4dp.WarehouseException>(() => DeliverAsync(message));
        var waiting = await JobAsync(message);
        var working = DeliverAsync(message);
        await Eventually.Is(async () => await ReadersAsync("wait_event_type = 'Lock'") == 1, "the export waits for the lock");
        await transaction.RollbackAsync();
        await working;

        Assert.True(error.MayHeal);
        Assert.Equal((JobState.Queued, "warehouse_locked.retry"), (waiting.State, waiting.Why!.Key));
        Assert.Equal((JobState.Succeeded, 30L), ((await JobAsync(message)).State, (await JobAsync(message)).Rows));
    }

    [Fact]
    public async Task A_stop_of_the_portal_puts_the_export_back_in_the_queue()
    {
        await MakeSlowAsync();
        var message = await RequestAsync();
        using var stopping = new CancellationTokenSource();
        var working = DeliverAsync(message, stopping.Token);
        await WaitUntilRunningAsync(message);

        await stopping.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => working);
        Assert.Equal((JobState.Queued, "export.retry"), ((await JobAsync(message)).State, (await JobAsync(message)).Why!.Key));
        Assert.Empty(Files());
    }

    [Fact]
    public async Task A_database_that_goes_away_half_way_leaves_no_file_and_the_next_try_succeeds()
    {
        await MakeSlowAsync();
        var message = await RequestAsync();
        var working = DeliverAsync(message);
        await WaitUntilRunningAsync(message);
        await using (var source = NpgsqlDataSource.Create(portal.Services.GetRequiredService<Hd4dpSettings>().LocaldwhConnection))
        {
            for (var killed = false; !killed; await Task.Delay(20))
            {
                await using var kill = source.CreateCommand(
                    "SELECT count(pg_terminate_backend(pid)) > 0 FROM pg_stat_activity "
                    + "WHERE datname = current_database() AND query LIKE '%COPY%' AND pid <> pg_backend_pid()");
                killed = (bool)(await kill.ExecuteScalarAsync())!;
            }

            await Assert.ThrowsAsync<Ssp.Hd4dp.WarehouseException>(() => working);
            var waiting = await JobAsync(message);
            Assert.Equal((JobState.Queued, "warehouse_unreachable.retry"), (waiting.State, waiting.Why!.Key));
            Assert.Empty(Files());

            await using var quick = source.CreateCommand("DROP VIEW local_dwhmessage_key_value; ALTER TABLE kv RENAME TO local_dwhmessage_key_value");
            await quick.ExecuteNonQueryAsync();
        }

        await DeliverAsync(message);
        Assert.Equal((JobState.Succeeded, 30L), ((await JobAsync(message)).State, (await JobAsync(message)).Rows));
    }

    [Fact]
    public async Task A_column_that_vanished_fails_the_export_with_the_sentence_to_hand_on()
    {
        await MakeSlowAsync();
        var message = await RequestAsync();
        await ExecuteAsync("ALTER TABLE local_dwhmessage RENAME COLUMN status TO state");

        await DeliverAsync(message);
        var shown = await person.GetAsync($"organizations/{organization.Id}/exports/{message.ExportId}", ("Accept-Language", "nl"));

        Assert.Equal("failed", shown.Json.GetProperty("state").GetString());
        Assert.Equal(
            "De tabel local_dwhmessage heeft geen kolom status, of de account van het portaal mag ze niet lezen. "
            + "Vraag uw IT-dienst om Localdwh__message__status op de echte naam van de kolom te zetten.",
            shown.Json.GetProperty("error").GetString());
        Assert.Empty(Files());
    }

    [Fact]
    public async Task Registrations_that_vanished_fail_the_export()
    {
        await MakeSlowAsync();
        var message = await RequestAsync();
        await ExecuteAsync("DELETE FROM local_dwhmessage");

        await DeliverAsync(message);

        Assert.Equal((JobState.Failed, "export.source_gone"), ((await JobAsync(message)).State, (await JobAsync(message)).Why!.Key));
    }

    [Fact]
    public async Task After_the_last_try_the_export_says_that_it_failed_and_why()
    {
        var message = await RequestAsync();
        var exports = portal.Services.GetRequiredService<ExportStore>();
        await exports.SaveAsync((await JobAsync(message)) with { Retry = new RetryReason("warehouse_unreachable", ["dwh"], IsOutage: true) }, default);
        await portal.Storage.ExportQueue.ClearMessagesAsync();

        // A database may be away for a while, and nobody has to click because of that.
        clock.Forward(TimeSpan.FromMinutes(55));
        await GiveUpAsync(JsonSerializer.Serialize(message, Ssp.Http.Json.Options));
        Assert.Equal(JobState.Queued, (await JobAsync(message)).State);
        Assert.Equal(1, (await portal.Storage.ExportQueue.GetPropertiesAsync()).Value.ApproximateMessagesCount);
        clock.Forward(TimeSpan.FromMinutes(6));
        await GiveUpAsync(JsonSerializer.Serialize(message, Ssp.Http.Json.Options));

        var job = await JobAsync(message);
        Assert.Equal((JobState.Failed, "warehouse_unreachable.detail"), (job.State, job.Why!.Key));
        Assert.NotNull(job.ExpiresAt);
    }

    [Fact]
    public async Task Giving_up_leaves_an_export_alone_that_is_over_or_has_a_worker()
    {
        var message = await RequestAsync();
        var exports = portal.Services.GetRequiredService<ExportStore>();
        await exports.SaveAsync((await JobAsync(message)) with { State = JobState.Running, Heartbeat = clock.GetUtcNow() }, default);
        await GiveUpAsync(JsonSerializer.Serialize(message, Ssp.Http.Json.Options));
        Assert.Equal(JobState.Running, (await JobAsync(message)).State);

        clock.Forward(TimeSpan.FromMinutes(1));
        await DeliverAsync(message);
        await GiveUpAsync(JsonSerializer.Serialize(message, Ssp.Http.Json.Options));
        Assert.Equal(JobState.Succeeded, (await JobAsync(message)).State);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("{}")]
    [InlineData("""{"organizationId":"../../x","exportId":"y"}""")]
    [InlineData("null")]
    public async Task A_poison_message_that_is_none_of_ours_is_put_aside(string message)
    {
        portal.Log.Clear();

        await GiveUpAsync(message);

        Assert.Contains(portal.Log, line => line.Contains("none of ours", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whoever_asks_again_and_again_for_the_same_puts_no_further_message_into_the_queue()
    {
        await portal.Storage.ExportQueue.ClearMessagesAsync();
        var message = await RequestAsync();

        var again = await RequestAsync();

        Assert.Equal(message, again);
        Assert.Equal(1, (await portal.Storage.ExportQueue.GetPropertiesAsync()).Value.ApproximateMessagesCount);
    }

    [Fact]
    public async Task The_message_carries_ids_and_nothing_else()
    {
        await portal.Storage.ExportQueue.ClearMessagesAsync();
        await RequestAsync();

        var text = (await portal.Storage.ExportQueue.PeekMessageAsync()).Value.Body.ToString();

        Assert.Equal(["exportId", "organizationId"], JsonDocument.Parse(text).RootElement.EnumerateObject().Select(property => property.Name).Order());
    }

    // The same warehouse in a database of its own, where each of thirty registrations takes its time.
    private async Task MakeSlowAsync(double seconds = 0.3)
    {
        var number = TestPortal.NewNihdi();
        var connection = await stack.NewDatabaseAsync(
            $"""
            {DemoWarehouse.Sql("localdwh.sql").Replace("TABLE local_dwhmessage_key_value (", "TABLE kv (", StringComparison.Ordinal)};
            CREATE VIEW local_dwhmessage_key_value AS
                SELECT id, msg_document_id, key, value || coalesce(pg_sleep({seconds.ToString(CultureInfo.InvariantCulture)})::text, '') AS value FROM kv;
            INSERT INTO local_dwhmessage (document_id, data_collection_name, organization_nihdi, dcd_version, created_on)
                SELECT n, '{Registrations.Collection}', '{number.Digits}', '1', now() FROM generate_series(1, 30) n;
            INSERT INTO kv (msg_document_id, key, value) SELECT n, 'A', n FROM generate_series(1, 30) n;
            """);
        portal = await shared.BesideAsync(clock, new() { ["LocaldwhConnection"] = connection });
        await BeginAsync(number);
    }

    private async Task BeginAsync(Nihdi nihdi)
    {
        organization = await portal.Services.GetRequiredService<OrganizationStore>().AddFoundAsync(nihdi, "Hospital", default);
        person = await portal.SignInAsync(organization, Role.CsvUploadManager);
    }

    private async Task<ExportMessage> RequestAsync()
    {
        var asked = await person.PostAsync($"organizations/{organization.Id}/exports", Body);
        Assert.True(asked.Status == HttpStatusCode.Accepted, asked.Text);
        return new ExportMessage(organization.Id, asked.Json.GetProperty("export").GetProperty("id").GetString()!);
    }

    private Task DeliverAsync(ExportMessage message, CancellationToken cancel = default) =>
        ActivatorUtilities.CreateInstance<BuildExport>(portal.Services).Run(JsonSerializer.Serialize(message, Ssp.Http.Json.Options), cancel);

    private Task GiveUpAsync(string message) => ActivatorUtilities.CreateInstance<BuildExport>(portal.Services).GiveUp(message, default);

    private async Task<ExportJob> JobAsync(ExportMessage message) =>
        (await portal.Services.GetRequiredService<ExportStore>()
            .FindAsync(OrganizationId.Parse(message.OrganizationId), JobId.Parse(message.ExportId), default))!;

    private async Task<ExportJob> WaitUntilRunningAsync(ExportMessage message)
    {
        for (var attempt = 0; attempt < 300; attempt++)
        {
            if (await JobAsync(message) is { State: JobState.Running } job)
            {
                return job;
            }

            await Task.Delay(20);
        }

        throw new TimeoutException("The export was not begun.");
    }

    // How many of the portal's connections to the warehouse are like that.
    private async Task<long> ReadersAsync(string condition, string count = "*")
    {
        await using var source = NpgsqlDataSource.Create(portal.Services.GetRequiredService<Hd4dpSettings>().LocaldwhConnection);
        await using var question = source.CreateCommand(
            $"SELECT count({count}) FROM pg_stat_activity WHERE datname = current_database() "
            + $"AND application_name = 'HD4DP2 Self-Service Portal' AND pid <> pg_backend_pid() AND {condition}");
        return (long)(await question.ExecuteScalarAsync())!;
    }

    private static string FileOf(ExportMessage message) => $"organizations/{message.OrganizationId}/exports/{message.ExportId}/file";

    // Those of this test.
    private List<string> Files() => [.. portal.Storage.ExportFiles.GetBlobs().Select(blob => blob.Name).Except(others)];

    private async Task ExecuteAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(portal.Services.GetRequiredService<Hd4dpSettings>().LocaldwhConnection);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
