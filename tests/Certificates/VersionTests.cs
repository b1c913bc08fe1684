using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Certificates;
using Ssp.Identity;
using Ssp.Tests.Support;

namespace Ssp.Tests.Certificates;

/// <summary>The versions of an organisation's certificate: which one is active, when it is replaced, rolled back to, or at its end.</summary>
public sealed class VersionTests(Stack stack)
{
    private readonly TestPortal portal = stack.Portal;

    [Fact]
    public async Task A_later_file_takes_the_place_of_the_earlier_one_which_says_so()
    {
        var (organization, cato) = await portal.HospitalAsync();
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
        var (organization, cato) = await portal.HospitalAsync();

        var ends = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(serial => cato.AddCertificateAsync(organization, Uploads.Good(organization, serial: serial))));
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
    public async Task Rolling_back_takes_a_reason_and_both_logs_keep_it()
    {
        var (organization, cato) = await portal.HospitalAsync();
        var first = (await cato.AddCertificateAsync(organization, Uploads.Good(organization, serial: 1))).Text("id");
        var second = (await cato.AddCertificateAsync(organization, Uploads.Good(organization, serial: 2))).Text("id");

        var without = await cato.ActivateAsync(organization, first, " ");
        var back = await cato.ActivateAsync(organization, first, "HD4DP cannot read the new one");
        var again = await cato.ActivateAsync(organization, first, "again");

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
    public async Task A_heartbeat_of_the_nightly_check_stands_in_no_roll_backs_way_but_a_change_of_the_certificate_does()
    {
        var (organization, cato) = await portal.HospitalAsync();
        var ids = new List<string>();
        for (var serial = 0; serial < 2; serial++)
        {
            ids.Add((await cato.AddCertificateAsync(organization, Uploads.Good(organization, serial: serial))).Text("id"));
        }

        var store = portal.Services.GetRequiredService<CertificateStore>();
        var lifecycle = portal.Services.GetRequiredService<CertificateLifecycle>();
        var read = await portal.StoredAsync(organization, ids[0]);
        Assert.NotNull(await store.SaveAsync(read with { Heartbeat = DateTimeOffset.UtcNow, Attempt = read.Attempt + 1 }, default));

        var back = await lifecycle.RollBackAsync(read, "cato", "the new one cannot be read", default);
        var again = await lifecycle.RollBackAsync(read, "cato", "the new one cannot be read", default);

        Assert.Equal(CertificateStatus.Active, back?.Status);
        Assert.Null(again);
    }

    [Fact]
    public async Task Of_two_roll_backs_at_once_one_is_active()
    {
        var (organization, cato) = await portal.HospitalAsync();
        var ids = new List<string>();
        for (var serial = 0; serial < 3; serial++)
        {
            ids.Add((await cato.AddCertificateAsync(organization, Uploads.Good(organization, serial: serial))).Text("id"));
        }

        var answers = await Task.WhenAll(cato.ActivateAsync(organization, ids[0], "one"), cato.ActivateAsync(organization, ids[1], "other"));
        var list = (await cato.GetAsync($"organizations/{organization.Id}/certificates")).Json.GetProperty("items").EnumerateArray().ToList();

        Assert.Contains(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.Single(list, one => one.GetProperty("isActive").GetBoolean());
        Assert.Single(list, one => one.Text("status") == "active");
    }

    [Fact]
    public async Task A_later_file_takes_the_place_of_the_earlier_one_also_when_the_clock_was_set_back_since()
    {
        var clock = new MovableClock();
        await using var own = await TestPortal.StartAsync(stack, configure: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var (organization, cato) = await own.HospitalAsync();
        var first = await cato.AddCertificateAsync(organization, Uploads.Good(organization, serial: 1));

        clock.Forward(TimeSpan.FromDays(-1));
        var second = await cato.AddCertificateAsync(organization, Uploads.Good(organization, serial: 2));

        Assert.Equal("active", second.Text("status"));
        Assert.Equal("unpublished", (await cato.ShowCertificateAsync(organization, first.Text("id"))).Text("status"));
    }

    [Fact]
    public async Task One_file_uploaded_several_times_at_once_is_active_once()
    {
        var (organization, cato) = await portal.HospitalAsync();
        var file = Uploads.Good(organization);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => cato.AddCertificateAsync(organization, file)));
        var list = (await cato.GetAsync($"organizations/{organization.Id}/certificates")).Json.GetProperty("items").EnumerateArray().ToList();

        Assert.Equal(["active", "unpublished", "unpublished", "unpublished"], list.Select(one => one.Text("status")));
        Assert.Equal([true, false, false, false], list.Select(one => one.GetProperty("isActive").GetBoolean()));
    }

    [Fact]
    public async Task What_is_not_checked_yet_cannot_be_activated_and_checks_in_the_other_order_leave_the_later_upload_active()
    {
        await using var own = await TestPortal.StartAsync(stack, new() { ["AzureWebJobs:CheckCertificate:Disabled"] = "true" });
        var (organization, cato) = await own.HospitalAsync();
        var ids = new List<string>();
        for (var serial = 0; serial < 3; serial++)
        {
            ids.Add((await cato.UploadAsync(organization, Uploads.Good(organization, serial: serial))).IdOfCertificate());
        }

        var early = await cato.ActivateAsync(organization, ids[1], "now");
        foreach (var id in ids.AsEnumerable().Reverse())
        {
            await own.CheckAsync(organization, id);
        }

        Assert.Equal((HttpStatusCode.Conflict, "cannot_activate"), (early.Status, early.Code));
        var list = (await cato.GetAsync($"organizations/{organization.Id}/certificates")).Json.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(ids.AsEnumerable().Reverse(), list.Select(one => one.Text("id")));
        Assert.Equal(["active", "unpublished", "unpublished"], list.Select(one => one.Text("status")));
        Assert.All(list.Skip(1), one => Assert.Contains("a file uploaded later", one.GetProperty("latest").Text("message"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_refused_or_has_expired_cannot_be_rolled_back_to()
    {
        var clock = new MovableClock();
        await using var own = await TestPortal.StartAsync(stack, configure: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var (organization, cato) = await own.HospitalAsync();
        var old = (await cato.AddCertificateAsync(organization, Uploads.Good(organization, days: 10, serial: 1))).Text("id");
        var refused = (await cato.AddCertificateAsync(organization, Uploads.Good(organization, serial: 2), "wrong")).Text("id");
        await cato.AddCertificateAsync(organization, Uploads.Good(organization, serial: 3));
        clock.Forward(TimeSpan.FromDays(20));
        await cato.SignInAsync();

        foreach (var id in new[] { old, refused })
        {
            var answer = await cato.ActivateAsync(organization, id, "please");
            Assert.Equal((HttpStatusCode.Conflict, "cannot_activate"), (answer.Status, answer.Code));
            Assert.False((await cato.ShowCertificateAsync(organization, id)).GetProperty("canActivate").GetBoolean());
        }
    }

    [Fact]
    public async Task A_certificate_that_expires_turns_red_by_itself()
    {
        var clock = new MovableClock();
        await using var own = await TestPortal.StartAsync(stack, configure: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var (organization, cato) = await own.HospitalAsync();
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
        Assert.Equal(
            ("expired", false, "over", 0),
            (seen.Text("status"), seen.GetProperty("isActive").GetBoolean(), seen.Text("renewal"), seen.GetProperty("notice").GetInt32()));
        Assert.InRange(seen.GetProperty("daysLeft").GetInt32(), -2, -1);
        Assert.StartsWith("Expired on", seen.GetProperty("latest").Text("message"), StringComparison.Ordinal);
        Assert.Equal("expired", seenLog[^1].Text("status"));
        Assert.Equal("expired", afterwards.Text("status"));
        Assert.StartsWith("Expired on", (await cato.LogAsync(organization, id))[^1].Text("message"), StringComparison.Ordinal);
        Assert.Null(overview.GetProperty("active").GetString());
        Assert.Equal("expired", overview.GetProperty("latest").Text("status"));
    }

    [Fact]
    public async Task Checking_a_later_upload_again_does_not_undo_a_roll_back()
    {
        var (organization, cato) = await portal.HospitalAsync();
        var other = TestPortal.NewNihdi();
        var first = (await cato.AddCertificateAsync(organization, Uploads.Good(organization, serial: 1))).Text("id");
        var refused = (await cato.AddCertificateAsync(organization, Uploads.Good(organization with { Nihdi = other.Digits }, serial: 2))).Text("id");
        await cato.AddCertificateAsync(organization, Uploads.Good(organization, serial: 3));
        await cato.ActivateAsync(organization, first, "HD4DP cannot read the new one");
        var organizations = portal.Services.GetRequiredService<OrganizationStore>();
        Assert.NotNull(await organizations.ChangeAsync(
            (await organizations.FindAsync(organization.Id, default))!, OrganizationForm.Require(organization.Title, other.Digits, null), "mia", default));

        await cato.PostAsync($"organizations/{organization.Id}/certificates/{refused}/check", new { });
        var checkedAgain = await cato.WaitForCertificateAsync(organization, refused);
        await Task.Delay(50);
        var later = await cato.AddCertificateAsync(organization, Uploads.Good(organization with { Nihdi = other.Digits }, serial: 4));

        Assert.Equal("unpublished", checkedAgain.Text("status"));
        Assert.StartsWith(
            "In order, but not made active: since its upload somebody rolled back",
            checkedAgain.GetProperty("latest").Text("message"),
            StringComparison.Ordinal);
        Assert.Equal("active", later.Text("status"));
    }
}
