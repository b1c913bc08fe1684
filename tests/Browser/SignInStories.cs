using Microsoft.Playwright;
using Ssp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Ssp.Tests.Browser;

[Collection("The demo: stories")]
public sealed class SignInStories(Stack stack, Chromium chromium) : BrowserTest(stack, chromium)
{
    [Fact]
    public async Task After_a_wrong_password_the_right_one_leads_home()
    {
        var person = await PersonAsync("daan");
        var page = await OpenAsync();
        await Expect(page).ToHaveURLAsync($"{await DemoUrlAsync()}/sign-in");

        await page.SignInAsync(person.Email, "not the password of Daan");

        await Expect(page.ErrorSummary()).ToBeFocusedAsync();
        await Expect(page.ErrorSummary()).ToContainTextAsync("Check both and try again");
        await Expect(page.Locator("#email")).ToHaveValueAsync(person.Email);
        await Expect(page.Locator("#password")).ToHaveValueAsync("");
        await page.SignInAsync(person);
        await Expect(page.Title()).ToHaveTextAsync("My organisations");
        await Expect(page.Title()).ToBeFocusedAsync();
        await Expect(page).ToHaveURLAsync($"{await DemoUrlAsync()}/");
        await Expect(page).ToHaveTitleAsync("My organisations – HD4DP2 Self-Service Portal");
    }

    [Fact]
    public async Task An_empty_form_says_what_is_missing_and_leads_to_it()
    {
        var page = await OpenAsync();

        await page.Button("Sign in").ClickAsync();

        await Expect(page.ErrorSummary()).ToBeFocusedAsync();
        await Expect(page.ErrorSummary().GetByRole(AriaRole.Listitem)).ToHaveTextAsync(["Enter your e-mail address.", "Enter your password."]);
        await Expect(page.Locator("#email")).ToHaveAttributeAsync("aria-invalid", "true");
        await page.ErrorSummary().GetByRole(AriaRole.Link, new() { Name = "Enter your password." }).ClickAsync();
        await Expect(page.Locator("#password")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task A_password_can_be_shown_and_hidden()
    {
        var page = await OpenAsync();
        await page.Locator("#password").FillAsync("vier losse woorden");

        await page.Button("Show Password").ClickAsync();
        await Expect(page.Locator("#password")).ToHaveAttributeAsync("type", "text");
        await page.Button("Hide Password").ClickAsync();
        await Expect(page.Locator("#password")).ToHaveAttributeAsync("type", "password");
    }

    [Fact]
    public async Task Signing_out_ends_the_session_and_says_so()
    {
        var page = await SignInAsync("pia");
        await page.Link("My account").ClickAsync();
        await Expect(page.Title()).ToHaveTextAsync("My account");

        await page.Button("Sign out").ClickAsync();

        await Expect(page.Title()).ToHaveTextAsync("Sign in");
        await Expect(page.GetByText("You have signed out.")).ToBeVisibleAsync();
        await page.ReloadAsync();
        await Expect(page.Title()).ToHaveTextAsync("Sign in");
        await page.GoBackAsync();
        await Expect(page.Title()).ToHaveTextAsync("Sign in");
    }

    [Fact]
    public async Task A_deep_link_waits_behind_the_sign_in()
    {
        var person = await PersonAsync("pia");
        var page = await OpenAsync(path: "/account");
        await Expect(page).ToHaveURLAsync($"{await DemoUrlAsync()}/sign-in?return=%2Faccount");

        await page.SignInAsync(person);

        await Expect(page.Title()).ToHaveTextAsync("My account");
        await Expect(page).ToHaveURLAsync($"{await DemoUrlAsync()}/account");
    }

    [Theory]
    [InlineData("https://elsewhere.example/")]
    [InlineData("//elsewhere.example/")]
    [InlineData("/\\elsewhere.example/")]
    [InlineData("javascript:alert(1)")]
    public async Task An_address_to_return_to_never_leads_out_of_the_portal(string wanted)
    {
        var person = await PersonAsync("pia");
        var page = await OpenAsync(path: $"/sign-in?return={Uri.EscapeDataString(wanted)}");

        await page.SignInAsync(person);

        await Expect(page.Title()).ToHaveTextAsync("My organisations");
        await Expect(page).ToHaveURLAsync($"{await DemoUrlAsync()}/");
    }
}
