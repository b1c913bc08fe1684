using Microsoft.Playwright;
using Ssp.Identity;
using Ssp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Ssp.Tests.Browser;

/// <summary>"Change temporary password" of the manual: from the manager who adds a person to that person in the portal.</summary>
public sealed class FirstSignInStories(Stack stack, Chromium chromium, PeoplePortal shared) : PeopleStories(stack, chromium, shared)
{
    [Fact]
    public async Task A_person_who_was_added_signs_in_chooses_a_password_and_sees_the_organisation()
    {
        var organization = await NewOrganizationAsync("AZ Begin");
        var email = NewEmail("an");
        var manager = await SignInAsync(await NewMemberAsync("daan", organization, Role.DpManager));
        await manager.OpenMembersAsync(organization.Title);
        await manager.Link("Add member").ClickAsync();
        await manager.FindAccountAsync(email);
        await manager.Box("CSV Upload Manager").CheckAsync();
        await manager.Button("Add member").ClickAsync();
        var password = await manager.TemporaryPasswordOfAsync(email);

        var page = await OpenAsync(Portal.Address());
        await page.SignInAsync(email, password);
        await Expect(page.Title()).ToHaveTextAsync("Welcome");
        await Expect(page.Locator("nav.rooms")).ToHaveCountAsync(0);
        await page.GetByLabel("New password", new() { Exact = true }).FillAsync(Chosen);
        await page.GetByLabel("New password again", new() { Exact = true }).FillAsync(Chosen);
        await page.Button("Save and Login").ClickAsync();

        await Expect(page.Title()).ToHaveTextAsync("My organisations");
        var card = page.GetByRole(AriaRole.Article, new() { Name = organization.Title });
        await Expect(card).ToContainTextAsync("CSV Upload Manager");
        await Expect(card.Link("CSV export")).ToBeVisibleAsync();
        await page.AssertAccessibleAsync();
        await manager.ReloadAsync();
        await Expect(manager.Row(email)).ToContainTextAsync("Active");
        await Expect(manager.Row(email)).ToContainTextAsync("Last sign-in:");

        await page.Button("Sign out").ClickAsync();
        await page.SignInAsync(email, password);
        await Expect(page.ErrorSummary()).ToContainTextAsync("Check both and try again");
        await page.SignInAsync(email, Chosen);
        await Expect(page.Title()).ToHaveTextAsync("My organisations");
    }

    [Fact]
    public async Task A_new_User_Manager_signs_in_and_sees_the_whole_installation()
    {
        var organization = await NewOrganizationAsync("AZ Overzicht");
        var email = NewEmail("mia");
        var manager = await SignInAsync(await Portal.NewUserManagerAsync());
        await manager.Room("People and roles").ClickAsync();
        await manager.Tab("Accounts").ClickAsync();
        await manager.Link("Add User Manager").ClickAsync();
        await Expect(manager.Title()).ToHaveTextAsync("Add User Manager");
        await manager.Locator("#email").FillAsync(email);
        await manager.Button("Add User Manager").ClickAsync();
        var password = await manager.TemporaryPasswordOfAsync(email);
        await manager.AssertAccessibleAsync();

        var page = await OpenAsync(Portal.Address());
        await page.SignInAsync(email, password);
        await page.ChoosePasswordAsync(Chosen);
        await Expect(page.Title()).ToHaveTextAsync("Organisations");
        await page.Locator("#search").FillAsync(organization.Title);
        await Expect(page.Row(organization.Title)).ToBeVisibleAsync();
    }
}
