using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Identity;
using Ssp.Tests.Support;

namespace Ssp.Tests.Accounts;

public sealed class AccountTests(Stack stack)
{
    private readonly TestPortal portal = stack.Portal;

    [Fact]
    public async Task A_further_user_manager_signs_in_with_the_temporary_password_shown_once()
    {
        var email = $"second.{Guid.NewGuid():N}@hospital.example";
        var first = await portal.NewUserManagerAsync();

        var added = await first.PostAsync("accounts", new { email });
        var again = await first.PostAsync(
            "accounts", new { email = email.Replace("second", "Second", StringComparison.Ordinal).Replace("hospital", "Hospital", StringComparison.Ordinal) });

        Assert.Equal(HttpStatusCode.Created, added.Status);
        Assert.True(added.Json.GetProperty("account").GetProperty("isUserManager").GetBoolean());
        await new Person(portal.BaseUrl, email, added.Json.GetProperty("temporaryPassword").GetString()!).SignInAsync();
        Assert.Equal((HttpStatusCode.Conflict, "account_exists"), (again.Status, again.Code));
    }

    [Fact]
    public async Task Somebody_becomes_user_manager_and_no_longer_is_at_the_next_request()
    {
        var first = await portal.NewUserManagerAsync();
        var person = await portal.SignInStrangerAsync();

        Assert.Equal(HttpStatusCode.OK, (await SetAsync(first, person, true)).Status);
        Assert.Equal(HttpStatusCode.OK, (await person.GetAsync("accounts")).Status);
        Assert.Equal(HttpStatusCode.OK, (await SetAsync(person, first, false)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await first.GetAsync("accounts")).Status);
    }

    [Fact]
    public async Task The_last_user_manager_is_neither_demoted_nor_cancelled()
    {
        await using var own = await TestPortal.StartAsync(stack);
        var only = await own.NewUserManagerAsync();

        var demoted = await SetAsync(only, only, false);
        var cancelled = await only.DeleteAsync($"accounts/{only.AccountId}");

        Assert.Equal((HttpStatusCode.Conflict, "last_user_manager"), (demoted.Status, demoted.Code));
        Assert.Equal((HttpStatusCode.Conflict, "last_user_manager"), (cancelled.Status, cancelled.Code));
        Assert.Equal(HttpStatusCode.OK, (await only.GetAsync("accounts")).Status);
    }

    [Fact]
    public async Task Of_two_user_managers_who_remove_each_other_at_once_one_stays()
    {
        for (var round = 0; round < 5; round++)
        {
            await using var own = await TestPortal.StartAsync(stack);
            var (first, second) = (await own.NewUserManagerAsync(), await own.NewUserManagerAsync());

            var answers = await Task.WhenAll(SetAsync(first, second, false), second.DeleteAsync($"accounts/{first.AccountId}"));

            var left = await own.Services.GetRequiredService<AccountStore>().ListManagersAsync(default);
            Assert.Single(left);
            Assert.Contains(answers, answer => (int)answer.Status is >= 400);
        }
    }

