using System.Text;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Certificates;
using Ssp.Identity;
using Ssp.Jobs;
using Ssp.Tests.Support;

namespace Ssp.Tests.Certificates;

/// <summary>Files and passwords as they lie in storage, and what happens when that was tampered with or its keys are gone.</summary>
[Trait("Run", "full")]
public sealed class AtRestTests(Stack stack, IdlePortal shared) : IClassFixture<IdlePortal>
{
    private readonly TestPortal idle = shared.Portal;

    [Fact]
    public async Task Neither_password_nor_private_key_lies_anywhere_in_the_clear()
    {
        var delivered = stack.NewFolder("hd4dp");
        // Java does not find keys that lie open (P38), so neither would HD4DP.
        await using var own = await TestPortal.StartAsync(stack, new() { ["CertificateDeliveryFolder"] = delivered, ["CertificateFindings"] = "P38=off" });
        var (organization, cato) = await own.HospitalAsync();
        var password = $"canary {Guid.NewGuid():N}";
        var wrong = $"canary {Guid.NewGuid():N}";
        // Its private keys lie open in the file, so that they would be found.
        var file = P12Maker.EHealth(organization.Nihdi, password,
            store => store with { KeyProtection = null, CertificateProtection = null, NotAfter = DateTimeOffset.UtcNow.AddDays(500) });
        var key = TestKey.Rsa("authentication").Private[100..164];
        Assert.True(file.AsSpan().IndexOf(key) > 0);

        var good = await cato.AddCertificateAsync(organization, file, password);
        var refused = await cato.AddCertificateAsync(organization, file, wrong);
        var answers = new StringBuilder();
        foreach (var id in new[] { good.Text("id"), refused.Text("id") })
        {
            answers.Append((await cato.GetAsync($"organizations/{organization.Id}/certificates/{id}")).Text)
                .Append((await cato.GetAsync($"organizations/{organization.Id}/certificates/{id}/log")).Text);
        }

        Assert.Equal("active", good.Text("status"));
        Assert.Equal("refused", refused.Text("status"));
        var places = await EverythingAsync(own);
        // Azurite writes its tables and queues down every five seconds.
        await Task.Delay(TimeSpan.FromSeconds(6));
        foreach (var path in Directory.EnumerateFiles(stack.AzuriteFolder, "*", SearchOption.AllDirectories))
        {
            places[$"file {path}"] = await ReadAsync(path);
        }

        places["answers"] = Encoding.UTF8.GetBytes(answers.ToString());
        places["log"] = Encoding.UTF8.GetBytes(string.Join('\n', own.Log));
        Assert.Contains(places.Keys, place => place.StartsWith("blob", StringComparison.Ordinal));
        Assert.Contains(places.Keys, place => place.StartsWith("table", StringComparison.Ordinal));
        Assert.Contains(places,
            place => place.Key.StartsWith("file", StringComparison.Ordinal) && place.Value.AsSpan().IndexOf(Encoding.ASCII.GetBytes(good.Text("id"))) >= 0);
        foreach (var (place, content) in places)
        {
            foreach (var secret in new[]
            {
                Encoding.UTF8.GetBytes(password),
                Encoding.UTF8.GetBytes(wrong),
                Encoding.BigEndianUnicode.GetBytes(password),
                Encoding.Unicode.GetBytes(password),
                key,
                Encoding.ASCII.GetBytes(Convert.ToBase64String(key)),
            })
            {
                Assert.True(content.AsSpan().IndexOf(secret) < 0, $"A secret lies in {place}.");
            }
        }
    }

    [Fact]
    public async Task The_queue_carries_ids_only()
    {
        await shared.ClearAsync();
        var (organization, cato) = await idle.HospitalAsync();
        var id = (await cato.UploadAsync(organization, Uploads.Good(organization), "a password")).IdOfCertificate();

        var message = Assert.Single((await idle.Storage.CertificateQueue.ReceiveMessagesAsync(32)).Value);

        Assert.Matches(
            $$"""^\{"organizationId":"{{organization.Id}}","certificateId":"{{id}}","asked":[0-9]{13},"nightly":false,"costly":false\}$""",
            message.MessageText);
    }

    [Fact]
    public async Task A_file_that_was_put_in_another_s_place_is_not_used()
    {
        var (alpha, cato) = await idle.HospitalAsync();
        var (beta, bo) = await idle.HospitalAsync();
        var mine = (await cato.UploadAsync(alpha, Uploads.Good(alpha))).IdOfCertificate();
        var other = (await bo.UploadAsync(beta, Uploads.Good(beta))).IdOfCertificate();
        var content = (await Blob(idle, beta, other).DownloadContentAsync()).Value.Content;
        await Blob(idle, alpha, mine).UploadAsync(content, overwrite: true);

        await idle.CheckAsync(alpha, mine);

        var end = await cato.ShowCertificateAsync(alpha, mine);
        Assert.Equal("failed", end.Text("status"));
        Assert.StartsWith("The stored file was changed, or belongs to another record", end.GetProperty("latest").Text("message"), StringComparison.Ordinal);
        Assert.Null((await cato.GetAsync("certificates")).Json.GetProperty("items")[0].GetProperty("active").GetString());
    }

