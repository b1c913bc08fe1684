using System.Text.Json;
using Microsoft.Playwright;
using Ssp.Identity;

namespace Ssp.Tests.Browser;

/// <summary>What people do in the room Certificates.</summary>
public static class CertificatePage
{
    /// <summary>The lines of the history, newest first.</summary>
    public static ILocator Versions(this IPage page) => page.GetByTestId("version");

    /// <summary>One upload, on the page of its log.</summary>
    public static ILocator Upload(this IPage page) => page.GetByTestId("certificate");

    public static ILocator LogLines(this IPage page) => page.GetByTestId("log").GetByRole(AriaRole.Listitem);

    public static async Task ToBecomeAsync(this ILocator upload, string status) =>
        await Assertions.Expect(upload).ToHaveAttributeAsync("data-status", status, new() { Timeout = 30_000 });

    public static async Task ToBeActiveAsync(this ILocator upload, bool active = true) =>
        await Assertions.Expect(upload).ToHaveAttributeAsync("data-active", active ? "true" : "false", new() { Timeout = 30_000 });

    public static Task ChooseFileAsync(this IPage page, byte[] file, string name = "certificate.p12") =>
        page.Locator("#file").SetInputFilesAsync(new FilePayload { Name = name, MimeType = "application/x-pkcs12", Buffer = file });

    /// <summary>Fills in the page Add certificate, sends it, and returns the id of the upload.</summary>
    public static async Task<string> AddCertificateAsync(this IPage page, byte[] file, string password, string name = "certificate.p12")
    {
        await page.ChooseFileAsync(file, name);
        await page.Locator("#password").FillAsync(password);
        return await page.UploadingAsync(() => page.Locator("form button[type=submit]").ClickAsync());
    }

    /// <summary>Does something that sends a certificate, and returns the id it was given.</summary>
    public static async Task<string> UploadingAsync(this IPage page, Func<Task> act)
    {
        var answer = await page.RunAndWaitForResponseAsync(
            act, response => response.Request.Method == "POST" && response.Url.EndsWith("/certificates", StringComparison.Ordinal));
        Assert.Equal(202, answer.Status);
        return (await answer.JsonAsync<JsonElement>()).GetProperty("certificate").GetProperty("id").GetString()!;
    }

    /// <summary>The arrow on the line of an upload, and what it holds.</summary>
    public static async Task ChooseAsync(this ILocator version, string action)
    {
        await version.Locator(".menu > button").ClickAsync();
        await version.Button(action).ClickAsync();
    }

    public static string CertificatesOf(this Organization organization) => $"/organizations/{organization.Id}/certificates";
}
