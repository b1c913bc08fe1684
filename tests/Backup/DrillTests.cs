using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Audit;
using Ssp.Backup;
using Ssp.Dev;
using Ssp.Identity;
using Ssp.Tests.Certificates;
using Ssp.Tests.Support;

namespace Ssp.Tests.Backup;

/// <summary>The drill: a hospital's portal is lost with its machine, and comes back from its two backups.</summary>
public sealed class DrillTests(Stack stack)
{
    private static readonly object Request = new { kind = "csv", project = "BCFR", collection = Registrations.Collection, version = "1" };

    [Fact]
    public async Task A_backup_made_while_people_work_is_restored_on_an_empty_machine()
    {
        var lost = new Commands(stack);
        string file;
        string keysFile;
        Hospital hospital;
        await using (var portal = await lost.StartAsync())
        {
            hospital = await HospitalAsync(portal);
            using var stop = new CancellationTokenSource();
            var work = WorkAsync(portal, hospital, stop.Token);
            while (hospital.Exports == 0 || hospital.Edits < 3)
            {
                await Task.Delay(50);
            }

            hospital.Acknowledged = [.. hospital.Added];
            file = lost.NewFile();
            var made = await lost.RunAsync(BackupCommand.Word, file);
            keysFile = lost.NewFile();
            var keysMade = await lost.RunAsync(BackupKeysCommand.Word, keysFile);
            await stop.CancelAsync();
            await work;
            Assert.True(made.Code == 0, made.Output + made.Errors);
            Assert.True(keysMade.Code == 0, keysMade.Output + keysMade.Errors);

            // Used after the backup: it must not be good for a second time.
            await hospital.Newcomer.SignInAsync();
            Assert.Equal(HttpStatusCode.OK, (await hospital.Doctor.GetAsync("session")).Status);
        }

        await using var azurite = await Azurite.StartAsync(stack.Repository, stack.NewFolder("empty"), Ports.Free(3));
        var found = new Commands(stack, azurite.ConnectionString);
        var verified = await found.RunAsync(VerifyBackupCommand.Word, file);
        Assert.True(verified.Code == 0, verified.Output + verified.Errors);
        var keysBack = await found.RunAsync(RestoreKeysCommand.Word, keysFile);
        Assert.True(keysBack.Code == 0, keysBack.Output + keysBack.Errors);
        var restored = await found.RunAsync(RestoreCommand.Word, file);
        Assert.True(restored.Code == 0, restored.Output + restored.Errors);

        await using var after = await found.StartAsync();
        await PeopleAsync(after, hospital);
        await FilesAsync(after, hospital);
        await OrderAsync(after, found, hospital);
    }

    private async Task<Hospital> HospitalAsync(TestPortal portal)
    {
        var organization = await portal.NewOrganizationAsync("Sint-Elders");
        await stack.Owner.AddAsync(organization.Nihdi, [("CD_NISS", "01234567890"), ("TX_REMARK", "a;b")]);
        await stack.Owner.AddImplantAsync(organization.Nihdi, Implants.NewCode());
        var manager = await portal.NewUserManagerAsync();
        var doctor = await portal.SignInAsync(organization, Role.DpManager, Role.CertificateEditor, Role.CsvUploadManager, Role.NippinManager);
        var newcomer = await portal.NewPersonAsync(temporaryUntil: DateTimeOffset.UtcNow.AddDays(2));
        await portal.SetRolesAsync(newcomer, organization);
        var certificate = await doctor.AddCertificateAsync(organization, Uploads.Good(organization));
        Assert.Equal("active", certificate.Text("status"));
        var export = await doctor.ExportAsync(organization.Id, Request);
        await portal.ValidateAsync(organization, Implants.Registry);
        var hospital = new Hospital(organization, manager, doctor, newcomer, certificate.Text("id"), export);
        await LeaveRunningAsync(portal, hospital);
        return hospital;
    }

    // An export whose worker dies with the machine.
    private static async Task LeaveRunningAsync(TestPortal portal, Hospital hospital)
    {
        var id = hospital.Export.Text("id");
        var row = (await portal.Storage.ExportJobs.GetEntityAsync<TableEntity>(hospital.Organization.Id, $"job-{id}")).Value;
        hospital.RunningExport = id[..19] + "0123abcd";
        row.RowKey = $"job-{hospital.RunningExport}";
        (row["State"], row["LastSign"], row["Attempt"]) = ("Running", DateTimeOffset.UtcNow, 1);
        foreach (var column in (string[])["BlobName", "Sha256", "Bytes", "FinishedAt", "ExpiresAt", "FileName"])
        {
            row.Remove(column);
        }

        await portal.Storage.ExportJobs.AddEntityAsync(row);
    }

    private static Task WorkAsync(TestPortal portal, Hospital hospital, CancellationToken stop) => Task.WhenAll(
        RepeatAsync(
            async number =>
            {
                var email = $"w{number}-{portal.Prefix}@hospital.example";
                var added = await hospital.Manager.PostAsync(
                    $"organizations/{hospital.Organization.Id}/members", new { email, roles = new[] { "nippin_manager" } });
                Assert.True(added.Status == HttpStatusCode.Created, added.Text);
                hospital.Added.Enqueue(email);
                hospital.Edits++;
            },
            TimeSpan.FromMilliseconds(700),
            stop),
        RepeatAsync(
            async _ =>
            {
                var export = await hospital.Doctor.ExportAsync(hospital.Organization.Id, Request);
                await hospital.Doctor.DeleteAsync($"organizations/{hospital.Organization.Id}/exports/{export.Text("id")}");
                hospital.Exports++;
            },
            TimeSpan.FromMilliseconds(900),
            stop));