    [Fact]
    public async Task A_file_that_is_gone_is_told()
    {
        var (organization, cato) = await idle.HospitalAsync();
        var id = (await cato.UploadAsync(organization, Uploads.Good(organization))).IdOfCertificate();
        await Blob(idle, organization, id).DeleteAsync();

        await idle.CheckAsync(organization, id);

        var end = await cato.ShowCertificateAsync(organization, id);
        Assert.Equal(("failed", "The stored file is gone. Upload the certificate again."), (end.Text("status"), end.GetProperty("latest").Text("message")));
    }

    [Fact]
    public async Task Without_its_key_a_certificate_says_so_and_with_the_folder_back_it_can_be_tried_again()
    {
        var prefix = TestPortal.NewPrefix();
        var keys = stack.NewFolder("keys");
        string id;
        Organization organization;
        Person cato;
        await using (var before = await TestPortal.StartAsync(
            stack, new() { ["StoragePrefix"] = prefix, ["KeysFolder"] = keys, ["AzureWebJobs:CheckCertificate:Disabled"] = "true" }))
        {
            (organization, cato) = await before.HospitalAsync();
            id = (await cato.UploadAsync(organization, Uploads.Good(organization))).IdOfCertificate();
        }

        await using (var without = await TestPortal.StartAsync(
            stack, new() { ["StoragePrefix"] = prefix, ["AzureWebJobs:CheckCertificate:Disabled"] = "true" }))
        {
            await without.CheckAsync(organization, id);
            var failed = (await without.Services.GetRequiredService<CertificateStore>().FindAsync(organization.Id, JobId.Parse(id), default))!;
            Assert.Equal((CertificateStatus.Failed, "certificate.key_missing"), (failed.Status, failed.Latest!.Sentence.Key));
        }

        await using var back = await TestPortal.StartAsync(stack, new() { ["StoragePrefix"] = prefix, ["KeysFolder"] = keys });
        var again = new Person(back.BaseUrl, cato.Email, cato.Password);
        await again.SignInAsync();
        await again.PostAsync($"organizations/{organization.Id}/certificates/{id}/check", new { });
        Assert.Equal("active", (await again.WaitForCertificateAsync(organization, id)).Text("status"));
    }

    [Fact]
    public async Task After_a_new_key_everything_opens_as_before_and_can_be_sealed_anew()
    {
        await using var own = await TestPortal.StartAsync(stack);
        var (organization, cato) = await own.HospitalAsync();
        var id = (await cato.AddCertificateAsync(organization, Uploads.Good(organization))).Text("id");
        var before = (await Blob(own, organization, id).DownloadContentAsync()).Value.Content.ToArray();

        using var output = new StringWriter();
        var code = await own.Services.GetRequiredService<RenewKeysCommand>().RunAsync(output, TextWriter.Null, default);

        var after = (await Blob(own, organization, id).DownloadContentAsync()).Value.Content.ToArray();
        Assert.Equal((0, "A new key was made; 1 files are sealed under it, 0 could not be opened."), (code, output.ToString().Trim()));
        // The id of the key stands there, after the mark of the library.
        Assert.NotEqual(before[4..20], after[4..20]);
        await cato.PostAsync($"organizations/{organization.Id}/certificates/{id}/check", new { });
        Assert.Equal("active", (await cato.WaitForCertificateAsync(organization, id)).Text("status"));
    }

    // Azurite replaces its files while it runs.
    private static async Task<byte[]> ReadAsync(string path)
    {
        try
        {
            return await File.ReadAllBytesAsync(path);
        }
        catch (FileNotFoundException)
        {
            return [];
        }
    }

    private static Azure.Storage.Blobs.BlobClient Blob(TestPortal portal, Organization organization, string id) =>
        portal.Storage.CertificateFiles.GetBlobClient($"{organization.Id}/{id}.sealed");

    /// <summary>Every row, blob and message of the portal.</summary>
    private static async Task<Dictionary<string, byte[]>> EverythingAsync(TestPortal portal)
    {
        var places = new Dictionary<string, byte[]>();
        var storage = portal.Storage;
        foreach (var table in new[]
        {
            storage.Accounts,
            storage.Sessions,
            storage.SignInFailures,
            storage.Organizations,
            storage.Memberships,
            storage.ExportJobs,
            storage.Audit,
            storage.AuditChains,
            storage.Certificates,
        })
        {
            await foreach (var row in table.QueryAsync<TableEntity>())
            {
                places[$"table {table.Name} {row.PartitionKey} {row.RowKey}"] = Encoding.UTF8.GetBytes(
                    string.Join('\n', row.Select(one => $"{one.Key}={one.Value}")));
            }
        }

        foreach (var container in new[] { storage.CertificateFiles, storage.ExportFiles })
        {
            await foreach (var blob in container.GetBlobsAsync())
            {
                places[$"blob {blob.Name}"] = (await container.GetBlobClient(blob.Name).DownloadContentAsync()).Value.Content.ToArray();
            }
        }

        foreach (var queue in new[] { storage.CertificateQueue, storage.ExportQueue })
        {
            foreach (var message in (await queue.PeekMessagesAsync(32)).Value)
            {
                places[$"queue {queue.Name} {message.MessageId}"] = message.Body.ToArray();
            }
        }

        return places;
    }
}
