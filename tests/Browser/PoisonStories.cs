using Microsoft.Playwright;
using Ssp.Identity;
using Ssp.Tests.Certificates;
using Ssp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Ssp.Tests.Browser;

/// <summary>What a person sees of work that failed every time, and how they have it tried again.</summary>
public sealed class PoisonStories(Stack stack, Chromium chromium) : BrowserTest(stack, chromium), IAsyncLifetime
{
    private readonly string keys = stack.NewFolder("keys");
    private TestPortal portal = null!;

    // Nobody listens to its queues, as if every try failed.
    public async ValueTask InitializeAsync() => portal = await StartPortalAsync(
        null,
        ("KeysFolder", keys),
        ("AzureWebJobs:BuildExport:Disabled", "true"),
        ("AzureWebJobs:CheckCertificate:Disabled", "true"),
        ("AzureWebJobs:ValidateNight:Disabled", "true"));

    public new async ValueTask DisposeAsync()
    {
        await portal.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task An_export_that_was_given_up_says_why_and_is_run_again()
    {
        var (organization, person) = await portal.NewExporterAsync();
        await Stack.Owner.AddAsync(organization.Nihdi, [("TX_A", "one")]);
        var page = await OpenAsync(portal.Address(), $"/organizations/{organization.Id}/csv-export");
        await page.SignInAsync(person);
        var id = await page.RequestExportAsync();

        await Stack.MoveToPoisonAsync(portal.Storage.ExportQueue);
        await page.Export(id).ToBeAsync("failed");
        await Expect(page.Export(id)).ToContainTextAsync("The export failed several times, and the portal gave up.");
        await page.AssertAccessibleAsync();
        var again = await page.RequestingAsync(() => page.Export(id).GetByRole(AriaRole.Button, new() { Name = "Run again" }).ClickAsync());
        await using var working = await StartWorkingAsync();

        await page.Export(again).ToBeAsync("succeeded");
        await page.Export(id).ToBeAsync("failed");
    }

    [Fact]
    public async Task A_certificate_whose_check_was_given_up_says_why_and_is_tried_again()
    {
        var organization = await portal.NewOrganizationAsync("AZ Test");
        var person = await portal.NewPersonAsync();
        await portal.SetRolesAsync(person, organization, Role.CertificateEditor);
        var page = await OpenAsync(portal.Address(), organization.CertificatesOf() + "/add");
        await page.SignInAsync(person);
        await page.AddCertificateAsync(Uploads.Good(organization), Uploads.Password);

        await Stack.MoveToPoisonAsync(portal.Storage.CertificateQueue);
        await page.Upload().ToBecomeAsync("failed");
        await Expect(page.LogLines().Filter(new() { HasText = "The check failed several times, and the portal gave up." })).ToBeVisibleAsync();
        await page.AssertAccessibleAsync();
        await page.Button("Try again").ClickAsync();
        await using var working = await StartWorkingAsync();

        await page.Upload().ToBecomeAsync("active");
        await page.Upload().ToBeActiveAsync();
    }

    [Fact]
    public async Task A_validation_that_was_given_up_says_why_and_is_made_again()
    {
        var organization = await portal.NewOrganizationAsync("AZ Test");
        var person = await portal.NewPersonAsync();
        await portal.SetRolesAsync(person, organization, Role.NippinManager);
        await Stack.Owner.AddImplantAsync(organization.Nihdi, Implants.NewCode());
        var page = await OpenAsync(portal.Address(), $"/organizations/{organization.Id}/nippin/registries/{Implants.Registry}");
        await page.SignInAsync(person);
        async Task CheckAsync()
        {
            var answer = await page.RunAndWaitForResponseAsync(() => page.Button("Check now").ClickAsync(),
                response => response.Url.EndsWith("/nippin/run", StringComparison.Ordinal));
            Assert.Equal(202, answer.Status);
        }

        await CheckAsync();
        await Stack.MoveToPoisonAsync(portal.Storage.NippinQueue);
        await Expect(page.GetByTestId("check-failed")).ToContainTextAsync("The validation failed several times, and the portal gave up.");
        await page.AssertAccessibleAsync();
        await CheckAsync();
        await using var working = await StartWorkingAsync();

        await Expect(page.GetByTestId("record")).ToHaveCountAsync(1, new() { Timeout = 30_000 });
        await Expect(page.GetByTestId("check-failed")).ToHaveCountAsync(0);
    }

    private Task<TestPortal> StartWorkingAsync() => TestPortal.StartAsync(Stack, new() { ["StoragePrefix"] = portal.Prefix, ["KeysFolder"] = keys });
}
