using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Accounts.UserManagers;
using Ssp.Audit;
using Ssp.Identity;
using Ssp.Tests.Support;

namespace Ssp.Tests.Audit;

/// <summary>What the portal's calls leave in the trail.</summary>
public sealed class TraceTests(Stack stack)
{
    private readonly TestPortal portal = stack.Portal;

    [Fact]
    public async Task A_change_whose_caller_hangs_up_is_noted_as_it_ended()
    {
        var organization = await portal.NewOrganizationAsync();
        var manager = await portal.SignInAsync(organization, Role.DpManager);
        var person = await portal.NewSilentPersonAsync();
        await portal.SetRolesAsync(person, organization);
        var path = $"organizations/{organization.Id}/members/{person.AccountId}";
        for (var round = 0; round < 40; round++)
        {
            var before = (await manager.GetAsync(path)).Json;
            await HangUpAsync(
                manager,
                path,
                before.GetProperty("etag").GetString()!,
                RolesOf(before) == "none" ? ["nippin_manager"] : [],
                TimeSpan.FromMilliseconds(round / 2.0));
            await WaitForEndsAsync(portal, organization.Id);
        }

        var now = "none";
        foreach (var done in (await EventsAsync(portal, organization.Id)).Where(one => one.Result == AuditResult.Done))
        {
            var next = now == "none" ? "nippin_manager" : "none";
            Assert.Equal($"roles: {now} → {next}", done.Action.Details);
            now = next;
        }

        Assert.Equal(now, RolesOf((await manager.GetAsync(path)).Json));
        Assert.DoesNotContain(await EventsAsync(portal, organization.Id), one => one.Action.Details == "problem: cancelled");
    }

    [Fact]
    public async Task A_preview_of_an_import_is_a_look_up_of_all_its_addresses()
    {
        var organization = await portal.NewOrganizationAsync();
        var manager = await portal.SignInAsync(organization, Role.DpManager);
        var emails = Enumerable.Range(0, 60).Select(_ => $"n{Guid.NewGuid():N}@hospital.example").ToList();
        var csv = $"email;roles\n{string.Concat(emails.Select(email => $"{email};\n"))}";

        var first = await ImportAsync(manager, organization, csv, apply: false);
        var told = string.Concat(
            (await EventsAsync(portal, organization.Id)).Where(one => one.Action.Name == "account_looked_up").Select(one => one.Action.Details));
        Answer more;
        var previews = 1;
        do
        {
            more = await ImportAsync(manager, organization, csv, apply: false);
        }
        while (more.Status == HttpStatusCode.OK && ++previews < 20);

        Assert.Equal(HttpStatusCode.OK, first.Status);
        Assert.All(emails, email => Assert.Contains(email, told, StringComparison.Ordinal));
        Assert.Equal((HttpStatusCode.TooManyRequests, "too_many_lookups"), (more.Status, more.Code));
    }

