using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Ssp.Identity;
using Ssp.Tests.Support;

namespace Ssp.Tests.Members;

public sealed class MemberTests(Stack stack)
{
    private readonly TestPortal portal = stack.Portal;

    [Fact]
    public async Task A_new_person_gets_an_account_and_a_temporary_password_that_opens_the_portal_once()
    {
        var (organization, manager) = await NewAsync(Role.DpManager);

        var added = await AddAsync(manager, organization, "New.Person@Hospital.Example", "csv_upload_manager", "nippin_manager");

        Assert.Equal(HttpStatusCode.Created, added.Status);
        var member = added.Json.GetProperty("member");
        Assert.Equal("new.person@hospital.example", member.GetProperty("email").GetString());
        Assert.Equal(["csv_upload_manager", "nippin_manager"], Roles(member));
        Assert.Equal("temporary_password", member.GetProperty("state").GetString());
        Assert.Equal(added.Message.Headers.ETag!.Tag, member.GetProperty("etag").GetString());
        var person = new Person(portal.BaseUrl, "new.person@hospital.example", added.Json.GetProperty("temporaryPassword").GetString()!);
        Assert.True((await person.SignInAsync()).GetProperty("mustChangePassword").GetBoolean());
        await ChooseAsync(person);
        var own = (await person.GetAsync("session")).Json.GetProperty("organizations");
        Assert.Equal(organization.Id, own[0].GetProperty("id").GetString());
        Assert.Equal("active", (await MemberAsync(manager, organization, person)).GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_known_person_keeps_the_password_they_have()
    {
        var (organization, manager) = await NewAsync(Role.DpManager);
        var known = await portal.SignInStrangerAsync();

        var added = await AddAsync(manager, organization, known.Email.ToUpperInvariant());

        Assert.Equal(HttpStatusCode.Created, added.Status);
        Assert.Equal(JsonValueKind.Null, added.Json.GetProperty("temporaryPassword").ValueKind);
        Assert.Equal(HttpStatusCode.OK, (await known.GetAsync($"organizations/{organization.Id}")).Status);
    }

    [Fact]
    public async Task Who_has_an_unused_temporary_password_from_elsewhere_signs_in_first_or_is_added_by_a_user_manager()
    {
        var (first, firstManager) = await NewAsync(Role.DpManager);
        var (second, secondManager) = await NewAsync(Role.DpManager);
        var email = NewEmail();
        var password = (await AddAsync(firstManager, first, email)).Json.GetProperty("temporaryPassword").GetString();
        var person = new Person(portal.BaseUrl, email, password!);

        var refused = await AddAsync(secondManager, second, email);
        var preview = await secondManager.PostAsync($"organizations/{second.Id}/members/import", new { csv = $"email;roles\n{email};", apply = true });

        Assert.Equal((HttpStatusCode.Conflict, "password_unused_elsewhere"), (refused.Status, refused.Code));
        Assert.Equal(1, preview.Json.GetProperty("faults").GetInt32());
        // Nothing of it acts in the first organisation, where the password is still the person's and may still be replaced.
        await person.SignInAsync();
        Assert.Equal(HttpStatusCode.OK, (await firstManager.PostAsync($"accounts/{person.AccountId}/temporary-password", new { })).Status);
        Assert.Equal(1, (await firstManager.GetAsync($"organizations/{first.Id}/members?search={email}")).Json.GetProperty("items").GetArrayLength());

        var byUserManager = await AddAsync(await portal.NewUserManagerAsync(), second, email);
        person = new Person(portal.BaseUrl, email, byUserManager.Json.GetProperty("temporaryPassword").GetString()!);
        await person.SignInAsync();
        await ChooseAsync(person);
        Assert.Equal(HttpStatusCode.OK, (await person.GetAsync($"organizations/{first.Id}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await person.GetAsync($"organizations/{second.Id}")).Status);
    }

    [Fact]
    public async Task Who_has_chosen_a_password_is_added_elsewhere_without_another()
    {
        var (first, firstManager) = await NewAsync(Role.DpManager);
        var (second, secondManager) = await NewAsync(Role.DpManager);
        var email = NewEmail();
        var person = new Person(portal.BaseUrl, email, (await AddAsync(firstManager, first, email)).Json.GetProperty("temporaryPassword").GetString()!);
        await person.SignInAsync();
        await ChooseAsync(person);

        var added = await AddAsync(secondManager, second, email);

        Assert.Equal((HttpStatusCode.Created, JsonValueKind.Null), (added.Status, added.Json.GetProperty("temporaryPassword").ValueKind));
        Assert.Equal(HttpStatusCode.OK, (await person.GetAsync($"organizations/{first.Id}")).Status);
    }

    [Fact]
    public async Task A_user_managers_unused_password_is_not_replaced_by_a_dp_manager()
    {
        await using var own = await TestPortal.StartAsync(stack);
        var first = await own.NewUserManagerAsync();
        var organization = await own.NewOrganizationAsync();
        var manager = await own.SignInAsync(organization, Role.DpManager);
        var email = NewEmail();
        var password = (await first.PostAsync("accounts", new { email })).Json.GetProperty("temporaryPassword").GetString()!;

        var added = await AddAsync(manager, organization, email);

        Assert.Equal((HttpStatusCode.Created, JsonValueKind.Null), (added.Status, added.Json.GetProperty("temporaryPassword").ValueKind));
        await new Person(own.BaseUrl, email, password).SignInAsync();
    }

    [Fact]
    public async Task Somebody_is_a_member_once()
    {
        var (organization, manager) = await NewAsync(Role.DpManager);
        var email = NewEmail();
        await AddAsync(manager, organization, email);

        var again = await AddAsync(manager, organization, $" {email.ToUpperInvariant()} ");

        Assert.Equal((HttpStatusCode.Conflict, "already_member"), (again.Status, again.Code));
    }

    [Fact]
    public async Task Added_by_two_at_once_somebody_is_a_member_once_and_one_password_works()
    {
        var (organization, manager) = await NewAsync(Role.DpManager);
        var other = await portal.SignInAsync(organization, Role.DpManager);
        var email = NewEmail();

        var answers = await Task.WhenAll(AddAsync(manager, organization, email, "nippin_manager"), AddAsync(other, organization, email, "csv_upload_manager"));

        Assert.Equal([HttpStatusCode.Created, HttpStatusCode.Conflict], answers.Select(one => one.Status).Order());
        var list = await manager.GetAsync($"organizations/{organization.Id}/members?search={email}");
        Assert.Equal(1, list.Json.GetProperty("items").GetArrayLength());
    }

    [Theory]
    [InlineData("{\"roles\":[]}", "email")]
    [InlineData("{\"email\":\"  \",\"roles\":[]}", "email")]
    [InlineData("{\"email\":\"not an address\",\"roles\":[]}", "email")]
    [InlineData("{\"email\":\"a@hospital.example\"}", "roles")]
    [InlineData("{\"email\":\"a@hospital.example\",\"roles\":[\"emperor\"]}", "roles")]
    [InlineData("{\"email\":\"a@hospital.example\",\"roles\":[\"manager\"]}", "roles")]
    [InlineData("{\"email\":\"a@hospital.example\",\"roles\":[],\"password\":\"chosen by me\"}", "password")]
    public async Task What_is_wrong_stands_beside_its_field(string body, string field)
    {
        var (organization, manager) = await NewAsync(Role.DpManager);

        var answer = await manager.SendAsync(
            HttpMethod.Post, $"organizations/{organization.Id}/members", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_input"), (answer.Status, answer.Code));
        Assert.Equal([field], answer.Fields);
    }

    [Fact]
    public async Task A_dp_manager_neither_gives_nor_takes_the_role_dp_manager()
    {
        var (organization, manager) = await NewAsync(Role.DpManager);
        var colleague = await portal.SignInAsync(organization, Role.DpManager);
        var plain = await portal.SignInAsync(organization);

        var answers = new[]
        {
            await AddAsync(manager, organization, NewEmail(), "dp_manager"),
            await EditAsync(manager, organization, plain, "dp_manager"),
            await EditAsync(manager, organization, colleague, "nippin_manager"),
            await EditAsync(manager, organization, manager),
            await manager.DeleteAsync($"organizations/{organization.Id}/members/{colleague.AccountId}"),
        };

        Assert.All(answers, answer => Assert.Equal((HttpStatusCode.Forbidden, "role_not_grantable"), (answer.Status, answer.Code)));
        Assert.Equal(HttpStatusCode.OK, (await EditAsync(manager, organization, colleague, "dp_manager", "nippin_manager")).Status);
    }

    [Fact]
    public async Task A_user_manager_gives_and_takes_every_role_everywhere()
    {
        var (organization, _) = await NewAsync();
        var manager = await portal.NewUserManagerAsync();
        var person = await portal.SignInAsync(organization);

        Assert.Equal(HttpStatusCode.OK, (await EditAsync(manager, organization, person, "dp_manager")).Status);
        Assert.Equal(HttpStatusCode.OK, (await person.GetAsync($"organizations/{organization.Id}/revisions")).Status);
        Assert.Equal(HttpStatusCode.OK, (await EditAsync(manager, organization, person)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await person.GetAsync($"organizations/{organization.Id}/revisions")).Status);
    }

    [Fact]
    public async Task Roles_are_changed_only_as_they_were_seen()
    {
        var (organization, manager) = await NewAsync(Role.DpManager);
        var person = await portal.SignInAsync(organization, Role.NippinManager);
        var path = $"organizations/{organization.Id}/members/{person.AccountId}";
        var seen = (await manager.GetAsync(path)).Json.GetProperty("etag").GetString()!;
        Assert.Equal(HttpStatusCode.OK, (await PatchAsync(manager, path, new { roles = new[] { "csv_upload_manager" } }, seen)).Status);

        var without = await PatchAsync(manager, path, new { roles = Array.Empty<string>() }, null);
        var stale = await PatchAsync(manager, path, new { roles = Array.Empty<string>() }, seen);
        // As a reverse proxy makes it of ours when it compresses.
        var weak = await PatchAsync(manager, path, new { roles = Array.Empty<string>() }, $"W/{seen}");

        Assert.Equal((HttpStatusCode.PreconditionRequired, "precondition_required"), (without.Status, without.Code));
        Assert.Equal((HttpStatusCode.PreconditionFailed, "changed_meanwhile"), (stale.Status, stale.Code));
        Assert.Equal(HttpStatusCode.PreconditionFailed, weak.Status);
        Assert.Equal(["csv_upload_manager"], Roles(stale.Json.GetProperty("current")));
        Assert.Equal(
            HttpStatusCode.OK,
            (await PatchAsync(
                manager, path, new { roles = Array.Empty<string>() }, $"W/{stale.Json.GetProperty("current").GetProperty("etag").GetString()}")).Status);
    }

    [Fact]
    public async Task A_star_changes_whatever_is_there_but_not_what_changes_meanwhile()
    {
        var (organization, manager) = await NewAsync(Role.DpManager);
        var person = await portal.SignInAsync(organization, Role.NippinManager);
        var path = $"organizations/{organization.Id}/members/{person.AccountId}";

        var first = await PatchAsync(manager, path, new { roles = new[] { "csv_upload_manager" } }, "*");
        var wishes = Enumerable.Range(0, 8).Select(one => one % 2 == 0 ? new[] { "nippin_manager" } : ["certificate_editor"]).ToList();
        var answers = await Task.WhenAll(wishes.Select(roles => PatchAsync(manager, path, new { roles }, "*")));

        Assert.Equal(HttpStatusCode.OK, first.Status);
        Assert.Equal(["csv_upload_manager"], Roles(first.Json));
        Assert.All(answers, answer => Assert.Contains(answer.Status, new[] { HttpStatusCode.OK, HttpStatusCode.PreconditionFailed }));
        Assert.All(answers.Zip(wishes).Where(one => one.First.Status == HttpStatusCode.OK), one => Assert.Equal(one.Second, Roles(one.First.Json)));
        var now = await manager.GetAsync(path);
        Assert.Contains(answers,
            answer => answer.Status == HttpStatusCode.OK && answer.Json.GetProperty("etag").GetString() == now.Json.GetProperty("etag").GetString());
    }

    [Fact]
    public async Task Of_two_changes_at_once_one_is_told_that_it_came_second()
    {
        var (organization, manager) = await NewAsync(Role.DpManager);
        var person = await portal.SignInAsync(organization);
        var path = $"organizations/{organization.Id}/members/{person.AccountId}";
        var seen = (await manager.GetAsync(path)).Json.GetProperty("etag").GetString()!;

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => PatchAsync(manager, path, new { roles = new[] { "nippin_manager" } }, seen)));

        Assert.Equal(1, answers.Count(one => one.Status == HttpStatusCode.OK));
        Assert.Equal(3, answers.Count(one => one.Status == HttpStatusCode.PreconditionFailed));
    }

    [Fact]
    public async Task A_removed_member_can_sign_in_sees_nothing_and_can_be_found_again()
    {
        var (organization, manager) = await NewAsync(Role.DpManager);
        var person = await portal.SignInAsync(organization, Role.NippinManager);
        var path = $"organizations/{organization.Id}/members/{person.AccountId}";

        Assert.Equal(HttpStatusCode.NoContent, (await manager.DeleteAsync(path)).Status);

        Assert.Equal(HttpStatusCode.NotFound, (await manager.DeleteAsync(path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await person.GetAsync($"organizations/{organization.Id}")).Status);
        await person.SignInAsync();
        Assert.Equal(0, (await person.GetAsync("session")).Json.GetProperty("organizations").GetArrayLength());
        var found = await manager.PostAsync("accounts/lookup", new { email = person.Email, organizationId = organization.Id });
        Assert.Equal((true, false), (found.Json.GetProperty("exists").GetBoolean(), found.Json.GetProperty("member").GetBoolean()));
        Assert.Equal(HttpStatusCode.Created, (await AddAsync(manager, organization, person.Email)).Status);
    }

    [Fact]
    public async Task The_list_tells_managers_the_state_and_others_only_who_and_what()
    {
        var (organization, manager) = await NewAsync(Role.DpManager);
        var plain = await portal.SignInAsync(organization);
        await plain.SignInAsync();
        var expired = await portal.NewSilentPersonAsync(temporaryUntil: DateTimeOffset.UtcNow.AddDays(-1));
        await portal.SetRolesAsync(expired, organization);

        var managed = (await manager.GetAsync($"organizations/{organization.Id}/members")).Json.GetProperty("items").EnumerateArray().ToList();
        var seen = (await plain.GetAsync($"organizations/{organization.Id}/members")).Json.GetProperty("items").EnumerateArray().ToList();

        Assert.Equal(3, managed.Count);
        Assert.Equal(managed.Select(Email), seen.Select(Email));
        Assert.Equal(managed.Select(Email).Order(StringComparer.Ordinal), managed.Select(Email));
        Assert.Equal("temporary_password_expired", managed.Single(one => Email(one) == expired.Email).GetProperty("state").GetString());
        Assert.NotEqual(JsonValueKind.Null, managed.Single(one => Email(one) == plain.Email).GetProperty("lastSignIn").ValueKind);
        Assert.All(seen, one => Assert.Equal(["accountId", "email", "etag", "roles"], one.EnumerateObject().Select(field => field.Name).Order()));
    }

    [Fact]
    public async Task The_list_is_searched_filtered_sorted_and_paged()
    {
        var (organization, manager) = await NewAsync(Role.DpManager);
        foreach (var name in (string[])["anna", "bram", "chloe", "dirk", "eva"])
        {
            await portal.SetRolesAsync(
                await portal.NewSilentPersonAsync($"{name}.{Guid.NewGuid():N}@list.example"), organization, name == "eva" ? [Role.CsvUploadManager] : []);
        }

        var path = $"organizations/{organization.Id}/members";
        var first = await manager.GetAsync($"{path}?search=@LIST.&sort=-email&limit=2");
        var second = await manager.GetAsync($"{path}?search=@LIST.&sort=-email&limit=2&cursor={first.Json.GetProperty("nextCursor").GetString()}");
        var filtered = await manager.GetAsync($"{path}?role=csv_upload_manager");

        var items = first.Json.GetProperty("items").EnumerateArray().Concat(second.Json.GetProperty("items").EnumerateArray());
        Assert.Equal(["eva", "dirk", "chloe", "bram"], items.Select(one => Email(one).Split('.')[0]));
        Assert.Equal("eva", Email(filtered.Json.GetProperty("items").EnumerateArray().Single()).Split('.')[0]);
        foreach (var (query, field) in ((string, string)[])[("sort=shoe", "sort"), ("role=emperor", "role"), ("limit=0", "limit"), ("cursor=x", "cursor")])
        {
            var wrong = await manager.GetAsync($"{path}?{query}");
            Assert.Equal(HttpStatusCode.BadRequest, wrong.Status);
            Assert.Equal([field], wrong.Fields);
        }
    }

    [Fact]
    public async Task A_member_file_is_previewed_with_what_is_wrong_in_each_line_and_nothing_is_done()
    {
        var (organization, manager) = await NewAsync(Role.DpManager);
        var known = await portal.NewSilentPersonAsync();
        await portal.SetRolesAsync(known, organization, Role.NippinManager);
        var fresh = NewEmail();
        var csv = $"email;roles\r\n{fresh};csv_upload_manager|nippin_manager\r\n{known.Email};\r\nnobody;\r\n"
            + $"{fresh.ToUpperInvariant()};\r\n{NewEmail()};emperor\r\n{NewEmail()};dp_manager\r\n";

        var preview = await manager.PostAsync($"organizations/{organization.Id}/members/import", new { csv, apply = true });

        Assert.Equal(HttpStatusCode.OK, preview.Status);
        var rows = preview.Json.GetProperty("rows").EnumerateArray().ToList();
        Assert.Equal(["add", "change", "error", "error", "error", "error"], rows.Select(row => row.GetProperty("outcome").GetString()));
        Assert.Equal([2, 3, 4, 5, 6, 7], rows.Select(row => row.GetProperty("line").GetInt32()));
        Assert.All(rows.Skip(2), row => Assert.NotEqual(0, row.GetProperty("errors").GetArrayLength()));
        Assert.Equal((4, false), (preview.Json.GetProperty("faults").GetInt32(), preview.Json.GetProperty("applied").GetBoolean()));
        Assert.Equal(2, (await manager.GetAsync($"organizations/{organization.Id}/members")).Json.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task A_member_file_without_faults_makes_all_its_people_members()
    {
        var (organization, manager) = await NewAsync(Role.DpManager);
        var known = await portal.NewSilentPersonAsync();
        await portal.SetRolesAsync(known, organization, Role.NippinManager);
        var emails = Enumerable.Range(0, 3).Select(_ => NewEmail()).ToList();
        var csv = $"\uFEFFroles,email\n{string.Concat(emails.Select(email => $"\"csv_upload_manager, nippin_manager\",{email}\n"))},{known.Email}\n";

        var applied = await manager.PostAsync($"organizations/{organization.Id}/members/import", new { csv, apply = true });

        Assert.True(applied.Json.GetProperty("applied").GetBoolean(), applied.Text);
        foreach (var row in applied.Json.GetProperty("rows").EnumerateArray().Take(3))
        {
            await new Person(portal.BaseUrl, Email(row), row.GetProperty("temporaryPassword").GetString()!).SignInAsync();
        }

        var members = (await manager.GetAsync($"organizations/{organization.Id}/members")).Json.GetProperty("items").EnumerateArray().ToList();
        Assert.All(members.Where(one => emails.Contains(Email(one))), one => Assert.Equal(["csv_upload_manager", "nippin_manager"], Roles(one)));
        Assert.Empty(Roles(members.Single(one => Email(one) == known.Email)));
        Assert.Equal(5, members.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("name;roles\nx;y\n")]
    [InlineData("email;roles\n\n;\n")]
    public async Task A_file_that_is_no_member_file_is_refused_as_a_whole(string csv)
    {
        var (organization, manager) = await NewAsync(Role.DpManager);

        var answer = await manager.PostAsync($"organizations/{organization.Id}/members/import", new { csv, apply = false });

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal(["csv"], answer.Fields);
    }

    [Fact]
    public async Task Addresses_that_a_spreadsheet_would_run_come_back_as_they_are()
    {
        var organization = await portal.NewOrganizationAsync();
        var manager = await portal.SignInAsync(organization, Role.DpManager);
        var unique = Guid.NewGuid().ToString("N")[..8];
        foreach (var sign in (string[])["+", "-", "=", "'+"])
        {
            Assert.Equal(HttpStatusCode.Created, (await AddAsync(manager, organization, $"{sign}{unique}@hospital.example", "csv_upload_manager")).Status);
        }

        var file = await manager.GetAsync($"organizations/{organization.Id}/members.csv");
        var again = await manager.PostAsync($"organizations/{organization.Id}/members/import", new { csv = file.Text, apply = false });

        Assert.Contains($"'+{unique}", file.Text, StringComparison.Ordinal);
        Assert.Equal(5, again.Json.GetProperty("rows").GetArrayLength());
        Assert.All(again.Json.GetProperty("rows").EnumerateArray(), row => Assert.Equal("unchanged", row.GetProperty("outcome").GetString()));
    }

    [Fact]
    public async Task The_member_list_leaves_as_a_file_that_can_be_imported_again()
    {
        var (organization, manager) = await NewAsync(Role.DpManager);
        var person = await portal.NewSilentPersonAsync();
        await portal.SetRolesAsync(person, organization, Role.NippinManager, Role.CsvUploadManager);

        var file = await manager.GetAsync($"organizations/{organization.Id}/members.csv");
        var again = await manager.PostAsync($"organizations/{organization.Id}/members/import", new { csv = file.Text, apply = false });

        Assert.Equal("text/csv", file.Message.Content.Headers.ContentType!.MediaType);
        Assert.Equal("attachment", file.Message.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Contains($"{person.Email};csv_upload_manager|nippin_manager;active;", file.Text, StringComparison.Ordinal);
        Assert.All(again.Json.GetProperty("rows").EnumerateArray(), row => Assert.Equal("unchanged", row.GetProperty("outcome").GetString()));
    }

    [Fact]
    public async Task The_screen_of_people_shows_a_dp_manager_their_own_organisations_only()
    {
        await using var own = await TestPortal.StartAsync(stack);
        var (first, second) = (await own.NewOrganizationAsync("First"), await own.NewOrganizationAsync("Second"));
        var dp = await own.SignInAsync(first, Role.DpManager);
        await own.SetRolesAsync(dp, second);
        var elsewhere = await own.SignInAsync(second, Role.CertificateEditor);
        var manager = await own.NewUserManagerAsync();

        var mine = (await dp.GetAsync("memberships")).Json.GetProperty("items").EnumerateArray().ToList();
        var all = (await manager.GetAsync("memberships?search=SECOND")).Json.GetProperty("items").EnumerateArray().ToList();

        Assert.Equal([first.Id], mine.Select(one => one.GetProperty("organizationId").GetString()));
        Assert.Equal(2, all.Count);
        Assert.Equal(0, (await elsewhere.GetAsync("memberships")).Json.GetProperty("items").GetArrayLength());
        Assert.Single((await manager.GetAsync("memberships?role=certificate_editor")).Json.GetProperty("items").EnumerateArray());
    }

    [Theory]
    [InlineData("GET", "members/{0}")]
    [InlineData("PATCH", "members/{0}")]
    [InlineData("DELETE", "members/{0}")]
    public async Task An_account_of_another_organisation_is_as_unknown_as_one_that_does_not_exist(string method, string route)
    {
        var (organization, manager) = await NewAsync(Role.DpManager);
        var elsewhere = await portal.NewSilentPersonAsync();
        await portal.SetRolesAsync(elsewhere, await portal.NewOrganizationAsync());
        var answers = new List<Answer>();
        foreach (var id in (string[])[elsewhere.AccountId, new string('0', 64), "x%0a'"])
        {
            answers.Add(await manager.SendAsync(
                new HttpMethod(method),
                $"organizations/{organization.Id}/{string.Format(null, route, id)}",
                JsonContent.Create(new { roles = Array.Empty<string>() }),
                ("If-Match", "\"0123456789abcdef\"")));
        }

        Assert.All(answers, answer => Assert.Equal((HttpStatusCode.NotFound, answers[0].Text), (answer.Status, answer.Text)));
    }

    private async Task<(Organization Organization, Person Manager)> NewAsync(params Role[] roles)
    {
        var organization = await portal.NewOrganizationAsync();
        return (organization, await portal.SignInAsync(organization, roles));
    }

    private static Task<Answer> AddAsync(Person manager, Organization organization, string email, params string[] roles) =>
        manager.PostAsync($"organizations/{organization.Id}/members", new { email, roles });

    private static async Task<Answer> EditAsync(Person manager, Organization organization, Person member, params string[] roles)
    {
        var path = $"organizations/{organization.Id}/members/{member.AccountId}";
        return await PatchAsync(manager, path, new { roles }, (await manager.GetAsync(path)).Json.GetProperty("etag").GetString());
    }

    private static Task<Answer> PatchAsync(Person person, string path, object body, string? ifMatch) =>
        person.SendAsync(HttpMethod.Patch, path, JsonContent.Create(body), ifMatch is null ? [] : [("If-Match", ifMatch)]);

    private static async Task<JsonElement> MemberAsync(Person manager, Organization organization, Person member) =>
        (await manager.GetAsync($"organizations/{organization.Id}/members/{member.AccountId}")).Json;

    private static async Task ChooseAsync(Person person)
    {
        const string Chosen = "four calm herons at dawn";
        var answer = await person.PutAsync("account/password", new { currentPassword = person.Password, newPassword = Chosen, newPasswordAgain = Chosen });
        Assert.True(answer.Status == HttpStatusCode.NoContent, answer.Text);
        person.Password = Chosen;
    }

    private static string NewEmail() => $"n{Guid.NewGuid():N}@hospital.example";

    private static string Email(JsonElement one) => one.GetProperty("email").GetString()!;

    private static IEnumerable<string> Roles(JsonElement member) => member.GetProperty("roles").EnumerateArray().Select(role => role.GetString()!);
}
