using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Certificates;
using Ssp.Identity;
using Ssp.Jobs;
using Ssp.Storage;
using Ssp.Tests.Support;

namespace Ssp.Tests.Certificates;

/// <summary>
/// The check of a certificate when things do not go straight: messages that come twice, late or never, checks that are asked for again, and by night.
/// </summary>
public sealed class CheckTests(Stack stack, IdlePortal shared) : IClassFixture<IdlePortal>
{
    private readonly TestPortal portal = stack.Portal;
    private readonly TestPortal idle = shared.Portal;

    [Fact]
    public async Task A_message_that_comes_again_changes_nothing()
    {
        var (organization, cato) = await portal.HospitalAsync();
        var certificate = await cato.AddCertificateAsync(organization, Uploads.Good(organization));
        var before = await portal.StoredAsync(organization, certificate.Text("id"));

        await portal.CheckAsync(organization, certificate.Text("id"));

        Assert.Equal(before.ETag, (await portal.StoredAsync(organization, certificate.Text("id"))).ETag);
    }

    [Fact]
    public async Task Two_workers_on_one_check_end_it_once()
    {
        var (organization, cato) = await idle.HospitalAsync();
        var id = (await cato.UploadAsync(organization, Uploads.Good(organization))).IdOfCertificate();

        var ends = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Record.ExceptionAsync(() => idle.CheckAsync(organization, id)).AsTask()));

        Assert.All(ends.OfType<Exception>(), end => Assert.IsType<NotYetException>(end));
        Assert.Equal(["waiting", "checking", "active"], (await cato.LogAsync(organization, id)).Select(line => line.Text("status")));
    }

    [Fact]
    public async Task The_nightly_check_leaves_a_line_only_when_it_finds_something_else()
    {
        var (organization, cato) = await portal.HospitalAsync();
        var id = (await cato.AddCertificateAsync(organization, Uploads.Good(organization))).Text("id");

        await portal.CheckAsync(organization, id, nightly: true);
        var unchanged = await cato.LogAsync(organization, id);
        var organizations = portal.Services.GetRequiredService<OrganizationStore>();
        Assert.NotNull(await organizations.ChangeAsync(
            (await organizations.FindAsync(organization.Id, default))!,
            OrganizationForm.Require(organization.Title, TestPortal.NewNihdi().Digits, null),
            "mia",
            default));
        await portal.CheckAsync(organization, id, nightly: true);
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
        // With no certificate but its own.
        await using var alone = await shared.AloneAsync(new MovableClock());
        var (organization, cato) = await alone.HospitalAsync();
        var id = (await cato.UploadAsync(organization, Uploads.Good(organization))).IdOfCertificate();
        await alone.CheckAsync(organization, id);
        await alone.Storage.CertificateQueue.ClearMessagesAsync();

        await ActivatorUtilities.CreateInstance<RecheckCertificates>(alone.Services).Run(new TimerInfo(), default);

        var message = Assert.Single((await alone.Storage.CertificateQueue.ReceiveMessagesAsync(32)).Value);
        Assert.Equal(new CertificateMessage(organization.Id, id, 0, Nightly: true), StoredJson.Read<CertificateMessage>(message.MessageText));
    }

    [Fact]
    public async Task A_refused_file_is_checked_again_when_the_organisation_is_set_right()
    {
        var (organization, cato) = await portal.HospitalAsync();
        var other = TestPortal.NewNihdi();
        var certificate = await cato.AddCertificateAsync(organization, Uploads.Good(organization with { Nihdi = other.Digits }));
        var organizations = portal.Services.GetRequiredService<OrganizationStore>();
        Assert.NotNull(await organizations.ChangeAsync(
            (await organizations.FindAsync(organization.Id, default))!, OrganizationForm.Require(organization.Title, other.Digits, null), "mia", default));

        var asked = await cato.PostAsync($"organizations/{organization.Id}/certificates/{certificate.Text("id")}/check", new { });
        var end = await cato.WaitForCertificateAsync(organization, certificate.Text("id"));

        Assert.Equal("refused", certificate.Text("status"));
        Assert.Equal(HttpStatusCode.Accepted, asked.Status);
        Assert.Equal("active", end.Text("status"));
    }

    [Fact]
    public async Task An_active_certificate_stays_active_while_it_is_checked_again()
    {
        var (organization, cato) = await idle.HospitalAsync();
        var id = (await cato.UploadAsync(organization, Uploads.Good(organization))).IdOfCertificate();
        await idle.CheckAsync(organization, id);

        var asked = await cato.PostAsync($"organizations/{organization.Id}/certificates/{id}/check", new { });
        var meanwhile = await cato.ShowCertificateAsync(organization, id);
        var twice = await cato.PostAsync($"organizations/{organization.Id}/certificates/{id}/check", new { });
        await idle.CheckAsync(organization, id);
        var end = await cato.ShowCertificateAsync(organization, id);

        Assert.Equal(HttpStatusCode.Accepted, asked.Status);
        Assert.Equal(("waiting", true), (meanwhile.Text("status"), meanwhile.GetProperty("isActive").GetBoolean()));
        Assert.Equal((HttpStatusCode.Conflict, "cannot_check"), (twice.Status, twice.Code));
        Assert.Equal("active", end.Text("status"));
        Assert.StartsWith("Checked again: in order.", end.GetProperty("latest").Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hundred_clicks_on_check_again_are_one_check()
    {
        var (organization, cato) = await idle.HospitalAsync();
        var id = (await cato.UploadAsync(organization, Uploads.Good(organization))).IdOfCertificate();
        await idle.CheckAsync(organization, id);
        await idle.Storage.CertificateQueue.ClearMessagesAsync();

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 100).Select(_ => cato.PostAsync($"organizations/{organization.Id}/certificates/{id}/check", new { })));
        var message = Assert.Single((await idle.Storage.CertificateQueue.ReceiveMessagesAsync(32)).Value);
        await ActivatorUtilities.CreateInstance<CheckCertificate>(idle.Services).Run(message.MessageText, default);

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Accepted);
        Assert.Equal(99, answers.Count(answer => (answer.Status, answer.Code) == (HttpStatusCode.Conflict, "cannot_check")));
        Assert.Equal(
            ["waiting", "checking", "active", "waiting", "checking", "active"], (await cato.LogAsync(organization, id)).Select(line => line.Text("status")));
    }

    [Fact]
    public async Task A_check_that_failed_five_times_says_so_and_can_be_tried_again()
    {
        var (organization, cato) = await idle.HospitalAsync();
        var id = (await cato.UploadAsync(organization, Uploads.Good(organization))).IdOfCertificate();

        await idle.GiveUpAsync(Uploads.MessageFor(await idle.StoredAsync(organization, id)));
        var failed = await cato.ShowCertificateAsync(organization, id);
        var asked = await cato.PostAsync($"organizations/{organization.Id}/certificates/{id}/check", new { });
        await idle.CheckAsync(organization, id);

        Assert.Equal("failed", failed.Text("status"));
        Assert.True(failed.GetProperty("canCheck").GetBoolean());
        Assert.Equal(HttpStatusCode.Accepted, asked.Status);
        Assert.Equal("active", (await cato.ShowCertificateAsync(organization, id)).Text("status"));
    }

    [Fact]
    public async Task Giving_up_an_earlier_check_leaves_the_one_alone_that_was_asked_for_since()
    {
        var (organization, cato) = await idle.HospitalAsync();
        var id = (await cato.UploadAsync(organization, Uploads.Good(organization))).IdOfCertificate();
        var first = Uploads.MessageFor(await idle.StoredAsync(organization, id));
        shared.Clock.Forward(TimeSpan.FromMinutes(2));
        Assert.Equal(HttpStatusCode.Accepted, (await cato.PostAsync($"organizations/{organization.Id}/certificates/{id}/check", new { })).Status);

        await idle.GiveUpAsync(first);

        Assert.Equal("waiting", (await cato.ShowCertificateAsync(organization, id)).Text("status"));
    }

    [Fact]
    public async Task A_certificate_whose_file_is_gone_stays_as_it_is_by_night_and_the_portals_log_says_that_it_was_not_checked()
    {
        var (organization, cato) = await portal.HospitalAsync();
        var id = (await cato.AddCertificateAsync(organization, Uploads.Good(organization))).Text("id");
        var before = await cato.LogAsync(organization, id);
        await portal.Storage.CertificateFiles.DeleteBlobAsync($"{organization.Id}/{id}.sealed");

        await portal.CheckAsync(organization, id, nightly: true);

        Assert.Equal("active", (await cato.ShowCertificateAsync(organization, id)).Text("status"));
        Assert.Equal(before.Count, (await cato.LogAsync(organization, id)).Count);
        Assert.Contains($"Warning: Certificate {id} could not be checked this night: certificate.file_gone", portal.Log);
    }

    [Fact]
    public async Task A_nightly_message_that_comes_late_makes_nothing_active()
    {
        var (organization, cato) = await portal.HospitalAsync();
        var other = TestPortal.NewNihdi();
        var id = (await cato.AddCertificateAsync(organization, Uploads.Good(organization with { Nihdi = other.Digits }))).Text("id");
        var organizations = portal.Services.GetRequiredService<OrganizationStore>();
        Assert.NotNull(await organizations.ChangeAsync(
            (await organizations.FindAsync(organization.Id, default))!, OrganizationForm.Require(organization.Title, other.Digits, null), "mia", default));

        await portal.CheckAsync(organization, id, nightly: true);

        Assert.Equal("refused", (await cato.ShowCertificateAsync(organization, id)).Text("status"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no json")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"organizationId":"../x","certificateId":"y"}""")]
    public async Task A_poison_message_that_is_none_of_ours_is_put_aside(string message) =>
        await ActivatorUtilities.CreateInstance<CheckCertificate>(portal.Services).GiveUp(message, default);

    [Fact]
    public async Task Who_lost_the_role_before_the_check_gets_nothing_active()
    {
        var (organization, cato) = await idle.HospitalAsync();
        var id = (await cato.UploadAsync(organization, Uploads.Good(organization))).IdOfCertificate();
        await idle.SetRolesAsync(cato, organization, Role.NippinManager);

        await idle.CheckAsync(organization, id);

        var stored = await idle.StoredAsync(organization, id);
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
        var (organization, cato) = await own.HospitalAsync();

        Assert.Equal(status, (await cato.AddCertificateAsync(organization, Uploads.Good(organization))).Text("status"));
    }

    [Fact]
    public async Task A_virus_scanner_that_cannot_be_run_lets_nothing_pass()
    {
        await using var own = await TestPortal.StartAsync(
            stack, new() { ["CertificateScanCommand"] = "/no/such/scanner", ["AzureWebJobs:CheckCertificate:Disabled"] = "true" });
        var (organization, cato) = await own.HospitalAsync();
        var id = (await cato.UploadAsync(organization, Uploads.Good(organization))).IdOfCertificate();

        await Assert.ThrowsAsync<IOException>(() => own.CheckAsync(organization, id));

        Assert.Equal("checking", (await cato.ShowCertificateAsync(organization, id)).Text("status"));
    }
}