    [Fact]
    public async Task Nobody_becomes_user_manager_with_a_password_that_a_dp_manager_knows()
    {
        var email = $"known.{Guid.NewGuid():N}@hospital.example";
        var first = await portal.NewUserManagerAsync();
        var organization = await portal.NewOrganizationAsync();
        var dp = await portal.SignInAsync(organization, Role.DpManager);
        var known = await dp.PostAsync($"organizations/{organization.Id}/members", new { email, roles = Array.Empty<string>() });
        var person = new Person(portal.BaseUrl, email, known.Json.GetProperty("temporaryPassword").GetString()!);

        var refused = await SetAsync(first, person, true);
        // By whom the password is chosen then, nobody can tell.
        await person.SignInAsync();
        const string Chosen = "four calm herons at dawn";
        await person.PutAsync("account/password", new { currentPassword = person.Password, newPassword = Chosen, newPasswordAgain = Chosen });
        var chosen = await SetAsync(first, person, true);
        var reissued = await first.PostAsync($"accounts/{person.AccountId}/temporary-password", new { });
        var made = await SetAsync(first, person, true);

        Assert.Equal((HttpStatusCode.Conflict, "password_known_to_others"), (refused.Status, refused.Code));
        Assert.Equal((HttpStatusCode.Conflict, "password_known_to_others"), (chosen.Status, chosen.Code));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (reissued.Status, made.Status));
        Assert.Equal(HttpStatusCode.Forbidden, (await dp.PostAsync($"accounts/{person.AccountId}/temporary-password", new { })).Status);
    }

    [Fact]
    public async Task Of_a_reset_and_a_promotion_at_once_only_one_happens()
    {
        var first = await portal.NewUserManagerAsync();
        var organization = await portal.NewOrganizationAsync();
        var dp = await portal.SignInAsync(organization, Role.DpManager);
        for (var round = 0; round < 8; round++)
        {
            var person = await portal.NewSilentPersonAsync();
            await portal.SetRolesAsync(person, organization);

            var answers = await Task.WhenAll(
                dp.PostAsync($"accounts/{person.AccountId}/temporary-password", new { }), LaterAsync(round * 25, () => SetAsync(first, person, true)));

            Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task An_account_is_cancelled_whatever_happens_to_its_memberships_meanwhile()
    {
        var manager = await portal.NewUserManagerAsync();
        var organizations = new[] { await portal.NewOrganizationAsync(), await portal.NewOrganizationAsync(), await portal.NewOrganizationAsync() };
        for (var round = 0; round < 10; round++)
        {
            var person = await portal.NewSilentPersonAsync();
            foreach (var organization in organizations)
            {
                await portal.SetRolesAsync(person, organization);
            }

            var cancelling = LaterAsync(round, () => manager.DeleteAsync($"accounts/{person.AccountId}"));
            var others = organizations.SelectMany(organization => Enumerable.Range(0, 3).Select(i => manager.SendAsync(
                HttpMethod.Patch,
                $"organizations/{organization.Id}/members/{person.AccountId}",
                JsonContent.Create(new { roles = i == 0 ? [] : new[] { "nippin_manager" } }),
                ("If-Match", "*"))));
            await Task.WhenAll(others);

            Assert.Equal(HttpStatusCode.NoContent, (await cancelling).Status);
        }
    }

    [Fact]
    public async Task A_user_manager_whose_account_is_gone_does_not_count_as_one()
    {
        await using var own = await TestPortal.StartAsync(stack);
        var accounts = own.Services.GetRequiredService<AccountStore>();
        var (first, second) = (await own.NewUserManagerAsync(), await own.NewUserManagerAsync());
        await accounts.RemoveAsync((await accounts.FindAsync(second.AccountId, default))!, default);

        Assert.Equal(HttpStatusCode.Conflict, (await SetAsync(first, first, false)).Status);
    }

    [Fact]
    public async Task A_cancelled_account_is_out_at_once_and_leaves_nothing_to_a_later_one_of_the_same_address()
    {
        var manager = await portal.NewUserManagerAsync();
        var organization = await portal.NewOrganizationAsync();
        var person = await portal.SignInAsync(organization, Role.CsvUploadManager);

        Assert.Equal(HttpStatusCode.NoContent, (await manager.DeleteAsync($"accounts/{person.AccountId}")).Status);

        Assert.Equal(HttpStatusCode.Unauthorized, (await person.GetAsync("session")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await portal.Guest().PostAsync("session", new { email = person.Email, password = person.Password })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await manager.DeleteAsync($"accounts/{person.AccountId}")).Status);
        Assert.Equal(0, (await manager.GetAsync($"organizations/{organization.Id}/members")).Json.GetProperty("items").GetArrayLength());

        var later = await portal.NewPersonAsync(person.Email);
        await later.SignInAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await later.GetAsync($"organizations/{organization.Id}")).Status);
        Assert.Equal(0, (await later.GetAsync("session")).Json.GetProperty("organizations").GetArrayLength());
    }

    [Fact]
    public async Task What_a_cancellation_that_died_half_way_left_gives_a_later_account_nothing()
    {
        var accounts = portal.Services.GetRequiredService<AccountStore>();
        var organization = await portal.NewOrganizationAsync();
        var person = await portal.SignInAsync(organization, Role.DpManager);
        // The portal dies after the account's row and before the rest.
        await accounts.RemoveAsync((await accounts.FindAsync(person.AccountId, default))!, default);

        var later = await portal.NewPersonAsync(person.Email);
        await later.SignInAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, (await person.GetAsync("session")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await later.GetAsync($"organizations/{organization.Id}")).Status);
        var manager = await portal.NewUserManagerAsync();
        Assert.Equal(
            HttpStatusCode.Created,
            (await manager.PostAsync($"organizations/{organization.Id}/members", new { email = person.Email, roles = new[] { "nippin_manager" } })).Status);
        Assert.Equal("nippin_manager", (await later.GetAsync("session")).Json.GetProperty("organizations")[0].GetProperty("roles")[0].GetString());
    }

    [Fact]
    public async Task A_new_temporary_password_ends_the_old_one_and_every_session()
    {
        var organization = await portal.NewOrganizationAsync();
        var manager = await portal.SignInAsync(organization, Role.DpManager);
        var person = await portal.SignInAsync(organization);

        var issued = await manager.PostAsync($"accounts/{person.AccountId}/temporary-password", new { });

        Assert.Equal(HttpStatusCode.OK, issued.Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await person.GetAsync("session")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await portal.Guest().PostAsync("session", new { email = person.Email, password = person.Password })).Status);
        var again = new Person(portal.BaseUrl, person.Email, issued.Json.GetProperty("temporaryPassword").GetString()!);
        Assert.True((await again.SignInAsync()).GetProperty("mustChangePassword").GetBoolean());
    }

    [Fact]
    public async Task A_dp_manager_resets_no_password_that_opens_another_organisation_or_a_user_managers()
    {
        var (own, other) = (await portal.NewOrganizationAsync(), await portal.NewOrganizationAsync());
        var manager = await portal.SignInAsync(own, Role.DpManager);
        var elsewhere = await portal.SignInAsync(own);
        await portal.SetRolesAsync(elsewhere, other);
        var userManager = await portal.NewUserManagerAsync();
        await portal.SetRolesAsync(userManager, own);
        var stranger = await portal.NewSilentPersonAsync();

        foreach (var person in (Person[])[elsewhere, userManager])
        {
            var refused = await manager.PostAsync($"accounts/{person.AccountId}/temporary-password", new { });
            Assert.Equal((HttpStatusCode.Forbidden, "reset_needs_user_manager"), (refused.Status, refused.Code));
            Assert.Equal(HttpStatusCode.OK, (await person.GetAsync("session")).Status);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await manager.PostAsync($"accounts/{stranger.AccountId}/temporary-password", new { })).Status);
        Assert.Equal(HttpStatusCode.OK, (await userManager.PostAsync($"accounts/{elsewhere.AccountId}/temporary-password", new { })).Status);
        Assert.Equal(HttpStatusCode.OK, (await userManager.PostAsync($"accounts/{stranger.AccountId}/temporary-password", new { })).Status);
        // In a second organisation of theirs they may, too.
        await portal.SetRolesAsync(manager, other, Role.DpManager);
        Assert.Equal(HttpStatusCode.OK, (await manager.PostAsync($"accounts/{elsewhere.AccountId}/temporary-password", new { })).Status);
    }

    [Fact]
    public async Task A_dp_manager_resets_no_dp_managers_password_as_they_neither_give_nor_take_that_role()
    {
        var (own, other) = (await portal.NewOrganizationAsync(), await portal.NewOrganizationAsync());
        var manager = await portal.SignInAsync(own, Role.DpManager);
        await portal.SetRolesAsync(manager, other, Role.DpManager);
        var colleague = await portal.SignInAsync(own, Role.DpManager);
        var ofTheOther = await portal.SignInAsync(own);
        await portal.SetRolesAsync(ofTheOther, other, Role.DpManager, Role.NippinManager);

        foreach (var person in (Person[])[colleague, ofTheOther])
        {
            var refused = await manager.PostAsync($"accounts/{person.AccountId}/temporary-password", new { });
            Assert.Equal((HttpStatusCode.Forbidden, "reset_needs_user_manager"), (refused.Status, refused.Code));
            Assert.Equal(HttpStatusCode.OK, (await person.GetAsync("session")).Status);
        }

        var userManager = await portal.NewUserManagerAsync();
        Assert.Equal(HttpStatusCode.OK, (await userManager.PostAsync($"accounts/{colleague.AccountId}/temporary-password", new { })).Status);
    }

    [Fact]
    public async Task A_reset_that_meets_a_membership_about_to_begin_elsewhere_is_refused()
    {
        var (own, other) = (await portal.NewOrganizationAsync(), await portal.NewOrganizationAsync());
        var manager = await portal.SignInAsync(own, Role.DpManager);
        var person = await portal.SignInAsync(own);
        var account = (await portal.Services.GetRequiredService<AccountStore>().FindAsync(person.AccountId, default))!;
        // Somebody adds the person to another organisation at this very moment.
        await portal.Services.GetRequiredService<MembershipStore>().AnnounceAsync(other.Id, account.Id, account.Serial, default);

        var refused = await manager.PostAsync($"accounts/{person.AccountId}/temporary-password", new { });

        Assert.Equal("reset_needs_user_manager", refused.Code);
    }

    [Fact]
    public async Task Nobody_resets_their_own_password_this_way()
    {
        var manager = await portal.NewUserManagerAsync();

        var answer = await manager.PostAsync($"accounts/{manager.AccountId}/temporary-password", new { });

        Assert.Equal((HttpStatusCode.Conflict, "own_password"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_look_up_tells_where_an_account_comes_from()
    {
        var (first, second) = (await portal.NewOrganizationAsync("First hospital"), await portal.NewOrganizationAsync("Second hospital"));
        var firstManager = await portal.SignInAsync(first, Role.DpManager);
        var secondManager = await portal.SignInAsync(second, Role.DpManager);
        var email = $"n{Guid.NewGuid():N}@hospital.example";

        var unknown = await secondManager.PostAsync("accounts/lookup", new { email, organizationId = second.Id });
        await firstManager.PostAsync($"organizations/{first.Id}/members", new { email, roles = Array.Empty<string>() });
        var known = await secondManager.PostAsync("accounts/lookup", new { email = email.ToUpperInvariant(), organizationId = second.Id });

        Assert.False(unknown.Json.GetProperty("exists").GetBoolean());
        Assert.Equal((true, false), (known.Json.GetProperty("exists").GetBoolean(), known.Json.GetProperty("member").GetBoolean()));
        Assert.Equal("First hospital", known.Json.GetProperty("createdIn").GetString());
        Assert.Equal("temporary_password", known.Json.GetProperty("state").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await firstManager.PostAsync("accounts/lookup", new { email, organizationId = second.Id })).Status);
        Assert.Equal(["email"], (await firstManager.PostAsync("accounts/lookup", new { email = "none", organizationId = first.Id })).Fields);
        Assert.Equal(["organizationId"], (await firstManager.PostAsync("accounts/lookup", new { email })).Fields);
    }

    [Fact]
    public async Task Nobody_looks_up_address_after_address()
    {
        var organization = await portal.NewOrganizationAsync();
        var manager = await portal.SignInAsync(organization, Role.DpManager);
        Answer answer;
        var asked = 0;
        do
        {
            answer = await manager.PostAsync("accounts/lookup", new { email = $"guess{asked++}@hospital.example", organizationId = organization.Id });
        }
        while (answer.Status == HttpStatusCode.OK && asked < 150);

        Assert.Equal((HttpStatusCode.TooManyRequests, "too_many_lookups", 101), (answer.Status, answer.Code, asked));
        Assert.True(answer.Message.Headers.RetryAfter!.Delta > TimeSpan.Zero);
    }

    [Fact]
    public async Task The_list_of_accounts_is_searched_and_shows_what_managers_need()
    {
        var manager = await portal.NewUserManagerAsync();
        var organization = await portal.NewOrganizationAsync();
        var mark = Guid.NewGuid().ToString("N")[..12];
        var member = await portal.NewSilentPersonAsync($"b.{mark}@hospital.example");
        await portal.SetRolesAsync(member, organization);
        await portal.NewSilentPersonAsync($"a.{mark}@hospital.example", DateTimeOffset.UtcNow.AddHours(1));

        var found = (await manager.GetAsync($"accounts?search={mark.ToUpperInvariant()}")).Json.GetProperty("items").EnumerateArray().ToList();

        Assert.Equal([$"a.{mark}@hospital.example", $"b.{mark}@hospital.example"], found.Select(one => one.GetProperty("email").GetString()));
        Assert.Equal(["temporary_password", "active"], found.Select(one => one.GetProperty("state").GetString()));
        Assert.Equal([0, 1], found.Select(one => one.GetProperty("organizations").GetInt32()));
        Assert.All(found, one => Assert.DoesNotContain("hash", one.GetRawText(), StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_dp_manager_sees_of_a_person_only_what_concerns_their_own_organisations()
    {
        var (own, other) = (await portal.NewOrganizationAsync("Own"), await portal.NewOrganizationAsync("Other"));
        var manager = await portal.SignInAsync(own, Role.DpManager);
        var person = await portal.NewSilentPersonAsync();
        await portal.SetRolesAsync(person, own, Role.NippinManager);
        await portal.SetRolesAsync(person, other, Role.CertificateEditor);

        var seen = await manager.GetAsync($"accounts/{person.AccountId}");
        var all = await (await portal.NewUserManagerAsync()).GetAsync($"accounts/{person.AccountId}");

        Assert.Equal(["Own"], seen.Json.GetProperty("memberships").EnumerateArray().Select(one => one.GetProperty("title").GetString()));
        Assert.DoesNotContain(other.Id, seen.Text, StringComparison.Ordinal);
        Assert.Equal(["Other", "Own"], all.Json.GetProperty("memberships").EnumerateArray().Select(one => one.GetProperty("title").GetString()));
    }

    [Fact]
    public async Task Own_sessions_are_listed_and_ended_one_by_one_and_all_others_at_once()
    {
        var person = await portal.SignInStrangerAsync();
        var others = Enumerable.Range(0, 3).Select(_ => new Person(portal.BaseUrl, person.Email, person.Password)).ToList();
        foreach (var other in others)
        {
            await other.SignInAsync();
        }

        var listed = (await person.GetAsync("account/sessions", ("User-Agent", "x"))).Json.GetProperty("items").EnumerateArray().ToList();
        var foreign = await portal.SignInStrangerAsync();
        var one = (await others[0].GetAsync("account/sessions")).Json.GetProperty("items").EnumerateArray()
            .Single(session => session.GetProperty("isCurrent").GetBoolean())
            .GetProperty("id").GetString();

        Assert.Equal(4, listed.Count);
        Assert.Single(listed, session => session.GetProperty("isCurrent").GetBoolean());
        Assert.Equal(HttpStatusCode.NotFound, (await foreign.DeleteAsync($"account/sessions/{one}")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await person.DeleteAsync($"account/sessions/{one}")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await others[0].GetAsync("session")).Status);
        Assert.Equal(HttpStatusCode.OK, (await others[1].GetAsync("session")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await person.DeleteAsync("account/sessions")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await others[1].GetAsync("session")).Status);
        Assert.Equal(HttpStatusCode.OK, (await person.GetAsync("session")).Status);
    }

    [Fact]
    public async Task A_session_tells_browser_and_system()
    {
        var person = await portal.NewPersonAsync();
        var windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";
        var signedIn = await person.SendAsync(
            HttpMethod.Post, "session", JsonContent.Create(new { email = person.Email, password = person.Password }), ("User-Agent", windows));
        Assert.Equal(HttpStatusCode.OK, signedIn.Status);

        var session = (await person.GetAsync("account/sessions")).Json.GetProperty("items")[0];

        Assert.Equal("Firefox, Windows", session.GetProperty("device").GetString());
    }

    [Fact]
    public async Task My_account_shows_the_failed_tries_of_others_also_after_a_sign_in()
    {
        var person = await portal.NewPersonAsync();
        for (var i = 0; i < 3; i++)
        {
            await portal.Guest().PostAsync("session", new { email = person.Email, password = "a guess in the dark" });
        }

        await person.SignInAsync();
        var account = await person.GetAsync("account");

        Assert.Equal(3, account.Json.GetProperty("failedSignIns").GetArrayLength());
        Assert.Equal(person.Email, account.Json.GetProperty("email").GetString());
    }

    private static async Task<Answer> LaterAsync(int milliseconds, Func<Task<Answer>> call)
    {
        await Task.Delay(milliseconds);
        return await call();
    }

    private static async Task<Answer> SetAsync(Person by, Person person, bool isUserManager)
    {
        var seen = await by.GetAsync($"accounts/{person.AccountId}");
        return await by.SendAsync(
            HttpMethod.Patch,
            $"accounts/{person.AccountId}",
            JsonContent.Create(new { isUserManager }),
            ("If-Match", seen.Json.TryGetProperty("etag", out var tag) ? tag.GetString()! : "*"));
    }
}
