using Microsoft.Playwright;
using Ssp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Ssp.Tests.Browser;

[Collection("The demo: stories")]
public sealed class HomeStories(Stack stack, Chromium chromium) : BrowserTest(stack, chromium)
{
    [Theory]
    [InlineData("pia", "You are a member, without a role.", false, false)]
    [InlineData("daan", "DP Manager", false, false)]
    [InlineData("cato", "Certificate Manager", false, true)]
    [InlineData("cas", "CSV Upload Manager", true, false)]
    [InlineData("nina", "NIPPIN Manager", false, false)]
    public async Task A_member_sees_the_organisation_the_role_and_only_what_it_opens(string who, string role, bool mayExport, bool mayCertify)
    {
        var page = await SignInAsync(who);

        var card = page.GetByRole(AriaRole.Article, new() { Name = "AZ Sint-Elders" });
        await Expect(card).ToContainTextAsync(role);
        await Expect(card).ToContainTextAsync(DemoNihdi(0));
        await Expect(page.Link("CSV export")).ToHaveCountAsync(mayExport ? 1 : 0);
        await Expect(card.Link("Certificates")).ToHaveCountAsync(mayCertify ? 1 : 0);
        await Expect(page.Room("Certificates")).ToHaveCountAsync(mayCertify ? 1 : 0);
        await Expect(page.Locator("#search")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Somebody_in_two_organisations_sees_in_each_what_that_one_allows()
    {
        var page = await SignInAsync("tom");

        await Expect(page.GetByRole(AriaRole.Article)).ToHaveCountAsync(2);
        var link = page.Link("CSV export");
        await Expect(link).ToHaveCountAsync(1);
        await Expect(link).ToHaveAccessibleNameAsync("CSV export AZ Sint-Elders");
    }

    [Fact]
    public async Task Whoever_may_not_export_is_told_so_at_the_address_of_the_page()
    {
        var organization = (await Stack.Demo.DemoAsync()).People.Single(one => one.Email.StartsWith("pia", StringComparison.Ordinal)).Memberships[0];

        var page = await SignInAsync("pia", path: $"/organizations/{organization.OrganizationId}/csv-export");

        await Expect(page.Title()).ToHaveTextAsync("CSV export");
        await Expect(page.GetByText("You may not export data of this organisation.")).ToBeVisibleAsync();
        await Expect(page.Locator("form")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_User_Manager_sees_all_organisations_and_finds_one_by_name_or_number()
    {
        var page = await SignInAsync("mia");
        var rows = page.Locator("table.organizations tbody tr");
        await Expect(page.Title()).ToHaveTextAsync("Organisations");
        await Expect(rows).ToHaveCountAsync(4);
        await Expect(page.Link("CSV export")).ToHaveCountAsync(0);

        await page.GetByLabel("Search by name or NIHDI number").FillAsync("zeekant");
        await Expect(rows).ToHaveCountAsync(1);
        await Expect(rows).ToContainTextAsync("Ziekenhuis Zeekant");
        await Expect(page.GetByTestId("announcer")).ToHaveTextAsync("1 organisation found");
        await page.Locator("#search").FillAsync("etoile");
        await Expect(rows).ToContainTextAsync("Clinique de l'Étoile \"Nord\"; Liège");
        await page.Locator("#search").FillAsync(DemoNihdi(1));
        await Expect(rows).ToContainTextAsync("CHU du Val d'Aubel");
        await page.Locator("#search").FillAsync("nowhere at all");
        await Expect(page.GetByText("No organisation matches your search.")).ToBeVisibleAsync();
        await page.Locator("#search").FillAsync("");
        await Expect(rows).ToHaveCountAsync(4);
    }

    [Fact]
    public async Task A_stranger_learns_whom_to_ask()
    {
        var page = await SignInAsync("sam");

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "You do not belong to an organisation yet" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Article)).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Link, new() { Name = "servicedesk@demo.example" })).ToBeVisibleAsync();
    }

    private static string DemoNihdi(int hospital) => Ssp.Dev.Demo.DemoHospital.All[hospital].Nihdi;
}
