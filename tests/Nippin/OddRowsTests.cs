using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Dev.Demo;
using Ssp.Identity;
using Ssp.Jobs;
using Ssp.Nippin;
using Ssp.Tests.Support;

namespace Ssp.Tests.Nippin;

/// <summary>One row with a slip in it leaves every other row of a registry as it is.</summary>
public sealed class OddRowsTests(Stack stack) : IAsyncLifetime
{
    private const string Good = "2024-06-18T06:38:01.449820Z";
    private const string GoodText = "2024-06-18T06:38:01.449820+00:00";

    private Organization organization = null!;
    private Person person = null!;

    public async ValueTask InitializeAsync()
    {
        organization = await stack.Portal.NewOrganizationAsync();
        person = await stack.Portal.SignInAsync(organization, Role.NippinManager);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("infinity", "")]
    [InlineData("-infinity", "")]
    [InlineData("0044-03-15 BC", "")]
    [InlineData("4713-01-01 BC", "")]
    [InlineData("20000-01-01", "")]
    [InlineData("294276-12-31 23:59:59Z", "")]
    [InlineData("9999-12-31 23:30Z", "")]
    [InlineData("10000-01-01Z", "")]
    [InlineData("9999-12-31 22:59:59.999999Z", "9999-12-31T22:59:59.999999+00:00")]
    [InlineData("0001-01-01Z", "0001-01-01T00:00:00.000000+00:00")]
    public async Task A_date_that_can_be_none_is_no_date_and_every_other_row_stands(string createdOn, string printed)
    {
        var (code, other, dated, message) = (Implants.NewCode(), Implants.NewCode(), Implants.NewCode(), Implants.NewCode());
        await stack.Owner.AddImplantAsync(organization.Nihdi, code, implantDate: null, createdOn: createdOn);
        await stack.Owner.AddImplantAsync(organization.Nihdi, other, implantDate: null, createdOn: Good);
        await stack.Owner.AddImplantAsync(organization.Nihdi, dated, createdOn: createdOn);
        await stack.Owner.AddImplantAsync(organization.Nihdi, message, createdOn: Good);
        await stack.NippinOwner.AddMessageAsync(organization.Nihdi, message, createdOn: createdOn);

        var night = await stack.Portal.ValidateAsync(organization, Implants.Registry);
        var rows = await RowsAsync(stack.Portal, night);
        var registry = await RegistryAsync();

        Assert.Equal((JobState.Succeeded, 4), (night.State, night.File!.Counts.All));
        Assert.Equal((printed, ""), (rows[code][1], rows[code][12]));
        Assert.Equal((GoodText, ""), (rows[other][1], rows[other][12]));
        Assert.Equal((printed, "2024-06-18"), (rows[dated][1], rows[dated][12]));
        Assert.Equal((GoodText, printed, "valid"), (rows[message][1], rows[message][7], rows[message][11]));
        var warnings = registry.GetProperty("warnings").EnumerateArray().Select(warning => warning.GetString()!).ToList();
        Assert.Equal(printed.Length == 0 ? 1 : 0, warnings.Count);
        Assert.All(warnings, warning => Assert.Contains("date of creation, or with one that cannot be right: 2.", warning, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_two_messages_the_one_with_a_date_that_can_be_none_is_not_the_newest()
    {
        var code = Implants.NewCode();
        await stack.Owner.AddImplantAsync(organization.Nihdi, code);
        await stack.NippinOwner.AddMessageAsync(organization.Nihdi, code, messageId: $"dated {code}", createdOn: Good);
        await stack.NippinOwner.AddMessageAsync(organization.Nihdi, code, messageId: $"undated {code}", createdOn: "infinity");

        var night = await stack.Portal.ValidateAsync(organization, Implants.Registry);

        Assert.Equal($"dated {code}", (await RowsAsync(stack.Portal, night))[code][4]);
    }

    [Theory]
    [InlineData("text", "'yesterday, I think'", "''", "'2024-02-30'", "'2024-13-01'", "'0000-01-01'", "'2024-06-18 25:00'", "NULL", "'20000-01-01'")]
    [InlineData("date", "'infinity'", "'-infinity'", "'5874897-12-31'", "'0044-03-15 BC'", "NULL")]
    [InlineData("timestamp", "'infinity'", "'-infinity'", "'294276-12-31 23:59:59'", "'0044-03-15 BC'", "NULL")]
    public async Task A_date_may_be_kept_in_another_type_and_a_slip_in_it_ends_no_night(string type, params string[] slips)
    {
        var number = TestPortal.NewNihdi();
        var tables = DemoWarehouse.Sql("localdwh.sql").Replace("created_on timestamptz NOT NULL", $"created_on {type}", StringComparison.Ordinal);
        var connection = await stack.NewDatabaseAsync(
            $"""
            {tables};
            {DemoWarehouse.Sql("nippin.sql").Split("GRANT")[0].Replace("created_on timestamptz", $"created_on {type}", StringComparison.Ordinal)
                .Replace("valid boolean", "valid text", StringComparison.Ordinal)};
            INSERT INTO local_dwhmessage (document_id, data_collection_name, organization_nihdi, registration_code, created_on)
                SELECT n::text, '{Implants.Registry}', '{number.Digits}', n::text, created_on
                FROM unnest(ARRAY['2024-06-18', {string.Join(", ", slips)}]::{type}[]) WITH ORDINALITY AS one (created_on, n);
            INSERT INTO nippin_message (message_id, current_registrationcode, status, valid, created_on)
                SELECT registration_code, registration_code, 'SENT',
                    CASE registration_code WHEN '1' THEN 'maybe' WHEN '2' THEN 'False' ELSE 'yes' END, created_on
                FROM local_dwhmessage;
            """);
        await using var portal = await TestPortal.StartAsync(stack, new() { ["LocaldwhConnection"] = connection, ["NippinConnection"] = connection });
        organization = await portal.Services.GetRequiredService<OrganizationStore>().AddFoundAsync(number, "Hospital", default);
        person = await portal.SignInAsync(organization, Role.NippinManager);

        var night = await portal.ValidateAsync(organization, Implants.Registry);
        var rows = await RowsAsync(portal, night);

        Assert.Equal((JobState.Succeeded, slips.Length + 1), (night.State, night.File!.Counts.All));
        Assert.StartsWith("2024-06-18T", rows["1"][1], StringComparison.Ordinal);
        Assert.StartsWith("2024-06-18T", rows["1"][7], StringComparison.Ordinal);
        Assert.All(rows.Where(row => row.Key != "1"), row => Assert.Equal(("", ""), (row.Value[1], row.Value[7])));
        Assert.All(rows, row => Assert.Equal(row.Key == "2" ? "invalid" : "valid", row.Value[11]));
        Assert.Equal(slips.Length, night.File.WithoutDate);
    }

    [Fact]
    public async Task Registrations_without_a_document_id_are_compared_one_by_one_and_followed_from_night_to_night()
    {
        var number = TestPortal.NewNihdi();
        var connection = await stack.NewDatabaseAsync(
            $"""
            {DemoWarehouse.Sql("localdwh.sql")};
            {DemoWarehouse.Sql("nippin.sql").Split("GRANT")[0]};
            ALTER TABLE local_dwhmessage ALTER document_id DROP NOT NULL;
            INSERT INTO local_dwhmessage (document_id, data_collection_name, organization_nihdi, registration_code, created_on)
                SELECT document, '{Implants.Registry}', '{number.Digits}', 'code ' || n, '{Good}'
                FROM unnest(ARRAY['a', NULL, 'b', NULL, NULL]) WITH ORDINALITY AS one (document, n);
            INSERT INTO local_dwhmessage_key_value (msg_document_id, key, value) VALUES ('a', 'DT_IMPLANT', '17/06/2024');
            INSERT INTO nippin_message (message_id, current_registrationcode, status) VALUES ('m', 'code 2', 'SENT');
            """);
        await using var portal = await TestPortal.StartAsync(stack, new() { ["LocaldwhConnection"] = connection, ["NippinConnection"] = connection });
        organization = await portal.Services.GetRequiredService<OrganizationStore>().AddFoundAsync(number, "Hospital", default);
        person = await portal.SignInAsync(organization, Role.NippinManager);

        await portal.ValidateAsync(organization, Implants.Registry, Nights.Today.AddDays(-1));
        await using (var nippin = Npgsql.NpgsqlDataSource.Create(connection))
        {
            await nippin.AddMessageAsync(null, "code 4");
        }

        var night = await portal.ValidateAsync(organization, Implants.Registry);
        var rows = await RowsAsync(portal, night);

        Assert.Equal((5, 2, 1, 0), (night.File!.Counts.All, night.File.Counts.Valid, night.File.Solved, night.File.Broken));
        Assert.Equal(["code 1", "code 2", "code 3", "code 4", "code 5"], rows.Keys);
        var export = await person.ExportAsync(
            organization.Id, new { kind = "nippin", registry = Implants.Registry, start = "2024-06-01", end = "2024-06-30", profile = "excel" });
        Assert.Equal(5, export.GetProperty("rows").GetInt32());
        Assert.Equal(
            (await RegistryAsync()).GetProperty("warnings").ToString(),
            export.GetProperty("warnings").ToString());
        var warning = Assert.Single((await RegistryAsync()).GetProperty("warnings").EnumerateArray()).GetString();
        Assert.Contains("without a document id in HD4DP's database: 3.", warning, StringComparison.Ordinal);
    }

    private async Task<JsonElement> RegistryAsync() =>
        (await person.GetAsync($"organizations/{organization.Id}/nippin/registries")).Json.GetProperty("items").EnumerateArray()
            .Single(one => one.GetProperty("registry").GetString() == Implants.Registry);

    // The lines of the night's file by registration code.
    private static async Task<SortedDictionary<string, string[]>> RowsAsync(TestPortal portal, Night night)
    {
        var file = portal.Services.GetRequiredService<NightStore>().Report(night.File!.Name);
        await using var content = await file.OpenReadAsync();
        return new(NightCheck.RecordsOf(content).ToDictionary(row => row[2]), StringComparer.Ordinal);
    }
}
