using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Accounts;
using Ssp.Accounts.UserManagers;
using Ssp.Identity;
using Ssp.Storage;
using Ssp.Tests.Support;

namespace Ssp.Tests.Accounts;

public sealed class BootstrapTests(Stack stack)
{
    [Fact]
    public async Task The_first_start_prints_a_temporary_password_once_and_a_later_start_nothing()
    {
        await using var portal = await TestPortal.StartAsync(stack);

        var first = await StartAsync(portal, "first@hospital.example");
        var second = await StartAsync(portal, "first@hospital.example");

        var person = new Person(portal.BaseUrl, "first@hospital.example", PasswordIn(first));
        var signedIn = await person.SignInAsync();
        Assert.True(signedIn.GetProperty("account").GetProperty("isUserManager").GetBoolean());
        Assert.True(signedIn.GetProperty("mustChangePassword").GetBoolean());
        Assert.Equal("", second);
    }

    [Fact]
    public async Task Two_starts_at_once_print_one_password()
    {
        await using var portal = await TestPortal.StartAsync(stack);

        var printed = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => StartAsync(portal, "first@hospital.example")));

        var person = new Person(portal.BaseUrl, "first@hospital.example", PasswordIn(Assert.Single(printed, text => text.Length > 0)));
        await person.SignInAsync();
    }

    [Fact]
    public async Task A_new_word_in_the_settings_issues_another_password_once_and_ends_the_old_one()
    {
        await using var portal = await TestPortal.StartAsync(stack);
        var lost = PasswordIn(await StartAsync(portal, "first@hospital.example"));

        var reissued = PasswordIn(await StartAsync(portal, "first@hospital.example", "lost-in-june"));
        var again = await StartAsync(portal, "first@hospital.example", "lost-in-june");

        Assert.Equal("", again);
        Assert.Equal(
            HttpStatusCode.Unauthorized, (await portal.Guest().PostAsync("session", new { email = "first@hospital.example", password = lost })).Status);
        await new Person(portal.BaseUrl, "first@hospital.example", reissued).SignInAsync();
    }

    [Fact]
    public async Task A_start_that_died_before_it_made_the_account_is_made_good_by_the_next()
    {
        await using var portal = await TestPortal.StartAsync(stack);
        Assert.True(EmailAddress.TryParse("first@hospital.example", out var email));
        await portal.Services.GetRequiredService<AccountStore>().ClaimBootstrapAsync(email.AccountId, Secrets.NewId(), "", default);

        var printed = await StartAsync(portal, "first@hospital.example");

        await new Person(portal.BaseUrl, "first@hospital.example", PasswordIn(printed)).SignInAsync();
    }

    [Fact]
    public async Task The_password_expires_after_the_set_time()
    {
        var clock = new MovableClock();
        await using var portal = await TestPortal.StartAsync(stack, configure: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var password = PasswordIn(await StartAsync(portal, "first@hospital.example", clock: clock));

        clock.Forward(TimeSpan.FromHours(73));

        Assert.Equal(HttpStatusCode.Unauthorized, (await portal.Guest().PostAsync("session", new { email = "first@hospital.example", password })).Status);
    }

    [Fact]
    public async Task Without_the_setting_there_is_no_account_at_all()
    {
        await using var portal = await TestPortal.StartAsync(stack);

        Assert.Empty(portal.Storage.Accounts.Query<Azure.Data.Tables.TableEntity>());
    }

    // What a start of the portal does, with a console we can read.
    private static async Task<string> StartAsync(TestPortal portal, string email, string? word = null, TimeProvider? clock = null)
    {
        var settings = TestSettings.Of(("BootstrapEmail", email), ("BootstrapReissue", word)).Accounts;
        var console = new StringWriter();
        var passwords = ActivatorUtilities.CreateInstance<TemporaryPasswords>(portal.Services, settings, clock ?? TimeProvider.System);
        await ActivatorUtilities.CreateInstance<BootstrapUserManager>(portal.Services, settings, passwords).RunAsync(console, default);
        return console.ToString();
    }

    private static string PasswordIn(string printed) =>
        printed.Split('\n').Select(line => line.Trim()).Single(line => line.Length == 23 && line.Count(c => c == '-') == 3);
}
