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
    private IPlaywright? playwright;
    private IBrowser? browser;

    public async Task<IBrowser> BrowserAsync()
    {
        await starting.WaitAsync();
        try
        {
            playwright ??= await Playwright.CreateAsync();
            // Patience costs only a test that fails; a busy machine may need it.
            Assertions.SetDefaultExpectTimeout(20_000);
            return browser ??= await playwright.Chromium.LaunchAsync(new()
            {
                ExecutablePath = Environment.GetEnvironmentVariable("SSP_CHROMIUM") is { Length: > 0 } path ? path : Programs.FirstOrDefault(File.Exists) ?? Programs[^1],
                Args = Arguments,
            });
        }
        finally
        {
            starting.Release();
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
}
