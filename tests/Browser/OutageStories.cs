using Ssp.Identity;
using Ssp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Ssp.Tests.Browser;

/// <summary>What a person sees while the portal, or what it stands on, is away.</summary>
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

    [Theory]
    [InlineData(false, "en-GB", 1280, "HD4DP's database does not answer.", "The page tries again by itself.")]
    [InlineData(true, "en-GB", 1280, "HD4DP's database does not answer.", "The page tries again by itself.")]
    [InlineData(true, "nl-BE", 390, "De databank van HD4DP antwoordt niet.", "De pagina probeert het vanzelf opnieuw.")]
    [InlineData(true, "fr-BE", 320, "La base de données de HD4DP ne répond pas.", "La page réessaie d’elle-même.")]
    public async Task Without_PostgreSQL_the_export_page_says_so_at_once_and_returns_by_itself(
        bool silent, string locale, int width, string sentence, string byItself)
    {
        Provoke(503);
        await using var postgres = await OwnPostgres.StartAsync(Stack);
        await using var portal = await StartPortalAsync(postgres.Localdwh);
        var (organization, person) = await portal.NewExporterAsync();
        await using (var owner = postgres.Owner())
        {
            await owner.AddAsync(organization.Nihdi, [("TX_A", "one")]);
        }

        var page = await OpenAsync(portal.Address(), $"/organizations/{organization.Id}/csv-export", locale, width);
        await page.SignInAsync(person);
        await Expect(page.Locator("#project")).ToBeVisibleAsync();

        await (silent ? Task.Run(postgres.Stop) : postgres.KillAsync());
        await page.ReloadAsync();

        var alert = page.GetByRole(Microsoft.Playwright.AriaRole.Alert);
        await Expect(alert).ToContainTextAsync(sentence);
        await Expect(alert).ToContainTextAsync(byItself);
        // What needs no PostgreSQL is there.
        await Expect(page.Locator(".person")).ToBeVisibleAsync();
        await page.AssertAccessibleAsync();
        await page.AssertFitsAsync();
        if (silent)
        {
            postgres.Continue();
        }
        else
        {
            await postgres.StartAgainAsync();
        }

        await Expect(page.Locator("#project")).ToBeVisibleAsync();
        await Expect(alert).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData(false, 1280)]
    [InlineData(true, 390)]
    public async Task Without_PostgreSQL_the_NIPPIN_pages_show_the_last_check_and_a_new_one_ends_by_itself(bool silent, int width)
    {
        await using var postgres = await OwnPostgres.StartAsync(Stack);
        await using var portal = await StartPortalAsync(postgres.Localdwh, ("NippinConnection", postgres.Nippin));
        var organization = await portal.NewOrganizationAsync("AZ Test");
        var person = await portal.NewPersonAsync();
        await portal.SetRolesAsync(person, organization, Role.NippinManager);
        await using (var owner = postgres.Owner())
        {
            await owner.AddImplantAsync(organization.Nihdi, Implants.NewCode());
        }

        await portal.ValidateAsync(organization, Implants.Registry);
        var page = await OpenAsync(portal.Address(), $"/organizations/{organization.Id}/nippin/registries/{Implants.Registry}", width: width);
        await page.SignInAsync(person);
        await Expect(page.GetByTestId("record")).ToHaveCountAsync(1);

        await (silent ? Task.Run(postgres.Stop) : postgres.KillAsync());
        await page.ReloadAsync();
        await Expect(page.GetByTestId("record")).ToHaveCountAsync(1);
        await page.Button("Check now").ClickAsync();

        await Expect(page.GetByText("the portal tries again by itself.")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(page.GetByTestId("record")).ToHaveCountAsync(1);
        if (silent)
        {
            postgres.Continue();
        }
        else
        {
            await postgres.StartAgainAsync();
        }

        await Expect(page.GetByText("the portal tries again by itself.")).ToHaveCountAsync(0, new() { Timeout = 90_000 });
        await Expect(page.GetByTestId("check-failed")).ToHaveCountAsync(0);
        await Expect(page.GetByTestId("record")).ToHaveCountAsync(1);
    }

    [Theory]
    [InlineData("en-GB", 1280, "You are still signed in", "Sign out again", "Stay signed in")]
    [InlineData("nl-BE", 390, "U bent nog aangemeld", "Opnieuw afmelden", "Aangemeld blijven")]
    [InlineData("fr-BE", 320, "Votre session est encore ouverte", "Se déconnecter à nouveau", "Garder la session ouverte")]
    public async Task A_sign_out_that_failed_says_so_and_is_made_up_for(string locale, int width, string title, string again, string stay)
    {
        Provoke(503);
        await using var portal = await StartPortalAsync();
        var (_, person) = await portal.NewExporterAsync();
        var page = await OpenAsync(portal.Address(), locale: locale, width: width);
        await page.SignInAsync(person);
        await Expect(page.Locator(".person")).ToBeVisibleAsync();
        var home = await page.Title().InnerTextAsync();
        var away = true;
        await page.RouteAsync("**/ssp/api/session",
            route => away && route.Request.Method == "DELETE" ? route.FulfillAsync(new() { Status = 503 }) : route.ContinueAsync());

        await page.Locator(".person button").ClickAsync();
        await Expect(page.Title()).ToHaveTextAsync(title);
        await Expect(page.Button(again)).ToBeVisibleAsync();
        await page.AssertAccessibleAsync();
        await page.AssertFitsAsync();
        await page.Button(stay).ClickAsync();
        await Expect(page.Title()).ToHaveTextAsync(home);
        await page.Locator(".person button").ClickAsync();
        await Expect(page.Title()).ToHaveTextAsync(title);
        away = false;

        // Also without a click on the button: whoever wished to be signed out may have left.
        await Expect(page.Locator("#password")).ToBeVisibleAsync();
        await Expect(page.Locator(".person")).ToHaveCountAsync(0);
    }
}
