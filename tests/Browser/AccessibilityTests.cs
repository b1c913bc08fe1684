using Microsoft.Playwright;
using Ssp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Ssp.Tests.Browser;

[Collection("The demo: every page")]
public sealed class AccessibilityTests(Stack stack, Chromium chromium) : BrowserTest(stack, chromium)
{
    [Fact]
    public async Task The_sign_in_with_and_without_errors()
    {
        var page = await OpenAsync();
        await Expect(page.Title()).ToHaveTextAsync("Sign in");
        await page.AssertAccessibleAsync();

        await page.Button("Sign in").ClickAsync();
        await Expect(page.ErrorSummary()).ToBeVisibleAsync();
        await page.AssertAccessibleAsync();

        await page.SignInAsync("nobody@hospital.example", "a password of nobody");
        await Expect(page.ErrorSummary()).ToContainTextAsync("Check both");
        await page.AssertAccessibleAsync();
    }

    [Fact]
    public async Task The_change_of_a_temporary_password()
    {
        await using var portal = await StartPortalAsync();
        var person = await portal.NewPersonAsync(temporaryUntil: DateTimeOffset.UtcNow.AddHours(1));
        var page = await OpenAsync(portal.Address());
        await page.SignInAsync(person);
        await Expect(page.Title()).ToHaveTextAsync("Welcome");
        await page.AssertAccessibleAsync();

        await page.ReloadAsync();
        await page.Button("Save and Login").ClickAsync();
        await Expect(page.ErrorSummary()).ToContainTextAsync("Enter the temporary password");
        await page.AssertAccessibleAsync();
    }

    [Theory]
    [InlineData("tom", "/", "My organisations")]
    [InlineData("mia", "/", "Organisations")]
    [InlineData("sam", "/", "My organisations")]
    [InlineData("pia", "/account", "My account")]
    [InlineData("pia", "/no/such/page", "Page not found")]
    [InlineData("mia", "/organizations", "Groups – list of organisations")]
    [InlineData("mia", "/organizations/new", "Add Data Provider")]
    [InlineData("mia", "/people", "People and roles")]
    [InlineData("mia", "/accounts", "People and roles")]
    [InlineData("mia", "/accounts/new", "Add User Manager")]
    [InlineData("mia", "/audit", "Audit log")]
    [InlineData("daan", "/audit", "Audit log")]
    [InlineData("cato", "/certificates", "Certificates")]
    [InlineData("pia", "/certificates", "Certificates")]
    public async Task A_page_of_somebody_who_is_signed_in(string who, string path, string title)
    {
        var page = await SignInAsync(who, path);
        await Expect(page.Title()).ToHaveTextAsync(title);
        await Expect(page.Locator(".loading")).ToHaveCountAsync(0);

        await page.AssertAccessibleAsync();
    }

    [Theory]
    [InlineData("mia", "members", "Members")]
    [InlineData("pia", "members", "Members")]
    [InlineData("mia", "edit", "Edit")]
    [InlineData("daan", "members/add", "Add member")]
    [InlineData("daan", "members/import", "Import members")]
    [InlineData("daan", "revisions", "Revisions")]
    [InlineData("daan", "audit", "Audit log")]
    [InlineData("cato", "certificates", "Certificates")]
    [InlineData("cato", "certificates/add", "Add certificate")]
    public async Task A_part_of_an_organisation(string who, string part, string heading)
    {
        var page = await SignInAsync(who, $"/organizations/{await OrganizationIdAsync()}/{part}");
        await Expect(page.Locator("h2.page__part")).ToHaveTextAsync(heading);
        await Expect(page.Locator(".loading")).ToHaveCountAsync(0);

        await page.AssertAccessibleAsync();
    }

    [Theory]
    [InlineData("en-GB")]
    [InlineData("nl-BE")]
    [InlineData("fr-BE")]
    public async Task The_csv_export_with_errors_with_exports_and_with_a_question(string locale)
    {
        var page = await SignInAsync("cas", locale: locale);
        await page.Locator(".organization__actions a").ClickAsync();
        await Expect(page.Locator("#version")).ToBeVisibleAsync();
        await page.Locator("form button[type=submit]").ClickAsync();
        await Expect(page.ErrorSummary()).ToBeVisibleAsync();
        await page.AssertAccessibleAsync();

        var id = await page.RequestExportAsync("2", "excel");
        await page.Export(id).ToBeAsync("succeeded");
        await page.Export(id).Locator("summary").ClickAsync();
        await page.AssertAccessibleAsync();

        await page.Export(id).Locator("button[data-color=danger]").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await page.AssertAccessibleAsync();

        await page.GetByRole(AriaRole.Dialog).Locator("button[data-color=danger]").ClickAsync();
        await Expect(page.Export(id)).ToHaveCountAsync(0);
        await page.AssertAccessibleAsync();
    }
}
