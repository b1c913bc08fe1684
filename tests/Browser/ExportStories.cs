using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Playwright;
using Ssp.Tests.Support;
using Sylvan.Data.Csv;
using static Microsoft.Playwright.Assertions;

namespace Ssp.Tests.Browser;

[Collection("The demo: stories")]
public sealed class ExportStories(Stack stack, Chromium chromium) : BrowserTest(stack, chromium)
{
    [Theory]
    [InlineData("1", "hd4dp", "HD4DP upload format", ';')]
    [InlineData("2", "excel", "For Excel", ';')]
    [InlineData("2", "rfc4180", "Comma-separated (RFC 4180)", ',')]
    public async Task An_export_is_asked_for_followed_and_downloaded(string version, string profile, string format, char delimiter)
    {
        var page = await SignInAsync("cas");
        await page.Link("CSV export").ClickAsync();
        await page.Locator("#project").SelectOptionAsync(new SelectOptionValue { Label = "BCFR – Belgian Cystic Fibrosis Registry" });
        await page.ChooseAsync(version, profile);

        var id = await page.RequestingAsync(() => page.Button("Export to CSV").ClickAsync());

        var export = page.Export(id);
        await export.ToBeAsync("succeeded");
        await Expect(export).ToContainTextAsync($"version {version}");
        await Expect(export).ToContainTextAsync(format);
        var known = await KnownAsync(page, id);
        var download = await page.RunAndWaitForDownloadAsync(() => export.GetByRole(AriaRole.Link, new() { Name = "Download" }).ClickAsync());
        Assert.Equal(known.GetProperty("fileName").GetString(), download.SuggestedFilename);
        var bytes = await File.ReadAllBytesAsync(await download.PathAsync());
        Assert.Equal(known.GetProperty("bytes").GetInt64(), bytes.LongLength);
        Assert.Equal(known.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(bytes)));
        Assert.Equal(known.GetProperty("rows").GetInt64(), Rows(bytes, delimiter));
        await Expect(export).ToContainTextAsync($"Rows{known.GetProperty("rows").GetInt64()}");
        await export.GetByText("File details").ClickAsync();
        await Expect(export.Locator("code")).ToHaveTextAsync(known.GetProperty("sha256").GetString()!);

        await page.DeleteAsync(id);
    }

    [Fact]
    public async Task The_list_survives_a_reload_and_an_export_can_be_run_again_and_deleted()
    {
        var page = await SignInAsync("cas");
        await page.Link("CSV export").ClickAsync();
        var first = await page.RequestExportAsync();
        await page.Export(first).ToBeAsync("succeeded");

        await page.ReloadAsync();
        await page.Export(first).ToBeAsync("succeeded");
        var second = await page.RequestingAsync(() => page.Export(first).GetByRole(AriaRole.Button, new() { Name = "Run again" }).ClickAsync());
        Assert.NotEqual(first, second);
        await page.Export(second).ToBeAsync("succeeded");

        await page.DeleteAsync(first);
        await page.DeleteAsync(second);
        await page.ReloadAsync();
        await Expect(page.Locator("#version")).ToBeVisibleAsync();
        await Expect(page.Export(second)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Deleting_asks_first_and_the_focus_comes_back_to_whoever_keeps_it()
    {
        var page = await SignInAsync("cas");
        await page.Link("CSV export").ClickAsync();
        var id = await page.RequestExportAsync("2");
        await page.Export(id).ToBeAsync("succeeded");
        var delete = page.Export(id).GetByRole(AriaRole.Button, new() { Name = "Delete" });

        await delete.ClickAsync();
        await page.Button("Keep it").ClickAsync();
        await Expect(delete).ToBeFocusedAsync();
        await delete.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Expect(delete).ToBeFocusedAsync();
        await page.Export(id).ToBeAsync("succeeded");

        await page.DeleteAsync(id);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Exports", Exact = true })).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Without_a_version_nothing_is_asked_for()
    {
        var page = await SignInAsync("cas");
        await page.Link("CSV export").ClickAsync();

        await page.Button("Export to CSV").ClickAsync();

        await Expect(page.ErrorSummary()).ToBeFocusedAsync();
        await page.ErrorSummary().GetByRole(AriaRole.Link, new() { Name = "Choose a version." }).ClickAsync();
        await Expect(page.Locator("#version")).ToBeFocusedAsync();
    }

    private static async Task<JsonElement> KnownAsync(IPage page, string id)
    {
        var address = page.Url.Replace("/ssp/", "/ssp/api/", StringComparison.Ordinal).Replace("/csv-export", $"/exports/{id}", StringComparison.Ordinal);
        var answer = await page.APIRequest.GetAsync(address);
        return (await answer.JsonAsync())!.Value;
    }

    private static long Rows(byte[] file, char delimiter)
    {
        using var text = new StreamReader(new MemoryStream(file));
        using var csv = CsvDataReader.Create(text, new CsvDataReaderOptions { Delimiter = delimiter });
        var rows = 0L;
        while (csv.Read())
        {
            rows++;
        }

        return rows;
    }
}
