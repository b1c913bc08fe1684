using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Ssp.Dev.Demo;
using Ssp.Hd4dp;
using Ssp.Identity;
using Ssp.Jobs;
using Ssp.Nippin;
using Ssp.Storage;
using Ssp.Tests.Support;

namespace Ssp.Tests.Nippin;

/// <summary>The queue function under repetition and trouble; the tests deliver its messages themselves.</summary>
[Trait("Run", "full")]
public sealed class ValidateNightTests(Stack stack, IdlePortal shared) : IClassFixture<IdlePortal>, IAsyncLifetime
{
    private readonly List<string> others = [];
    private MovableClock clock = shared.Clock;
    private TestPortal portal = shared.Portal;
    private Organization organization = null!;

    public async ValueTask InitializeAsync()
    {
        await shared.ClearAsync();
        others.AddRange(Files());
        organization = await portal.NewOrganizationAsync();
    }

    public ValueTask DisposeAsync() => portal == shared.Portal ? ValueTask.CompletedTask : portal.DisposeAsync();

    [Fact]
    public async Task A_message_delivered_twice_validates_once()
    {
        await stack.Owner.AddImplantAsync(organization.Nihdi, Implants.NewCode());
        var message = await AskAsync();

        await DeliverAsync(message);
        await DeliverAsync(message);

        var night = await NightAsync();
        Assert.Equal((JobState.Succeeded, 1), (night.State, night.Attempt));
        Assert.Equal(4, Files().Count);
    }

