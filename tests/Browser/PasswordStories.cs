using Ssp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Ssp.Tests.Browser;

public sealed class PasswordStories(Stack stack, Chromium chromium, PeoplePortal shared) : PeopleStories(stack, chromium, shared)
{
    [Fact]
    public async Task A_temporary_password_is_replaced_before_anything_else_and_then_home_opens()
    {
        var person = await Portal.NewPersonAsync(temporaryUntil: DateTimeOffset.UtcNow.AddHours(1));
        await Portal.SetRolesAsync(person, await Portal.NewOrganizationAsync("AZ Test"));
        var page = await OpenAsync(Portal.Address());
        await page.SignInAsync(person);
        await Expect(page.Title()).ToHaveTextAsync("Welcome");
        await Expect(page.Locator("#currentPassword")).ToHaveCountAsync(0);
        await page.GotoAsync($"{Portal.Address()}/account");
        await Expect(page.Title()).ToHaveTextAsync("Welcome");

        // The page was loaded anew and no longer knows the temporary password.
        await page.Locator("#currentPassword").FillAsync(person.Password);
        await page.Locator("#newPassword").FillAsync(Chosen);
        await page.Locator("#newPasswordAgain").FillAsync(Chosen);
        await page.Button("Save and Login").ClickAsync();

        await Expect(page.Title()).ToHaveTextAsync("My account");
        await page.Link("HD4DP2 Self-Service Portal").ClickAsync();
        await Expect(page.GetByText("AZ Test")).ToBeVisibleAsync();
        await page.Button("Sign out").ClickAsync();
        await page.SignInAsync(person.Email, Chosen);
        await Expect(page.Title()).ToHaveTextAsync("My organisations");
    }

    [Fact]
    public async Task Right_after_the_sign_in_the_temporary_password_need_not_be_typed_again()
    {
        Provoke(400);
        var person = await Portal.NewPersonAsync(temporaryUntil: DateTimeOffset.UtcNow.AddHours(1));
        var page = await OpenAsync(Portal.Address());
        await page.SignInAsync(person);

        await page.ChoosePasswordAsync("too short");
        await Expect(page.ErrorSummary()).ToContainTextAsync("must have at least 15 characters");
        await page.ChoosePasswordAsync(Chosen, "zeven groene fietsen zwijgen");
        await Expect(page.ErrorSummary()).ToContainTextAsync("The two new passwords are not the same.");
        await page.ChoosePasswordAsync("passwordpassword");
        await Expect(page.ErrorSummary()).ToContainTextAsync("among the first that others would guess");
        await Expect(page.ErrorSummary()).ToBeFocusedAsync();
        await page.ChoosePasswordAsync(Chosen);

        await Expect(page.Title()).ToHaveTextAsync("My organisations");
        await Expect(page).ToHaveURLAsync($"{Portal.Address()}/");
    }

    [Fact]
    public async Task A_person_changes_the_own_password_and_stays_signed_in()
    {
        Provoke(400);
        var person = await Portal.NewPersonAsync();
        var page = await OpenAsync(Portal.Address());
        await page.SignInAsync(person);
        await page.Link("My account").ClickAsync();
        await Expect(page.Title()).ToHaveTextAsync("My account");

        await page.Locator("#currentPassword").FillAsync("not the current one");
        await page.ChoosePasswordAsync(Chosen);
        await Expect(page.ErrorSummary()).ToContainTextAsync("This is not your current password.");
        await page.Locator("#currentPassword").FillAsync(person.Password);
        await page.ChoosePasswordAsync(Chosen);

        await Expect(page.Locator(".ds-alert:focus")).ToHaveTextAsync("Your password has been changed.");
        await page.ReloadAsync();
        await Expect(page.Title()).ToHaveTextAsync("My account");
        await page.Button("Sign out").ClickAsync();
        await page.SignInAsync(person.Email, Chosen);
        await Expect(page.Title()).ToHaveTextAsync("My organisations");
    }
}
