using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Ssp.Identity;
using Ssp.Tests.Support;

namespace Ssp.Tests.Browser;

/// <summary>
/// What every story in the browser has: windows of its own, and an end at which the browser must have complained of nothing. A fault
/// of a script, a message in the console or something the content security policy refused fails the test, whatever the page showed.
/// </summary>
public abstract partial class BrowserTest(Stack stack, Chromium chromium) : IAsyncDisposable
{
    private readonly List<IBrowserContext> contexts = [];
    private readonly ConcurrentQueue<string> complaints = new();
    private readonly HashSet<int> refusals = [401];

    protected Stack Stack => stack;

    public async ValueTask DisposeAsync()
    {
        await CloseWindowsAsync();
        GC.SuppressFinalize(this);
        Assert.Empty(complaints);
    }

    /// <summary>The story makes the portal refuse with this status; the browser writes each refusal into its console.</summary>
    protected void Provoke(int status) => refusals.Add(status);

    protected async Task<string> DemoUrlAsync() => (await stack.Demo.DemoAsync()).BaseUrl;

    /// <summary>A portal of this story alone. The windows are closed before it is gone: a page that still asks would complain.</summary>
    /// <param name="more">Further settings.</param>
    protected async Task<TestPortal> StartPortalAsync(string? localdwh = null, params (string Name, string Value)[] more)
    {
        var portal = await OwnPortal.StartAsync(stack, localdwh, more);
        portal.BeforeStop = CloseWindowsAsync;
        return portal;
    }

    /// <summary>A new window at the portal's home, of somebody the browser has never seen.</summary>
    /// <param name="session">The cookie of somebody who has signed in.</param>
    protected async Task<IPage> OpenAsync(string? baseUrl = null, string path = "/", string locale = "en-GB", int width = 1280, int height = 900, string? session = null)
    {
        var browser = await chromium.BrowserAsync();
        var context = await browser.NewContextAsync(new()
        {
            Locale = locale,
            ViewportSize = new() { Width = width, Height = height },
            // Nothing moves: a colour half-way through a transition is no colour of ours.
            ReducedMotion = ReducedMotion.Reduce,
            ColorScheme = ColorScheme.Light,
            AcceptDownloads = true,
        });
        contexts.Add(context);
        if (session is not null)
        {
            await context.AddCookiesAsync([new() { Name = SessionCookie.Name, Value = session, Domain = "localhost", Path = "/ssp", HttpOnly = true, SameSite = SameSiteAttribute.Strict }]);
        }

        context.SetDefaultTimeout(20_000);
        var page = await context.NewPageAsync();
        page.Console += (_, message) => Note(message);
        page.PageError += (_, error) => complaints.Enqueue($"script: {error}");
        page.Crash += (_, _) => complaints.Enqueue("the page crashed");
        await page.GotoAsync((baseUrl ?? await DemoUrlAsync()) + path);
        return page;
    }

    /// <summary>A new window of a demo person who has signed in. Signing in on the page itself is the matter of its own stories.</summary>
    protected async Task<IPage> SignInAsync(string who, string path = "/", string locale = "en-GB", int width = 1280)
    {
        var person = await PersonAsync(who);
        await person.SignInAsync();
        var page = await OpenAsync(path: path, locale: locale, width: width, session: person.Cookie);
        await Assertions.Expect(page.Locator(".person")).ToBeVisibleAsync();
        return page;
    }

    protected Task<Person> PersonAsync(string who) => stack.Demo.PersonAsync(who);

    /// <summary>The organisation most of the demo people belong to.</summary>
    protected async Task<string> OrganizationIdAsync() =>
        (await stack.Demo.DemoAsync()).People.Single(one => one.Email.StartsWith("daan.", StringComparison.Ordinal)).Memberships[0].OrganizationId;

    private async Task CloseWindowsAsync()
    {
        foreach (var context in contexts)
        {
            await context.CloseAsync();
        }

        contexts.Clear();
    }

    private void Note(IConsoleMessage message)
    {
        if (message.Type is not ("error" or "warning"))
        {
            return;
        }

        var refused = FailedResource().Match(message.Text);
        if (!refused.Success || !refusals.Contains(int.Parse(refused.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture)))
        {
            complaints.Enqueue($"console: {message.Text} ({message.Location})");
        }
    }

    [GeneratedRegex(@"\AFailed to load resource: the server responded with a status of (\d{3})")]
    private static partial Regex FailedResource();
}
