using Microsoft.Playwright;
using Ssp.Identity;
using Ssp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Ssp.Tests.Browser;

/// <summary>"Create organizations" of the manual, and what belongs to it.</summary>
public sealed class OrganizationStories(Stack stack, Chromium chromium, PeoplePortal shared) : PeopleStories(stack, chromium, shared)
{
    [Fact]
    public async Task A_User_Manager_creates_an_organisation()
    {
        Provoke(400);
        var manager = await Portal.NewUserManagerAsync();
        var title = Unique("AZ Nieuwland");
        var nihdi = TestPortal.NewNihdi().Digits;
        var page = await SignInAsync(manager);

        await page.Room("Groups").ClickAsync();
        await Expect(page.Title()).ToHaveTextAsync("Groups – list of organisations");
        await Expect(page.Heading("List of organisations")).ToBeVisibleAsync();
        await page.Link("Add Data Provider").ClickAsync();
        await Expect(page.Title()).ToHaveTextAsync("Add Data Provider");

        await page.Button("Create Data Provider").ClickAsync();
        await Expect(page.ErrorSummary()).ToBeFocusedAsync();
        await Expect(page.ErrorSummary().GetByRole(AriaRole.Listitem))
            .ToHaveTextAsync(["Enter the title of the organisation.", "Enter the NIHDI number of the organisation."]);
        await Expect(page.Locator("#title-error")).ToHaveTextAsync("Enter the title of the organisation.");
        await Expect(page.GetByLabel("Org NIHDI")).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(page.GetByLabel("Revision log message (optional)")).Not.ToHaveAttributeAsync("aria-invalid", "true");
        await page.AssertAccessibleAsync();

        await page.GetByLabel("Title").FillAsync(title);
        await page.GetByLabel("Org NIHDI").FillAsync($"{nihdi[..6]}{(int.Parse(nihdi[6..], System.Globalization.CultureInfo.InvariantCulture) % 97) + 1:D2}");
        await page.Button("Create Data Provider").ClickAsync();
        await Expect(page.Locator("#nihdi-error"))
            .ToHaveTextAsync($"The last two digits do not fit: after {nihdi[..6]} comes {nihdi[6..]}. Look for a typing error.");
        await Expect(page.Locator("#title-error")).ToHaveCountAsync(0);

        await page.GetByLabel("Org NIHDI").FillAsync($"{nihdi[..1]}.{nihdi[1..6]}-{nihdi[6..]}");
        await page.GetByLabel("Revision log message (optional)").FillAsync("Asked for by the board");
        await page.Button("Create Data Provider").ClickAsync();

        await Expect(page.Title()).ToHaveTextAsync(title);
        await Expect(page.Notice()).ToHaveTextAsync($"“{title}” has been created. You can add its members now.");
        await Expect(page.Notice()).ToBeFocusedAsync();
        await Expect(page.GetByText("This organisation has no members yet.")).ToBeVisibleAsync();
        await Expect(page.Link("Add member")).ToBeVisibleAsync();
        await page.AssertAccessibleAsync();
        await page.Tab("Revisions").ClickAsync();
        await Expect(page.Row("Asked for by the board")).ToContainTextAsync($"Created as “{title}” with NIHDI number {nihdi}");
        await Expect(page.Row("Asked for by the board")).ToContainTextAsync(manager.Email);
        await page.Room("Groups").ClickAsync();
        await page.Locator("#search").FillAsync(nihdi);
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);
        await Expect(page.Row(title)).ToContainTextAsync(nihdi);
    }

    [Fact]
    public async Task Two_organisations_share_a_NIHDI_number_only_after_a_confirmation()
    {
        Provoke(409);
        var campus = await NewOrganizationAsync("AZ Twee, campus Noord");
        var title = Unique("AZ Twee, campus Zuid");
        var page = await SignInAsync(await Portal.NewUserManagerAsync(), "/organizations/new");
        await page.GetByLabel("Title").FillAsync(title);
        await page.GetByLabel("Org NIHDI").FillAsync(campus.Nihdi);

        await page.Button("Create Data Provider").ClickAsync();
        await Expect(page.Question()).ToContainTextAsync($"The number {campus.Nihdi} already belongs to: {campus.Title}.");
        await Expect(page.Question()).ToContainTextAsync("both organisations see the same registrations");
        await page.AssertAccessibleAsync();
        await page.Question().Button("Go back").ClickAsync();
        await Expect(page.Button("Create Data Provider")).ToBeFocusedAsync();
        await Expect(page.GetByLabel("Title")).ToHaveValueAsync(title);
        await page.Button("Create Data Provider").ClickAsync();
        await page.Question().Button("Create anyway").ClickAsync();

        await Expect(page.Title()).ToHaveTextAsync(title);
        await page.Room("Groups").ClickAsync();
        await page.Locator("#search").FillAsync(campus.Nihdi);
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task An_organisation_is_edited_and_its_revisions_say_what_was_changed()
    {
        var organization = await NewOrganizationAsync("AZ Oud");
        var manager = await Portal.NewUserManagerAsync();
        var title = Unique("AZ Vernieuwd");
        var page = await SignInAsync(manager);
        await page.OpenMembersAsync(organization.Title);

        await page.Tab("Edit").ClickAsync();
        await Expect(page.GetByLabel("Title")).ToHaveValueAsync(organization.Title);
        await Expect(page.GetByLabel("Org NIHDI")).ToHaveValueAsync(organization.Nihdi);
        await page.GetByLabel("Title").FillAsync(title);
        await page.GetByLabel("Revision log message (optional)").FillAsync("The hospital has a new name");
        await page.Button("Save").ClickAsync();

        await Expect(page.Notice()).ToHaveTextAsync("The organisation has been saved.");
        await Expect(page.Title()).ToHaveTextAsync(title);
        await Expect(page.GetByLabel("Revision log message (optional)")).ToHaveValueAsync("");
        await page.Tab("Revisions").ClickAsync();
        var rows = page.Locator("tbody tr");
        await Expect(rows).ToHaveCountAsync(2);
        await Expect(rows.Nth(0)).ToContainTextAsync($"Title: from “{organization.Title}” to “{title}”");
        await Expect(rows.Nth(0)).ToContainTextAsync(manager.Email);
        await Expect(rows.Nth(0)).ToContainTextAsync("The hospital has a new name");
        await Expect(rows.Nth(1)).ToContainTextAsync("The portal, from HD4DP");
        await page.AssertAccessibleAsync();
    }

    [Fact]
    public async Task A_revision_that_changes_no_field_says_so()
    {
        var organization = await NewOrganizationAsync("AZ Gelijk");
        var page = await SignInAsync(await Portal.NewUserManagerAsync());
        await page.OpenMembersAsync(organization.Title);

        await page.Tab("Edit").ClickAsync();
        await page.GetByLabel("Revision log message (optional)").FillAsync("Checked with the board");
        await page.Button("Save").ClickAsync();
        await Expect(page.Notice()).ToHaveTextAsync("The organisation has been saved.");
        await page.Tab("Revisions").ClickAsync();

        var rows = page.Locator("tbody tr");
        await Expect(rows).ToHaveCountAsync(2);
        await Expect(rows.Nth(0)).ToContainTextAsync("Saved without a change");
        await Expect(rows.Nth(0)).ToContainTextAsync("Checked with the board");
        await Expect(rows.Nth(1)).ToContainTextAsync(organization.Title);
    }

    [Fact]
    public async Task What_somebody_else_has_changed_meanwhile_is_shown_before_anything_is_overwritten()
    {
        Provoke(412);
        var organization = await NewOrganizationAsync("AZ Samen");
        var (first, second) = (Unique("AZ Eerst"), Unique("AZ Daarna"));
        var path = $"/organizations/{organization.Id}/edit";
        var one = await SignInAsync(await Portal.NewUserManagerAsync(), path);
        var other = await SignInAsync(await Portal.NewUserManagerAsync(), path);
        await Expect(other.GetByLabel("Title")).ToHaveValueAsync(organization.Title);
        await one.GetByLabel("Title").FillAsync(first);
        await one.Button("Save").ClickAsync();
        await Expect(one.Notice()).ToHaveTextAsync("The organisation has been saved.");

        await other.GetByLabel("Title").FillAsync(second);
        await other.Button("Save").ClickAsync();
        await Expect(other.Notice()).ToBeFocusedAsync();
        await Expect(other.Notice()).ToContainTextAsync("Somebody else has changed this meanwhile");
        await Expect(other.Notice()).ToContainTextAsync($"It is now: title “{first}”, NIHDI number {organization.Nihdi}.");
        await Expect(other.GetByLabel("Title")).ToHaveValueAsync(second);
        await other.AssertAccessibleAsync();
        await other.Button("Take over what is there now").ClickAsync();
        await Expect(other.GetByLabel("Title")).ToHaveValueAsync(first);
        await Expect(other.Notice()).ToHaveCountAsync(0);

        // The other way round: the own change is put in the place of what is there now.
        await one.GetByLabel("Title").FillAsync(organization.Title);
        await one.Button("Save").ClickAsync();
        await Expect(one.Title()).ToHaveTextAsync(organization.Title);
        await other.GetByLabel("Title").FillAsync(second);
        await other.Button("Save").ClickAsync();
        await Expect(other.Notice()).ToContainTextAsync($"It is now: title “{organization.Title}”");
        await other.Button("Save").ClickAsync();
        await Expect(other.Notice()).ToHaveTextAsync("The organisation has been saved.");
        await Expect(other.Title()).ToHaveTextAsync(second);
    }

    [Fact]
    public async Task A_User_Manager_creates_an_organisation_in_Dutch()
    {
        Provoke(400);
        var title = Unique("AZ Zeewind");
        var page = await SignInAsync(await Portal.NewUserManagerAsync(), locale: "nl-BE");
        await page.Room("Groepen").ClickAsync();
        await Expect(page.Title()).ToHaveTextAsync("Groepen – lijst van organisaties");
        await page.Link("Data Provider toevoegen").ClickAsync();

        await page.Button("Data Provider aanmaken").ClickAsync();
        await Expect(page.ErrorSummary().GetByRole(AriaRole.Listitem))
            .ToHaveTextAsync(["Vul de naam van de organisatie in.", "Vul het RIZIV-nummer van de organisatie in."]);
        await page.GetByLabel("Naam").FillAsync(title);
        await page.GetByLabel("RIZIV-nummer van de organisatie").FillAsync("7100");
        await page.Button("Data Provider aanmaken").ClickAsync();
        await Expect(page.Locator("#nihdi-error")).ToContainTextAsync("RIZIV-nummer");
        await page.AssertAccessibleAsync();
        await page.GetByLabel("RIZIV-nummer van de organisatie").FillAsync(TestPortal.NewNihdi().Digits);
        await page.Button("Data Provider aanmaken").ClickAsync();

        await Expect(page.Notice()).ToHaveTextAsync($"“{title}” is aangemaakt. U kunt nu leden toevoegen.");
        await Expect(page.Link("Lid toevoegen")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Only_a_User_Manager_creates_and_edits_organisations()
    {
        var organization = await NewOrganizationAsync("AZ Gesloten");
        var page = await SignInAsync(await NewMemberAsync("daan", organization, Role.DpManager));
        await page.OpenMembersAsync(organization.Title);
        await Expect(page.Tab("Revisions")).ToBeVisibleAsync();
        await Expect(page.Tab("Edit")).ToHaveCountAsync(0);
        await page.Room("Groups").ClickAsync();
        await Expect(page.Row(organization.Title)).ToBeVisibleAsync();
        await Expect(page.Link("Add Data Provider")).ToHaveCountAsync(0);

        foreach (var path in (string[])["/organizations/new", $"/organizations/{organization.Id}/edit"])
        {
            await page.GotoAsync(Portal.Address() + path);
            await Expect(page.Title()).ToHaveTextAsync("Page not found");
        }
    }
}
