using System.Text.Json;
using Microsoft.Playwright;

namespace Ssp.Tests.Browser;

/// <summary>What people do on the page CSV export.</summary>
public static class ExportPage
{
    public static ILocator Export(this IPage page, string id) => page.Locator($"article[aria-labelledby='export-{id}']");

    public static async Task ToBeAsync(this ILocator export, string state) =>
        await Assertions.Expect(export).ToHaveAttributeAsync("data-state", state, new() { Timeout = 30_000 });

    /// <summary>Chooses a version and a format; the only registry and collection are chosen already.</summary>
    public static async Task ChooseAsync(this IPage page, string version, string profile)
    {
        await Assertions.Expect(page.Locator("#project")).ToHaveValueAsync("BCFR");
        await Assertions.Expect(page.Locator("#collection")).ToHaveValueAsync("BCFR_Main_registration");
        await page.Locator("#version").SelectOptionAsync(version);
        await page.Locator($"input[name=profile][value={profile}]").CheckAsync();
    }

    /// <summary>Chooses, asks for the export, and returns its id.</summary>
    public static async Task<string> RequestExportAsync(this IPage page, string version = "1", string profile = "hd4dp")
    {
        await page.ChooseAsync(version, profile);
        return await page.RequestingAsync(() => page.Locator("form button[type=submit]").ClickAsync());
    }

    /// <summary>Does something that asks for an export, and returns the id it was given.</summary>
    public static async Task<string> RequestingAsync(this IPage page, Func<Task> act)
    {
        var answer = await page.RunAndWaitForResponseAsync(
            act, response => response.Request.Method == "POST" && response.Url.EndsWith("/exports", StringComparison.Ordinal));
        Assert.Equal(202, answer.Status);
        return (await answer.JsonAsync<JsonElement>()).GetProperty("export").GetProperty("id").GetString()!;
    }

    public static async Task DeleteAsync(this IPage page, string id)
    {
        await page.Export(id).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete export" }).ClickAsync();
        await Assertions.Expect(page.Export(id)).ToHaveCountAsync(0);
    }
}
