using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Certificates;
using Ssp.Members;
using Ssp.Organizations;
using Ssp.Tests.Support;

namespace Ssp.Tests.Certificates;

/// <summary>A certificate from upload to expiry, over HTTP and with the queue at work.</summary>
public sealed class CertificateTests(Stack stack)
{
    private readonly TestPortal portal = stack.Portal;

    [Fact]
    public async Task A_good_file_becomes_active_and_every_step_stands_in_its_log()
    {
        var (organization, cato) = await HospitalAsync();

        var asked = await cato.UploadAsync(organization, Uploads.Good(organization));
        var certificate = await cato.WaitForCertificateAsync(organization, asked.IdOfCertificate());
        var log = await cato.LogAsync(organization, certificate.Text("id"));

        Assert.Equal(HttpStatusCode.Accepted, asked.Status);
        Assert.Equal($"/ssp/api/organizations/{organization.Id}/certificates/{certificate.Text("id")}", asked.Message.Headers.Location!.ToString());
        Assert.Equal("waiting", asked.Json.GetProperty("certificate").Text("status"));
        Assert.Equal("active", certificate.Text("status"));
        Assert.True(certificate.GetProperty("isActive").GetBoolean());
        Assert.Equal("NIHII-HOSPITAL", certificate.GetProperty("identity").Text("type"));
        Assert.Equal(organization.Nihdi, certificate.GetProperty("identity").Text("id"));
        Assert.Equal(700, certificate.GetProperty("daysLeft").GetInt32());
        Assert.Equal("not_yet", certificate.Text("renewal"));
        Assert.Equal(2048, certificate.GetProperty("details").GetProperty("encryption").GetProperty("keySize").GetInt32());
        Assert.Equal(["waiting", "checking", "active"], log.Select(line => line.Text("status")));
        Assert.Equal(log.Select(line => line.GetProperty("at").GetDateTimeOffset()).Order().Distinct(), log.Select(line => line.GetProperty("at").GetDateTimeOffset()));
        Assert.Equal(log[^1].Text("message"), certificate.GetProperty("latest").Text("message"));
    }

