using Ssp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Ssp.Tests.Browser;

/// <summary>What a person sees while the portal, or what it stands on, is away.</summary>
[Collection("The demo in a browser")]
public sealed class OutageStories(Stack stack, Chromium chromium) : BrowserTest(stack, chromium)
{
    [Theory]
    [InlineData("en-GB", 1280, "The portal is taking longer than usual to answer.")]
    [InlineData("nl-BE", 390, "Het portaal doet er langer dan gewoonlijk over om te antwoorden.")]
    [InlineData("fr-BE", 320, "Le portail met plus de temps que d’habitude à répondre.")]
    public async Task A_page_that_waits_says_so_and_goes_on_when_the_answer_comes(string locale, int width, string sentence)
    {
        var page = await SignInAsync("pia", locale: locale, width: width);
        var held = new TaskCompletionSource();
        await page.RouteAsync("**/ssp/api/**", async route =>
        {
            await held.Task;
            await route.ContinueAsync();
        });

        await page.Locator(".person__email").ClickAsync();

        await Expect(page.GetByTestId("waiting")).ToContainTextAsync(sentence);
        await page.AssertAccessibleAsync();
        held.SetResult();
        await Expect(page.GetByTestId("waiting")).ToBeEmptyAsync();
    }

    [Fact]
    public async Task A_page_whose_portal_is_away_tries_again_by_itself()
    {
        Provoke(503);
        var page = await SignInAsync("pia");
        var title = await page.Title().InnerTextAsync();
        var away = true;
        await page.RouteAsync("**/ssp/api/session", route => away ? route.FulfillAsync(new() { Status = 503 }) : route.ContinueAsync());

        await page.ReloadAsync();

        await Expect(page.GetByRole(Microsoft.Playwright.AriaRole.Alert)).ToContainTextAsync("The page tries again by itself.");
        away = false;
        await Expect(page.Title()).ToHaveTextAsync(title);
    }
}
