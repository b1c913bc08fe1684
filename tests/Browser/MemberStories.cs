using System.Net;
using System.Text;
using Microsoft.Playwright;
using Ssp.Identity;
using Ssp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Ssp.Tests.Browser;

/// <summary>"Add members and define roles", "Remove members", "Edit member roles" and "Change own current password" of the manual.</summary>
public sealed class MemberStories(Stack stack, Chromium chromium, PeoplePortal shared) : PeopleStories(stack, chromium, shared)
{
    [Fact]
    public async Task A_new_member_is_added_and_the_temporary_password_is_shown_once()
    {
        var organization = await NewOrganizationAsync("AZ Nieuw");
        var email = NewEmail("an");
        var page = await SignInAsync(await NewMemberAsync("daan", organization, Role.DpManager));
        await page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await page.OpenMembersAsync(organization.Title);

        await page.Link("Add member").ClickAsync();
        await Expect(page.Part()).ToHaveTextAsync("Add member");
        await Expect(page.GetByRole(AriaRole.Checkbox)).ToHaveCountAsync(0);
        await page.Button("Next").ClickAsync();
        await Expect(page.Locator("#email-error")).ToHaveTextAsync("Enter the e-mail address.");
        await page.AssertAccessibleAsync();
        await page.FindAccountAsync(email);
        await Expect(page.GetByText("This person does not use the portal yet.")).ToBeVisibleAsync();
        await Expect(page.Locator("input[type=password]")).ToHaveCountAsync(0);
        await page.Box("CSV Upload Manager").CheckAsync();
        await page.AssertAccessibleAsync();
        await page.Button("Add member").ClickAsync();

        await Expect(page.Part()).ToHaveTextAsync("Members");
        await Expect(page.Notice()).ToBeFocusedAsync();
        await Expect(page.Notice()).ToContainTextAsync($"{email} is now a member of {organization.Title}.");
        var password = await page.TemporaryPasswordOfAsync(email);
        await page.AssertAccessibleAsync();
        await page.Button("Copy password").ClickAsync();
        await Expect(page.Button("Copied")).ToBeVisibleAsync();
        Assert.Equal(password, await page.EvaluateAsync<string>("() => navigator.clipboard.readText()"));
        await Expect(page.Row(email)).ToContainTextAsync("CSV Upload Manager");
        await Expect(page.Row(email)).ToContainTextAsync("Temporary password issued");
        await Expect(page.Row(email)).ToContainTextAsync("Never signed in");

        await page.Link("Add another member").ClickAsync();
        await Expect(page.Locator("#email")).ToHaveValueAsync("");
        await page.GoBackAsync();
        await Expect(page.Row(email)).ToBeVisibleAsync();
        await Expect(page.TemporaryPassword()).ToHaveCountAsync(0);
        Assert.DoesNotContain(password, await page.ContentAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_temporary_password_can_be_hidden_and_is_gone_after_a_reload()
    {
        var organization = await NewOrganizationAsync("AZ Discreet");
        var page = await SignInAsync(await NewMemberAsync("daan", organization, Role.DpManager), MembersOf(organization));
        foreach (var (who, leave) in new (string, Func<Task>)[]
        {
            ("an", () => page.Button("I have passed it on: hide it").ClickAsync()),
            ("bo", () => page.ReloadAsync()),
        })
        {
            var email = NewEmail(who);
            await page.Link("Add member").ClickAsync();
            await page.FindAccountAsync(email);
            await page.Button("Add member").ClickAsync();
            await page.TemporaryPasswordOfAsync(email);

            await leave();

            await Expect(page.Row(email)).ToContainTextAsync("No role");
            await Expect(page.TemporaryPassword()).ToHaveCountAsync(0);
        }
    }

    [Fact]
    public async Task An_existing_member_is_added_without_a_password_and_one_sees_where_the_account_comes_from()
    {
        var (elsewhere, organization) = (await NewOrganizationAsync("CHU Ailleurs"), await NewOrganizationAsync("AZ Hier"));
        using var luc = await AddElsewhereAsync(elsewhere, "luc");
        await luc.SignInAsync();
        var changed = await luc.PutAsync("account/password", new { currentPassword = luc.Password, newPassword = Chosen, newPasswordAgain = Chosen });
        Assert.True(changed.Status == HttpStatusCode.NoContent, changed.Text);
        var page = await SignInAsync(await NewMemberAsync("daan", organization, Role.DpManager));
        await page.OpenMembersAsync(organization.Title);

        await page.Link("Add member").ClickAsync();
        await page.FindAccountAsync($" {luc.Email.ToUpperInvariant()} ");
        await Expect(page.GetByText("This person already has an account.")).ToBeVisibleAsync();
        await Expect(page.Fact("Account made by")).ToHaveTextAsync(elsewhere.Title);
        await Expect(page.Fact("Last sign-in")).ToContainTextAsync(":");
        await Expect(page.GetByText("temporary password")).ToHaveCountAsync(0);
        await Expect(page.GetByText("Does this not fit the person you mean?")).ToBeVisibleAsync();
        await page.AssertAccessibleAsync();
        await page.Box("Certificate Manager").CheckAsync();
        await page.Box("NIPPIN Manager").CheckAsync();
        await page.Button("Add member").ClickAsync();

        await Expect(page.Notice()).ToHaveTextAsync($"{luc.Email} is now a member of {organization.Title}.");
        await Expect(page.TemporaryPassword()).ToHaveCountAsync(0);
        await Expect(page.Row(luc.Email).Locator(".tags")).ToHaveTextAsync("Certificate ManagerNIPPIN Manager");

        await page.Link("Add member").ClickAsync();
        await page.FindAccountAsync(luc.Email);
        await Expect(page.GetByText($"This person is already a member of {organization.Title}.")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Checkbox)).ToHaveCountAsync(0);
        await page.AssertAccessibleAsync();
        await page.Link("Edit member").ClickAsync();
        await Expect(page.Heading(luc.Email)).ToBeVisibleAsync();
        await Expect(page.Box("NIPPIN Manager")).ToBeCheckedAsync();
    }

    [Fact]
    public async Task Who_has_not_used_the_temporary_password_of_elsewhere_signs_in_first_or_is_given_another_by_a_User_Manager()
    {
        Provoke(409);
        var (elsewhere, organization) = (await NewOrganizationAsync("CHU Ailleurs"), await NewOrganizationAsync("AZ Hier"));
        using var luc = await AddElsewhereAsync(elsewhere, "luc");
        var page = await SignInAsync(await NewMemberAsync("daan", organization, Role.DpManager), $"{MembersOf(organization)}/add");

        await page.FindAccountAsync(luc.Email);
        await Expect(page.Fact("Last sign-in")).ToHaveTextAsync("Never");
        await Expect(page.GetByText("a new temporary password is made and shown to you once; the one from before stops working.")).ToBeVisibleAsync();
        await page.AssertAccessibleAsync();
        await page.Button("Add member").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Ask them to sign in and choose their own password first");
        await page.AssertAccessibleAsync();
        await luc.SignInAsync();

        page = await SignInAsync(await Portal.NewUserManagerAsync(), $"{MembersOf(organization)}/add");
        await page.FindAccountAsync(luc.Email);
        await Expect(page.GetByText("a new temporary password is made and shown to you once; the one from before stops working.")).ToBeVisibleAsync();
        await page.Button("Add member").ClickAsync();

        Assert.NotEqual(luc.Password, await page.TemporaryPasswordOfAsync(luc.Email));
        Assert.Equal(HttpStatusCode.Unauthorized, (await luc.PostAsync("session", new { email = luc.Email, password = luc.Password })).Status);
    }

    [Fact]
    public async Task The_roles_of_a_member_are_edited_and_act_at_once()
    {
        var organization = await NewOrganizationAsync("AZ Rollen");
        var member = await NewMemberAsync("cas", organization, Role.CsvUploadManager);
        var theirs = await SignInAsync(member, MembersOf(organization));
        await Expect(theirs.Link("CSV export")).ToBeVisibleAsync();
        var page = await SignInAsync(await NewMemberAsync("daan", organization, Role.DpManager));
        await page.OpenMembersAsync(organization.Title);

        await page.Row(member.Email).Link("Edit member").ClickAsync();
        await Expect(page.Part()).ToHaveTextAsync("Edit member");
        await Expect(page.Box("CSV Upload Manager")).ToBeCheckedAsync();
        await Expect(page.Box("DP Manager")).ToBeDisabledAsync();
        await Expect(page.GetByText("Only a User Manager gives or takes this role.")).ToBeVisibleAsync();
        await page.AssertAccessibleAsync();
        await page.Box("CSV Upload Manager").UncheckAsync();
        await page.Box("Certificate Manager").CheckAsync();
        await page.Button("Save").ClickAsync();

        await Expect(page.Part()).ToHaveTextAsync("Members");
        await Expect(page.Notice()).ToHaveTextAsync($"The roles of {member.Email} have been saved.");
        await Expect(page.Row(member.Email).Locator(".tags")).ToHaveTextAsync("Certificate Manager");
        await theirs.ReloadAsync();
        await Expect(theirs.Part()).ToHaveTextAsync("Members");
        await Expect(theirs.Link("CSV export")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Roles_that_somebody_else_has_changed_meanwhile_are_shown_before_anything_is_saved()
    {
        Provoke(412);
        var organization = await NewOrganizationAsync("AZ Gelijktijdig");
        var member = await NewMemberAsync("luc", organization);
        var page = await SignInAsync(await Portal.NewUserManagerAsync(), $"{MembersOf(organization)}/{member.AccountId}");
        await Expect(page.Box("DP Manager")).ToBeEnabledAsync();
        await Portal.SetRolesAsync(member, organization, Role.NippinManager);

        await page.Box("Certificate Manager").CheckAsync();
        await page.Button("Save").ClickAsync();
        await Expect(page.Notice()).ToBeFocusedAsync();
        await Expect(page.Notice()).ToContainTextAsync("The roles are now: NIPPIN Manager. You had chosen: Certificate Manager.");
        await Expect(page.Box("NIPPIN Manager")).ToBeCheckedAsync();
        await Expect(page.Box("Certificate Manager")).Not.ToBeCheckedAsync();
        await page.AssertAccessibleAsync();
        await page.Box("DP Manager").CheckAsync();
        await page.Button("Save").ClickAsync();

        await Expect(page.Row(member.Email).Locator(".tags")).ToHaveTextAsync("DP ManagerNIPPIN Manager");
    }

    [Fact]
    public async Task A_member_is_removed_can_still_sign_in_and_can_be_added_again()
    {
        var organization = await NewOrganizationAsync("AZ Afscheid");
        var member = await NewMemberAsync("luc", organization, Role.CsvUploadManager);
        var page = await SignInAsync(await NewMemberAsync("daan", organization, Role.DpManager));
        await page.OpenMembersAsync(organization.Title);

        await page.Row(member.Email).Button($"More for {member.Email}").ClickAsync();
        await Expect(page.Row(member.Email).Button("Remove member")).ToBeVisibleAsync();
        await page.AssertAccessibleAsync();
        await page.Row(member.Email).Button("Remove member").ClickAsync();
        await Expect(page.Question()).ToContainTextAsync($"Remove {member.Email} from {organization.Title}?");
        await Expect(page.Question()).ToContainTextAsync("The account stays: the person can still sign in and can be added again");
        await page.AssertAccessibleAsync();
        await page.Question().Button("Cancel").ClickAsync();
        await Expect(page.Row(member.Email).Button($"More for {member.Email}")).ToBeFocusedAsync();
        await page.ChooseFromLineAsync(member.Email, "Remove member");
        await page.Question().Button("Delete").ClickAsync();
        await Expect(page.Notice()).ToHaveTextAsync($"{member.Email} is no longer a member of {organization.Title}.");
        await Expect(page.Row(member.Email)).ToHaveCountAsync(0);

        var theirs = await SignInAsync(member);
        await Expect(theirs.Heading("You do not belong to an organisation yet")).ToBeVisibleAsync();
        await page.Link("Add member").ClickAsync();
        await page.FindAccountAsync(member.Email);
        await Expect(page.GetByText("This person already has an account.")).ToBeVisibleAsync();
        await page.Button("Add member").ClickAsync();
        await Expect(page.Row(member.Email)).ToContainTextAsync("No role");
        await theirs.ReloadAsync();
        await Expect(theirs.GetByRole(AriaRole.Article, new() { Name = organization.Title })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Somebody_who_has_lost_the_password_gets_a_new_temporary_one()
    {
        var organization = await NewOrganizationAsync("AZ Vergeten");
        var member = await NewMemberAsync("luc", organization);
        var theirs = await SignInAsync(member);
        var page = await SignInAsync(await NewMemberAsync("daan", organization, Role.DpManager), MembersOf(organization));

        await page.ChooseFromLineAsync(member.Email, "New temporary password");
        await Expect(page.Question()).ToContainTextAsync("Make sure that it is really this person who has asked you.");
        await page.AssertAccessibleAsync();
        await page.Question().Button("Issue password").ClickAsync();
        var password = await page.TemporaryPasswordOfAsync(member.Email);
        await Expect(page.Row(member.Email)).ToContainTextAsync("Temporary password issued");

        await theirs.ReloadAsync();
        await Expect(theirs.Title()).ToHaveTextAsync("Sign in");
        await theirs.SignInAsync(member.Email, password);
        await Expect(theirs.Title()).ToHaveTextAsync("Welcome");
    }

    [Fact]
    public async Task A_password_that_would_open_another_organisation_is_for_a_User_Manager_to_renew()
    {
        Provoke(403);
        var (organization, elsewhere) = (await NewOrganizationAsync("AZ Een"), await NewOrganizationAsync("AZ Ander"));
        var member = await NewMemberAsync("tom", organization);
        await Portal.SetRolesAsync(member, elsewhere);
        var page = await SignInAsync(await NewMemberAsync("daan", organization, Role.DpManager), MembersOf(organization));

        await page.ChooseFromLineAsync(member.Email, "New temporary password");
        await page.Question().Button("Issue password").ClickAsync();

        await Expect(page.GetByRole(AriaRole.Alert))
            .ToContainTextAsync("This person also belongs to an organisation you do not manage, or is a DP Manager or a User Manager. Ask a User Manager");
        await Expect(page.TemporaryPassword()).ToHaveCountAsync(0);
        await page.AssertAccessibleAsync();
        var above = await SignInAsync(await Portal.NewUserManagerAsync(), MembersOf(organization));
        await above.ChooseFromLineAsync(member.Email, "New temporary password");
        await above.Question().Button("Issue password").ClickAsync();
        await above.TemporaryPasswordOfAsync(member.Email);
    }

    [Fact]
    public async Task Members_are_imported_after_a_preview_and_exported_again()
    {
        var organization = await NewOrganizationAsync("AZ Velen");
        var known = await NewMemberAsync("cas", organization, Role.CsvUploadManager);
        // A spreadsheet would run the second as a formula.
        var (an, bo) = (NewEmail("an"), NewEmail("+bo"));
        var page = await SignInAsync(await NewMemberAsync("daan", organization, Role.DpManager), MembersOf(organization));
        await page.Link("Import members").ClickAsync();
        await page.Button("Show what would happen").ClickAsync();
        await Expect(page.Locator("#csv-error")).ToHaveTextAsync("Choose a file or paste the rows.");

        await page.GetByLabel("Or paste the rows here").FillAsync($"email;roles\n{an};csv_upload_manager|director\nnobody;\n{bo};dp_manager\n");
        await page.Button("Show what would happen").ClickAsync();
        await Expect(page.Notice()).ToContainTextAsync("3 rows have errors.");
        await Expect(page.Row(an)).ToContainTextAsync("director is no role.");
        await Expect(page.Row("nobody")).ToContainTextAsync("This is not an e-mail address.");
        await Expect(page.Row(bo)).ToContainTextAsync("User Manager");
        await Expect(page.Button("Import ")).ToHaveCountAsync(0);
        await page.AssertAccessibleAsync();

        await page.Locator("#file").SetInputFilesAsync(new FilePayload
        {
            Name = "members.csv",
            MimeType = "text/csv",
            Buffer = Encoding.UTF8.GetBytes($"\uFEFFemail;roles\r\n{an};csv_upload_manager|nippin_manager\r\n{known.Email};certificate_editor\r\n{bo};\r\n"),
        });
        await page.Button("Show what would happen").ClickAsync();
        await Expect(page.Notice()).ToContainTextAsync("All rows are in order. Nothing has been changed yet.");
        await Expect(page.Row(an)).ToContainTextAsync("gets an account with a temporary password");
        await Expect(page.Row(known.Email)).ToContainTextAsync("Roles change");
        await page.AssertAccessibleAsync();
        await page.Button("Import 3 members").ClickAsync();

        await Expect(page.Notice()).ToContainTextAsync("3 members have been imported.");
        await Expect(page.GetByTestId("temporary-passwords")).ToContainTextAsync(an);
        await Expect(page.GetByTestId("temporary-passwords")).ToContainTextAsync(bo);
        await Expect(page.GetByTestId("temporary-passwords")).Not.ToContainTextAsync(known.Email);
        await page.AssertAccessibleAsync();
        var passwords = await page.RunAndWaitForDownloadAsync(() => page.Button("Download as CSV").ClickAsync());
        var issued = await File.ReadAllLinesAsync(await passwords.PathAsync());
        Assert.Contains(issued, line => line.StartsWith($"{an};", StringComparison.Ordinal));
        Assert.Contains(issued, line => line.StartsWith($"'{bo};", StringComparison.Ordinal));
        await page.Link("To the list of members").ClickAsync();
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(4);
        await Expect(page.Row(an).Locator(".tags")).ToHaveTextAsync("CSV Upload ManagerNIPPIN Manager");
        await Expect(page.Row(known.Email).Locator(".tags")).ToHaveTextAsync("Certificate Manager");

        var list = await page.RunAndWaitForDownloadAsync(() => page.Link("Export list").ClickAsync());
        var lines = await File.ReadAllLinesAsync(await list.PathAsync());
        Assert.Equal(5, lines.Length);
        Assert.Contains(lines, line => line.StartsWith($"{an};csv_upload_manager|nippin_manager;", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Members_are_found_by_address_and_by_role()
    {
        var organization = await NewOrganizationAsync("AZ Zoek");
        var (an, bo) = (await NewMemberAsync("an", organization, Role.NippinManager), await NewMemberAsync("bo", organization, Role.CsvUploadManager));
        var page = await SignInAsync(await NewMemberAsync("daan", organization, Role.DpManager), MembersOf(organization));
        var rows = page.Locator("tbody tr");
        await Expect(rows).ToHaveCountAsync(3);

        await page.GetByLabel("Search by e-mail address").FillAsync(an.Email[..6]);
        await Expect(rows).ToHaveCountAsync(1);
        await Expect(page.Row(an.Email)).ToBeVisibleAsync();
        await page.GetByLabel("Search by e-mail address").FillAsync("");
        await page.GetByLabel("Role", new() { Exact = true }).SelectOptionAsync(new SelectOptionValue { Label = "CSV Upload Manager" });
        await Expect(rows).ToHaveCountAsync(1);
        await Expect(page.Row(bo.Email)).ToBeVisibleAsync();
        await page.GetByLabel("Role", new() { Exact = true }).SelectOptionAsync(new SelectOptionValue { Label = "All roles" });
        await Expect(rows).ToHaveCountAsync(3);
        await page.Button("E-mail address").ClickAsync();
        await Expect(rows.Nth(2)).ToContainTextAsync(an.Email);
    }

    [Fact]
    public async Task A_plain_member_sees_the_members_and_nothing_to_do_and_changes_the_own_password()
    {
        var organization = await NewOrganizationAsync("AZ Gewoon");
        var other = await NewMemberAsync("luc", organization, Role.NippinManager);
        var person = await NewMemberAsync("pia", organization);
        var page = await SignInAsync(person);
        await Expect(page.Room("People and roles")).ToHaveCountAsync(0);
        await Expect(page.Room("Audit log")).ToHaveCountAsync(0);
        await page.OpenMembersAsync(organization.Title);
        await Expect(page.Row(other.Email)).ToContainTextAsync("NIPPIN Manager");
        await Expect(page.Locator("main table").GetByRole(AriaRole.Button)).ToHaveTextAsync(["E-mail address"]);
        await Expect(page.Locator("main table").GetByRole(AriaRole.Link)).ToHaveTextAsync([person.Email]);
        await Expect(page.Link("Add member")).ToHaveCountAsync(0);
        await Expect(page.Link("Export list")).ToHaveCountAsync(0);
        await page.AssertAccessibleAsync();

        await page.Row(person.Email).Link(person.Email).ClickAsync();
        await Expect(page.Title()).ToHaveTextAsync("My account");
        await page.Locator("#currentPassword").FillAsync(person.Password);
        await page.ChoosePasswordAsync(Chosen);
        await Expect(page.Notice()).ToHaveTextAsync("Your password has been changed.");
        await page.AssertAccessibleAsync();
        await page.Button("Sign out").ClickAsync();
        await page.SignInAsync(person.Email, Chosen);
        await Expect(page.Title()).ToHaveTextAsync("My organisations");
    }

    [Fact]
    public async Task Taking_the_last_right_from_oneself_is_asked_first()
    {
        var organization = await NewOrganizationAsync("AZ Vertrek");
        var person = await Portal.NewUserManagerAsync();
        await Portal.SetRolesAsync(person, organization, Role.DpManager);
        var page = await SignInAsync(person, $"{MembersOf(organization)}/{person.AccountId}");
        await page.Box("DP Manager").UncheckAsync();
        await page.Button("Save").ClickAsync();
        await Expect(page.Question()).ToContainTextAsync($"You are about to lose in {organization.Title}: DP Manager.");
        await page.AssertAccessibleAsync();
        await page.Question().Button("Cancel").ClickAsync();
        await Expect(page.Button("Save")).ToBeFocusedAsync();
        await page.Button("Save").ClickAsync();
        await page.Question().Button("Save").ClickAsync();
        await Expect(page.Row(person.Email)).ToContainTextAsync("(you)");
        await Expect(page.Row(person.Email).Locator(".tags li")).ToHaveCountAsync(0);

        await page.ChooseFromLineAsync(person.Email, "Remove member");
        await Expect(page.Question()).ToContainTextAsync($"you yourself lose access to {organization.Title}");
        await page.AssertAccessibleAsync();
        await page.Question().Button("Delete").ClickAsync();
        await Expect(page.Row(person.Email)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Adding_a_member_needs_no_mouse()
    {
        var organization = await NewOrganizationAsync("AZ Toetsen");
        var email = NewEmail("an");
        var page = await SignInAsync(await NewMemberAsync("daan", organization, Role.DpManager));
        await PressAsync(page, page.Room("Groups"));
        await Expect(page.Title()).ToBeFocusedAsync();
        await PressAsync(page, page.Row(organization.Title).Link(organization.Title));
        await Expect(page.Part()).ToHaveTextAsync("Members");
        await Expect(page.Part()).ToBeFocusedAsync();
        await Expect(page.Locator("main table")).ToBeVisibleAsync();
        await PressAsync(page, page.Link("Add member"));
        await Expect(page.Part()).ToHaveTextAsync("Add member");
        await page.TabToAsync(page.Locator("#email"));
        await page.Keyboard.TypeAsync(email);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#who-title")).ToBeFocusedAsync();
        await page.TabToAsync(page.Box("CSV Upload Manager"));
        await page.Keyboard.PressAsync("Space");
        await Expect(page.Box("CSV Upload Manager")).ToBeCheckedAsync();
        await PressAsync(page, page.Button("Add member"));

        await Expect(page.Notice()).ToBeFocusedAsync();
        await page.TemporaryPasswordOfAsync(email);
        await PressAsync(page, page.Button("Copy password"));
        await PressAsync(page, page.Button("I have passed it on: hide it"));
        await Expect(page.TemporaryPassword()).ToHaveCountAsync(0);
        // The focus has gone to the list, where the new member's line is.
        await page.TabToAsync(page.Row(email).Link("Edit member"));
        await PressAsync(page, page.Row(email).Locator(".menu > button"));
        await PressAsync(page, page.Row(email).Button("Remove member"));
        await Expect(page.Question()).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Row(email).Locator(".menu > button")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Members_are_added_and_removed_in_French_on_a_telephone()
    {
        var organization = await NewOrganizationAsync("Clinique du Petit Écran");
        var email = NewEmail("an");
        var page = await SignInAsync(await NewMemberAsync("daan", organization, Role.DpManager), locale: "fr-BE", width: 390);
        await page.OpenMembersAsync(organization.Title, "Groupes", "Membres");
        await page.AssertFitsAsync();
        await page.Link("Ajouter un membre").ClickAsync();
        await page.FindAccountAsync(email);
        await Expect(page.GetByText("Cette personne n’utilise pas encore le portail.")).ToBeVisibleAsync();
        await page.Box("CSV Upload Manager").CheckAsync();
        await page.AssertFitsAsync();
        await page.AssertAccessibleAsync();
        await page.Button("Ajouter un membre").ClickAsync();

        await Expect(page.Notice()).ToContainTextAsync($"Mot de passe temporaire de {email}");
        await Expect(page.TemporaryPassword()).ToBeVisibleAsync();
        await page.AssertFitsAsync();
        await page.AssertAccessibleAsync();
        await page.Row(email).Locator(".menu > button").ClickAsync();
        await page.AssertFitsAsync();
        await page.Row(email).Button("Retirer le membre").ClickAsync();
        await Expect(page.Question()).ToContainTextAsync($"Retirer {email} de « {organization.Title} » ?");
        await page.AssertFitsAsync();
        await page.AssertAccessibleAsync();
        await page.Question().Button("Supprimer").ClickAsync();
        await Expect(page.Notice()).ToHaveTextAsync($"{email} n’est plus membre de « {organization.Title} ».");
        await Expect(page.Row(email)).ToHaveCountAsync(0);
    }

    private static async Task PressAsync(IPage page, ILocator target)
    {
        await page.TabToAsync(target);
        await page.Keyboard.PressAsync("Enter");
    }

    /// <summary>Somebody whose account another organisation has made.</summary>
    private async Task<Person> AddElsewhereAsync(Organization elsewhere, string who)
    {
        using var manager = await Portal.SignInAsync(elsewhere, Role.DpManager);
        var email = NewEmail(who);
        var added = await manager.PostAsync($"organizations/{elsewhere.Id}/members", new { email, roles = Array.Empty<string>() });
        Assert.True(added.Status == HttpStatusCode.Created, added.Text);
        return new Person(Portal.BaseUrl, email, added.Json.GetProperty("temporaryPassword").GetString()!);
    }
}
