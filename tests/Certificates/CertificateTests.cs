using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Identity;
using Ssp.Storage;
using Ssp.Tests.Support;

namespace Ssp.Tests.Certificates;

/// <summary>A certificate from upload to what is shown of it, over HTTP and with the queue at work.</summary>
public sealed class CertificateTests(Stack stack)
{
    private readonly TestPortal portal = stack.Portal;

    [Fact]
    public async Task A_good_file_becomes_active_and_every_step_stands_in_its_log()
    {
        var (organization, cato) = await portal.HospitalAsync();

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
        Assert.Equal(
            log.Select(line => line.GetProperty("at").GetDateTimeOffset()).Order().Distinct(), log.Select(line => line.GetProperty("at").GetDateTimeOffset()));
        Assert.Equal(log[^1].Text("message"), certificate.GetProperty("latest").Text("message"));
    }

    [Fact]
    public async Task Every_finding_is_a_line_with_its_code_and_the_last_line_has_the_final_status()
    {
        var (organization, cato) = await portal.HospitalAsync();
        var weak = P12Maker.EHealth("71000436", Uploads.Password,
            store => store with { AuthenticationAlias = "mine", NotAfter = DateTimeOffset.UtcNow.AddDays(-3) });

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
        var (organization, cato) = await portal.HospitalAsync();

        var certificate = await cato.AddCertificateAsync(organization, Uploads.Good(organization), "another one");
        var log = await cato.GetAsync($"organizations/{organization.Id}/certificates/{certificate.Text("id")}/log", ("Accept-Language", language));

        Assert.Equal("refused", certificate.Text("status"));
        Assert.Contains(log.Json.GetProperty("items").EnumerateArray(), line => line.Text("message").StartsWith(sentence, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_refuses_counts_however_much_else_is_found()
    {
        var (organization, cato) = await portal.HospitalAsync();
        var stranger = TestKey.Rsa("stranger");
        var crowded = P12Maker.EHealth("71000436", Uploads.Password, store => store with
        {
            // Another certificate than that of the story above, which may be made in the same second for another organisation.
            NotAfter = DateTimeOffset.UtcNow.AddDays(-4),
            Certificates = all =>
            [
                .. all,
                .. Enumerable.Range(0, 100).Select(number => StoreBag.Named(P12Maker.Plain(stranger, $"{new string('x', 400)} {number}"), null)),
            ],
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
        var (organization, cato) = await portal.HospitalAsync();
        var odd = P12Maker.EHealth(
            organization.Nihdi,
            Uploads.Password,
            store => store with
            {
                NotBefore = new(2, 1, 1, 0, 0, 0, TimeSpan.Zero),
                NotAfter = DateTimeOffset.Parse(end, System.Globalization.CultureInfo.InvariantCulture),
                HasIssuer = false,
                HasRoot = false,
            });

        var certificate = await cato.AddCertificateAsync(organization, odd);

        Assert.NotNull(certificate.GetProperty("daysLeft").GetInt32().ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(HttpStatusCode.OK, (await cato.GetAsync("certificates")).Status);
        Assert.Equal(HttpStatusCode.OK, (await cato.GetAsync($"organizations/{organization.Id}/certificates")).Status);
        Assert.Equal(HttpStatusCode.OK, (await cato.GetAsync($"organizations/{organization.Id}/certificates/{certificate.Text("id")}/calendar")).Status);
    }

    [Fact]
    public async Task The_overview_shows_a_certificate_manager_their_own_organisations_only()
    {
        var (organization, cato) = await portal.HospitalAsync();
        var (other, _) = await portal.HospitalAsync();
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
        var (organization, cato) = await portal.HospitalAsync();
        var twin = await portal.Services.GetRequiredService<OrganizationStore>()
            .AddNewAsync(OrganizationId.New(), OrganizationForm.Require("Campus", organization.Nihdi, null), "mia", default);
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
        await portal.CheckAsync(organization, older.Text("id"), nightly: true);
        Assert.Equal(("P30", "warn"), Single(await cato.ShowCertificateAsync(organization, older.Text("id"))));

        static (string, string) Single(System.Text.Json.JsonElement one) =>
            Assert.Single(one.GetProperty("findings").EnumerateArray().Select(finding => (finding.Text("code"), finding.Text("severity"))));
    }

    [Fact]
    public async Task Public_parts_and_a_calendar_can_be_downloaded_and_never_a_key()
    {
        var (organization, cato) = await portal.HospitalAsync();
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
        var (organization, cato) = await portal.HospitalAsync();
        var id = (await cato.AddCertificateAsync(organization, Encoding.ASCII.GetBytes("this is no P12 file"))).Text("id");

        Assert.Equal(HttpStatusCode.NotFound, (await cato.GetAsync($"organizations/{organization.Id}/certificates/{id}/public")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await cato.GetAsync($"organizations/{organization.Id}/certificates/{id}/calendar")).Status);
    }

    [Fact]
    public async Task Who_did_what_stands_in_the_audit_trail()
    {
        var (organization, cato) = await portal.HospitalAsync();
        var daan = await portal.SignInAsync(organization, Role.DpManager);
        var first = (await cato.AddCertificateAsync(organization, Uploads.Good(organization, serial: 1), fileName: "first.p12")).Text("id");
        await cato.AddCertificateAsync(organization, Uploads.Good(organization, serial: 2), fileName: "second.p12");
        await cato.ActivateAsync(organization, first, "back");

        var events = (await daan.GetAsync($"organizations/{organization.Id}/audit?limit=200")).Json.GetProperty("items").EnumerateArray()
            .Where(one => one.Text("result") == "done").Select(one => $"{one.Text("action")} {one.Text("object")} {one.Text("actor")}").ToList();

        Assert.Contains($"certificate_uploaded first.p12 {cato.Email}", events);
        Assert.Contains($"certificate_checked second.p12 {cato.Email}", events);
        Assert.Contains($"certificate_activated first.p12 {cato.Email}", events);
    }
}
