using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ssp.Tests.Browser;

/// <summary>What people do on the pages about organisations, members and accounts, in the words of the manual.</summary>
public static class PeoplePages
{
    public static ILocator Question(this IPage page) => page.GetByRole(AriaRole.Dialog);

    public static ILocator Notice(this IPage page) => page.GetByTestId("notice");

    public static ILocator Part(this IPage page) => page.Locator("h2.page__part");

    public static ILocator Heading(this IPage page, string name) => page.GetByRole(AriaRole.Heading, new() { Name = name, Exact = true });

    public static ILocator Row(this IPage page, string text) => page.Locator("tbody tr").Filter(new() { HasText = text });

    public static ILocator Button(this ILocator within, string name) => within.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public static ILocator Link(this ILocator within, string name) => within.GetByRole(AriaRole.Link, new() { Name = name });

    public static ILocator Box(this IPage page, string name) => page.GetByRole(AriaRole.Checkbox, new() { Name = name });

    /// <summary>What stands beside this name in a list of facts.</summary>
    public static ILocator Fact(this IPage page, string name) =>
        page.Locator("dl > div").Filter(new() { Has = page.GetByText(name, new() { Exact = true }) }).Locator("dd");

    public static ILocator TemporaryPassword(this IPage page) => page.GetByTestId("temporary-password");

    /// <summary>A room of the portal, such as Groups.</summary>
    public static ILocator Room(this IPage page, string name) => page.Locator("nav.rooms").Link(name);

    /// <summary>A tab of the page, such as Members.</summary>
    public static ILocator Tab(this IPage page, string name) => page.Locator("nav.parts").Link(name);

    /// <summary>Groups, List, then the organisation, then its tab Members.</summary>
    public static async Task OpenMembersAsync(this IPage page, string title, string groups = "Groups", string members = "Members")
    {
        await page.Room(groups).ClickAsync();
        await page.Row(title).Link(title).ClickAsync();
        await page.Tab(members).ClickAsync();
        await Expect(page.Title()).ToHaveTextAsync(title);
        await Expect(page.Part()).ToHaveTextAsync(members);
    }

    /// <summary>The first step of adding a member: the e-mail address alone.</summary>
    public static async Task FindAccountAsync(this IPage page, string email)
    {
        await page.Locator("#email").FillAsync(email);
        await page.Locator("form button[type=submit]").ClickAsync();
        await Expect(page.Locator("#who-title")).ToBeFocusedAsync();
    }

    /// <summary>The down-arrow of Edit member on somebody's line, and what it holds.</summary>
    public static async Task ChooseFromLineAsync(this IPage page, string email, string action)
    {
        await page.Row(email).Locator(".menu > button").ClickAsync();
        await page.Row(email).Button(action).ClickAsync();
        await Expect(page.Question()).ToBeVisibleAsync();
    }

    /// <summary>Reads the temporary password that is shown just now.</summary>
    public static async Task<string> TemporaryPasswordOfAsync(this IPage page, string email)
    {
        await Expect(page.Notice()).ToContainTextAsync($"Temporary password of {email}");
        return await page.TemporaryPassword().InnerTextAsync();
    }
}
