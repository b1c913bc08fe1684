using System.Net;
using Ssp.Tests.Support;

namespace Ssp.Tests.BlackBox;

[Collection("The demo over HTTP")]
public sealed class SignInTests(Stack stack) : DemoTest(stack)
{
    [Fact]
    public async Task Signing_in_answers_who_it_is_and_sets_a_cookie_no_script_and_no_other_site_sees()
    {
        var person = await PersonAsync("nina");

        var answer = await person.PostAsync("session", new { email = person.Email.ToUpperInvariant(), password = person.Password });

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(["account", "csrfToken", "mustChangePassword"], answer.Json.EnumerateObject().Select(one => one.Name));
        Assert.Equal(["id", "email", "isUserManager"], answer.Json.GetProperty("account").EnumerateObject().Select(one => one.Name));
        var cookie = Assert.Single(answer.Message.Headers.GetValues("Set-Cookie")).Split("; ").Select(part => part.ToLowerInvariant()).ToList();
        Assert.StartsWith("ssp-session=", cookie[0], StringComparison.Ordinal);
        Assert.Contains("httponly", cookie);
        Assert.Contains("samesite=strict", cookie);
        Assert.Contains("path=/ssp", cookie);
        Assert.Equal((await DemoAsync()).BaseUrl.StartsWith("https:", StringComparison.Ordinal), cookie.Contains("secure"));
        Assert.DoesNotContain(cookie, part => part.StartsWith("expires", StringComparison.Ordinal) || part.StartsWith("domain", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_address_get_the_same_answer()
    {
        var person = await PersonAsync("nina");
        var wrong = await person.PostAsync("session", new { email = person.Email, password = "not the password of Nina" });
        var unknown = await person.PostAsync("session", new { email = "nobody@hospital.example", password = "not the password of Nina" });

        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_credentials"), (wrong.Status, wrong.Code));
        Assert.Equal(unknown.Status, wrong.Status);
        Assert.Equal(unknown.Text, wrong.Text);
        Assert.False(wrong.Message.Headers.Contains("Set-Cookie"));
        Assert.False(wrong.Message.Headers.Contains("WWW-Authenticate"));
        await person.SignInAsync();
    }

    [Fact]
    public async Task Signing_out_ends_the_session_on_the_server()
    {
        var person = await SignInAsync("nina");
        var cookie = person.Cookie;

        Assert.Equal(HttpStatusCode.NoContent, (await person.DeleteAsync("session")).Status);

        person.Cookie = cookie;
        Assert.Equal(HttpStatusCode.Unauthorized, (await person.GetAsync("session")).Status);
    }

    [Fact]
    public async Task The_token_for_writes_comes_with_the_session()
    {
        var person = await SignInAsync("nina");

        var session = await person.GetAsync("session");

        Assert.Equal(["account", "csrfToken", "mustChangePassword", "organizations"], session.Json.EnumerateObject().Select(one => one.Name));
        Assert.Equal(person.CsrfToken, session.Json.GetProperty("csrfToken").GetString());
    }

    [Theory]
    [InlineData("Origin", "https://elsewhere.example")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    public async Task Another_site_cannot_sign_anybody_in(string header, string value)
    {
        var person = await PersonAsync("nina");

        var answer = await person.PostAsync("session", new { email = person.Email, password = person.Password }, (header, value));

        Assert.Equal((HttpStatusCode.Forbidden, "foreign_origin"), (answer.Status, answer.Code));
    }
}
