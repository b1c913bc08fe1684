using Ssp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Ssp.Tests.Browser;

[Collection("The demo: every page")]
public sealed class SmallScreenTests(Stack stack, Chromium chromium) : BrowserTest(stack, chromium)
{
    [Theory]
    [InlineData(390, "nl-BE")]
    [InlineData(320, "fr-BE")]
    [InlineData(320, "nl-BE")]
    public async Task Nothing_reaches_beyond_the_edge(int width, string locale)
    {
        var page = await OpenAsync(locale: locale, width: width);
        await Expect(page.Locator("#email")).ToBeVisibleAsync();
        await page.AssertFitsAsync();
        await page.Locator("form button[type=submit]").ClickAsync();
        await Expect(page.ErrorSummary()).ToBeVisibleAsync();
        await page.AssertFitsAsync();

        await page.SignInAsync(await PersonAsync("cas"));
        var link = page.Locator(".organization__actions a");
        await Expect(link).ToBeVisibleAsync();
        await page.AssertFitsAsync();

        await link.ClickAsync();
        await Expect(page.Locator("#version")).ToBeVisibleAsync();
        var id = await page.RequestExportAsync();
        await page.Export(id).ToBeAsync("succeeded");
        await page.Export(id).Locator("summary").ClickAsync();
        await page.AssertFitsAsync();
        await page.Export(id).Locator("button[data-color=danger]").ClickAsync();
        await page.AssertFitsAsync();
        await page.Locator("dialog button[data-color=danger]").ClickAsync();
        await Expect(page.Export(id)).ToHaveCountAsync(0);

        await page.GotoAsync($"{await DemoUrlAsync()}/account");
        await Expect(page.Locator("#currentPassword")).ToBeVisibleAsync();
        await page.AssertFitsAsync();
    }

    [Theory]
    [InlineData(390)]
    [InlineData(320)]
    public async Task The_organisations_of_a_User_Manager_fit_as_well(int width)
    {
        var page = await SignInAsync("mia", locale: "nl-BE", width: width);
        await Expect(page.Locator("table.organizations tbody tr")).ToHaveCountAsync(4);

        await page.AssertFitsAsync();
    }

    [Theory]
    [InlineData("mia", "nl-BE")]
    [InlineData("daan", "fr-BE")]
    public async Task The_pages_about_people_fit_as_well(string who, string locale)
    {
        var page = await SignInAsync(who, locale: locale, width: 320);
        var organization = $"/organizations/{await OrganizationIdAsync()}";
        string[] paths =
        [
            "/organizations",
            "/people",
            "/audit",
            $"{organization}/members",
            $"{organization}/members/add",
            $"{organization}/members/import",
            $"{organization}/revisions",
            $"{organization}/audit",
        ];
        foreach (var path in paths)
        {
            await page.GotoAsync(await DemoUrlAsync() + path);
            await Expect(page.Title()).ToBeVisibleAsync();
            await Expect(page.Locator(".loading")).ToHaveCountAsync(0);
            await page.AssertFitsAsync();
        }
    }

    [Theory]
    [InlineData("nl-BE")]
    [InlineData("fr-BE")]
    public async Task The_pages_about_certificates_fit_as_well(string locale)
    {
        var page = await SignInAsync("cato", locale: locale, width: 320);
        var certificates = $"/organizations/{await OrganizationIdAsync()}/certificates";
        foreach (var path in (string[])["/", "/certificates", certificates, $"{certificates}/add"])
        {
            await page.GotoAsync(await DemoUrlAsync() + path);
            await Expect(page.Title()).ToBeVisibleAsync();
            await Expect(page.Locator(".loading")).ToHaveCountAsync(0);
            await page.AssertFitsAsync();
        }
    }
}