    [Fact]
    public async Task A_long_import_is_told_to_the_last_person()
    {
        var organization = await portal.NewOrganizationAsync();
        var manager = await portal.SignInAsync(organization, Role.DpManager);
        var people = new List<Person>();
        for (var i = 0; i < 90; i++)
        {
            people.Add(await portal.NewSilentPersonAsync());
        }

        var applied = await ImportAsync(
            manager, organization, $"email;roles\n{string.Concat(people.Select(one => $"{one.Email};csv_upload_manager|nippin_manager\n"))}", apply: true);

        Assert.True(applied.Json.GetProperty("applied").GetBoolean(), applied.Text);
        foreach (var result in (AuditResult[])[AuditResult.Requested, AuditResult.Done])
        {
            var told = string.Concat(
                (await EventsAsync(portal, organization.Id))
                    .Where(one => one.Action.Name == "members_imported" && one.Result == result)
                    .Select(one => one.Action.Details));
            Assert.All(people, one => Assert.Contains($"{one.Email}: roles: none → csv_upload_manager nippin_manager", told, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_temporary_password_that_replaces_that_of_another_organisation_is_told_there()
    {
        var (first, second) = (await portal.NewOrganizationAsync(), await portal.NewOrganizationAsync());
        var (firstManager, userManager) = (await portal.SignInAsync(first, Role.DpManager), await portal.NewUserManagerAsync());
        var emails = Enumerable.Range(0, 2).Select(_ => $"n{Guid.NewGuid():N}@hospital.example").ToList();
        foreach (var email in emails)
        {
            await firstManager.PostAsync($"organizations/{first.Id}/members", new { email, roles = new[] { "csv_upload_manager" } });
        }

        var added = await userManager.PostAsync($"organizations/{second.Id}/members", new { email = emails[0], roles = Array.Empty<string>() });
        Assert.NotNull(added.Json.GetProperty("temporaryPassword").GetString());
        Assert.True((await ImportAsync(userManager, second, $"email;roles\n{emails[1]};\n", apply: true)).Json.GetProperty("applied").GetBoolean());

        var told = (await EventsAsync(portal, first.Id)).Where(one => one.Action.Name == "temporary_password_issued").ToList();
        Assert.Equal(emails.Select(email => (email, (string?)userManager.Email)), told.Select(one => (one.Action.Object, one.By.Actor)));
    }

    [Fact]
    public async Task Reaching_for_somebody_elsewhere_is_noted_whether_there_is_an_account_or_not()
    {
        var organization = await portal.NewOrganizationAsync();
        var manager = await portal.SignInAsync(organization, Role.DpManager);
        var elsewhere = await portal.NewSilentPersonAsync();
        await portal.SetRolesAsync(elsewhere, await portal.NewOrganizationAsync());
        var nobody = new string('0', 64);

        await manager.PostAsync($"accounts/{elsewhere.AccountId}/temporary-password", new { });
        await manager.GetAsync($"accounts/{nobody}");

        var refused = (await EventsAsync(portal, AuditEvent.Installation))
            .Where(one => one.By.Actor == manager.Email && one.Result == AuditResult.Refused)
            .ToList();
        Assert.Equal(
            [$"POST /ssp/api/accounts/{elsewhere.AccountId}/temporary-password", $"GET /ssp/api/accounts/{nobody}"], refused.Select(one => one.Action.Object));
    }

    [Fact]
    public async Task A_guess_at_the_current_password_is_noted_and_not_what_was_typed()
    {
        var person = await portal.SignInStrangerAsync();
        const string Chosen = "four calm herons at dawn";

        await person.PutAsync("account/password", new { currentPassword = "a guess in the dark", newPassword = Chosen, newPasswordAgain = Chosen });

        var noted = Assert.Single(await EventsAsync(portal, AuditEvent.Installation),
            one => one.By.Actor == person.Email && one.Action.Name == "password_changed");
        Assert.Equal((AuditResult.Failed, "problem: current password wrong"), (noted.Result, noted.Action.Details));
    }

    [Fact]
    public async Task The_first_user_manager_and_each_new_password_for_them_are_noted()
    {
        await using var own = await TestPortal.StartAsync(stack);
        foreach (var word in (string?[])[null, "lost-in-june", "lost-in-june"])
        {
            var settings = TestSettings.Of(("BootstrapEmail", "first@hospital.example"), ("BootstrapReissue", word)).Accounts;
            await ActivatorUtilities.CreateInstance<BootstrapUserManager>(own.Services, settings).RunAsync(TextWriter.Null, default);
        }

        var noted = await EventsAsync(own, AuditEvent.Installation);
        Assert.Equal(
            [
                ("user_manager_added", AuditResult.Requested),
                ("user_manager_added", AuditResult.Done),
                ("temporary_password_issued", AuditResult.Requested),
                ("temporary_password_issued", AuditResult.Done),
            ],
            noted.Select(one => (one.Action.Name, one.Result)));
        Assert.All(noted, one => Assert.Equal((null, "first@hospital.example"), (one.By.Actor, one.Action.Object)));
    }

    private static async Task HangUpAsync(Person person, string path, string etag, string[] roles, TimeSpan after)
    {
        using var client = new HttpClient(new HttpClientHandler { UseCookies = false });
        using var hangUp = new CancellationTokenSource(after);
        using var request = new HttpRequestMessage(HttpMethod.Patch, new Uri(person.BaseUrl, $"api/{path}")) { Content = JsonContent.Create(new { roles }) };
        request.Headers.Add("Cookie", $"{SessionCookie.Name}={person.Cookie}");
        request.Headers.Add("X-CSRF-Token", person.CsrfToken);
        request.Headers.TryAddWithoutValidation("If-Match", etag);
        try
        {
            using var answer = await client.SendAsync(request, hangUp.Token);
        }
        catch (OperationCanceledException)
        {
            // Gone.
        }
    }

    private static async Task WaitForEndsAsync(TestPortal portal, string chain)
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            await Task.Delay(50);
            var events = await EventsAsync(portal, chain);
            if (events.Count(one => one.Result == AuditResult.Requested) * 2 == events.Count)
            {
                return;
            }
        }

        Assert.Fail("A change did not end.");
    }

    private static string RolesOf(System.Text.Json.JsonElement member) =>
        string.Join(' ', member.GetProperty("roles").EnumerateArray().Select(role => role.GetString())) is { Length: > 0 } roles ? roles : "none";

    private static Task<Answer> ImportAsync(Person manager, Organization organization, string csv, bool apply) =>
        manager.PostAsync($"organizations/{organization.Id}/members/import", new { csv, apply });

    private static async Task<List<AuditEvent>> EventsAsync(TestPortal portal, string chain)
    {
        var store = portal.Services.GetRequiredService<AuditStore>();
        var head = await store.FindHeadAsync(chain, default);
        return head is null ? [] : [.. (await store.ReadAsync(chain, 1, head.Count, default)).Select(one => AuditHash.Parse(one.Text)!)];
    }
}
