using Ssp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Ssp.Tests.Browser;

[Collection("The demo: stories")]
public sealed class SessionStories(Stack stack, Chromium chromium) : BrowserTest(stack, chromium)
{
    [Fact]
    public async Task A_session_that_is_over_leads_to_the_sign_in_and_back()
    {
        var person = await PersonAsync("cas");
        var page = await SignInAsync("cas");
        await page.Link("CSV export").ClickAsync();
        await page.ChooseAsync("1", "hd4dp");
        var address = page.Url;

        await page.Context.ClearCookiesAsync();
        await page.Locator("form button[type=submit]").ClickAsync();

        await Expect(page.Title()).ToHaveTextAsync("Sign in");
        await Expect(page.GetByText("Your session has ended.")).ToBeVisibleAsync();
        await page.SignInAsync(person);
        await Expect(page.Title()).ToHaveTextAsync("CSV export");
        await Expect(page).ToHaveURLAsync(address);
    }

    [Fact]
    public async Task Signing_in_again_in_another_window_of_the_browser_does_not_break_this_one()
    {
        Provoke(403);
        var person = await PersonAsync("cas");
        var page = await SignInAsync("cas");
        await page.Link("CSV export").ClickAsync();
        await page.ChooseAsync("1", "rfc4180");
        var other = await page.Context.NewPageAsync();
        await other.GotoAsync($"{await DemoUrlAsync()}/");
        await other.Button("Sign out").ClickAsync();
        await other.SignInAsync(person);
        await Expect(other.Title()).ToHaveTextAsync("My organisations");

        await page.Locator("form button[type=submit]").ClickAsync();
        await Expect(page.ErrorSummary()).ToBeFocusedAsync();
        var id = await page.RequestingAsync(() => page.Locator("form button[type=submit]").ClickAsync());

        await page.Export(id).ToBeAsync("succeeded");
        await page.DeleteAsync(id);
    }

    [Fact]
    public async Task An_answer_from_before_the_sign_out_does_not_bring_the_session_back()
    {
        var page = await SignInAsync("pia", path: "/account");
        var held = new TaskCompletionSource();
        await page.RouteAsync("**/ssp/api/session", async route =>
        {
            if (route.Request.Method != "GET")
            {
                await route.ContinueAsync();
                return;
            }

            var answer = await route.FetchAsync();
            await held.Task;
            await route.FulfillAsync(new() { Response = answer });
        });
        var late = page.WaitForResponseAsync(answer => answer.Request.Method == "GET" && answer.Url.EndsWith("/api/session", StringComparison.Ordinal));
        var asked = page.WaitForRequestAsync("**/ssp/api/session");
        await page.Link("HD4DP2 Self-Service Portal").ClickAsync();
        await asked;
        await page.Button("Sign out").ClickAsync();
        await page.Locator("#email").FillAsync("pia@hospital.example");

        held.SetResult();
        Assert.Equal(200, (await late).Status);
        await page.Locator("#password").FillAsync("typed after the answer");

        await Expect(page.Title()).ToHaveTextAsync("Sign in");
        await Expect(page.Locator("#email")).ToHaveValueAsync("pia@hospital.example");
        await Expect(page.GetByText("You have signed out.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task An_address_nobody_knows_says_so_and_leads_home()
    {
        var page = await SignInAsync("pia", path: "/organizations/of/nobody");
        await Expect(page.Title()).ToHaveTextAsync("Page not found");

        await page.Link("Go to my organisations").ClickAsync();

        await Expect(page.Title()).ToHaveTextAsync("My organisations");
        await page.GoBackAsync();
        await Expect(page.Title()).ToHaveTextAsync("Page not found");
    }

    [Fact]
    public async Task An_organisation_of_others_is_not_found()
    {
        var other = (await Stack.Demo.DemoAsync()).People.Single(one => one.Email.StartsWith("bo.", StringComparison.Ordinal)).Memberships[0];

        var page = await SignInAsync("cas", path: $"/organizations/{other.OrganizationId}/csv-export");

        await Expect(page.Title()).ToHaveTextAsync("Page not found");
    }
}
