using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Ssp.Identity;
using Ssp.Tests.Support;

namespace Ssp.Tests.Browser;

/// <summary>
/// What every story in the browser has: windows that know nobody, and an end at which the browser must have complained of nothing. A fault
/// of a script, a message in the console or something the content security policy refused fails the test, whatever the page showed.
/// </summary>
public abstract partial class BrowserTest(Stack stack, Chromium chromium) : IAsyncDisposable
{
    private readonly List<(WindowKind Kind, IPage Page)> windows = [];
    private readonly ConcurrentQueue<string> complaints = new();
    private readonly HashSet<int> refusals = [401];

    protected Stack Stack => stack;

    public async ValueTask DisposeAsync()
    {
        if (complaints.IsEmpty && TestContext.Current.TestState?.Result != TestResult.Failed)
        {
            await RestWindowsAsync();
        }

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

    /// <summary>A window at the portal's home, of somebody the browser has never seen.</summary>
    /// <param name="session">The cookie of somebody who has signed in.</param>
    protected async Task<IPage> OpenAsync(
        string? baseUrl = null, string path = "/", string locale = "en-GB", int width = 1280, int height = 900, string? session = null)
    {
        var portal = baseUrl ?? await DemoUrlAsync();
        var kind = new WindowKind(portal, locale, width, height);
        var page = await chromium.WindowAsync(kind);
        windows.Add((kind, page));
        if (session is not null)
        {
            await page.Context.AddCookiesAsync([
                new()
                {
                    Name = SessionCookie.Name,
                    Value = session,
                    Domain = "localhost",
                    Path = "/ssp",
                    HttpOnly = true,
                    SameSite = SameSiteAttribute.Strict,
                },
            ]);
        }

        page.Console += Note;
        page.PageError += NoteError;
        page.Crash += NoteCrash;
        await page.GotoAsync(portal + path);
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

    private async Task RestWindowsAsync()
    {
        foreach (var (kind, page) in windows)
        {
            // What the browser has complained of so far comes before this answer.
            await page.EvaluateAsync("() => null");
            page.Console -= Note;
            page.PageError -= NoteError;
            page.Crash -= NoteCrash;
            await chromium.RestAsync(kind, page);
        }

        windows.Clear();
    }

    private async Task CloseWindowsAsync()
    {
        foreach (var (_, page) in windows)
        {
            await page.Context.CloseAsync();
        }

        windows.Clear();
    }

    private void NoteError(object? sender, string error) => complaints.Enqueue($"script: {error}");

    private void NoteCrash(object? sender, IPage page) => complaints.Enqueue("the page crashed");

    private void Note(object? sender, IConsoleMessage message)
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
