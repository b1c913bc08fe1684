using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Exports;
using Ssp.Identity;
using Ssp.Jobs;
using Ssp.Tests.Certificates;
using Ssp.Tests.Support;

namespace Ssp.Tests.Jobs;

/// <summary>A portal that is killed, or told to stop, in the middle of something; another one is started after it.</summary>
public sealed class KilledPortalTests(Stack stack)
{
    private static readonly object Body = new { kind = "csv", project = "BCFR", collection = Registrations.Collection, version = "1" };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_export_whose_portal_is_killed_or_told_to_stop_meanwhile_is_there_once_and_whole_in_the_end(bool killed)
    {
        var number = TestPortal.NewNihdi();
        var warehouse = await stack.NewDatabaseAsync(SlowWarehouse.Sql(number.Digits));
        await using var beside = await PortalProcess.BesideAsync(stack, warehouse);
        var organization = await beside.Services.GetRequiredService<OrganizationStore>().AddFoundAsync(number, "Hospital", default);
        var known = await beside.SignInAsync(organization, Role.CsvUploadManager, Role.DpManager);
        var settings = new Dictionary<string, string> { ["LocalHost__DrainTime"] = "00:00:01" };
        var exports = beside.Services.GetRequiredService<ExportStore>();
        string id;
        await using (var first = await PortalProcess.StartAsync(stack, beside, settings))
        {
            var bo = await first.SignInAsync(known);
            id = (await bo.PostAsync($"organizations/{organization.Id}/exports", Body)).Json.GetProperty("export").Text("id");
            await SlowWarehouse.WaitForReaderAsync(warehouse);
            if (killed)
            {
                await first.KillAsync();
            }
        }

        var between = (await exports.FindAsync(organization.Id, JobId.Parse(id), default))!;
        await SlowWarehouse.HurryAsync(warehouse);
        await using var second = await PortalProcess.StartAsync(stack, beside, settings);
        var person = await second.SignInAsync(known);
        var export = await person.WaitForExportAsync(organization.Id, id);
        var file = await person.GetAsync($"organizations/{organization.Id}/exports/{id}/file");

        Assert.Equal(killed ? JobState.Running : JobState.Queued, between.State);
        Assert.Equal(("succeeded", (long)SlowWarehouse.Registrations), (export.Text("state"), export.GetProperty("rows").GetInt64()));
        Assert.Equal(export.Text("sha256"), Convert.ToHexStringLower(SHA256.HashData(file.Bytes)));
        Assert.Equal(SlowWarehouse.Registrations + 1, file.Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Single(beside.Storage.ExportFiles.GetBlobs(), blob => blob.Name.StartsWith(organization.Id, StringComparison.Ordinal));
        var audit = await person.GetAsync($"organizations/{organization.Id}/audit");
        Assert.Single(audit.Json.GetProperty("items").EnumerateArray(), one => one.Text("action") == "export_finished");
    }

    [Fact]
    public async Task An_upload_broken_off_by_a_kill_leaves_nothing_and_can_be_made_again()
    {
        await using var beside = await PortalProcess.BesideAsync(stack);
        var (organization, known) = await beside.HospitalAsync();
        var file = Uploads.Good(organization);
        await using (var first = await PortalProcess.StartAsync(stack, beside))
        {
            var cato = await first.SignInAsync(known);
            using var half = await HalfAnUploadAsync(cato, organization, file);
            Assert.Equal(HttpStatusCode.OK, (await cato.GetAsync("session")).Status);
            await first.KillAsync();
        }

        var rows = await beside.Storage.Certificates.QueryAsync<TableEntity>(row => row.PartitionKey == organization.Id).CountAsync();
        var files = beside.Storage.CertificateFiles.GetBlobs().Count();
        await using var second = await PortalProcess.StartAsync(stack, beside);
        var again = await second.SignInAsync(known);
        var certificate = await again.AddCertificateAsync(organization, file);

        Assert.Equal((0, 0), (rows, files));
        Assert.Equal("active", certificate.Text("status"));
        Assert.Single((await again.GetAsync($"organizations/{organization.Id}/certificates")).Json.GetProperty("items").EnumerateArray());
    }

    // The caller holds the connection open.
    private static async Task<TcpClient> HalfAnUploadAsync(Person person, Organization organization, byte[] file)
    {
        using var form = Uploads.Form(file, Uploads.Password);
        var body = await form.ReadAsByteArrayAsync();
        var head = $"POST /ssp/api/organizations/{organization.Id}/certificates HTTP/1.1\r\n"
            + $"Host: localhost:{person.BaseUrl.Port}\r\nCookie: ssp-session={person.Cookie}\r\n"
            + $"X-CSRF-Token: {person.CsrfToken}\r\nContent-Type: {form.Headers.ContentType}\r\nContent-Length: {body.Length}\r\n\r\n";
        var connection = new TcpClient();
        await connection.ConnectAsync("localhost", person.BaseUrl.Port);
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
        await connection.GetStream().WriteAsync(body.AsMemory(0, body.Length / 2));
        return connection;
    }
}
