using Microsoft.Playwright;
using Ssp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Ssp.Tests.Browser;

/// <summary>"Export of NIPPIN reports" of the manual, with the demo's implants.</summary>
[Collection("The demo: stories")]
public sealed class NippinStories(Stack stack, Chromium chromium) : BrowserTest(stack, chromium)
{
    private const string Knee = "OP_KNEE_PRIM_IMPLT";

    [Fact]
    public async Task The_report_of_a_period_is_exported_as_the_manual_says()
    {
        var page = await SignInAsync("nina");
        await page.Link("NIPPIN AZ Sint-Elders").ClickAsync();
        await Expect(page.Title()).ToHaveTextAsync("NIPPIN");
        await Expect(page.GetByTestId("answer")).ToContainTextAsync("need attention");
        var card = page.Locator($"[data-testid=registry][data-registry={Knee}]");
        await Expect(card).ToHaveAttributeAsync("data-state", "succeeded");

        await card.GetByRole(AriaRole.Link, new() { Name = "Orthopride: knee – Primary implantation" }).First.ClickAsync();
        await Expect(page.Title()).ToHaveTextAsync("Orthopride: knee – Primary implantation");
        await Expect(page.GetByTestId("record").First).ToBeVisibleAsync();
        await page.Button("Export result").ClickAsync();
        await Expect(page.Locator("#start-error")).ToBeVisibleAsync();
        await page.Locator("#start").FillAsync("2024-06-30");
        await page.Locator("#end").FillAsync("2024-01-01");
        await Expect(page.Locator("#end-error")).ToBeVisibleAsync();
        await page.Locator("#start").FillAsync("2024-01-01");
        await page.Locator("#end").FillAsync("2024-12-31");
        await Expect(page.Locator("#end-error")).ToHaveCountAsync(0);
        await Expect(page.GetByTestId("record").First).ToContainTextAsync("2024");

        var id = await page.RequestingAsync(() => page.Button("Export result").ClickAsync());
        await page.Export(id).ToBeAsync("succeeded");
        var download = await page.RunAndWaitForDownloadAsync(() => page.Export(id).GetByRole(AriaRole.Link, new() { Name = "Download" }).ClickAsync());
        var lines = await File.ReadAllLinesAsync(await download.PathAsync());

        Assert.StartsWith("NIPPIN_OP_KNEE_PRIM_IMPLT_20240101_20241231_night_", download.SuggestedFilename, StringComparison.Ordinal);
        Assert.Equal(string.Join(',', Ssp.Nippin.NightWriter.Columns), lines[0]);
        Assert.True(lines.Length > 10);
        await page.DeleteAsync(id);
    }

    [Fact]
    public async Task What_did_not_reach_the_insurers_is_filtered_explained_and_made_into_a_ticket_without_patient_data()
    {
        var page = await SignInAsync("nina", $"/organizations/{await OrganizationIdAsync()}/nippin/registries/{Knee}");
        await page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await Expect(page.GetByTestId("record").First).ToBeVisibleAsync();

        await page.Locator("button[aria-pressed]").Filter(new() { HasText = "Invalid" }).First.ClickAsync();
        await Expect(page.Locator("[data-testid=record]:not([data-result=invalid])")).ToHaveCountAsync(0);
        await Expect(page.GetByTestId("record").First).ToBeVisibleAsync();
        Assert.Contains("result=invalid", page.Url, StringComparison.Ordinal);
        await page.GetByTestId("record").First.GetByRole(AriaRole.Button, new() { Name = "Copy ticket text" }).ClickAsync();

        var ticket = await page.EvaluateAsync<string>("navigator.clipboard.readText()");
        Assert.Contains(Knee, ticket, StringComparison.Ordinal);
        Assert.Contains("invalid", ticket, StringComparison.Ordinal);
        Assert.DoesNotContain("cvc-complex-type", ticket, StringComparison.Ordinal);
        await page.ReloadAsync();
        await Expect(page.Locator("[data-testid=record]:not([data-result=invalid])")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_registry_is_checked_again_on_request()
    {
        var page = await SignInAsync("nina", $"/organizations/{await OrganizationIdAsync()}/nippin/registries/TAVI_IMPLT");
        await Expect(page.GetByTestId("record").First).ToBeVisibleAsync();

        var answer = await page.RunAndWaitForResponseAsync(() => page.Button("Check now").ClickAsync(),
            response => response.Url.EndsWith("/nippin/run", StringComparison.Ordinal));

        Assert.Equal(202, answer.Status);
        await Expect(page.GetByTestId("announcer")).ToContainTextAsync("The check has been requested.");
        await Expect(page.GetByTestId("record").First).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData("en-GB", 1280)]
    [InlineData("nl-BE", 390)]
    [InlineData("fr-BE", 320)]
    public async Task The_pages_are_accessible_and_fit_in_every_language(string locale, int width)
    {
        var room = $"/organizations/{await OrganizationIdAsync()}/nippin";
        var page = await SignInAsync("nina", room, locale, width);
        await Expect(page.GetByTestId("registry").First).ToBeVisibleAsync();
        await page.AssertAccessibleAsync();
        await page.AssertFitsAsync();

        await page.GotoAsync($"{await DemoUrlAsync()}{room}/registries/{Knee}");
        await Expect(page.GetByTestId("record").First).ToBeVisibleAsync();
        await page.AssertAccessibleAsync();
        await page.AssertFitsAsync();

        await page.GotoAsync($"{await DemoUrlAsync()}{room}/changes");
        await Expect(page.Locator("#registry")).ToBeVisibleAsync();
        await page.AssertAccessibleAsync();
        await page.AssertFitsAsync();
    }

    [Fact]
    public async Task Whoever_has_not_the_role_sees_no_way_in_and_nothing_at_the_address()
    {
        var page = await SignInAsync("cas");
        await Expect(page.Link("NIPPIN AZ Sint-Elders")).ToHaveCountAsync(0);

        await page.GotoAsync($"{await DemoUrlAsync()}/organizations/{await OrganizationIdAsync()}/nippin");

        await Expect(page.Title()).ToHaveTextAsync("NIPPIN");
        await Expect(page.GetByTestId("registry")).ToHaveCountAsync(0);
    }
}
