using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Dev.Demo;
using Ssp.Identity;
using Ssp.Tests.Support;

namespace Ssp.Tests.Exports;

/// <summary>Registrations whose document id HD4DP's database lacks.</summary>
public sealed class MissingDocumentTests(Stack stack)
{
    [Theory]
    [InlineData("en", "without a document id in HD4DP's database: 3.")]
    [InlineData("nl", "zonder documentnummer in de databank van HD4DP: 3.")]
    [InlineData("fr", "sans numéro de document dans la base de données de HD4DP\u00a0: 3.")]
    public async Task As_many_are_exported_as_were_offered_and_the_result_says_what_is_missing(string language, string sentence)
    {
        var number = TestPortal.NewNihdi();
        var connection = await stack.NewDatabaseAsync(
            $"""
            {DemoWarehouse.Sql("localdwh.sql")};
            ALTER TABLE local_dwhmessage ALTER document_id DROP NOT NULL;
            INSERT INTO local_dwhmessage (document_id, data_collection_name, organization_nihdi, dcd_version, created_on)
                SELECT unnest(ARRAY['a', 'b', NULL, NULL, NULL]), '{Registrations.Collection}', '{number.Digits}', '1', now();
            INSERT INTO local_dwhmessage_key_value (msg_document_id, key, value) VALUES ('a', 'A', '1'), ('b', 'A', '2'), ('b', 'B', '3');
            """);
        await using var portal = await TestPortal.StartAsync(stack, new() { ["LocaldwhConnection"] = connection });
        var organization = await portal.Services.GetRequiredService<OrganizationStore>().AddFoundAsync(number, "Hospital", default);
        var person = await portal.SignInAsync(organization, Role.CsvUploadManager);

        var offered = await person.GetAsync($"organizations/{organization.Id}/registries");
        var export = await person.ExportAsync(
            organization.Id, new { kind = "csv", project = "BCFR", collection = Registrations.Collection, version = "1" });
        var address = $"organizations/{organization.Id}/exports/{export.GetProperty("id").GetString()}";
        var shown = await person.GetAsync(address, ("Accept-Language", language));
        var file = await person.GetAsync($"{address}/file");

        Assert.Equal(
            5, offered.Json.GetProperty("items")[0].GetProperty("collections")[0].GetProperty("registrations").GetInt32());
        Assert.Equal(5, export.GetProperty("rows").GetInt32());
        Assert.Equal((HttpStatusCode.OK, "A;B\r\n1;\r\n2;3\r\n;\r\n;\r\n;\r\n"), (file.Status, Encoding.UTF8.GetString(file.Bytes)));
        var warnings = (shown.Json.TryGetProperty("export", out var inside) ? inside : shown.Json).GetProperty("warnings");
        Assert.Contains(sentence, Assert.Single(warnings.EnumerateArray()).GetString(), StringComparison.Ordinal);
    }
}
