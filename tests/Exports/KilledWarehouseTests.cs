using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Ssp.Dev;
using Ssp.Exports;
using Ssp.Members;
using Ssp.Tests.Certificates;
using Ssp.Tests.EmbeddedHost;
using Ssp.Tests.Support;

namespace Ssp.Tests.Exports;

/// <summary>A PostgreSQL of this test alone, which is killed.</summary>
public sealed class KilledWarehouseTests(Stack stack)
{
    private static readonly object Wish = new { kind = "csv", project = "BCFR", collection = Registrations.Collection, version = "1" };

    [Fact]
    public async Task An_export_whose_PostgreSQL_is_killed_waits_for_it_and_is_whole_in_the_end()
    {
        var folder = stack.NewFolder("postgres");
        var port = Ports.Free(1)[0];
        Task<Postgres> StartAsync() => Postgres.StartAsync(stack.Repository, folder, port, "owner", ["-c", "max_connections=30"]);
        var postgres = await StartAsync();
        try
        {
            var connection = postgres.ConnectionString("postgres");
            await using var portal = await TestPortal.StartAsync(
                stack,
                new()
                {
                    ["LocaldwhConnection"] = connection,
                    ["AzureFunctionsJobHost:extensions:queues:visibilityTimeout"] = "00:00:01",
                    ["AzureFunctionsJobHost:extensions:queues:maxDequeueCount"] = "1000",
                });
            var organization = await portal.NewOrganizationAsync();
            await using (var owner = NpgsqlDataSource.Create(connection))
            await using (var make = owner.CreateCommand(SlowWarehouse.Sql(organization.Nihdi)))
            {
                await make.ExecuteNonQueryAsync();
            }

            var bo = await portal.SignInAsync(organization, Role.CsvUploadManager);
            var id = (await bo.PostAsync($"organizations/{organization.Id}/exports", Wish)).Json.GetProperty("export").Text("id");
            var exports = portal.Services.GetRequiredService<ExportStore>();
            await SlowWarehouse.WaitForReaderAsync(connection);

            using (var server = Process.GetProcessById(int.Parse((await File.ReadAllLinesAsync(Path.Combine(folder, "cluster", "postmaster.pid")))[0], System.Globalization.CultureInfo.InvariantCulture)))
            {
                server.Kill();
            }

            await Eventually.Is(async () => (await exports.FindAsync(organization.Id, id, default))!.Error?.Key == "warehouse_unreachable.retry", "the export says why it waits");
            var away = await bo.GetAsync($"organizations/{organization.Id}/registries");
            var page = await bo.GetAsync($"organizations/{organization.Id}/exports");
            await postgres.DisposeAsync();
            // The connections of before are dead, and would be taken for a server that serves.
            await using (var dead = new NpgsqlConnection(connection))
            {
                NpgsqlConnection.ClearPool(dead);
            }

            postgres = await StartAsync();
            await SlowWarehouse.HurryAsync(connection);
            var export = await bo.WaitForExportAsync(organization.Id, id);

            Assert.Equal((HttpStatusCode.ServiceUnavailable, "warehouse_unreachable"), (away.Status, away.Code));
            Assert.Equal(HttpStatusCode.OK, page.Status);
            Assert.Equal(("succeeded", (long)SlowWarehouse.Registrations), (export.Text("state"), export.GetProperty("rows").GetInt64()));
            Assert.Single(portal.Storage.ExportFiles.GetBlobs());
        }
        finally
        {
            await postgres.DisposeAsync();
        }
    }
}
