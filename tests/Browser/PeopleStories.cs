using Microsoft.Playwright;
using Ssp.Identity;
using Ssp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Ssp.Tests.Browser;

/// <summary>What the stories about people have in common: somebody with a role, in front of a browser.</summary>
public abstract class PeopleStories(Stack stack, Chromium chromium, PeoplePortal shared) : BrowserTest(stack, chromium), IClassFixture<PeoplePortal>
{
    /// <summary>What people choose in the place of a temporary password.</summary>
    protected const string Chosen = "zeven groene fietsen zingen";

    protected TestPortal Portal => shared.Portal;

    protected static string NewEmail(string who) => $"{who}.{Guid.NewGuid():N}"[..(who.Length + 7)] + "@hospital.example";

    /// <summary>An organisation whose title no other story bears.</summary>
    protected Task<Organization> NewOrganizationAsync(string title) => Portal.NewOrganizationAsync(Unique(title));

    protected async Task<Person> NewMemberAsync(string who, Organization organization, params Role[] roles)
    {
        var person = await Portal.NewPersonAsync(NewEmail(who));
        await Portal.SetRolesAsync(person, organization, roles);
        return person;
    }

    /// <summary>A new window of this person, who has signed in and stands at the path.</summary>
    protected async Task<IPage> SignInAsync(Person person, string path = "/", string locale = "en-GB", int width = 1280)
    {
        await Portal.BeginSessionAsync(person);
        var page = await OpenAsync(Portal.Address(), path, locale, width, session: person.Cookie);
        await Expect(page.Locator(".person")).ToBeVisibleAsync();
        return page;
    }

    protected static string MembersOf(Organization organization) => $"/organizations/{organization.Id}/members";

    protected static string Unique(string title) => $"{title} {Guid.NewGuid():N}"[..(title.Length + 7)];
}
