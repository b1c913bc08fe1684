using System.Globalization;
using System.Net;
using Microsoft.Playwright;
using Ssp.Identity;
using Ssp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Ssp.Tests.Browser;

/// <summary>The audit log as managers read it.</summary>
public sealed class AuditStories(Stack stack, Chromium chromium, PeoplePortal shared) : PeopleStories(stack, chromium, shared)
{
    [Fact]
    public async Task What_was_done_in_an_organisation_stands_in_its_log_and_can_be_searched_checked_and_downloaded()
    {
        Provoke(400);
        var organization = await NewOrganizationAsync("AZ Verslag");
        var (daan, luc) = (await NewMemberAsync("daan", organization, Role.DpManager), await NewMemberAsync("luc", organization));
        await Portal.SetRolesAsync(luc, organization, Role.DpManager);
        var (an, bo) = (await AddMemberAsync(daan, organization, "an"), await AddMemberAsync(luc, organization, "bo"));
        var page = await SignInAsync(daan, MembersOf(organization));
        await page.Row(an).Link("Edit member").ClickAsync();
        await page.Box("NIPPIN Manager").CheckAsync();
        await page.Button("Save").ClickAsync();
        await Expect(page.Row(an)).ToContainTextAsync("NIPPIN Manager");

        await page.Tab("Audit log").ClickAsync();
        await Expect(Event(page, "member_edited").First).ToContainTextAsync($"{daan.Email} changes the roles of a member: {an}");
        await Expect(page.GetByTestId("event").First).ToHaveAttributeAsync("data-action", "member_edited");
        await Expect(Event(page, "member_added").Filter(new() { HasText = bo }).First).ToContainTextAsync(luc.Email);
        await Event(page, "member_edited").First.Locator("summary").ClickAsync();
        await Expect(page.Fact("What exactly")).ToContainTextAsync("nippin_manager");
        await page.AssertAccessibleAsync();

        await page.GetByLabel("Person").FillAsync(luc.Email);
        await page.GetByLabel("Action").SelectOptionAsync(new SelectOptionValue { Label = "Adds a member" });
        await page.Button("Search").ClickAsync();
        await Expect(Event(page, "member_edited")).ToHaveCountAsync(0);
        await Expect(page.GetByTestId("event").Filter(new() { HasText = "Done" })).ToHaveCountAsync(1);
        await Expect(page.GetByTestId("event").Filter(new() { HasText = an })).ToHaveCountAsync(0);
        var file = await page.RunAndWaitForDownloadAsync(() => page.Link("Export as CSV").ClickAsync());
        var text = await File.ReadAllTextAsync(await file.PathAsync());
        Assert.Contains(bo, text, StringComparison.Ordinal);
        Assert.DoesNotContain(an, text, StringComparison.Ordinal);

        await page.Button("Clear the filters").ClickAsync();
        await Expect(Event(page, "member_edited").First).ToBeVisibleAsync();
        await page.GetByLabel("From").FillAsync(DateTime.UtcNow.AddDays(3).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        await page.Button("Search").ClickAsync();
        await Expect(page.GetByText("There are no such events.")).ToBeVisibleAsync();
        await page.GetByLabel("Up to and including").FillAsync(DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        await page.Button("Search").ClickAsync();
        await Expect(page.Locator("#to-error")).ToHaveTextAsync("The last day lies before the first.");
        await Expect(page.Button("Try again")).ToHaveCountAsync(0);
        await page.AssertAccessibleAsync();

        await page.Button("Check the log").ClickAsync();
        await Expect(page.GetByTestId("check")).ToContainTextAsync("The log is intact");
        await Expect(page.Notice()).ToBeFocusedAsync();
        await page.AssertAccessibleAsync();
    }

    [Fact]
    public async Task A_DP_Manager_reads_the_log_of_the_own_organisations_only()
    {
        Provoke(404);
        var (own, other) = (await NewOrganizationAsync("AZ Eigen"), await NewOrganizationAsync("AZ Vreemd"));
        var daan = await NewMemberAsync("daan", own, Role.DpManager);
        var luc = await NewMemberAsync("luc", other, Role.DpManager);
        var (an, bo) = (await AddMemberAsync(daan, own, "an"), await AddMemberAsync(luc, other, "bo"));
        var page = await SignInAsync(daan);

        await page.Room("Audit log").ClickAsync();
        await Expect(page.Locator("main .rows a")).ToHaveTextAsync([own.Title]);
        await page.Link(own.Title).ClickAsync();
        await Expect(page.GetByTestId("events")).ToContainTextAsync(an);
        await Expect(page.GetByTestId("events")).Not.ToContainTextAsync(bo);
        await Expect(page.GetByTestId("events")).Not.ToContainTextAsync(luc.Email);
        await page.GotoAsync($"{Portal.Address()}/organizations/{other.Id}/audit");
        await Expect(page.Title()).ToHaveTextAsync("Page not found");
    }

    [Fact]
    public async Task A_User_Manager_reads_what_happened_in_the_whole_installation()
    {
        var organization = await NewOrganizationAsync("AZ Geheel");
        var daan = await NewMemberAsync("daan", organization, Role.DpManager);
        var an = await AddMemberAsync(daan, organization, "an");
        var page = await SignInAsync(await Portal.NewUserManagerAsync());

        await page.Room("Audit log").ClickAsync();
        await page.GetByLabel("Person").FillAsync(daan.Email);
        await page.Button("Search").ClickAsync();
        await Expect(Event(page, "signed_in").First).ToContainTextAsync($"{daan.Email} signs in");
        var added = Event(page, "member_added").First;
        await Expect(added).ToContainTextAsync($"{daan.Email} adds a member: {an}");
        await added.Locator("summary").ClickAsync();
        await Expect(added.Link(organization.Title)).ToBeVisibleAsync();
        await page.AssertAccessibleAsync();
        await page.Button("Check the log").ClickAsync();
        await Expect(page.GetByTestId("check")).ToContainTextAsync("The log is intact");
        await added.Link(organization.Title).ClickAsync();
        await Expect(page.Title()).ToHaveTextAsync(organization.Title);
    }

    private static ILocator Event(IPage page, string action) => page.Locator($"[data-testid=event][data-action={action}]");

    private async Task<string> AddMemberAsync(Person manager, Organization organization, string who)
    {
        await manager.SignInAsync();
        var email = NewEmail(who);
        var added = await manager.PostAsync($"organizations/{organization.Id}/members", new { email, roles = Array.Empty<string>() });
        Assert.True(added.Status == HttpStatusCode.Created, added.Text);
        return email;
    }
}
