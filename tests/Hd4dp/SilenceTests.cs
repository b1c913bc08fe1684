using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Dev.Demo;
using Ssp.Identity;
using Ssp.Tests.Support;

namespace Ssp.Tests.Hd4dp;

/// <summary>PostgreSQL that takes calls and does not answer: worse than one that is away, for every call waits.</summary>
[Trait("Run", "full")]
public sealed class SilenceTests(Stack stack)
{
    [Fact]
    public async Task Once_PostgreSQL_was_found_silent_nobody_waits_for_it_and_everything_goes_on_when_it_answers()
    {
        await using var postgres = await OwnPostgres.StartAsync(stack);
        await using var own = await TestPortal.StartAsync(stack, new() { ["LocaldwhConnection"] = postgres.Localdwh, ["NippinConnection"] = postgres.Nippin });
        var (organization, person) = await NewOrganizationAsync(own, postgres);
        Task<Answer> LookUpAsync() => person.GetAsync($"organizations/{organization.Id}/registries");
        var before = await LookUpAsync();

        postgres.Stop();
        var first = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => LookUpAsync()));
        var notReady = await own.Guest().GetAsync("health/ready");
        // One after another: were each to wait for itself, not even the patience of a test would see their end.
        for (var call = 0; call < 100; call++)
        {
            var answer = call % 2 == 0 ? await LookUpAsync() : await own.Guest().GetAsync("health/ready");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
        }

        var connections = postgres.Connections();
        var asked = await person.PostAsync(
            $"organizations/{organization.Id}/exports", new { kind = "csv", project = "BCFR", collection = Registrations.Collection, version = "1" });
        var other = await person.GetAsync($"organizations/{organization.Id}/exports");
        postgres.Continue();
        var last = await UntilOkAsync(LookUpAsync);
        var ready = await UntilOkAsync(() => own.Guest().GetAsync("health/ready"));

        Assert.Equal(HttpStatusCode.OK, before.Status);
        Assert.All(first, answer => Assert.Equal((HttpStatusCode.ServiceUnavailable, "warehouse_unreachable"), (answer.Status, answer.Code)));
        Assert.Equal(["ok", "unavailable", "unavailable"], notReady.Json.GetProperty("checks").EnumerateObject().Select(check => check.Value.GetString()));
        Assert.True(connections <= 25, $"{connections} connections stand before the silent server.");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "warehouse_unreachable"), (asked.Status, asked.Code));
        Assert.Equal(TimeSpan.FromSeconds(5), asked.Message.Headers.RetryAfter!.Delta);
        // What needs no PostgreSQL is served all the time.
        Assert.Equal(HttpStatusCode.OK, other.Status);
        Assert.Equal(before.Text, last.Text);
        Assert.Equal(HttpStatusCode.OK, ready.Status);
    }

    [Fact]
    public async Task PostgreSQL_that_is_slow_is_waited_for()
    {
        var number = TestPortal.NewNihdi();
        var schema = DemoWarehouse.Sql("localdwh.sql")
            .Replace("TABLE local_dwhmessage (", "TABLE m (", StringComparison.Ordinal)
            .Replace("ON local_dwhmessage ", "ON m ", StringComparison.Ordinal);
        var connection = await stack.NewDatabaseAsync(
            $"""
            {schema};
            INSERT INTO m (document_id, data_collection_name, organization_nihdi, dcd_version, created_on)
                VALUES ('1', '{Registrations.Collection}', '{number.Digits}', '1', now());
            CREATE VIEW local_dwhmessage AS SELECT m.* FROM m, pg_sleep(6);
            """);
        await using var own = await TestPortal.StartAsync(stack, new() { ["LocaldwhConnection"] = connection });
        var organization = await own.Services.GetRequiredService<OrganizationStore>().AddFoundAsync(number, "Hospital", default);
        var person = await own.SignInAsync(organization, Role.CsvUploadManager);

        var answer = await person.GetAsync($"organizations/{organization.Id}/registries");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(1, answer.Json.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task PostgreSQL_that_refuses_connections_is_found_away_and_found_back_by_the_next_call()
    {
        await using var postgres = await OwnPostgres.StartAsync(stack);
        await using var own = await TestPortal.StartAsync(stack, new() { ["LocaldwhConnection"] = postgres.Localdwh, ["NippinConnection"] = postgres.Nippin });
        var (organization, person) = await NewOrganizationAsync(own, postgres);
        Task<Answer> LookUpAsync() => person.GetAsync($"organizations/{organization.Id}/registries");
        var before = await LookUpAsync();

        await postgres.KillAsync();
        var away = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => LookUpAsync()));
        await postgres.StartAgainAsync();
        // Of the connections that were open each breaks once.
        var after = await UntilOkAsync(LookUpAsync);

        Assert.Equal(HttpStatusCode.OK, before.Status);
        Assert.All(away, answer => Assert.Equal((HttpStatusCode.ServiceUnavailable, "warehouse_unreachable"), (answer.Status, answer.Code)));
        Assert.Equal(before.Text, after.Text);
    }

    private static async Task<(Organization Organization, Person Person)> NewOrganizationAsync(TestPortal portal, OwnPostgres postgres)
    {
        var organization = await portal.NewOrganizationAsync();
        await using var owner = postgres.Owner();
        await owner.AddAsync(organization.Nihdi, [("A", "1")]);
        return (organization, await portal.SignInAsync(organization, Role.CsvUploadManager));
    }

    private static async Task<Answer> UntilOkAsync(Func<Task<Answer>> ask)
    {
        var answer = await ask();
        for (var attempt = 0; answer.Status != HttpStatusCode.OK && attempt < 100; attempt++)
        {
            await Task.Delay(100);
            answer = await ask();
        }

        return answer;
    }
}
