using Microsoft.Playwright;
using Npgsql;
using Ssp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Ssp.Tests.Browser;

/// <summary>What is seen of an export while HD4DP's database keeps it waiting: another connection holds the table of the values.</summary>
public sealed class RunningExportStories(Stack stack, Chromium chromium) : BrowserTest(stack, chromium)
{
    [Fact]
    public async Task An_export_under_way_is_seen_in_every_window_and_can_be_cancelled_and_run_again()
    {
        var database = await OwnPortal.NewWarehouseAsync(Stack);
        await using var warehouse = NpgsqlDataSource.Create(database);
        await using var portal = await StartPortalAsync(database);
        var (organization, person) = await portal.NewExporterAsync();
        await warehouse.AddAsync(organization.Nihdi, [("TX_A", "one")], version: "1");
        var page = await OpenAsync(portal.Address());
        await page.SignInAsync(person);
        await page.Link("CSV export").ClickAsync();

        string id;
        await using (await HoldAsync(warehouse))
        {
            id = await page.RequestingAsync(() => page.Button("Export to CSV").ClickAsync());
            await page.Export(id).ToBeAsync("running");
            await Expect(page).ToHaveTitleAsync("1 export under way – CSV export – HD4DP2 Self-Service Portal");
            var elsewhere = await page.Context.NewPageAsync();
            await elsewhere.GotoAsync(page.Url);
            await elsewhere.Export(id).ToBeAsync("running");
            await page.AssertAccessibleAsync();

            await page.Export(id).GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

            await page.Export(id).ToBeAsync("cancelled");
            await elsewhere.Export(id).ToBeAsync("cancelled");
            await Expect(page).ToHaveTitleAsync("CSV export – HD4DP2 Self-Service Portal");
            await Expect(page.Export(id).GetByRole(AriaRole.Link)).ToHaveCountAsync(0);
        }

        var again = await page.RequestingAsync(() => page.Export(id).GetByRole(AriaRole.Button, new() { Name = "Run again" }).ClickAsync());
        await page.Export(again).ToBeAsync("succeeded");
        await page.Export(id).ToBeAsync("cancelled");
    }

    [Fact]
    public async Task An_organisation_without_registrations_is_told_why_there_is_nothing_to_choose()
    {
        var database = await OwnPortal.NewWarehouseAsync(Stack);
        await using var portal = await StartPortalAsync(database);
        var (organization, person) = await portal.NewExporterAsync();
        var page = await OpenAsync(portal.Address());
        await page.SignInAsync(person);

        await page.Link("CSV export").ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "There is nothing to export yet" })).ToBeVisibleAsync();
        await Expect(page.GetByText($"NIHDI number {organization.Nihdi}").First).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "No exports yet" })).ToBeVisibleAsync();
        await page.AssertAccessibleAsync();
    }

    private static async Task<NpgsqlConnection> HoldAsync(NpgsqlDataSource warehouse)
    {
        var connection = await warehouse.OpenConnectionAsync();
        await using var hold = new NpgsqlCommand("BEGIN; LOCK TABLE local_dwhmessage_key_value IN ACCESS EXCLUSIVE MODE", connection);
        await hold.ExecuteNonQueryAsync();
        return connection;
    }
}
