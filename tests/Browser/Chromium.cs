using System.Collections.Concurrent;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Ssp.Tests.Browser.Chromium))]

namespace Ssp.Tests.Browser;

/// <summary>One browser for the whole run, started by the first test that needs it. The machine's own: nothing is downloaded.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] Arguments =
        ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    // The same engine without the window around its pages, whose drawing takes as much time as theirs; Chromium itself where there is no shell.
    private static readonly string[] Programs = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"];

    private readonly SemaphoreSlim starting = new(1, 1);
    private readonly ConcurrentDictionary<WindowKind, ConcurrentBag<IPage>> resting = new();
    private IPlaywright? playwright;
    private IBrowser? browser;

    /// <summary>A window that knows nobody: a new one, or one whose story is over. A new one costs two processes, and the scripts are compiled anew.</summary>
    public async Task<IPage> WindowAsync(WindowKind kind)
    {
        if (resting.TryGetValue(kind, out var windows) && windows.TryTake(out var rested))
        {
            return rested;
        }

        var context = await (await BrowserAsync()).NewContextAsync(new()
        {
            Locale = kind.Locale,
            ViewportSize = new() { Width = kind.Width, Height = kind.Height },
            // Nothing moves: a colour half-way through a transition is no colour of ours.
            ReducedMotion = ReducedMotion.Reduce,
            ColorScheme = ColorScheme.Light,
            AcceptDownloads = true,
        });
        context.SetDefaultTimeout(20_000);
        return await context.NewPageAsync();
    }

    /// <summary>Takes from a window what its story left in it, and keeps it for another one. The pages keep nothing in the browser but cookies.</summary>
    public async Task RestAsync(WindowKind kind, IPage page)
    {
        foreach (var other in page.Context.Pages.Where(one => one != page).ToList())
        {
            await other.CloseAsync();
        }

        await page.UnrouteAllAsync();
        await page.Context.ClearPermissionsAsync();
        await page.Context.ClearCookiesAsync();
        await page.Mouse.MoveAsync(0, 0);
        // Of the same portal, or the window would need another process for the next story; and it asks for nothing more.
        await page.GotoAsync($"{kind.Portal}/api/health/live");
        var session = await page.Context.NewCDPSessionAsync(page);
        await session.SendAsync("Page.resetNavigationHistory");
        await session.DetachAsync();
        resting.GetOrAdd(kind, _ => []).Add(page);
    }

    /// <summary>Closes the windows that rest at a portal, before it is gone.</summary>
    public async Task CloseAsync(string portal)
    {
        foreach (var kind in resting.Keys.Where(one => one.Portal == portal))
        {
            while (resting[kind].TryTake(out var page))
            {
                await page.Context.CloseAsync();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }

        playwright?.Dispose();
    }

    private async Task<IBrowser> BrowserAsync()
    {
        await starting.WaitAsync();
        try
        {
            playwright ??= await Playwright.CreateAsync();
            // Patience costs only a test that fails; a busy machine may need it.
            Assertions.SetDefaultExpectTimeout(20_000);
            return browser ??= await playwright.Chromium.LaunchAsync(new()
            {
                ExecutablePath = Environment.GetEnvironmentVariable("SSP_CHROMIUM") is { Length: > 0 } path
                    ? path
                    : Programs.FirstOrDefault(File.Exists) ?? Programs[^1],
                Args = Arguments,
            });
        }
        finally
        {
            starting.Release();
        }
    }
}
