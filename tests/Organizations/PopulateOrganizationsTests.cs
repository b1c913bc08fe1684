using Microsoft.Extensions.DependencyInjection;
using Ssp.Dev.Demo;
using Ssp.Hd4dp;
using Ssp.Identity;
using Ssp.Organizations;
using Ssp.Tests.Support;

namespace Ssp.Tests.Organizations;

public sealed class PopulateOrganizationsTests(Stack stack)
{
    [Fact]
    public async Task Organisations_found_in_the_warehouse_are_added_once_and_keep_their_titles()
    {
        var (known, unknown, nameless) = (TestPortal.NewNihdi().Digits, TestPortal.NewNihdi().Digits, TestPortal.NewNihdi().Digits);
        await using var portal = await TestPortal.StartAsync(stack, new()
        {
            ["LocaldwhConnection"] = await WarehouseOfAsync(
                (known, "Another name"),
                (unknown, "  Hôpital \"Neuf\"; Liège "),
                (nameless, null),
                (Spaced(unknown), "Hôpital \"Neuf\"; Liège"),
                ("12345678", "Not a valid number"),
                (null, "No number")),
        });
        var organizations = portal.Services.GetRequiredService<OrganizationStore>();
        await organizations.AddFoundAsync(Parse(known), "The name people gave it", default);

        await PopulateAsync(portal);
        var once = await organizations.ListAsync(default);
        await PopulateAsync(portal);
        var twice = await organizations.ListAsync(default);

        Assert.Equal(
            new[] { (nameless, nameless), (unknown, "Hôpital \"Neuf\"; Liège"), (known, "The name people gave it") }.Order(),
            once.Select(one => (one.Nihdi, one.Title)).Order());
        Assert.Equal(once, twice);
        Assert.Contains(portal.Log, line => line.Contains("12345678", StringComparison.Ordinal));
        var told = await (await portal.NewUserManagerAsync()).GetAsync("audit?action=organization_found");
        Assert.Equal(
            ["done", "requested", "done", "requested"], told.Json.GetProperty("items").EnumerateArray().Select(one => one.GetProperty("result").GetString()));
    }

    [Fact]
    public async Task Many_starts_at_once_add_each_organisation_once()
    {
        var numbers = Enumerable.Range(0, 5).Select(_ => TestPortal.NewNihdi().Digits).ToList();
        await using var portal = await TestPortal.StartAsync(
            stack, new() { ["LocaldwhConnection"] = await WarehouseOfAsync([.. numbers.Select(number => (number, (string?)"Hospital"))]) });

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => PopulateAsync(portal)));

        var all = await portal.Services.GetRequiredService<OrganizationStore>().ListAsync(default);
        Assert.Equal(numbers.Order(), all.Select(one => one.Nihdi).Order());
    }

    [Fact]
    public async Task A_warehouse_that_does_not_answer_changes_nothing_and_is_reported()
    {
        await using var portal = await TestPortal.StartAsync(
            stack, new() { ["LocaldwhConnection"] = "Host=127.0.0.1;Port=1;Database=localdwh;Username=x;Password=y" });

        await ActivatorUtilities.CreateInstance<PopulateOrganizations>(portal.Services).Run(new Microsoft.Azure.Functions.Worker.TimerInfo(), default);

        Assert.Empty(await portal.Services.GetRequiredService<OrganizationStore>().ListAsync(default));
        Assert.Contains(portal.Log, line => line.StartsWith("Warning: Organisations were not looked up", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_timer_runs_it_at_start()
    {
        var number = TestPortal.NewNihdi().Digits;
        await using var portal = await TestPortal.StartAsync(
            stack, new() { ["LocaldwhConnection"] = await WarehouseOfAsync((number, "Hospital")), ["AzureWebJobs:PopulateOrganizations:Disabled"] = "false" });

        for (var attempt = 0; attempt < 300; attempt++)
        {
            if ((await portal.Services.GetRequiredService<OrganizationStore>().ListAsync(default)).Any(one => one.Nihdi == number))
            {
                return;
            }

            await Task.Delay(100);
        }

        Assert.Fail("The organisation was not added.");
    }

    private static Task PopulateAsync(TestPortal portal) => ActivatorUtilities.CreateInstance<PopulateOrganizations>(portal.Services).AddFoundAsync(default);

    private static Nihdi Parse(string number) => Nihdi.TryParse(number, out var nihdi) ? nihdi : throw new InvalidOperationException();

    private static string Spaced(string number) => $"{number[0]}-{number[1..6]}-{number[6..]}";

    private async Task<string> WarehouseOfAsync(params (string? Number, string? Name)[] organizations)
    {
        var connection = await stack.NewDatabaseAsync(DemoWarehouse.Sql("localdwh.sql"));
        await using var source = Npgsql.NpgsqlDataSource.Create(connection);
        foreach (var (number, name) in organizations)
        {
            await using var insert = source.CreateCommand(
                "INSERT INTO local_dwhmessage (document_id, data_collection_name, organization_nihdi, organization_name, created_on) "
                + "VALUES (gen_random_uuid(), 'BCFR', $1, $2, now())");
            insert.Parameters.Add(new() { Value = (object?)number ?? DBNull.Value });
            insert.Parameters.Add(new() { Value = (object?)name ?? DBNull.Value });
            await insert.ExecuteNonQueryAsync();
        }

        return connection;
    }
}