    [Fact]
    public async Task Every_finding_is_a_line_with_its_code_and_the_last_line_has_the_final_status()
    {
        var (organization, cato) = await HospitalAsync();
        var weak = P12Maker.EHealth("71000436", Uploads.Password, store => store with { AuthenticationAlias = "mine", NotAfter = DateTimeOffset.UtcNow.AddDays(-3) });

        var certificate = await cato.AddCertificateAsync(organization, weak);
        var log = await cato.LogAsync(organization, certificate.Text("id"));

        Assert.Equal("refused", certificate.Text("status"));
        Assert.Equal(["P19", "P27", "P34"], log.Select(line => line.GetProperty("code").GetString()).OfType<string>().Order());
        Assert.Equal(["P19", "P27", "P34"], certificate.GetProperty("findings").EnumerateArray().Select(one => one.Text("code")).Order());
        Assert.All(log.Where(line => line.GetProperty("code").GetString() is not null), line => Assert.Equal("refuse", line.Text("severity")));
        Assert.Equal("refused", log[^1].Text("status"));
        Assert.Contains("keytool -changealias", log.Single(line => line.GetProperty("code").GetString() == "P34").Text("fix"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("en", "The password is not right.")]
    [InlineData("nl", "Het wachtwoord is niet juist.")]
    [InlineData("fr", "Le mot de passe n'est pas correct.")]
    public async Task A_wrong_password_is_told_in_the_reader_s_language(string language, string sentence)
    {
        var (organization, cato) = await HospitalAsync();

        var certificate = await cato.AddCertificateAsync(organization, Uploads.Good(organization), "another one");
        var log = await cato.GetAsync($"organizations/{organization.Id}/certificates/{certificate.Text("id")}/log", ("Accept-Language", language));

        Assert.Equal("refused", certificate.Text("status"));
        Assert.Contains(log.Json.GetProperty("items").EnumerateArray(), line => line.Text("message").StartsWith(sentence, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_later_file_takes_the_place_of_the_earlier_one_which_says_so()
    {
        var (organization, cato) = await HospitalAsync();
        var first = await cato.AddCertificateAsync(organization, Uploads.Good(organization, serial: 1));

        var second = await cato.AddCertificateAsync(organization, Uploads.Good(organization, serial: 2, days: 800));
        var list = (await cato.GetAsync($"organizations/{organization.Id}/certificates")).Json.GetProperty("items").EnumerateArray().ToList();

        Assert.Equal([second.Text("id"), first.Text("id")], list.Select(one => one.Text("id")));
        Assert.Equal(["active", "unpublished"], list.Select(one => one.Text("status")));
        Assert.StartsWith("Unpublished: replaced by the file uploaded on", list[1].GetProperty("latest").Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_many_files_at_once_one_is_active_and_every_other_says_why_not()
    {
        var (organization, cato) = await HospitalAsync();

        var ends = await Task.WhenAll(Enumerable.Range(0, 6).Select(serial => cato.AddCertificateAsync(organization, Uploads.Good(organization, serial: serial))));
        var list = (await cato.GetAsync($"organizations/{organization.Id}/certificates")).Json.GetProperty("items").EnumerateArray().ToList();

        Assert.Equal(6, ends.Length);
        Assert.Equal("active", list[0].Text("status"));
        Assert.True(list[0].GetProperty("isActive").GetBoolean());
        Assert.All(list.Skip(1), one =>
        {
            Assert.Equal("unpublished", one.Text("status"));
            Assert.False(one.GetProperty("isActive").GetBoolean());
            Assert.Matches("replaced by the file|a file uploaded later", one.GetProperty("latest").Text("message"));
        });
    }

    [Fact]
    public async Task A_message_that_comes_again_changes_nothing()
    {
        var (organization, cato) = await HospitalAsync();
        var certificate = await cato.AddCertificateAsync(organization, Uploads.Good(organization));
        var before = await StoredAsync(portal, organization, certificate.Text("id"));

        await CheckAsync(portal, organization, certificate.Text("id"));

        Assert.Equal(before.ETag, (await StoredAsync(portal, organization, certificate.Text("id"))).ETag);
    }

    [Fact]
    public async Task Two_workers_on_one_check_end_it_once()
    {
        await using var idle = await TestPortal.StartAsync(stack, new() { ["AzureWebJobs:CheckCertificate:Disabled"] = "true" });
        var (organization, cato) = await HospitalAsync(idle);
        var id = (await cato.UploadAsync(organization, Uploads.Good(organization))).IdOfCertificate();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => CheckAsync(idle, organization, id)));

        Assert.Equal(["waiting", "checking", "active"], (await cato.LogAsync(organization, id)).Select(line => line.Text("status")));
    }

    [Fact]
    public async Task Rolling_back_takes_a_reason_and_both_logs_keep_it()
    {
        var (organization, cato) = await HospitalAsync();
        var first = (await cato.AddCertificateAsync(organization, Uploads.Good(organization, serial: 1))).Text("id");
        var second = (await cato.AddCertificateAsync(organization, Uploads.Good(organization, serial: 2))).Text("id");

        var without = await ActivateAsync(cato, organization, first, " ");
        var back = await ActivateAsync(cato, organization, first, "HD4DP cannot read the new one");
        var again = await ActivateAsync(cato, organization, first, "again");

        Assert.Equal((HttpStatusCode.BadRequest, "reason"), (without.Status, Assert.Single(without.Fields)));
        Assert.Equal(HttpStatusCode.OK, back.Status);
        Assert.True(back.Json.GetProperty("certificate").GetProperty("isActive").GetBoolean());
        Assert.Equal((HttpStatusCode.Conflict, "cannot_activate"), (again.Status, again.Code));
        Assert.Equal("unpublished", (await cato.ShowCertificateAsync(organization, second)).Text("status"));
        foreach (var id in new[] { first, second })
        {
            Assert.EndsWith("Reason: HD4DP cannot read the new one", (await cato.LogAsync(organization, id))[^1].Text("message"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Of_two_roll_backs_at_once_one_is_active()
    {
        var (organization, cato) = await HospitalAsync();
        var ids = new List<string>();
        for (var serial = 0; serial < 3; serial++)
        {
            ids.Add((await cato.AddCertificateAsync(organization, Uploads.Good(organization, serial: serial))).Text("id"));
        }

        var answers = await Task.WhenAll(ActivateAsync(cato, organization, ids[0], "one"), ActivateAsync(cato, organization, ids[1], "other"));
        var list = (await cato.GetAsync($"organizations/{organization.Id}/certificates")).Json.GetProperty("items").EnumerateArray().ToList();

        Assert.Contains(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.Single(list, one => one.GetProperty("isActive").GetBoolean());
        Assert.Single(list, one => one.Text("status") == "active");
    }

    [Fact]
    public async Task What_was_refused_or_has_expired_cannot_be_rolled_back_to()
    {
        var clock = new MovableClock();
        await using var own = await TestPortal.StartAsync(stack, configure: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var (organization, cato) = await HospitalAsync(own);
        var old = (await cato.AddCertificateAsync(organization, Uploads.Good(organization, days: 10, serial: 1))).Text("id");
        var refused = (await cato.AddCertificateAsync(organization, Uploads.Good(organization, serial: 2), "wrong")).Text("id");
        await cato.AddCertificateAsync(organization, Uploads.Good(organization, serial: 3));
        clock.Forward(TimeSpan.FromDays(20));
        await cato.SignInAsync();

        foreach (var id in new[] { old, refused })
        {
            var answer = await ActivateAsync(cato, organization, id, "please");
            Assert.Equal((HttpStatusCode.Conflict, "cannot_activate"), (answer.Status, answer.Code));
            Assert.False((await cato.ShowCertificateAsync(organization, id)).GetProperty("canActivate").GetBoolean());
        }
    }

    [Fact]
    public async Task A_certificate_that_expires_turns_red_by_itself()
    {
        var clock = new MovableClock();
        await using var own = await TestPortal.StartAsync(stack, configure: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var (organization, cato) = await HospitalAsync(own);
        var id = (await cato.AddCertificateAsync(organization, Uploads.Good(organization, days: 20))).Text("id");
        var before = await cato.ShowCertificateAsync(organization, id);
        clock.Forward(TimeSpan.FromDays(22));
        await cato.SignInAsync();

        var seen = await cato.ShowCertificateAsync(organization, id);
        var seenLog = await cato.LogAsync(organization, id);
        await ActivatorUtilities.CreateInstance<WatchCertificates>(own.Services).Run(new TimerInfo(), default);
        var afterwards = await cato.ShowCertificateAsync(organization, id);
        var overview = (await cato.GetAsync("certificates")).Json.GetProperty("items")[0];

        Assert.Equal(("open", 30), (before.Text("renewal"), before.GetProperty("notice").GetInt32()));
        Assert.Equal(("expired", false, "over", 0), (seen.Text("status"), seen.GetProperty("isActive").GetBoolean(), seen.Text("renewal"), seen.GetProperty("notice").GetInt32()));
        Assert.InRange(seen.GetProperty("daysLeft").GetInt32(), -2, -1);
        Assert.StartsWith("Expired on", seen.GetProperty("latest").Text("message"), StringComparison.Ordinal);
        Assert.Equal("expired", seenLog[^1].Text("status"));
        Assert.Equal("expired", afterwards.Text("status"));
        Assert.StartsWith("Expired on", (await cato.LogAsync(organization, id))[^1].Text("message"), StringComparison.Ordinal);
        Assert.Null(overview.GetProperty("active").GetString());
        Assert.Equal("expired", overview.GetProperty("latest").Text("status"));
    }

    [Fact]
    public async Task The_nightly_check_leaves_a_line_only_when_it_finds_something_else()
    {
        var (organization, cato) = await HospitalAsync();
        var id = (await cato.AddCertificateAsync(organization, Uploads.Good(organization))).Text("id");

        await CheckAsync(portal, organization, id, nightly: true);
        var unchanged = await cato.LogAsync(organization, id);
        var organizations = portal.Services.GetRequiredService<OrganizationStore>();
        Assert.NotNull(await organizations.ChangeAsync((await organizations.FindAsync(organization.Id, default))!, OrganizationForm.Require(organization.Title, TestPortal.NewNihdi().Digits, null), "mia", default));
        await CheckAsync(portal, organization, id, nightly: true);
        var certificate = await cato.ShowCertificateAsync(organization, id);
        var log = await cato.LogAsync(organization, id);

        Assert.Equal(3, unchanged.Count);
        // It is still the one HD4DP has: nobody is helped by none.
        Assert.Equal(("active", true), (certificate.Text("status"), certificate.GetProperty("isActive").GetBoolean()));
        Assert.Equal("P27", Assert.Single(certificate.GetProperty("findings").EnumerateArray()).Text("code"));
        Assert.Equal("refuse", log[^1].Text("severity"));
        Assert.StartsWith("Checked again: not in order.", log[^1].Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_night_all_certificates_in_use_are_checked_again()
    {
        await using var idle = await TestPortal.StartAsync(stack, new() { ["AzureWebJobs:CheckCertificate:Disabled"] = "true" });
        var (organization, cato) = await HospitalAsync(idle);
        var id = (await cato.UploadAsync(organization, Uploads.Good(organization))).IdOfCertificate();
        await CheckAsync(idle, organization, id);
        await idle.Storage.CertificateQueue.ClearMessagesAsync();

        await ActivatorUtilities.CreateInstance<RecheckCertificates>(idle.Services).Run(new TimerInfo(), default);

        var message = Assert.Single((await idle.Storage.CertificateQueue.ReceiveMessagesAsync(32)).Value);
        Assert.Equal(new CertificateMessage(organization.Id, id, 0, Nightly: true), CheckCertificate.Parse(message.MessageText));
    }

    [Fact]
    public async Task A_refused_file_is_checked_again_when_the_organisation_is_set_right()
    {
        var (organization, cato) = await HospitalAsync();
        var other = TestPortal.NewNihdi();
        var certificate = await cato.AddCertificateAsync(organization, Uploads.Good(organization with { Nihdi = other.Digits }));
        var organizations = portal.Services.GetRequiredService<OrganizationStore>();
        Assert.NotNull(await organizations.ChangeAsync((await organizations.FindAsync(organization.Id, default))!, OrganizationForm.Require(organization.Title, other.Digits, null), "mia", default));

        var asked = await cato.PostAsync($"organizations/{organization.Id}/certificates/{certificate.Text("id")}/check", new { });
        var end = await cato.WaitForCertificateAsync(organization, certificate.Text("id"));

        Assert.Equal("refused", certificate.Text("status"));
        Assert.Equal(HttpStatusCode.Accepted, asked.Status);
        Assert.Equal("active", end.Text("status"));
    }

    [Fact]
    public async Task An_active_certificate_stays_active_while_it_is_checked_again()
    {
        await using var idle = await TestPortal.StartAsync(stack, new() { ["AzureWebJobs:CheckCertificate:Disabled"] = "true" });
        var (organization, cato) = await HospitalAsync(idle);
        var id = (await cato.UploadAsync(organization, Uploads.Good(organization))).IdOfCertificate();
        await CheckAsync(idle, organization, id);

        var asked = await cato.PostAsync($"organizations/{organization.Id}/certificates/{id}/check", new { });
        var meanwhile = await cato.ShowCertificateAsync(organization, id);
        var twice = await cato.PostAsync($"organizations/{organization.Id}/certificates/{id}/check", new { });
        await CheckAsync(idle, organization, id);
        var end = await cato.ShowCertificateAsync(organization, id);

        Assert.Equal(HttpStatusCode.Accepted, asked.Status);
        Assert.Equal(("waiting", true), (meanwhile.Text("status"), meanwhile.GetProperty("isActive").GetBoolean()));
        Assert.Equal((HttpStatusCode.Conflict, "cannot_check"), (twice.Status, twice.Code));
        Assert.Equal("active", end.Text("status"));
        Assert.StartsWith("Checked again: in order.", end.GetProperty("latest").Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_that_failed_five_times_says_so_and_can_be_tried_again()
    {
        await using var idle = await TestPortal.StartAsync(stack, new() { ["AzureWebJobs:CheckCertificate:Disabled"] = "true" });
        var (organization, cato) = await HospitalAsync(idle);
        var id = (await cato.UploadAsync(organization, Uploads.Good(organization))).IdOfCertificate();

        await GiveUpAsync(idle, CertificateMessage.For(await StoredAsync(idle, organization, id)));
        var failed = await cato.ShowCertificateAsync(organization, id);
        var asked = await cato.PostAsync($"organizations/{organization.Id}/certificates/{id}/check", new { });
        await CheckAsync(idle, organization, id);

        Assert.Equal("failed", failed.Text("status"));
        Assert.True(failed.GetProperty("canCheck").GetBoolean());
        Assert.Equal(HttpStatusCode.Accepted, asked.Status);
        Assert.Equal("active", (await cato.ShowCertificateAsync(organization, id)).Text("status"));
    }

    [Fact]
    public async Task Giving_up_an_earlier_check_leaves_the_one_alone_that_was_asked_for_since()
    {
        var clock = new MovableClock();
        await using var idle = await TestPortal.StartAsync(
            stack, new() { ["AzureWebJobs:CheckCertificate:Disabled"] = "true" }, builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var (organization, cato) = await HospitalAsync(idle);
        var id = (await cato.UploadAsync(organization, Uploads.Good(organization))).IdOfCertificate();
        var first = CertificateMessage.For(await StoredAsync(idle, organization, id));
        clock.Forward(TimeSpan.FromMinutes(2));
        Assert.Equal(HttpStatusCode.Accepted, (await cato.PostAsync($"organizations/{organization.Id}/certificates/{id}/check", new { })).Status);

        await GiveUpAsync(idle, first);

        Assert.Equal("waiting", (await cato.ShowCertificateAsync(organization, id)).Text("status"));
    }

    [Fact]
    public async Task What_refuses_counts_however_much_else_is_found()
    {
        var (organization, cato) = await HospitalAsync();
        var stranger = TestKey.Rsa("stranger");
        var crowded = P12Maker.EHealth("71000436", Uploads.Password, store => store with
        {
            NotAfter = DateTimeOffset.UtcNow.AddDays(-3),
            Certificates = all => [.. all, .. Enumerable.Range(0, 100).Select(number => StoreBag.Named(P12Maker.Plain(stranger, $"{new string('x', 400)} {number}"), null))],
        });

        var certificate = await cato.AddCertificateAsync(organization, crowded);

        Assert.Equal("refused", certificate.Text("status"));
        Assert.Equal(["P15", "P19", "P27"], certificate.GetProperty("findings").EnumerateArray().Select(one => one.Text("code")).Order());
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59Z")]
    public async Task An_end_that_nobody_can_reckon_with_spoils_no_page(string end)
    {
        var (organization, cato) = await HospitalAsync();
        var odd = P12Maker.EHealth(
            organization.Nihdi, Uploads.Password, store => store with { NotBefore = new(2, 1, 1, 0, 0, 0, TimeSpan.Zero), NotAfter = DateTimeOffset.Parse(end, System.Globalization.CultureInfo.InvariantCulture), HasIssuer = false, HasRoot = false });

        var certificate = await cato.AddCertificateAsync(organization, odd);

        Assert.NotNull(certificate.GetProperty("daysLeft").GetInt32().ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(HttpStatusCode.OK, (await cato.GetAsync("certificates")).Status);
        Assert.Equal(HttpStatusCode.OK, (await cato.GetAsync($"organizations/{organization.Id}/certificates")).Status);
        Assert.Equal(HttpStatusCode.OK, (await cato.GetAsync($"organizations/{organization.Id}/certificates/{certificate.Text("id")}/calendar")).Status);
    }

    [Fact]
    public async Task Checking_a_later_upload_again_does_not_undo_a_roll_back()
    {
        var (organization, cato) = await HospitalAsync();
        var other = TestPortal.NewNihdi();
        var first = (await cato.AddCertificateAsync(organization, Uploads.Good(organization, serial: 1))).Text("id");
        var refused = (await cato.AddCertificateAsync(organization, Uploads.Good(organization with { Nihdi = other.Digits }, serial: 2))).Text("id");
        await cato.AddCertificateAsync(organization, Uploads.Good(organization, serial: 3));
        await ActivateAsync(cato, organization, first, "HD4DP cannot read the new one");
        var organizations = portal.Services.GetRequiredService<OrganizationStore>();
        Assert.NotNull(await organizations.ChangeAsync((await organizations.FindAsync(organization.Id, default))!, OrganizationForm.Require(organization.Title, other.Digits, null), "mia", default));

        await cato.PostAsync($"organizations/{organization.Id}/certificates/{refused}/check", new { });
        var checkedAgain = await cato.WaitForCertificateAsync(organization, refused);
        await Task.Delay(50);
        var later = await cato.AddCertificateAsync(organization, Uploads.Good(organization with { Nihdi = other.Digits }, serial: 4));

        Assert.Equal("unpublished", checkedAgain.Text("status"));
        Assert.StartsWith("In order, but not made active: since its upload somebody rolled back", checkedAgain.GetProperty("latest").Text("message"), StringComparison.Ordinal);
        Assert.Equal("active", later.Text("status"));
    }

    [Fact]
    public async Task A_nightly_message_that_comes_late_makes_nothing_active()
    {
        var (organization, cato) = await HospitalAsync();
        var other = TestPortal.NewNihdi();
        var id = (await cato.AddCertificateAsync(organization, Uploads.Good(organization with { Nihdi = other.Digits }))).Text("id");
        var organizations = portal.Services.GetRequiredService<OrganizationStore>();
        Assert.NotNull(await organizations.ChangeAsync((await organizations.FindAsync(organization.Id, default))!, OrganizationForm.Require(organization.Title, other.Digits, null), "mia", default));

        await CheckAsync(portal, organization, id, nightly: true);

        Assert.Equal("refused", (await cato.ShowCertificateAsync(organization, id)).Text("status"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no json")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"organizationId":"../x","certificateId":"y"}""")]
    public async Task A_poison_message_that_is_none_of_ours_is_put_aside(string message) =>
        await ActivatorUtilities.CreateInstance<GiveUpOnCheck>(portal.Services).Run(message, default);

    [Fact]
    public async Task A_check_whose_message_was_lost_is_asked_for_again()
    {
        var clock = new MovableClock();
        await using var idle = await TestPortal.StartAsync(
            stack, new() { ["AzureWebJobs:CheckCertificate:Disabled"] = "true" }, builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var (organization, cato) = await HospitalAsync(idle);
        var id = (await cato.UploadAsync(organization, Uploads.Good(organization))).IdOfCertificate();
        await idle.Storage.CertificateQueue.ClearMessagesAsync();
        clock.Forward(TimeSpan.FromMinutes(16));

        await ActivatorUtilities.CreateInstance<WatchCertificates>(idle.Services).Run(new TimerInfo(), default);
        await ActivatorUtilities.CreateInstance<WatchCertificates>(idle.Services).Run(new TimerInfo(), default);

        var message = Assert.Single((await idle.Storage.CertificateQueue.ReceiveMessagesAsync(32)).Value);
        Assert.Equal(CertificateMessage.For(await StoredAsync(idle, organization, id)), CheckCertificate.Parse(message.MessageText));
    }

    [Fact]
    public async Task Who_lost_the_role_before_the_check_gets_nothing_active()
    {
        await using var idle = await TestPortal.StartAsync(stack, new() { ["AzureWebJobs:CheckCertificate:Disabled"] = "true" });
        var (organization, cato) = await HospitalAsync(idle);
        var id = (await cato.UploadAsync(organization, Uploads.Good(organization))).IdOfCertificate();
        await idle.SetRolesAsync(cato, organization, Role.NippinManager);

        await CheckAsync(idle, organization, id);

        var stored = await StoredAsync(idle, organization, id);
        Assert.Equal(CertificateStatus.Refused, stored.Status);
        Assert.Equal("certificate.right_lost", stored.Latest!.Sentence.Key);
    }

    [Theory]
    [InlineData("cat", "active")]
    [InlineData("false", "refused")]
    [InlineData("grep -q a-word-that-is-in-no-file", "refused")]
    public async Task The_hospital_s_virus_scanner_has_a_word(string command, string status)
    {
        await using var own = await TestPortal.StartAsync(stack, new() { ["CertificateScanCommand"] = command });
        var (organization, cato) = await HospitalAsync(own);

        Assert.Equal(status, (await cato.AddCertificateAsync(organization, Uploads.Good(organization))).Text("status"));
    }

    [Fact]
    public async Task A_virus_scanner_that_cannot_be_run_lets_nothing_pass()
    {
        await using var own = await TestPortal.StartAsync(stack, new() { ["CertificateScanCommand"] = "/no/such/scanner", ["AzureWebJobs:CheckCertificate:Disabled"] = "true" });
        var (organization, cato) = await HospitalAsync(own);
        var id = (await cato.UploadAsync(organization, Uploads.Good(organization))).IdOfCertificate();

        await Assert.ThrowsAsync<IOException>(() => CheckAsync(own, organization, id));

        Assert.Equal("checking", (await cato.ShowCertificateAsync(organization, id)).Text("status"));
    }

    [Fact]
    public async Task The_overview_shows_a_certificate_manager_their_own_organisations_only()
    {
        var (organization, cato) = await HospitalAsync();
        var (other, _) = await HospitalAsync();
        var second = await portal.NewOrganizationAsync("A second hospital");
        await portal.SetRolesAsync(cato, second, Role.CertificateEditor);
        var third = await portal.NewOrganizationAsync("A third hospital");
        await portal.SetRolesAsync(cato, third, Role.DpManager);
        var active = await cato.AddCertificateAsync(organization, Uploads.Good(organization, serial: 1));
        var latest = await cato.AddCertificateAsync(organization, Uploads.Good(organization, serial: 2), "wrong");

        var items = (await cato.GetAsync("certificates")).Json.GetProperty("items").EnumerateArray().ToList();
        var found = (await cato.GetAsync("certificates?search=second")).Json.GetProperty("items").EnumerateArray().ToList();

        Assert.Equal([second.Id, organization.Id], items.Select(item => item.GetProperty("organization").Text("id")));
        Assert.DoesNotContain(items, item => item.GetProperty("organization").Text("id") == other.Id);
        Assert.Equal(active.Text("id"), items[1].GetProperty("active").Text("id"));
        Assert.Equal(latest.Text("id"), items[1].GetProperty("latest").Text("id"));
        Assert.Equal(700, items[1].GetProperty("daysLeft").GetInt32());
        Assert.Equal(second.Id, Assert.Single(found).GetProperty("organization").Text("id"));
    }

    [Fact]
    public async Task The_same_certificate_is_recognised_here_and_elsewhere_and_an_older_one_is_told()
    {
        var (organization, cato) = await HospitalAsync();
        var twin = await portal.Services.GetRequiredService<OrganizationStore>().AddNewAsync(Guid.NewGuid().ToString("N"), OrganizationForm.Require("Campus", organization.Nihdi, null), "mia", default);
        await portal.SetRolesAsync(cato, twin, Role.CertificateEditor);
        var file = Uploads.Good(organization);

        var first = await cato.AddCertificateAsync(organization, file);
        var second = await cato.AddCertificateAsync(organization, file);
        var elsewhere = await cato.AddCertificateAsync(twin, file);
        var older = await cato.AddCertificateAsync(organization, Uploads.Good(organization, days: 600, serial: 9));

        Assert.Empty(first.GetProperty("findings").EnumerateArray());
        Assert.Equal("The same certificate was already uploaded here on", Assert.Single(second.GetProperty("findings").EnumerateArray()).Text("message")[..49]);
        Assert.Equal(("P29", "warn"), Single(elsewhere));
        Assert.Equal(("P30", "warn"), Single(older));
        Assert.Equal("active", older.Text("status"));
        await CheckAsync(portal, organization, older.Text("id"), nightly: true);
        Assert.Equal(("P30", "warn"), Single(await cato.ShowCertificateAsync(organization, older.Text("id"))));

        static (string, string) Single(System.Text.Json.JsonElement one) =>
            Assert.Single(one.GetProperty("findings").EnumerateArray().Select(finding => (finding.Text("code"), finding.Text("severity"))));
    }

    [Fact]
    public async Task Public_parts_and_a_calendar_can_be_downloaded_and_never_a_key()
    {
        var (organization, cato) = await HospitalAsync();
        var certificate = await cato.AddCertificateAsync(organization, Uploads.Good(organization));
        var path = $"organizations/{organization.Id}/certificates/{certificate.Text("id")}";

        var der = await cato.GetAsync($"{path}/public?format=der");
        var pem = await cato.GetAsync($"{path}/public?certificate=encryption");
        var chain = await cato.GetAsync($"{path}/public?format=chain");
        var wrong = await cato.GetAsync($"{path}/public?format=p12");
        var calendar = await cato.GetAsync($"{path}/calendar", ("Accept-Language", "nl"));

        using var authentication = X509CertificateLoader.LoadCertificate(der.Bytes);
        using var encryption = X509Certificate2.CreateFromPem(pem.Text);
        var links = new X509Certificate2Collection();
        links.ImportFromPem(chain.Text);
        Assert.False(authentication.HasPrivateKey);
        Assert.Equal(certificate.Text("sha256"), Convert.ToHexStringLower(authentication.GetCertHash(System.Security.Cryptography.HashAlgorithmName.SHA256)));
        Assert.Equal(authentication.Subject, encryption.Issuer);
        Assert.Equal(3, links.Count);
        Assert.Equal("authentication.cer", der.Message.Content.Headers.ContentDisposition!.FileName);
        Assert.Equal((HttpStatusCode.BadRequest, "format"), (wrong.Status, Assert.Single(wrong.Fields)));
        Assert.Equal("text/calendar", calendar.Message.Content.Headers.ContentType!.MediaType);
        Assert.Contains("SUMMARY:eHealth-certificaat van Test hospital eindigt\r\n", calendar.Text, StringComparison.Ordinal);
        Assert.Equal(5, calendar.Text.Split("TRIGGER:-P").Length - 1);
    }

    [Fact]
    public async Task A_file_that_could_not_be_read_has_no_public_parts()
    {
        var (organization, cato) = await HospitalAsync();
        var id = (await cato.AddCertificateAsync(organization, Encoding.ASCII.GetBytes("this is no P12 file"))).Text("id");

        Assert.Equal(HttpStatusCode.NotFound, (await cato.GetAsync($"organizations/{organization.Id}/certificates/{id}/public")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await cato.GetAsync($"organizations/{organization.Id}/certificates/{id}/calendar")).Status);
    }

    [Fact]
    public async Task Who_did_what_stands_in_the_audit_trail()
    {
        var (organization, cato) = await HospitalAsync();
        var daan = await portal.SignInAsync(organization, Role.DpManager);
        var first = (await cato.AddCertificateAsync(organization, Uploads.Good(organization, serial: 1), fileName: "first.p12")).Text("id");
        await cato.AddCertificateAsync(organization, Uploads.Good(organization, serial: 2), fileName: "second.p12");
        await ActivateAsync(cato, organization, first, "back");

        var events = (await daan.GetAsync($"organizations/{organization.Id}/audit?limit=200")).Json.GetProperty("items").EnumerateArray()
            .Where(one => one.Text("result") == "done").Select(one => $"{one.Text("action")} {one.Text("object")} {one.Text("actor")}").ToList();

        Assert.Contains($"certificate_uploaded first.p12 {cato.Email}", events);
        Assert.Contains($"certificate_checked second.p12 {cato.Email}", events);
        Assert.Contains($"certificate_activated first.p12 {cato.Email}", events);
    }

    private static Task<Answer> ActivateAsync(Person person, Organization organization, string id, string reason) =>
        person.PostAsync($"organizations/{organization.Id}/certificates/{id}/activate", new { reason });

    private static Task CheckAsync(TestPortal where, Organization organization, string id, bool nightly = false) =>
        ActivatorUtilities.CreateInstance<CheckCertificate>(where.Services).Run(new CertificateMessage(organization.Id, id, 0, nightly), default);

    private static Task GiveUpAsync(TestPortal where, CertificateMessage message) =>
        ActivatorUtilities.CreateInstance<GiveUpOnCheck>(where.Services).Run(System.Text.Json.JsonSerializer.Serialize(message, Ssp.Http.Json.Options), default);

    private static async Task<Certificate> StoredAsync(TestPortal where, Organization organization, string id) =>
        (await where.Services.GetRequiredService<CertificateStore>().FindAsync(organization.Id, id, default))!;

    private Task<(Organization Organization, Person Cato)> HospitalAsync() => HospitalAsync(portal);

    private static async Task<(Organization Organization, Person Cato)> HospitalAsync(TestPortal where)
    {
        var organization = await where.NewOrganizationAsync();
        return (organization, await where.SignInAsync(organization, Role.CertificateEditor));
    }
}