    [Fact]
    public async Task A_hundred_clicks_on_run_now_are_one_run()
    {
        await stack.Owner.AddImplantAsync(organization.Nihdi, Implants.NewCode());
        var nina = await portal.SignInAsync(organization, Role.NippinManager);
        Task<Answer> ClickAsync() => nina.PostAsync($"organizations/{organization.Id}/nippin/run", new { registry = Implants.Registry });

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => ClickAsync()));
        var message = Assert.Single((await portal.Storage.NippinQueue.ReceiveMessagesAsync(32)).Value);
        var nights = portal.Services.GetRequiredService<NightStore>();
        var running = (await nights.SaveAsync((await NightAsync()) with { State = JobState.Running, Heartbeat = clock.GetUtcNow() }, default))!;
        await ClickAsync();
        var meanwhile = await NightAsync();
        await nights.SaveAsync(running with { State = JobState.Queued, Heartbeat = null }, default);
        await DeliverAsync(StoredJson.Read<NightMessage>(message.MessageText)!);

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Accepted, answer.Status));
        Assert.Equal(running.ETag, meanwhile.ETag);
        Assert.Equal((JobState.Succeeded, 1), ((await NightAsync()).State, (await NightAsync()).Attempt));
        Assert.Empty((await portal.Storage.NippinQueue.ReceiveMessagesAsync(32)).Value);
    }

    [Fact]
    public async Task The_same_night_again_replaces_its_file_and_leaves_no_rubbish()
    {
        await stack.Owner.AddImplantAsync(organization.Nihdi, Implants.NewCode());
        await DeliverAsync(await AskAsync());
        await stack.Owner.AddImplantAsync(organization.Nihdi, Implants.NewCode());

        await DeliverAsync(await AskAsync());

        var night = await NightAsync();
        Assert.Equal((2, 2), (night.Attempt, night.File!.Counts.All));
        Assert.Equal(4, Files().Count);
        Assert.All(Files(), file => Assert.StartsWith(night.File.Name + ".", file, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_validation_whose_worker_lives_is_left_to_it_and_taken_over_when_it_is_silent()
    {
        var message = await AskAsync();
        var nights = portal.Services.GetRequiredService<NightStore>();
        await nights.SaveAsync((await NightAsync()) with { State = JobState.Running, Attempt = 1, Heartbeat = clock.GetUtcNow() }, default);

        await Assert.ThrowsAsync<NotYetException>(() => DeliverAsync(message));
        clock.Forward(TimeSpan.FromSeconds(25));
        await DeliverAsync(message);

        Assert.Equal((JobState.Succeeded, 2), ((await NightAsync()).State, (await NightAsync()).Attempt));
    }

    [Fact]
    public async Task A_database_that_is_down_is_tried_again_and_then_given_up_with_a_sentence_and_the_last_good_file()
    {
        await stack.Owner.AddImplantAsync(organization.Nihdi, Implants.NewCode());
        await DeliverAsync(await AskAsync());
        await RestartAsync(new() { ["NippinConnection"] = "Host=127.0.0.1;Port=1;Database=nippin;Username=x;Password=y" });

        var message = await AskAsync();
        var error = await Assert.ThrowsAsync<WarehouseException>(() => DeliverAsync(message));
        Task GiveUpAsync() => ActivatorUtilities.CreateInstance<ValidateNight>(portal.Services)
            .GiveUp(System.Text.Json.JsonSerializer.Serialize(message, Ssp.Http.Json.Options), default);
        clock.Forward(TimeSpan.FromMinutes(55));
        await GiveUpAsync();
        var waiting = await NightAsync();
        clock.Forward(TimeSpan.FromMinutes(6));
        await GiveUpAsync();
        var end = await NightAsync();

        Assert.True(error.MayHeal);
        Assert.Equal((JobState.Queued, "warehouse_unreachable.retry", "nippin"), (waiting.State, waiting.Why!.Key, waiting.Why.Values[0]));
        Assert.Equal((JobState.Failed, "warehouse_unreachable.detail"), (end.State, end.Problem!.Key));
        Assert.Equal(1, end.File!.Counts.All);
        Assert.Equal(4, Files().Count);
    }

    [Fact]
    public async Task A_column_that_is_missing_fails_at_once_and_names_its_setting()
    {
        await stack.Owner.AddImplantAsync(organization.Nihdi, Implants.NewCode());
        await RestartAsync(new() { ["Nippin:message:status"] = "state" });

        await DeliverAsync(await AskAsync());

        var night = await NightAsync();
        Assert.Equal(
            (JobState.Failed, "warehouse_column_missing.detail", "Nippin__message__status"), (night.State, night.Problem!.Key, night.Problem.Values[2]));
    }

    [Fact]
    public async Task A_database_that_breaks_half_way_leaves_no_file_and_the_next_try_succeeds()
    {
        // Messages come so slowly that there is time to end the connection among them.
        var schema = string.Join('\n', DemoWarehouse.Sql("nippin.sql").Split('\n').Where(line => !line.StartsWith("GRANT", StringComparison.Ordinal)))
            .Replace("TABLE nippin_message (", "TABLE m (", StringComparison.Ordinal)
            .Replace("ON nippin_message", "ON m", StringComparison.Ordinal);
        var slow = await stack.NewDatabaseAsync(
            $"""
            {schema}
            CREATE TABLE patience (seconds float); INSERT INTO patience VALUES (0.3);
            INSERT INTO m (message_id, status, current_registrationcode) SELECT n::text, 'SENT', n::text FROM generate_series(1, 100) n;
            CREATE VIEW nippin_message AS SELECT m.*, pg_sleep((SELECT seconds FROM patience))::text AS slept FROM m;
            """);
        await RestartAsync(new() { ["NippinConnection"] = slow, ["Nippin:message:current_registrationcode"] = "slept" });
        await stack.Owner.AddImplantAsync(organization.Nihdi, Implants.NewCode());
        var message = await AskAsync();
        var working = DeliverAsync(message);
        await using var owner = NpgsqlDataSource.Create(slow);
        await EndReadersAsync(owner);

        var error = await Assert.ThrowsAsync<WarehouseException>(() => working);
        Assert.True(error.MayHeal);
        Assert.Empty(Files());
        await using (var hurry = owner.CreateCommand("UPDATE patience SET seconds = 0"))
        {
            await hurry.ExecuteNonQueryAsync();
        }

        await DeliverAsync(message);

        Assert.Equal((JobState.Succeeded, 2), ((await NightAsync()).State, (await NightAsync()).Attempt));
    }

    [Fact]
    public async Task Only_so_many_nights_are_kept_but_never_none()
    {
        await RestartAsync(new() { ["NippinNights"] = "3" });
        for (var back = 9; back >= 0; back -= 3)
        {
            await DeliverAsync(await AskAsync(Nights.Today.AddDays(-back)));
        }

        await DeliverAsync(await AskAsync(Nights.Today.AddDays(-1)));
        await DeliverAsync(await AskAsync());

        var nights = await portal.Services.GetRequiredService<NightStore>().ListAsync(organization, Implants.Registry, default);
        Assert.Equal([Nights.Today.AddDays(-1), Nights.Today], nights.Select(night => night.Date));
        Assert.Equal(8, Files().Count);
    }

    [Fact]
    public async Task The_watch_asks_once_for_what_was_never_validated()
    {
        await BeAloneAsync();
        var watch = ActivatorUtilities.CreateInstance<WatchNights>(portal.Services);

        await watch.Run(new(), default);
        var first = await AskedAsync();
        await watch.Run(new(), default);

        Assert.Equal((21, 2), first);
        Assert.Equal(first, await AskedAsync());
    }

    [Fact]
    public async Task A_first_validation_that_failed_is_asked_for_again_after_an_hour_and_one_with_a_file_is_not()
    {
        await BeAloneAsync();
        var nights = portal.Services.GetRequiredService<NightStore>();
        var watch = ActivatorUtilities.CreateInstance<WatchNights>(portal.Services);
        await watch.Run(new(), default);
        await DeliverAsync(new NightMessage(organization.Id, Implants.Registry, Nights.Today));
        const string Failed = "TAVI_IMPLT";
        var first = (await nights.FindAsync(organization.Id, Failed, Nights.Today, default))!;
        await nights.SaveAsync(first with { State = JobState.Failed }, default);

        await watch.Run(new(), default);
        var soon = (await nights.FindAsync(organization.Id, Failed, Nights.Today, default))!.State;
        clock.Forward(TimeSpan.FromMinutes(61));
        await watch.Run(new(), default);

        Assert.Equal((JobState.Failed, JobState.Queued), (soon, (await nights.ListAsync(organization, Failed, default))[^1].State));
        Assert.Equal(JobState.Succeeded, (await NightAsync()).State);
    }

    [Fact]
    public async Task The_night_asks_for_every_reimbursed_registry_of_every_organisation()
    {
        await BeAloneAsync();
        await portal.NewOrganizationAsync();

        await ActivatorUtilities.CreateInstance<QueueNight>(portal.Services).Run(new(), default);

        // Two of each organisation at once.
        Assert.Equal((42, 4), await AskedAsync());
    }

    private async Task<(int Noted, int Sent)> AskedAsync() => (
        await portal.Services.GetRequiredService<WorkList>().ListAsync(default).CountAsync(),
        (await portal.Storage.NippinQueue.GetPropertiesAsync()).Value.ApproximateMessagesCount);

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("""{"organizationId":"../x","registry":"A","date":"2026-11-25"}""")]
    public async Task A_message_that_is_none_of_ours_is_put_aside(string message) =>
        await ActivatorUtilities.CreateInstance<ValidateNight>(portal.Services).GiveUp(message, default);

    // With no organisation but its own.
    private async Task BeAloneAsync()
    {
        portal = await shared.AloneAsync(clock = new());
        organization = await portal.NewOrganizationAsync();
    }

    // The same storage under other settings.
    private async Task RestartAsync(Dictionary<string, string> settings) => portal = await shared.BesideAsync(clock = new(), settings);

    private async Task<NightMessage> AskAsync(DateOnly? date = null)
    {
        await portal.Services.GetRequiredService<NightStore>().AskAsync(organization, Implants.Registry, date ?? Nights.Today, default);
        return new NightMessage(organization.Id, Implants.Registry, date ?? Nights.Today);
    }

    private Task DeliverAsync(NightMessage message) =>
        ActivatorUtilities.CreateInstance<ValidateNight>(portal.Services)
            .Run(System.Text.Json.JsonSerializer.Serialize(message, Ssp.Http.Json.Options), default);

    private async Task<Night> NightAsync() =>
        (await portal.Services.GetRequiredService<NightStore>().FindAsync(organization.Id, Implants.Registry, Nights.Today, default))!;

    // Those of this test.
    private List<string> Files() => [.. portal.Storage.NightFiles.GetBlobs().Select(blob => blob.Name).Except(others)];

    private static async Task EndReadersAsync(NpgsqlDataSource owner)
    {
        for (var attempt = 0; attempt < 300; attempt++)
        {
            await using var end = owner.CreateCommand(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                + "WHERE datname = current_database() AND query LIKE 'COPY%' AND pid <> pg_backend_pid()");
            if ((long)(await end.ExecuteScalarAsync())! > 0)
            {
                return;
            }

            await Task.Delay(50);
        }

        throw new TimeoutException("The messages were not read.");
    }
}
