using Microsoft.Playwright;
using Ssp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Ssp.Tests.Browser;

[Collection("The demo: stories")]
public sealed class KeyboardStories(Stack stack, Chromium chromium) : BrowserTest(stack, chromium)
{
    [Fact]
    public async Task Signing_in_and_exporting_needs_no_mouse()
    {
        var person = await PersonAsync("cas");
        var page = await OpenAsync();
        await Expect(page.Locator("#email")).ToBeVisibleAsync();
        await page.TabToAsync(page.Locator("#email"));
        await page.Keyboard.TypeAsync(person.Email);
        await page.TabToAsync(page.Locator("#password"));
        await page.Keyboard.TypeAsync(person.Password);
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.Title()).ToBeFocusedAsync();
        await page.TabToAsync(page.Link("CSV export"));
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Title()).ToHaveTextAsync("CSV export");
        await Expect(page.Locator("#version")).ToBeVisibleAsync();
        await page.TabToAsync(page.Locator("#version"));
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(page.Locator("#version")).ToHaveValueAsync("1");
        await page.TabToAsync(page.Locator("#profile"));
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(page.Locator("input[value=excel]")).ToBeCheckedAsync();
        await page.TabToAsync(page.Button("Export to CSV"));
        var id = await page.RequestingAsync(() => page.Keyboard.PressAsync("Space"));

        await page.Export(id).ToBeAsync("succeeded");
        await Expect(page.Button("Export to CSV")).ToBeFocusedAsync();
        await page.TabToAsync(page.Export(id).GetByRole(AriaRole.Button, new() { Name = "Delete" }));
        await page.Keyboard.PressAsync("Enter");
        await page.TabToAsync(page.Button("Delete export"));
        await page.Keyboard.PressAsync("Space");
        await Expect(page.Export(id)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_first_tab_leads_past_the_header()
    {
        var page = await SignInAsync("cas");
        await page.ReloadAsync();
        await Expect(page.Title()).ToBeVisibleAsync();

        await page.Keyboard.PressAsync("Tab");
        await Expect(page.Link("Skip to the content")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Main)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Tab");

        await Expect(page.GetByRole(AriaRole.Article).GetByRole(AriaRole.Link).First).ToBeFocusedAsync();
    }
}
