using System.Net;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Certificates;
using Ssp.Exports;
using Ssp.Identity;
using Ssp.Jobs;
using Ssp.Nippin;
using Ssp.Tests.Certificates;
using Ssp.Tests.Support;
using Ssp.Text;

namespace Ssp.Tests.StoredData;

/// <summary>What is stored is read also where it has fields that this version does not know, or lacks some that it knows; what callers send is not.</summary>
public sealed class ToleranceTests(Stack stack)
{
    private readonly TestPortal portal = stack.Portal;

    [Fact]
    public async Task An_export_of_a_later_version_is_shown()
    {
        var organization = await portal.NewOrganizationAsync();
        var person = await portal.SignInAsync(organization, Role.CsvUploadManager);
        var account = await portal.Services.GetRequiredService<AccountStore>().FindAsync(person.AccountId, default);
        var request = new RegistrationsRequest("BCFR", "BCFR_Main", "1", CsvProfile.Hd4dp, organization.Nihdi);
        var job = await portal.Services.GetRequiredService<ExportStore>().RequestAsync(organization.Id, request, account!, default);
        await ChangeAsync(portal.Storage.ExportJobs, organization.Id, $"job-{job.Id}", row => row["Request"] = WithMore((string)row["Request"]));

        var answer = await person.GetAsync($"organizations/{organization.Id}/exports/{job.Id}");

        Assert.Equal((HttpStatusCode.OK, "BCFR_Main"), (answer.Status, answer.Json.GetProperty("collection").GetString()));
    }

    [Fact]
    public async Task A_night_of_another_version_is_shown()
    {
        var organization = await portal.NewOrganizationAsync();
        var nina = await portal.SignInAsync(organization, Role.NippinManager);
        var nights = portal.Services.GetRequiredService<NightStore>();
        var date = new DateOnly(2026, 11, 1);
        await nights.AskAsync(organization, Implants.Registry, date, default);
        var night = (await nights.FindAsync(organization.Id, Implants.Registry, date, default))!;
        var file = new NightFile("nowhere", DateTimeOffset.UtcNow, new ResultCounts(3, 2, 1, 0), 1, null, 0, null, null, null);
        await nights.SaveAsync(night with { State = JobState.Succeeded, File = file }, default);
        var row = Assert.Single(portal.Storage.Nights.Query<TableEntity>(one => one.PartitionKey == organization.Id));
        await ChangeAsync(portal.Storage.Nights, organization.Id, row.RowKey, one =>
            // Without what came later than the first version, with what is still to come.
            one["File"] = WithMore(((string)one["File"]).Replace(",\"solved\":null,\"broken\":null", "", StringComparison.Ordinal)));

        var answer = await nina.GetAsync($"organizations/{organization.Id}/nippin/registries");

        var shown = answer.Json.GetProperty("items").EnumerateArray().Single(one => one.GetProperty("registry").GetString() == Implants.Registry);
        Assert.Equal(3, shown.GetProperty("counts").GetProperty("valid").GetInt64());
    }

    [Fact]
    public async Task A_certificate_of_a_later_version_is_shown()
    {
        var (organization, cato) = await portal.HospitalAsync();
        var id = (await cato.AddCertificateAsync(organization, Uploads.Good(organization))).GetProperty("id").GetString()!;
        await ChangeAsync(portal.Storage.Certificates, organization.Id, $"certificate-{id}", row => row["Facts"] = WithMore((string)row["Facts"]));

        var shown = await cato.ShowCertificateAsync(organization, id);

        Assert.Equal("active", shown.GetProperty("status").GetString());
        Assert.NotNull((await portal.StoredAsync(organization, id)).Facts);
    }

    [Fact]
    public async Task Why_an_export_is_tried_again_is_read_from_where_it_stood_at_first()
    {
        var organization = await portal.NewOrganizationAsync();
        var id = JobId.NewestFirst(DateTimeOffset.UtcNow);
        await portal.Storage.ExportJobs.AddEntityAsync(new TableEntity(organization.Id, $"job-{id}")
        {
            ["Request"] = """{"kind":"csv","project":"BCFR","collection":"BCFR_Main","version":"1","profile":"hd4dp","nihdi":"71000000"}""",
            ["State"] = "Queued",
            ["RequestedAt"] = DateTimeOffset.UtcNow,
            ["ErrorKey"] = "warehouse_unreachable.retry",
            ["ErrorValues"] = """["dwh"]""",
        });

        var read = (await portal.Services.GetRequiredService<ExportStore>().FindAsync(organization.Id, id, default))!;

        Assert.Null(read.Problem);
        Assert.Equivalent(new RetryReason("warehouse_unreachable", ["dwh"], IsOutage: true), read.Retry);
        Assert.Equal("warehouse_unreachable.retry", read.Why!.Key);
    }

    [Theory]
    [InlineData("""{"organizationId":"0123456789abcdef0123456789abcdef","exportId":"251606267671457809639da7262"}""")]
    [InlineData("""{"organizationId":"0123456789abcdef0123456789abcdef","exportId":"251606267671457809639da7262","later":{"some":1}}""")]
    public void A_message_for_an_export_is_understood(string message) =>
        Assert.Equal("251606267671457809639da7262", portal.Services.GetRequiredService<ExportStore>().Read(message)?.Id);

    [Theory]
    [InlineData("""{"organizationId":"0123456789abcdef0123456789abcdef","registry":"DEFIB_PRIM_IMPLT","date":"2026-11-30"}""")]
    [InlineData("""{"organizationId":"0123456789abcdef0123456789abcdef","registry":"DEFIB_PRIM_IMPLT","date":"2026-11-30","later":"x"}""")]
    public void A_message_for_a_night_is_understood(string message) =>
        Assert.EndsWith("-20261130", portal.Services.GetRequiredService<NightStore>().Read(message)?.Id, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"organizationId":"0123456789abcdef0123456789abcdef","certificateId":"25160626774587199993855968a","asked":1764497054000,"nightly":true}""")]
    [InlineData("""{"organizationId":"0123456789abcdef0123456789abcdef","certificateId":"25160626774587199993855968a","nightly":true,"later":[]}""")]
    public void A_message_for_a_check_is_understood(string message) =>
        Assert.True(portal.Services.GetRequiredService<CertificateStore>().Read(message) is CheckMessage { Nightly: true });

    [Fact]
    public async Task A_caller_who_sends_a_field_that_is_not_known_is_told()
    {
        var organization = await portal.NewOrganizationAsync();
        var dp = await portal.SignInAsync(organization, Role.DpManager);

        var answer = await dp.PostAsync(
            $"organizations/{organization.Id}/members", new { email = "a@hospital.example", roles = Array.Empty<string>(), later = 1 });

        Assert.Equal((HttpStatusCode.BadRequest, "later"), (answer.Status, Assert.Single(answer.Fields)));
    }

    private static string WithMore(string json) => json[..^1] + ""","later":{"of":"a later version"}}""";

    private static async Task ChangeAsync(TableClient table, string partition, string key, Action<TableEntity> change)
    {
        var row = (await table.GetEntityAsync<TableEntity>(partition, key)).Value;
        change(row);
        row["Later"] = "of a later version";
        await table.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace);
    }
}