    // People pause between two clicks. A backup needs such a moment, also on a machine that does much else.
    private static async Task RepeatAsync(Func<int, Task> work, TimeSpan pause, CancellationToken stop)
    {
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            await work(number);
            await Task.Delay(pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task PeopleAsync(TestPortal after, Hospital hospital)
    {
        var same = new Person(after.BaseUrl, hospital.Doctor.Email, hospital.Doctor.Password);
        using (var oldCookie = new Person(after.BaseUrl, hospital.Doctor.Email, "") { Cookie = hospital.Doctor.Cookie })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await oldCookie.GetAsync("session")).Status);
        }

        await same.SignInAsync();
        hospital.DoctorAfter = same;
        using var newcomer = new Person(after.BaseUrl, hospital.Newcomer.Email, hospital.Newcomer.Password);
        Assert.Equal("invalid_credentials", (await newcomer.PostAsync("session", new { email = newcomer.Email, password = newcomer.Password })).Code);

        // Somebody has to issue another, and can.
        using var manager = new Person(after.BaseUrl, hospital.Manager.Email, hospital.Manager.Password);
        await manager.SignInAsync();
        var members = await manager.GetAsync($"organizations/{hospital.Organization.Id}/members?search={newcomer.Email}");
        Assert.Equal("temporary_password_expired", members.Json.GetProperty("items")[0].Text("state"));
        var issued = await manager.PostAsync($"accounts/{newcomer.AccountId}/temporary-password", new { });
        Assert.Equal(HttpStatusCode.OK, issued.Status);
        newcomer.Password = issued.Json.Text("temporaryPassword");
        await newcomer.SignInAsync();
    }

    private static async Task FilesAsync(TestPortal after, Hospital hospital)
    {
        var doctor = hospital.DoctorAfter!;
        var exports = $"organizations/{hospital.Organization.Id}/exports";
        var file = await doctor.GetAsync($"{exports}/{hospital.Export.Text("id")}/file");
        Assert.Equal(hospital.Export.Text("sha256"), Convert.ToHexStringLower(SHA256.HashData(file.Bytes)));

        var again = await doctor.WaitForExportAsync(hospital.Organization.Id, hospital.RunningExport);
        Assert.Equal("succeeded", again.Text("state"));
        Assert.Equal(file.Bytes, (await doctor.GetAsync($"{exports}/{hospital.RunningExport}/file")).Bytes);

        var path = $"organizations/{hospital.Organization.Id}/certificates/{hospital.Certificate}";
        Assert.Equal(HttpStatusCode.Accepted, (await doctor.PostAsync($"{path}/check", new { })).Status);
        Assert.Equal("active", (await doctor.WaitForCertificateAsync(hospital.Organization, hospital.Certificate)).Text("status"));
        Assert.Equal(HttpStatusCode.OK, (await doctor.GetAsync($"{path}/public")).Status);
        var records = await doctor.GetAsync($"organizations/{hospital.Organization.Id}/nippin/registries/{Implants.Registry}/records");
        Assert.Single(records.Json.GetProperty("items").EnumerateArray());
    }

    // What was acknowledged is there, and nothing points into the void.
    private static async Task OrderAsync(TestPortal after, Commands found, Hospital hospital)
    {
        await foreach (var report in after.Services.GetRequiredService<AuditCheck>().CheckAllAsync(default))
        {
            Assert.Null(report.FirstBreak);
        }

        var serials = (await found.RowsAsync("Accounts"))
            .Where(row => row.RowKey == "account")
            .ToDictionary(row => row.PartitionKey, row => row.GetString("Serial"));
        var memberships = await found.RowsAsync("Memberships");
        var reverse = memberships.Where(row => row.PartitionKey.StartsWith("account-", StringComparison.Ordinal))
            .Select(row => (row.PartitionKey["account-".Length..], row.RowKey))
            .ToHashSet();
        foreach (var truth in memberships.Where(
            row => row.GetString("Email") is not null && !row.PartitionKey.StartsWith("account-", StringComparison.Ordinal)))
        {
            Assert.Contains((truth.RowKey, truth.PartitionKey), reverse);
            Assert.Equal(truth.GetString("AccountSerial"), serials[truth.RowKey]);
        }

        Assert.Subset(memberships.Select(row => row.GetString("Email")).ToHashSet(), hospital.Acknowledged.ToHashSet());
        var reader = after.Services.GetRequiredService<AuditReader>();
        var events = (await reader.ReadAsync([AuditEvent.Installation], new AuditQuery(null, null, null, null, null, 50), "anna", default)).Items;
        Assert.Contains(events, one => one.Action.Name == "backup_restored");
    }

    private sealed record Hospital(Organization Organization, Person Manager, Person Doctor, Person Newcomer, string Certificate, JsonElement Export)
    {
        public string RunningExport { get; set; } = "";

        public Person? DoctorAfter { get; set; }

        public ConcurrentQueue<string> Added { get; } = new();

        /// <summary>The members whose adding was answered before the backup began.</summary>
        public IReadOnlyList<string> Acknowledged { get; set; } = [];

        public int Edits { get; set; }

        public int Exports { get; set; }
    }
}
