using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Ssp.Tests.Browser;

public static class Accessibility
{
    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    // Only what is wrong is collected: to describe the thousand things that are right takes most of axe's time.
    private const string Run =
        "async () => (await axe.run(document, { resultTypes: ['violations'], iframes: false })).violations.map("
        + "found => `${found.id}: ${found.help}: ${found.nodes.map(node => `${node.html} (${node.any.map(one => one.message).join(' ')})`).join(', ')}`)";

    /// <summary>Checks the page as it stands with axe, in the light and in the dark theme: no violation at all.</summary>
    public static async Task AssertAccessibleAsync(this IPage page)
    {
        if (!await page.EvaluateAsync<bool>("() => 'axe' in window"))
        {
            // By the browser's own protocol: Playwright's way of evaluating takes twice as long for a script of this size.
            var session = await page.Context.NewCDPSessionAsync(page);
            await session.SendAsync("Runtime.evaluate", new() { ["expression"] = Axe });
            await session.DetachAsync();
        }

        foreach (var scheme in (ColorScheme[])[ColorScheme.Dark, ColorScheme.Light])
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            var found = await page.EvaluateAsync<string[]>(Run);
            Assert.True(found.Length == 0, $"{page.Url}, {scheme}: {string.Join(Environment.NewLine, found)}");
        }
    }
}
