using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Identity;
using Ssp.Tests.Support;

namespace Ssp.Tests.Accounts;

public sealed class SessionTests(Stack stack)
{
    private readonly TestPortal portal = stack.Portal;

    [Fact]
    public async Task Without_a_session_the_api_says_so()
    {
        var answer = await portal.Guest().GetAsync("session");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.Equal("not_signed_in", answer.Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("../../x.yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy")]
    [InlineData("f2f22db407bd524b9924e331f7ae79bbf1779022c5842784502ea0c7ed67c063.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_made_up_cookie_is_nobody(string cookie)
    {
        var guest = portal.Guest();
        var answer = await guest.GetAsync("session", ("Cookie", $"ssp-session={cookie}"));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
    }

    [Fact]
    public async Task The_session_tells_organisations_and_roles()
    {
        var organization = await portal.NewOrganizationAsync("Clinique \"Été\"");
        var person = await portal.SignInAsync(organization, Role.CsvUploadManager, Role.DpManager);

        var own = (await person.GetAsync("session")).Json.GetProperty("organizations").EnumerateArray().Single();

        Assert.Equal(organization.Id, own.GetProperty("id").GetString());
        Assert.Equal("Clinique \"Été\"", own.GetProperty("title").GetString());
        Assert.Equal(organization.Nihdi, own.GetProperty("nihdi").GetString());
        Assert.Equal(["dp_manager", "csv_upload_manager"], own.GetProperty("roles").EnumerateArray().Select(role => role.GetString()));
    }

    [Fact]
    public async Task The_cookie_is_hidden_from_scripts_and_other_sites()
    {
        var person = await portal.NewPersonAsync();
        var answer = await person.PostAsync("session", new { email = person.Email, password = person.Password });

        var cookie = Assert.Single(answer.Message.Headers.GetValues("Set-Cookie"));

        Assert.StartsWith("ssp-session=", cookie, StringComparison.Ordinal);
        Assert.Contains("; path=/ssp", cookie, StringComparison.Ordinal);
        Assert.Contains("; httponly", cookie, StringComparison.Ordinal);
        Assert.Contains("; samesite=strict", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain("secure", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain("expires", cookie, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_people_use_https_the_cookie_travels_only_there_and_browsers_are_told_to_stay()
    {
        await using var own = await TestPortal.StartAsync(stack, new() { ["PublicUrl"] = "https://hd4dp.hospital.example/ssp" });
        var person = await own.NewPersonAsync();
        var answer = await person.PostAsync("session", new { email = person.Email, password = person.Password });

        Assert.Contains("; secure", Assert.Single(answer.Message.Headers.GetValues("Set-Cookie")), StringComparison.Ordinal);
        Assert.Equal("max-age=31536000", Assert.Single(answer.Message.Headers.GetValues("Strict-Transport-Security")));
    }

    [Fact]
    public async Task Signing_in_gives_a_new_session_and_ends_the_one_before()
    {
        var person = await portal.NewPersonAsync();
        await person.SignInAsync();
        var before = person.Cookie!;
        await person.SignInAsync();

        var old = portal.Guest();
        old.Cookie = before;

        Assert.NotEqual(before, person.Cookie);
        Assert.Equal(HttpStatusCode.Unauthorized, (await old.GetAsync("session")).Status);
        Assert.Equal(HttpStatusCode.OK, (await person.GetAsync("session")).Status);
    }

    [Fact]
    public async Task After_signing_out_the_old_cookie_is_worth_nothing()
    {
        var person = await portal.SignInStrangerAsync();
        var cookie = person.Cookie!;

        var answer = await person.DeleteAsync("session");
        var old = portal.Guest();
        old.Cookie = cookie;

        Assert.Equal(HttpStatusCode.NoContent, answer.Status);
        Assert.Null(person.Cookie);
        Assert.Equal(HttpStatusCode.Unauthorized, (await old.GetAsync("session")).Status);
    }

    [Fact]
    public async Task A_write_without_the_sessions_token_is_refused()
    {
        var person = await portal.SignInStrangerAsync();
        var other = await portal.SignInStrangerAsync();

        var missing = await person.DeleteAsync("session", ("X-CSRF-Token", ""));
        var foreign = await person.DeleteAsync("session", ("X-CSRF-Token", other.CsrfToken!));

        Assert.Equal((HttpStatusCode.Forbidden, "csrf_token_wrong"), (missing.Status, missing.Code));
        Assert.Equal((HttpStatusCode.Forbidden, "csrf_token_wrong"), (foreign.Status, foreign.Code));
        Assert.Equal(HttpStatusCode.OK, (await person.GetAsync("session")).Status);
    }

    [Fact]
    public async Task A_session_goes_on_when_the_clock_is_set_back_and_forward_again()
    {
        var clock = new MovableClock();
        await using var own = await TestPortal.StartAsync(stack, configure: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var person = await own.SignInStrangerAsync();

        foreach (var days in (double[])[-1, 1])
        {
            clock.Forward(TimeSpan.FromDays(days));
            Assert.Equal(HttpStatusCode.OK, (await person.GetAsync("session")).Status);
        }
    }

    [Fact]
    public async Task A_session_in_use_goes_on_however_short_the_idle_limit()
    {
        var clock = new MovableClock();
        await using var own = await TestPortal.StartAsync(
            stack, new() { ["SessionIdleMinutes"] = "1" }, builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var person = await own.SignInStrangerAsync();

        for (var request = 0; request < 12; request++)
        {
            clock.Forward(TimeSpan.FromSeconds(59));
            Assert.Equal(HttpStatusCode.OK, (await person.GetAsync("session")).Status);
        }

        clock.Forward(TimeSpan.FromMinutes(2));
        Assert.Equal(HttpStatusCode.Unauthorized, (await person.GetAsync("session")).Status);
    }

    [Fact]
    public async Task A_session_ends_when_it_is_idle_and_when_it_is_old()
    {
        var clock = new MovableClock();
        await using var own = await TestPortal.StartAsync(stack, configure: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var idle = await own.SignInStrangerAsync();
        var busy = await own.SignInStrangerAsync();

        for (var i = 0; i < 31; i++)
        {
            clock.Forward(TimeSpan.FromMinutes(15));
            Assert.Equal(HttpStatusCode.OK, (await busy.GetAsync("session")).Status);
            if (i == 1)
            {
                Assert.Equal(HttpStatusCode.Unauthorized, (await idle.GetAsync("session")).Status);
            }
        }

        clock.Forward(TimeSpan.FromMinutes(15));
        Assert.Equal(HttpStatusCode.Unauthorized, (await busy.GetAsync("session")).Status);
    }
}
