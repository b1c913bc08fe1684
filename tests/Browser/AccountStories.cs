using Microsoft.Playwright;
using Ssp.Identity;
using Ssp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Ssp.Tests.Browser;

/// <summary>Accounts: cancelling them, the right of User Manager, what a person can do, and one's own sessions.</summary>
public sealed class AccountStories(Stack stack, Chromium chromium, PeoplePortal shared) : PeopleStories(stack, chromium, shared)
{
    [Fact]
    public async Task A_User_Manager_cancels_an_account_completely()
    {
        var organization = await NewOrganizationAsync("AZ Voorbij");
        var person = await NewMemberAsync("luc", organization, Role.CsvUploadManager);
        var theirs = await SignInAsync(person);
        var page = await SignInAsync(await Portal.NewUserManagerAsync());
        await page.Room("People and roles").ClickAsync();
        await page.Tab("Accounts").ClickAsync();
        await page.GetByLabel("Search accounts by e-mail address").FillAsync(person.Email);
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);
        await page.Row(person.Email).Link(person.Email).ClickAsync();
        await Expect(page.Title()).ToHaveTextAsync(person.Email);

        await page.Button("Cancel account").ClickAsync();
        await Expect(page.Question())
            .ToContainTextAsync("removed from all organisations, is signed out everywhere at once and can no longer sign in. This cannot be undone.");
        await page.AssertAccessibleAsync();
        await page.Question().Button("Cancel account").ClickAsync();
        await Expect(page.Notice()).ToHaveTextAsync($"The account of {person.Email} has been cancelled.");
        await page.Locator("#account-search").FillAsync(person.Email);
        await Expect(page.GetByText("No account matches your search.")).ToBeVisibleAsync();

