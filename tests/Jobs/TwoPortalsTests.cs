using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Dev.Demo;
using Ssp.Exports;
using Ssp.Hd4dp;
using Ssp.Identity;
using Ssp.Jobs;
using Ssp.Tests.Certificates;
using Ssp.Tests.Support;

namespace Ssp.Tests.Jobs;

/// <summary>Two portals on one storage account are one portal to everybody.</summary>
public sealed class TwoPortalsTests(Stack stack) : IAsyncDisposable
{
    private readonly string prefix = TestPortal.NewPrefix();
    private readonly string keys = stack.NewFolder("keys");
    private readonly MovableClock clock = new();
    private readonly List<TestPortal> running = [];

    private TestPortal one = null!;
    private TestPortal other = null!;

    public async ValueTask DisposeAsync()
    {
        foreach (var portal in running)
        {
            await portal.DisposeAsync();
        }

        running.Clear();
    }

    [Fact]
    public async Task Both_build_exports_and_none_is_built_twice()
    {
        // A registration takes its time, so that one portal alone, which builds three at once, has no hand free for the others. Of each organisation two are
        // built at once.
        List<Nihdi> numbers = [.. Enumerable.Range(0, 3).Select(_ => TestPortal.NewNihdi())];
        var digits = string.Join(", ", numbers.Select(number => $"'{number.Digits}'"));
        var connection = await stack.NewDatabaseAsync(
            $"""
            {DemoWarehouse.Sql("localdwh.sql").Replace("TABLE local_dwhmessage_key_value (", "TABLE kv (", StringComparison.Ordinal)};
            CREATE VIEW local_dwhmessage_key_value AS SELECT id, msg_document_id, key, value || coalesce(pg_sleep(0.05)::text, '') AS value FROM kv;
            INSERT INTO local_dwhmessage (document_id, data_collection_name, organization_nihdi, dcd_version, created_on)
                SELECT h || '-' || v || '-' || n, '{Registrations.Collection}', h, v, now()
                FROM unnest(ARRAY[{digits}]) h, generate_series(1, 2) v, generate_series(1, 40) n;
            INSERT INTO kv (msg_document_id, key, value) SELECT document_id, 'A', 'x' FROM local_dwhmessage;
            """);
        await StartAsync(new() { ["LocaldwhConnection"] = connection });
        var exports = one.Services.GetRequiredService<ExportStore>();
        var hospitals = new List<(Organization Organization, Person Here)>();
        foreach (var number in numbers)
        {
            var organization = await one.Services.GetRequiredService<OrganizationStore>().AddFoundAsync(number, "Hospital", default);
            hospitals.Add((organization, await one.SignInAsync(organization, Role.CsvUploadManager)));
        }

        foreach (var (organization, here) in hospitals)
        {
            foreach (var (version, person) in new[] { (1, here), (2, At(other, here)) })
            {
                var asked = await person.PostAsync(
                    $"organizations/{organization.Id}/exports",
                    new { kind = "csv", project = "BCFR", collection = Registrations.Collection, version = $"{version}" });
                Assert.True(asked.Status == HttpStatusCode.Accepted, asked.Text);
            }
        }

        async Task<List<ExportJob>> ListAsync() =>
            [.. (await Task.WhenAll(hospitals.Select(hospital => exports.ListAsync(hospital.Organization.Id, default)))).SelectMany(all => all)];
        var mostAtOnce = 0;
        var jobs = await ListAsync();
        for (var attempt = 0; jobs.Any(job => !job.IsOver); attempt++)
        {
            Assert.True(attempt < 1_200, "The exports did not end.");
            mostAtOnce = Math.Max(mostAtOnce, jobs.Count(job => job.State == JobState.Running));
            await Task.Delay(50);
            jobs = await ListAsync();
        }

        Assert.True(mostAtOnce > 3, "One portal built them all.");
        Assert.Equal(6, jobs.Count);
        Assert.All(jobs, job => Assert.Equal((JobState.Succeeded, 1, 40L), (job.State, job.Attempt, job.Rows)));
        Assert.Equal(jobs.Select(job => job.BlobName).Order(), one.Storage.ExportFiles.GetBlobs().Select(blob => blob.Name).Order());
        foreach (var job in jobs)
        {
            var here = hospitals.Single(hospital => hospital.Organization.Id == job.OrganizationId).Here;
            var file = await At(other, here).GetAsync($"organizations/{job.OrganizationId}/exports/{job.Id}/file");
            Assert.Equal(job.Sha256, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(file.Bytes)));
        }
    }

    [Fact]
    public async Task Checks_of_certificates_are_made_once_whoever_makes_them()
    {
        await StartAsync();
        var hospitals = new List<(Organization Organization, Person Here, string Id)>();
        for (var number = 0; number < 4; number++)
        {
            var (organization, here) = await one.HospitalAsync();
            var uploader = number % 2 == 0 ? here : At(other, here);
            hospitals.Add((organization, here, (await uploader.UploadAsync(organization, Uploads.Good(organization))).IdOfCertificate()));
        }

        foreach (var (organization, here, id) in hospitals)
        {
            var seen = await At(other, here).WaitForCertificateAsync(organization, id);
            Assert.Equal("active", seen.Text("status"));
            Assert.Equal(["waiting", "checking", "active"], (await here.LogAsync(organization, id)).Select(line => line.Text("status")));
        }
    }

    [Fact]
    public async Task A_session_begun_at_one_is_good_at_the_other_and_ends_at_both()
    {
        await StartAsync();
        var here = await one.SignInStrangerAsync();
        var there = At(other, here);
        var before = await there.GetAsync("session");

        var ended = await there.DeleteAsync("session");

        Assert.Equal(HttpStatusCode.OK, before.Status);
        Assert.Equal(here.Email, before.Json.GetProperty("account").Text("email"));
        Assert.Equal(HttpStatusCode.NoContent, ended.Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await here.GetAsync("session")).Status);
    }

    [Fact]
    public async Task Members_added_and_edited_at_both_are_the_same_at_both_and_nobody_overwrites_the_other()
    {
        await StartAsync();
        var organization = await one.NewOrganizationAsync();
        var here = await one.SignInAsync(organization, Role.DpManager);
        var there = At(other, here);
        var added = new[] { await one.NewSilentPersonAsync(), await one.NewSilentPersonAsync() };
        var members = $"organizations/{organization.Id}/members";

        var adding = await Task.WhenAll(
            here.PostAsync(members, new { email = added[0].Email, roles = new[] { "csv_upload_manager" } }),
            there.PostAsync(members, new { email = added[1].Email, roles = new[] { "csv_upload_manager" } }));
        var path = $"{members}/{added[0].AccountId}";
        var etag = (await there.GetAsync(path)).Json.Text("etag");
        Task<Answer> EditAsync(Person person, string role) => person.SendAsync(
            HttpMethod.Patch, path, JsonContent.Create(new { roles = new[] { role } }), ("If-Match", etag));
        var edits = await Task.WhenAll(EditAsync(here, "nippin_manager"), EditAsync(there, "certificate_editor"));
        var lists = await Task.WhenAll(here.GetAsync(members), there.GetAsync(members));

        Assert.All(adding, answer => Assert.Equal(HttpStatusCode.Created, answer.Status));
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.PreconditionFailed], edits.Select(edit => edit.Status).Order());
        Assert.Equal(lists[0].Text, lists[1].Text);
        Assert.Equal(3, lists[0].Json.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task A_timer_of_both_fires_once()
    {
        await StartAsync(new() { ["AzureWebJobs:SweepWork:Disabled"] = "false", ["AzureWebJobs:BuildExport:Disabled"] = "true" });
        var organization = await one.NewOrganizationAsync();
        await stack.Owner.AddAsync(organization.Nihdi, [("A", "1")]);
        var person = await one.SignInAsync(organization, Role.CsvUploadManager);
        var asked = await person.PostAsync(
            $"organizations/{organization.Id}/exports", new { kind = "csv", project = "BCFR", collection = Registrations.Collection, version = "1" });
        Assert.True(asked.Status == HttpStatusCode.Accepted, asked.Text);
        await one.Storage.ExportQueue.ClearMessagesAsync();

        clock.Forward(TimeSpan.FromSeconds(21));
        var list = one.Services.GetRequiredService<WorkList>();
        for (var attempt = 0; await list.ListAsync(default).SingleAsync() is { Sends: 0 }; attempt++)
        {
            Assert.True(attempt < 400, "Nobody swept.");
            await Task.Delay(50);
        }

        // Whoever else fired at the same moment has sent as well by the time both are down.
        var queue = one.Storage.ExportQueue;
        await DisposeAsync();

        Assert.Equal(1, (await queue.GetPropertiesAsync()).Value.ApproximateMessagesCount);
        Assert.Single(one.Log.Concat(other.Log), line => line.Contains("another message is sent for it", StringComparison.Ordinal));
    }

    private async Task StartAsync(Dictionary<string, string>? settings = null)
    {
        running.Add(one = await BeginAsync(settings));
        running.Add(other = await BeginAsync(settings));
    }

    private Task<TestPortal> BeginAsync(Dictionary<string, string>? settings) => TestPortal.StartAsync(
        stack, new(settings ?? []) { ["StoragePrefix"] = prefix, ["KeysFolder"] = keys }, builder => builder.Services.AddSingleton<TimeProvider>(clock));

    // The same browser, led to the other portal.
    private static Person At(TestPortal portal, Person person) =>
        new(portal.BaseUrl, person.Email, person.Password) { Cookie = person.Cookie, CsrfToken = person.CsrfToken };
}
