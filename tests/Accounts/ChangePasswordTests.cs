using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Identity;
using Ssp.Tests.Support;

namespace Ssp.Tests.Accounts;

public sealed class ChangePasswordTests(Stack stack)
{
    private const string Chosen = "vier losse woorden fiets";

    private readonly TestPortal portal = stack.Portal;

    [Fact]
    public async Task Whoever_has_a_temporary_password_can_do_nothing_but_change_it_or_leave()
    {
        var organization = await portal.NewOrganizationAsync();
        var person = await portal.NewPersonAsync(temporaryUntil: DateTimeOffset.UtcNow.AddHours(1));
        await portal.SetRolesAsync(person, organization, Role.CsvUploadManager);

        var signedIn = await person.SignInAsync();
        var session = await person.GetAsync("session");
        var list = await person.GetAsync("organizations");

        Assert.True(signedIn.GetProperty("mustChangePassword").GetBoolean());
        Assert.True(session.Json.GetProperty("mustChangePassword").GetBoolean());
        Assert.Empty(session.Json.GetProperty("organizations").EnumerateArray());
        Assert.Equal((HttpStatusCode.Forbidden, "password_change_required"), (list.Status, list.Code));
        Assert.Equal(HttpStatusCode.NoContent, (await person.DeleteAsync("session")).Status);
    }

    [Fact]
    public async Task Changing_the_temporary_password_opens_the_portal_with_a_new_session()
    {
        var person = await portal.NewPersonAsync(temporaryUntil: DateTimeOffset.UtcNow.AddHours(1));
        await person.SignInAsync();
        var (oldCookie, oldToken) = (person.Cookie, person.CsrfToken);

        var answer = await ChangeAsync(person, Chosen);
        var session = await person.GetAsync("session");

        Assert.Equal(HttpStatusCode.NoContent, answer.Status);
        Assert.NotEqual(oldCookie, person.Cookie);
        Assert.NotEqual(oldToken, session.Json.GetProperty("csrfToken").GetString());
        Assert.False(session.Json.GetProperty("mustChangePassword").GetBoolean());
        Assert.Equal(HttpStatusCode.OK, (await person.GetAsync("organizations")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await portal.Guest().PostAsync("session", new { email = person.Email, password = person.Password })).Status);
        Assert.Equal(HttpStatusCode.OK, (await portal.Guest().PostAsync("session", new { email = person.Email, password = Chosen })).Status);
    }

    [Fact]
    public async Task All_other_sessions_end()
    {
        var person = await portal.SignInStrangerAsync();
        var elsewhere = new Person(portal.BaseUrl, person.Email, person.Password);
        await elsewhere.SignInAsync();

        Assert.Equal(HttpStatusCode.NoContent, (await ChangeAsync(person, Chosen)).Status);

        Assert.Equal(HttpStatusCode.Unauthorized, (await elsewhere.GetAsync("session")).Status);
        Assert.Equal(HttpStatusCode.OK, (await person.GetAsync("session")).Status);
    }

    [Fact]
    public async Task Of_many_changes_with_one_temporary_password_exactly_one_succeeds()
    {
        var person = await portal.NewPersonAsync(temporaryUntil: DateTimeOffset.UtcNow.AddHours(1));
        var browsers = Enumerable.Range(0, 8).Select(_ => new Person(portal.BaseUrl, person.Email, person.Password)).ToList();
        foreach (var browser in browsers)
        {
            await browser.SignInAsync();
        }

        var answers = await Task.WhenAll(browsers.Select((browser, i) => ChangeAsync(browser, $"vier losse woorden nummer {i}")));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.NoContent);
        Assert.All(answers, answer => Assert.Contains(answer.Status, new[] { HttpStatusCode.NoContent, HttpStatusCode.Conflict, HttpStatusCode.Unauthorized }));
        var winner = Array.FindIndex(answers, answer => answer.Status == HttpStatusCode.NoContent);
        Assert.Equal(
            HttpStatusCode.OK,
            (await portal.Guest().PostAsync("session", new { email = person.Email, password = $"vier losse woorden nummer {winner}" })).Status);
    }

    [Fact]
    public async Task An_expired_temporary_password_cannot_be_changed_any_more()
    {
        var clock = new MovableClock();
        await using var own = await TestPortal.StartAsync(stack, configure: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var person = await own.NewPersonAsync(temporaryUntil: DateTimeOffset.UtcNow.AddMinutes(10));
        await person.SignInAsync();
        clock.Forward(TimeSpan.FromMinutes(11));

        var answer = await ChangeAsync(person, Chosen);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("expired", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "x", "y", "currentPassword,newPassword,newPasswordAgain")]
    [InlineData("", "", "", "currentPassword,newPassword,newPasswordAgain")]
    [InlineData("wrong", Chosen, Chosen, "currentPassword")]
    [InlineData(null, Chosen, "vier losse woorden fietz", "newPasswordAgain")]
    [InlineData(null, "too short", "too short", "newPassword")]
    [InlineData(null, "passwordpassword", "passwordpassword", "newPassword")]
    public async Task A_change_that_is_not_right_names_its_fields(string? current, string wanted, string again, string fields)
    {
        var person = await portal.SignInStrangerAsync();

        var answer = await person.PutAsync(
            "account/password", new { currentPassword = current ?? person.Password, newPassword = wanted, newPasswordAgain = again });

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal(fields.Split(','), answer.Fields);
    }

    [Fact]
    public async Task The_new_password_must_differ_and_may_not_name_the_organisation()
    {
        var organization = await portal.NewOrganizationAsync("AZ Windmolenveld");
        var person = await portal.SignInAsync(organization);

        var same = await ChangeAsync(person, person.Password);
        var named = await ChangeAsync(person, "welkom in az windmolenveld!");

        Assert.Equal("newPassword", Assert.Single(same.Fields));
        Assert.Equal("newPassword", Assert.Single(named.Fields));
    }

    [Fact]
    public async Task Guessing_the_current_password_has_to_wait_as_well()
    {
        await using var own = await TestPortal.StartAsync(stack,
            configure: builder => builder.Services.AddSingleton<TimeProvider>(new MovableClock(stopped: true)));
        var person = await own.SignInStrangerAsync();
        for (var i = 0; i < 6; i++)
        {
            await person.PutAsync("account/password", new { currentPassword = $"guess {i}", newPassword = Chosen, newPasswordAgain = Chosen });
        }

        var right = await ChangeAsync(person, Chosen);

        Assert.Equal("currentPassword", Assert.Single(right.Fields));
    }

    private static Task<Answer> ChangeAsync(Person person, string wanted) =>
        person.PutAsync("account/password", new { currentPassword = person.Password, newPassword = wanted, newPasswordAgain = wanted });
}
