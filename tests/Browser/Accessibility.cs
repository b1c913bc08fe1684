using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Ssp.Tests.Browser;

public static class Accessibility
{
    /// <summary>Checks the page as it stands with axe, in the light and in the dark theme: no violation at all.</summary>
    public static async Task AssertAccessibleAsync(this IPage page)
    {
        foreach (var scheme in (ColorScheme[])[ColorScheme.Dark, ColorScheme.Light])
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            var found = await page.RunAxe();
            Assert.True(found.Violations.Length == 0, $"{page.Url}, {scheme}: {string.Join(Environment.NewLine, found.Violations.Select(Describe))}");
        }
    }

    private static string Describe(AxeResultItem violation) =>
        $"{violation.Id}: {violation.Help}: {string.Join(", ", violation.Nodes.Select(node => $"{node.Html} ({string.Join(' ', node.Any.Select(one => one.Message))})"))}";
}