        await theirs.Room("Groups").ClickAsync();
        await Expect(theirs.Title()).ToHaveTextAsync("Sign in");
        await theirs.SignInAsync(person);
        await Expect(theirs.ErrorSummary()).ToContainTextAsync("Check both and try again");
        await page.OpenMembersAsync(organization.Title);
        await Expect(page.GetByText("This organisation has no members yet.")).ToBeVisibleAsync();
        await page.Link("Add member").ClickAsync();
        await page.FindAccountAsync(person.Email);
        await Expect(page.GetByText("This person does not use the portal yet.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_last_User_Manager_stays_one_until_there_is_another()
    {
        Provoke(409);
        await using var portal = await StartPortalAsync();
        var (mia, noor) = (await portal.NewUserManagerAsync(), await portal.NewPersonAsync(NewEmail("noor")));
        var page = await OpenAsync(portal.Address(), $"/people/{mia.AccountId}");
        await page.SignInAsync(mia);
        await Expect(page.GetByText("This is you.")).ToBeVisibleAsync();

        await page.Button("Remove as User Manager").ClickAsync();
        await Expect(page.Question()).ToContainTextAsync("This is you: you lose this right at once");
        await page.AssertAccessibleAsync();
        await page.Question().Button("Remove as User Manager").ClickAsync();
        const string last = "Without a User Manager nobody could manage organisations and accounts. Make somebody else User Manager first.";
        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveTextAsync(last);
        await page.AssertAccessibleAsync();
        await page.Button("Cancel account").ClickAsync();
        await page.Question().Button("Cancel account").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveTextAsync(last);

        await page.GotoAsync($"{portal.Address()}/people/{noor.AccountId}");
        await page.Button("Make User Manager").ClickAsync();
        await page.Question().Button("Make User Manager").ClickAsync();
        await Expect(page.Notice()).ToHaveTextAsync($"{noor.Email} is now a User Manager.");
        await Expect(page.Fact("User Manager")).ToHaveTextAsync("Yes");
        await page.GotoAsync($"{portal.Address()}/people/{mia.AccountId}");
        await page.Button("Remove as User Manager").ClickAsync();
        await page.Question().Button("Remove as User Manager").ClickAsync();
        await Expect(page.Notice()).ToHaveTextAsync($"{mia.Email} is no longer a User Manager.");
        await Expect(page.Title()).ToHaveTextAsync("My organisations");
        await Expect(page.Room("People and roles")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Somebody_with_an_account_is_made_a_User_Manager_there()
    {
        Provoke(409);
        var person = await Portal.NewPersonAsync(NewEmail("noor"));
        var page = await SignInAsync(await Portal.NewUserManagerAsync(), "/accounts/new");
        await page.Locator("#email").FillAsync(person.Email);
        await page.Button("Add User Manager").ClickAsync();

        await Expect(page.ErrorSummary()).ToContainTextAsync("Look the person up in the list of accounts and make them User Manager there.");
        await page.AssertAccessibleAsync();
        await page.Link($"Open the account of {person.Email}").ClickAsync();
        await page.Button("Make User Manager").ClickAsync();
        await Expect(page.Question()).ToContainTextAsync("manages the organisations, members and roles of the whole installation");
        await page.Question().Button("Make User Manager").ClickAsync();
        await Expect(page.Notice()).ToHaveTextAsync($"{person.Email} is now a User Manager.");
        await page.Button("Remove as User Manager").ClickAsync();
        await page.Question().Button("Remove as User Manager").ClickAsync();
        await Expect(page.Notice()).ToHaveTextAsync($"{person.Email} is no longer a User Manager.");
        await Expect(page.Fact("User Manager")).ToHaveTextAsync("No");
    }

    [Fact]
    public async Task What_a_person_can_do_is_said_with_the_reasons()
    {
        var (one, other) = (await NewOrganizationAsync("AZ Linde"), await NewOrganizationAsync("AZ Beuk"));
        var person = await NewMemberAsync("tom", one, Role.CsvUploadManager);
        await Portal.SetRolesAsync(person, other, Role.DpManager);
        var page = await SignInAsync(await Portal.NewUserManagerAsync());
        await page.Room("People and roles").ClickAsync();
        await page.GetByLabel("Search by e-mail address or organisation").FillAsync(person.Email);
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(2);
        await Expect(page.Row(one.Title).Locator("td.matrix__yes")).ToContainTextAsync("CSV Upload Manager");
        await page.Row(one.Title).Link(person.Email).ClickAsync();

        await Expect(page.Heading("What can this person do, and why?")).ToBeVisibleAsync();
        await Expect(Can(page, "Export registrations to CSV files")).ToContainTextAsync($"because: CSV Upload Manager of {one.Title}");
        await Expect(Can(page, "Import members from a file")).ToContainTextAsync($"because: DP Manager of {other.Title}");
        await Expect(Can(page, "See the members of an organisation")).ToContainTextAsync("member of");
        await Expect(Can(page, "Cancel accounts")).ToHaveCountAsync(0);
        await page.AssertAccessibleAsync();
        await page.Button("Make User Manager").ClickAsync();
        await page.Question().Button("Make User Manager").ClickAsync();
        await Expect(Can(page, "Cancel accounts")).ToContainTextAsync("because: User Manager");

        // Whoever manages one of the two learns nothing of the other.
        var near = await SignInAsync(await NewMemberAsync("daan", one, Role.DpManager), MembersOf(one));
        await near.Row(person.Email).GetByRole(AriaRole.Rowheader).Link(person.Email).ClickAsync();
        await Expect(near.GetByText("You see only the organisations you manage; this person may belong to others as well.")).ToBeVisibleAsync();
        await Expect(near.GetByText(other.Title)).ToHaveCountAsync(0);
        await Expect(near.Button("Cancel account")).ToHaveCountAsync(0);
        await Expect(near.Button("Make User Manager")).ToHaveCountAsync(0);
        await near.AssertAccessibleAsync();
    }

    [Fact]
    public async Task Ones_own_sessions_are_ended_one_by_one_and_all_others_at_once()
    {
        var person = await Portal.NewPersonAsync(NewEmail("pia"));
        // On the page, so that the browser says what it is.
        async Task<IPage> SignInAsync(Person person)
        {
            var window = await OpenAsync(Portal.Address());
            await window.SignInAsync(person);
            await Expect(window.Locator(".person")).ToBeVisibleAsync();
            return window;
        }

        var (page, second) = (await SignInAsync(person), await SignInAsync(person));
        await page.Link("My account").ClickAsync();
        var sessions = page.GetByTestId("sessions").GetByRole(AriaRole.Listitem);
        await Expect(sessions).ToHaveCountAsync(2);
        await Expect(sessions.Filter(new() { HasText = "This browser" })).ToContainTextAsync("Chrome, Linux");
        await page.AssertAccessibleAsync();

        await sessions.Filter(new() { HasNotText = "This browser" }).Button("End Chrome, Linux").ClickAsync();
        await Expect(page.Question()).ToContainTextAsync("End the session on Chrome, Linux?");
        await page.AssertAccessibleAsync();
        await page.Question().Button("End").ClickAsync();
        await Expect(sessions).ToHaveCountAsync(1);
        await Expect(page.GetByTestId("announcer")).ToHaveTextAsync("The session has been ended.");
        await Expect(page.Heading("Where I am signed in")).ToBeFocusedAsync();
        await second.Room("Groups").ClickAsync();
        await Expect(second.GetByText("Your session has ended.")).ToBeVisibleAsync();

        var third = await SignInAsync(person);
        await second.SignInAsync(person);
        await Expect(second.Title()).ToHaveTextAsync("Groups – list of organisations");
        await page.ReloadAsync();
        await Expect(sessions).ToHaveCountAsync(3);
        await page.Button("End all others").ClickAsync();
        await page.Question().Button("End all others").ClickAsync();
        await Expect(sessions).ToHaveCountAsync(1);
        foreach (var ended in (IPage[])[second, third])
        {
            await ended.ReloadAsync();
            await Expect(ended.Title()).ToHaveTextAsync("Sign in");
        }

        await page.ReloadAsync();
        await Expect(page.Title()).ToHaveTextAsync("My account");
    }

    [Fact]
    public async Task Failed_sign_ins_are_shown_to_whoever_was_meant()
    {
        var person = await Portal.NewPersonAsync(NewEmail("pia"));
        var page = await OpenAsync(Portal.Address(), "/account");
        await page.SignInAsync(person.Email, "somebody guesses this");
        await Expect(page.ErrorSummary()).ToBeVisibleAsync();
        await page.SignInAsync(person);

        await Expect(page.Title()).ToHaveTextAsync("My account");
        var failed = page.Locator("section[aria-labelledby=failed-title]");
        await Expect(failed).ToContainTextAsync("Somebody entered your e-mail address with a wrong password. If that was not you, tell your User Manager.");
        await Expect(failed.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(1);
        await page.AssertAccessibleAsync();
    }

    private static ILocator Can(IPage page, string action) => page.Locator(".capabilities li").Filter(new() { HasText = action });
}
