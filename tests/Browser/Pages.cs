using Microsoft.Playwright;
using Ssp.Tests.Support;

namespace Ssp.Tests.Browser;

/// <summary>What people do on the pages, in their words: fields and buttons are found as a screen reader names them.</summary>
public static class Pages
{
    public static ILocator Title(this IPage page) => page.Locator("h1");

    public static ILocator Button(this IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name });

    public static ILocator Link(this IPage page, string name) => page.GetByRole(AriaRole.Link, new() { Name = name });

    public static ILocator ErrorSummary(this IPage page) => page.GetByTestId("error-summary");

    public static Task SignInAsync(this IPage page, Person person) => page.SignInAsync(person.Email, person.Password);

    public static async Task SignInAsync(this IPage page, string email, string password)
    {
        await page.Locator("#email").FillAsync(email);
        await page.Locator("#password").FillAsync(password);
        await page.Locator("form button[type=submit]").ClickAsync();
    }

    public static async Task ChoosePasswordAsync(this IPage page, string wanted, string? again = null)
    {
        await page.Locator("#newPassword").FillAsync(wanted);
        await page.Locator("#newPasswordAgain").FillAsync(again ?? wanted);
        await page.Locator("form button[type=submit]").ClickAsync();
    }

    public static Task SpeakAsync(this IPage page, string language) => page.Locator($".languages button[lang={language}]").ClickAsync();

    /// <summary>Fails when something reaches beyond the window's right edge, or beyond that of a dialog, which cuts it off.</summary>
    public static async Task AssertFitsAsync(this IPage page)
    {
        var beyond = await page.EvaluateAsync<string[]>(
            """
            () => [document.documentElement, ...document.querySelectorAll('dialog[open]')]
                .filter(box => box.scrollWidth > box.clientWidth)
                .flatMap(box => [box.tagName,
                    ...[...box.querySelectorAll('*')]
                        .filter(e => e.getBoundingClientRect().right > box.getBoundingClientRect().left + box.clientWidth + 0.5)
                        .map(e => e.tagName + '.' + e.className + ' ' + e.textContent.slice(0, 40))])
            """);
        Assert.True(beyond.Length == 0, $"{page.Url} scrolls sideways because of: {string.Join("; ", beyond)}");
    }

    /// <summary>Presses Tab until the element has the focus, as somebody without a mouse does.</summary>
    public static async Task TabToAsync(this IPage page, ILocator target)
    {
        for (var step = 0; step < 60; step++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (await target.EvaluateAsync<bool>("element => element === document.activeElement"))
            {
                return;
            }
        }

        Assert.Fail("Tab does not lead there.");
    }
}
