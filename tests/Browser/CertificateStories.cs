using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Ssp.Identity;
using Ssp.Tests.Certificates;
using Ssp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Ssp.Tests.Browser;

/// <summary>"Add and manage certificates" and "View the log of one certificate upload" of the manual.</summary>
public sealed partial class CertificateStories(Stack stack, Chromium chromium, PeoplePortal shared) : PeopleStories(stack, chromium, shared)
{
    private const string FilePassword = "een sleutel onder de mat";

    [Fact]
    public async Task A_certificate_is_added_and_followed_and_the_earlier_version_becomes_unpublished()
    {
        var organization = await NewOrganizationAsync("AZ Sleutel");
        var page = await SignInAsync(await NewMemberAsync("cato", organization, Role.CertificateEditor));
        await page.Room("Groups").ClickAsync();
        await page.Tab("Certificates").ClickAsync();
        await Expect(page.Row(organization.Title)).ToContainTextAsync("Nothing uploaded yet");
        await page.Row(organization.Title).Link($"Certificates {organization.Title}").ClickAsync();
        await Expect(page.Heading("No certificate yet")).ToBeVisibleAsync();

        await page.Link("Add certificate").ClickAsync();
        await page.ChooseFileAsync(Good(organization), "first.p12");
        await Expect(page.Locator("#file-chosen")).ToContainTextAsync("first.p12");
        await page.Locator("#password").FillAsync(FilePassword);
        await page.UploadingAsync(() => page.Button($"Add to {organization.Title}").ClickAsync());

        await Expect(page.Notice()).ToBeFocusedAsync();
        await page.Upload().ToBecomeAsync("active");
        await Expect(page.LogLines().Last).ToContainTextAsync("Active");
        await Expect(page.Heading("Authentication certificate")).ToBeVisibleAsync();
        await Expect(page.Heading("Encryption certificate")).ToBeVisibleAsync();
        Assert.DoesNotContain(FilePassword, await page.ContentAsync(), StringComparison.Ordinal);

        await page.Tab("Certificates").ClickAsync();
        await page.Link("Add certificate").ClickAsync();
        await page.AddCertificateAsync(Good(organization), FilePassword, "second.p12");
        await page.Upload().ToBecomeAsync("active");
        await page.Link("All certificates of this organisation").ClickAsync();

        await Expect(page.Versions()).ToHaveCountAsync(2);
        await page.Versions().Nth(0).ToBecomeAsync("active");
        await page.Versions().Nth(1).ToBecomeAsync("unpublished");
        await Expect(page.GetByRole(AriaRole.Img, new() { Name = "Time line" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_overview_shows_the_latest_status_without_a_reload_and_leads_to_the_log()
    {
        var organization = await NewOrganizationAsync("AZ Overzicht");
        var person = await NewMemberAsync("cato", organization, Role.CertificateEditor);
        var page = await SignInAsync(person, organization.CertificatesOf() + "/add");
        var overview = await page.Context.NewPageAsync();
        await page.AddCertificateAsync(Good(organization), FilePassword);
        await overview.GotoAsync($"{Portal.Address()}/certificates");

        var row = overview.Row(organization.Title);
        await Expect(row.Locator(".status")).ToContainTextAsync("Active", new() { Timeout = 30_000 });
        await row.Locator(".status__message").ClickAsync();

        await overview.Upload().ToBecomeAsync("active");
        await Expect(overview.LogLines().First).ToContainTextAsync("Waiting");
        await Expect(overview.LogLines().Last).ToContainTextAsync("Active");
    }

    [Fact]
    public async Task A_wrong_password_is_said_in_words_in_the_log_and_nothing_changes()
    {
        var organization = await NewOrganizationAsync("AZ Vergissing");
        var page = await SignInAsync(await NewMemberAsync("cato", organization, Role.CertificateEditor), organization.CertificatesOf() + "/add");

        await page.AddCertificateAsync(Good(organization), "not the password");

        await page.Upload().ToBecomeAsync("refused");
        await page.Upload().ToBeActiveAsync(false);
        await Expect(page.LogLines().Filter(new() { HasTextRegex = Password() }).First).ToBeVisibleAsync();
        await Expect(page.Heading("This must be solved")).ToBeVisibleAsync();
        await Expect(page.Heading("Downloads")).ToHaveCountAsync(0);
        await page.AssertAccessibleAsync();
    }

    [Fact]
    public async Task Rolling_back_asks_for_a_reason()
    {
        var organization = await NewOrganizationAsync("AZ Terug");
        var page = await SignInAsync(await NewMemberAsync("cato", organization, Role.CertificateEditor));
        await AddAsync(page, organization, "first.p12");
        await AddAsync(page, organization, "second.p12");
        await page.Tab("Certificates").ClickAsync();
        var first = page.Versions().Filter(new() { HasText = "first.p12" });

        await first.ChooseAsync("Roll back to this version");
        await page.Question().Button("Roll back").ClickAsync();
        await Expect(page.Locator("#reason-error")).ToHaveTextAsync("Enter a reason.");
        await Expect(page.Locator("#reason")).ToBeFocusedAsync();
        await page.AssertAccessibleAsync();
        await page.Locator("#reason").FillAsync("MyCareNet does not take the new one yet");
        await page.Question().Button("Roll back").ClickAsync();

        await Expect(page.Notice()).ToBeFocusedAsync();
        await Expect(page.Notice()).ToContainTextAsync("first.p12");
        await first.ToBecomeAsync("active");
        await page.Versions().Filter(new() { HasText = "second.p12" }).ToBecomeAsync("unpublished");
    }

    [Fact]
    public async Task Adding_a_certificate_needs_no_mouse()
    {
        var organization = await NewOrganizationAsync("AZ Toets");
        var page = await SignInAsync(await NewMemberAsync("cato", organization, Role.CertificateEditor), organization.CertificatesOf());
        await Expect(page.Heading("No certificate yet")).ToBeVisibleAsync();
        await page.TabToAsync(page.Link("Add certificate"));
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Part()).ToHaveTextAsync("Add certificate");
        await Expect(page.Part()).ToBeFocusedAsync();

        // Listened for before the key is pressed: the browser is told of it without an answer, and on a busy machine the key may be quicker.
        var choosing = page.WaitForFileChooserAsync();
        await page.TabToAsync(page.Locator("#file"));
        await page.Keyboard.PressAsync("Space");
        var choice = await choosing;
        await choice.SetFilesAsync(new FilePayload { Name = "keys.p12", MimeType = "application/x-pkcs12", Buffer = Good(organization) });
        await Expect(page.GetByTestId("announcer")).ToContainTextAsync("keys.p12");
        await page.TabToAsync(page.Locator("#password"));
        await page.Keyboard.TypeAsync(FilePassword);
        await page.TabToAsync(page.Button($"Add to {organization.Title}"));
        await page.UploadingAsync(() => page.Keyboard.PressAsync("Enter"));

        await page.Upload().ToBecomeAsync("active");
        await Expect(page.GetByTestId("announcer")).Not.ToBeEmptyAsync();
    }

    [Fact]
    public async Task A_file_that_cannot_be_a_certificate_is_not_sent()
    {
        var organization = await NewOrganizationAsync("AZ Leeg");
        var page = await SignInAsync(await NewMemberAsync("cato", organization, Role.CertificateEditor), organization.CertificatesOf() + "/add");
        var add = page.Button($"Add to {organization.Title}");

        await add.ClickAsync();
        await Expect(page.ErrorSummary()).ToBeFocusedAsync();
        await page.ErrorSummary().Link("Choose the P12 file of the certificate.").ClickAsync();
        await Expect(page.Locator("#file")).ToBeFocusedAsync();
        await page.ChooseFileAsync([]);
        await add.ClickAsync();
        await Expect(page.Locator("#file-error")).ToContainTextAsync("This file is empty.");
        await page.ChooseFileAsync(new byte[(256 * 1024) + 1], "holiday.p12");
        await add.ClickAsync();
        await Expect(page.Locator("#file-error")).ToContainTextAsync("at most 256 KiB");

        await Expect(page.Locator("#file-chosen")).ToContainTextAsync("holiday.p12");
        await page.AssertAccessibleAsync();
    }

    [Fact]
    public async Task A_file_that_the_portal_refuses_stays_chosen_and_the_password_does_not()
    {
        Provoke(429);
        var organization = await NewOrganizationAsync("AZ Blijft");
        var page = await SignInAsync(await NewMemberAsync("cato", organization, Role.CertificateEditor), organization.CertificatesOf() + "/add");
        await page.RouteAsync("**/certificates", route => route.Request.Method == "POST"
            ? route.FulfillAsync(new()
            {
                Status = 429,
                ContentType = "application/problem+json",
                Body = """{"code":"too_many_uploads","title":"Too many","detail":"Try again later."}""",
            })
            : route.ContinueAsync());
        await page.ChooseFileAsync(Good(organization), "keys.p12");
        await page.Locator("#password").FillAsync(FilePassword);

        await page.Button($"Add to {organization.Title}").ClickAsync();

        await Expect(page.ErrorSummary()).ToContainTextAsync("Try again later.");
        await Expect(page.Locator("#file-chosen")).ToContainTextAsync("keys.p12");
        await Expect(page.Locator("#password")).ToHaveValueAsync("");
    }

    [Fact]
    public async Task A_certificate_that_ends_soon_is_said_at_home_and_in_its_history()
    {
        var organization = await NewOrganizationAsync("AZ Einde");
        var page = await SignInAsync(await NewMemberAsync("cato", organization, Role.CertificateEditor), organization.CertificatesOf() + "/add");
        var soon = P12Maker.EHealth(organization.Nihdi, FilePassword, store => store with { NotAfter = DateTimeOffset.UtcNow.AddDays(20).AddHours(1) });
        await page.AddCertificateAsync(soon, FilePassword);
        await page.Upload().ToBecomeAsync("active");

        await page.Room("Home").ClickAsync();
        var notices = page.GetByTestId("expiry-notices");
        await Expect(notices).ToContainTextAsync($"The certificate of {organization.Title} expires in 20 days");
        await page.AssertAccessibleAsync();
        await notices.Link($"Show certificates {organization.Title}").ClickAsync();

        await Expect(page.GetByTestId("end-notice")).ToContainTextAsync("This certificate can be renewed now");
        await Expect(page.Versions()).ToContainTextAsync("20 days left");
    }

    [Fact]
    public async Task The_home_page_does_without_what_it_cannot_learn_about_certificates()
    {
        Provoke(503);
        var organization = await NewOrganizationAsync("AZ Stil");
        var person = await NewMemberAsync("cato", organization, Role.CertificateEditor);
        var page = await OpenAsync(Portal.Address());
        await page.RouteAsync("**/api/certificates", route => route.FulfillAsync(new() { Status = 503 }));

        await page.SignInAsync(person);

        await Expect(page.GetByRole(AriaRole.Article, new() { Name = organization.Title }).Link("Certificates")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Somebody_without_the_role_learns_whom_to_ask()
    {
        var organization = await NewOrganizationAsync("AZ Andere");
        var page = await SignInAsync(await NewMemberAsync("daan", organization, Role.DpManager));
        await Expect(page.Room("Certificates")).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Article).Link("Certificates")).ToHaveCountAsync(0);

        await page.GotoAsync($"{Portal.Address()}/certificates");
        await Expect(page.GetByText("Ask the DP Manager of your organisation for the role of Certificate Manager.")).ToBeVisibleAsync();
        await page.GotoAsync(Portal.Address() + organization.CertificatesOf());

        await Expect(page.Title()).ToHaveTextAsync("Page not found");
    }

    [Theory]
    [InlineData("en-GB", 1280)]
    [InlineData("nl-BE", 390)]
    [InlineData("fr-BE", 320)]
    public async Task Every_page_of_the_room_is_accessible_and_fits(string locale, int width)
    {
        var organization = await NewOrganizationAsync("Centre Hospitalier Universitaire et Psychiatrique de la Haute-Meuse");
        var page = await SignInAsync(await NewMemberAsync("cato", organization, Role.CertificateEditor), organization.CertificatesOf(), locale, width);
        await Expect(page.Locator(".empty")).ToBeVisibleAsync();
        await AssertWellAsync(page);

        await AddAsync(page, organization, "a-first-certificate-with-a-rather-long-name-20250115-083000.acc-p12");
        await AddAsync(page, organization, "second.p12");
        await Expect(page.Locator(".contents")).ToBeVisibleAsync();
        await AssertWellAsync(page);

        await page.GotoAsync(Portal.Address() + organization.CertificatesOf() + "/add");
        await page.Locator("form button[type=submit]").ClickAsync();
        await Expect(page.ErrorSummary()).ToBeVisibleAsync();
        await AssertWellAsync(page);

        await page.GotoAsync(Portal.Address() + organization.CertificatesOf());
        await page.Versions().Nth(1).Locator(".menu > button").ClickAsync();
        await AssertWellAsync(page);
        await page.Versions().Nth(1).Locator(".menu__list button").First.ClickAsync();
        await Expect(page.Question()).ToBeVisibleAsync();
        await AssertWellAsync(page);

        await page.GotoAsync($"{Portal.Address()}/certificates");
        await Expect(page.Locator("table.overview tbody tr")).ToHaveCountAsync(1);
        await AssertWellAsync(page);
    }

    private static byte[] Good(Organization organization) => P12Maker.EHealth(organization.Nihdi, FilePassword);

    /// <summary>Adds a good certificate and waits until it is the active one.</summary>
    private async Task AddAsync(IPage page, Organization organization, string name)
    {
        await page.GotoAsync(Portal.Address() + organization.CertificatesOf() + "/add");
        await page.AddCertificateAsync(Good(organization), FilePassword, name);
        await page.Upload().ToBecomeAsync("active");
    }

    private static async Task AssertWellAsync(IPage page)
    {
        await page.AssertFitsAsync();
        await page.AssertAccessibleAsync();
    }

    [GeneratedRegex("password", RegexOptions.IgnoreCase)]
    private static partial Regex Password();
}
