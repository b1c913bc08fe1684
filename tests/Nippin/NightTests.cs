using System.Buffers.Text;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Identity;
using Ssp.Jobs;
using Ssp.Nippin;
using Ssp.Tests.Support;

namespace Ssp.Tests.Nippin;

/// <summary>What a NIPPIN Manager gets to see and to download.</summary>
public sealed class NightTests(Stack stack) : IAsyncLifetime
{
    private Organization organization = null!;
    private Person person = null!;

    public async ValueTask InitializeAsync()
    {
        organization = await stack.Portal.NewOrganizationAsync();
        person = await stack.Portal.SignInAsync(organization, Role.NippinManager);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task The_public_sample_comes_out_as_it_was_printed_with_the_missing_heading_and_the_implant_date()
    {
        // fair-v1.healthdata.be/nl/node/10061, March 2025.
        var code = Implants.NewCode();
        var id = await ImplantAsync(code);
        await MessageAsync(
            code,
            messageId: "208f3aab-c97a-4ea0-aa70-6cba5e23ce72",
            tackMajor: "urn:nip:tack:result:major:success",
            tackReference: "11b7aeb0-4e41-496c-a9f0-8e506744b064");

        var report = await ReportAsync("2024-06-01", "2024-06-30");

        Assert.Equal(
            "localdwh_id,localdwh_created_on,localdwh_registration_code,localdwh_register,nippin_message,nippin_interface_type,nippin_status,nippin_created_on,"
            + "nippin_payload_after_validation,nippin_postresponse_tack_reference,nippin_postresponse_tack_result_major,result,localdwh_implant_date\n"
            + $"{id},2024-06-18T06:38:01.449820+00:00,{code},OP_KNEE_PRIM_IMPLT,"
            + "208f3aab-c97a-4ea0-aa70-6cba5e23ce72,REST,SENT,2024-06-18T06:38:01.938909+00:00,,"
            + "11b7aeb0-4e41-496c-a9f0-8e506744b064,urn:nip:tack:result:major:success,valid,2024-06-18\n",
            report);
    }

    [Fact]
    public async Task The_first_generation_of_the_database_without_interface_type_and_acknowledgement_serves_too()
    {
        // fair-v1.healthdata.be/node/10061/revisions/68502/view, July 2024; the message was made two months after the registration.
        const string Registry = "QERMID_Pacemaker_ Remplacement";
        var number = TestPortal.NewNihdi();
        var nippin = await stack.NewDatabaseAsync(
            $"""
            CREATE TABLE messages (nr integer PRIMARY KEY, message_id text, status text, current_registrationcode text, made timestamp);
            INSERT INTO messages VALUES (1, '3f6da771-0000-4000-8000-000000000000', 'SENT', '118.23.000241.41', '2024-03-06 13:22:36.450056');
            """);
        var dashed = $"{number.Digits[..1]}-{number.Digits[1..6]}-{number.Digits[6..]}";
        var localdwh = await stack.NewDatabaseAsync(
            $"""
            CREATE TABLE local_dwhmessage (id integer, document_id bigint, data_collection_name text, org text, code text, created_on timestamp);
            CREATE TABLE local_dwhmessage_key_value (id bigint, msg_document_id bigint, key text, value text);
            CREATE TABLE local_dwhmessage_key_value_plus (key_value_id bigint, attribute_type text, attribute_value text);
            INSERT INTO local_dwhmessage
                VALUES (13527, 1, '{Registry}', '{dashed}', '118.23.000241.41', '2024-01-08 05:57:12.965864');
            """);
        string[] absent =
        [
            "identification_value",
            "payload_after_validation",
            "valid",
            "interface_type",
            "postresponse_tack_reference",
            "postresponse_tack_result_major",
            "previous_registrationcode",
        ];
        var settings = new Dictionary<string, string>
        {
            ["LocaldwhConnection"] = localdwh,
            ["NippinConnection"] = nippin,
            ["Localdwh:message:organization_nihdi"] = "org",
            ["Localdwh:message:registration_code"] = "code",
            ["Nippin:tables:message"] = "messages",
            ["Nippin:message:id"] = "nr",
            ["Nippin:message:created_on"] = "made",
        };
        foreach (var column in absent)
        {
            settings[$"Nippin:message:{column}"] = "-";
        }

        foreach (var column in (string[])["organization_name", "project", "dcd_version", "nippin_id", "status"])
        {
            settings[$"Localdwh:message:{column}"] = "-";
        }

        await using var portal = await TestPortal.StartAsync(stack, settings);
        var own = await portal.Services.GetRequiredService<OrganizationStore>().AddFoundAsync(number, "Hospital", default);

        var night = await portal.ValidateAsync(own, Registry);

        Assert.True(night.State == JobState.Succeeded, night.Problem?.Key);
        var file = await portal.Services.GetRequiredService<NightStore>().Report(night.File!.Name).DownloadContentAsync();
        Assert.Equal(
            $"13527,2024-01-08T05:57:12.965864+00:00,118.23.000241.41,{Registry},"
            + "3f6da771-0000-4000-8000-000000000000,,SENT,2024-03-06T13:22:36.450056+00:00,,,,valid,",
            file.Value.Content.ToString().Split('\n')[1]);
    }

    [Fact]
    public async Task A_corrected_registration_is_found_by_its_current_code_before_its_previous_one_and_the_newest_message_counts()
    {
        var (code, older, alone) = (Implants.NewCode(), Implants.NewCode(), Implants.NewCode());
        await ImplantAsync(code);
        await ImplantAsync(alone);
        await MessageAsync(code, status: "ERROR", createdOn: "2024-06-19T00:00:00Z");
        await MessageAsync(code, status: "SENT", createdOn: "2024-06-20T00:00:00Z");
        // Newer, but only its previous code.
        await MessageAsync(older, previousCode: code, status: "INVALID", createdOn: "2024-06-21T00:00:00Z");
        await MessageAsync(Implants.NewCode(), previousCode: alone, status: "INVALID");

        Assert.Equal(["valid", "invalid"], await ResultsAsync(code, alone));
    }

    [Fact]
    public async Task A_nippin_id_that_finds_nothing_leaves_it_to_the_code()
    {
        var (byNumber, byUuid, byNothing) = (Implants.NewCode(), Implants.NewCode(), Implants.NewCode());
        var uuid = Guid.NewGuid();
        var number = await MessageAsync(null, status: "INVALID");
        await MessageAsync(null, status: "ERROR", messageId: uuid.ToString());
        await ImplantAsync(byNumber, nippinId: $"{number}");
        await ImplantAsync(byUuid, nippinId: uuid.ToString().ToUpperInvariant());
        await ImplantAsync(byNothing, nippinId: "999999999999999");
        await MessageAsync(byNumber);
        await MessageAsync(byUuid);
        await MessageAsync(byNothing);

        Assert.Equal(["invalid", "not_sent", "valid"], await ResultsAsync(byNumber, byUuid, byNothing));
    }

    [Fact]
    public async Task A_message_of_another_hospital_is_never_used_and_is_logged()
    {
        var code = Implants.NewCode();
        await ImplantAsync(code);
        var foreign = await stack.NippinOwner.AddMessageAsync(TestPortal.NewNihdi().Digits, code);

        Assert.Equal(["not_found"], await ResultsAsync(code));

        var registry = await RegistryAsync();
        Assert.Equal(1, registry.GetProperty("foreign").GetInt32());
        Assert.Contains(stack.Portal.Log,
            line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains($"numbers {foreign}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("18/06/2024", "2024-06-18")]
    [InlineData("2024-06-18", "2024-06-18")]
    [InlineData("2024-06-18T00:00:00.000Z", "2024-06-18")]
    [InlineData("29/02/2024", "2024-02-29")]
    [InlineData("29/02/2023", null)]
    [InlineData("31/04/2024", null)]
    [InlineData("1/6/2024", null)]
    [InlineData("06/18/2024", null)]
    [InlineData("2024-06-18T14:30:00", null)]
    [InlineData("18/06/0024", null)]
    [InlineData("last week", null)]
    [InlineData(null, null)]
    public async Task Only_what_is_surely_a_day_is_an_implant_date_else_the_day_of_creation_counts(string? value, string? expected)
    {
        var code = Implants.NewCode();
        await ImplantAsync(code, implantDate: value, createdOn: "2024-03-30T23:30:00Z");
        await ValidateAsync();

        var record = (await RecordsAsync("")).GetProperty("items")[0];

        Assert.Equal(expected, record.GetProperty("implantDate").GetString());
        // Half past midnight in Belgium, on the day the clocks change.
        Assert.Equal(expected ?? "2024-03-31", record.GetProperty("day").GetString());
    }

    [Fact]
    public async Task A_period_includes_both_its_days_and_nothing_else()
    {
        foreach (var day in (string[])["31/05/2024", "01/06/2024", "15/06/2024", "30/06/2024", "01/07/2024"])
        {
            await ImplantAsync(Implants.NewCode(), implantDate: day);
        }

        await ValidateAsync();

        var june = await RecordsAsync("start=2024-06-01&end=2024-06-30");
        var report = await ReportAsync("2024-06-01", "2024-06-30");

        Assert.Equal(["2024-06-30", "2024-06-15", "2024-06-01"], june.GetProperty("items").EnumerateArray().Select(one => one.GetProperty("day").GetString()));
        Assert.Equal(3, june.GetProperty("total").GetInt64());
        Assert.Equal(3, june.GetProperty("counts").GetProperty("not_found").GetInt64());
        Assert.Equal(4, report.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        // Between two days that have some there are none.
        Assert.Single((await ReportAsync("2024-06-02", "2024-06-14")).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Pages_follow_each_other_without_gap_or_repeat_with_and_without_a_filter()
    {
        var codes = Enumerable.Range(0, 25).Select(_ => Implants.NewCode()).ToList();
        for (var i = 0; i < codes.Count; i++)
        {
            await ImplantAsync(codes[i], implantDate: $"{1 + (i % 5):D2}/06/2024");
            await MessageAsync(codes[i], status: i % 3 == 0 ? "INVALID" : "SENT");
        }

        await ValidateAsync();

        Assert.Equal(codes.Order(), (await AllAsync("limit=4")).Select(one => one.GetProperty("registrationCode").GetString()).Order());
        Assert.Equal(
            codes.Where((_, i) => i % 3 == 0).Order(),
            (await AllAsync("limit=2&result=invalid")).Select(one => one.GetProperty("registrationCode").GetString()).Order());
        Assert.Equal([codes[7]], (await AllAsync($"search={codes[7]}")).Select(one => one.GetProperty("registrationCode").GetString()));
        Assert.All(await AllAsync("result=invalid"), one => Assert.Equal($"{Nights.Today:yyyy-MM-dd}", one.GetProperty("openSince").GetString()));
    }

    [Fact]
    public async Task A_list_that_was_renewed_meanwhile_says_so()
    {
        await ImplantAsync(Implants.NewCode());
        await ImplantAsync(Implants.NewCode());
        await ValidateAsync();
        var first = await RecordsAsync("limit=1");
        await ValidateAsync();

        var second = await person.GetAsync($"{Path}/records?limit=1&cursor={first.GetProperty("nextCursor").GetString()}");

        Assert.Equal((HttpStatusCode.Conflict, "nippin_renewed"), (second.Status, second.Json.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task A_cursor_that_the_portal_did_not_make_is_none()
    {
        await ImplantAsync(Implants.NewCode());
        await ImplantAsync(Implants.NewCode());
        await ValidateAsync();
        var cursor = (await RecordsAsync("limit=1")).GetProperty("nextCursor").GetString()!;
        var nights = stack.Portal.Services.GetRequiredService<NightStore>();
        var file = (await nights.FindLastGoodAsync(organization, Implants.Registry, default))!.File!.Name;

        // In the middle of a row, behind the end, and a true one with a letter changed.
        foreach (var forged in new[]
        {
            Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{file} 250 1")), Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{file} 999999 1")),
            cursor[..^4] + (cursor[^4] == 'A' ? 'B' : 'A') + cursor[^3..],
        })
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await person.GetAsync($"{Path}/records?cursor={forged}")).Status);
            Assert.Equal(HttpStatusCode.BadRequest, (await person.GetAsync($"organizations/{organization.Id}/nippin/changes?cursor={forged}")).Status);
        }

        Assert.Equal(HttpStatusCode.OK, (await person.GetAsync($"{Path}/records?limit=1&cursor={cursor}")).Status);
    }

    [Fact]
    public async Task What_changed_since_the_night_before_is_told_with_how_long_it_was_open()
    {
        var (solved, broken, stays, fresh) = (Implants.NewCode(), Implants.NewCode(), Implants.NewCode(), Implants.NewCode());
        foreach (var code in (string[])[solved, broken, stays])
        {
            await ImplantAsync(code);
        }

        var message = await MessageAsync(solved, status: "ERROR");
        await MessageAsync(broken, status: "SENT");
        // No night yesterday: the last one is three days old.
        await stack.Portal.ValidateAsync(organization, Implants.Registry, Nights.Today.AddDays(-4));
        await stack.Portal.ValidateAsync(organization, Implants.Registry, Nights.Today.AddDays(-3));
        await using (var mend = stack.NippinOwner.CreateCommand($"UPDATE nippin_message SET status = 'SENT' WHERE id = {message}"))
        {
            await mend.ExecuteNonQueryAsync();
        }

        await MessageAsync(broken, status: "ERROR", createdOn: "2024-07-01T00:00:00Z");
        await ImplantAsync(fresh, createdOn: "2024-07-02T00:00:00Z");

        await ValidateAsync();
        // The same night twice changes nothing.
        await ValidateAsync();

        var changes = (await person.GetAsync($"organizations/{organization.Id}/nippin/changes?registry={Implants.Registry}")).Json;
        var told = changes.GetProperty("items").EnumerateArray().ToDictionary(
            one => one.GetProperty("registrationCode").GetString()!,
            one => (
                one.GetProperty("change").GetString(),
                one.GetProperty("previousResult").GetString(),
                one.GetProperty("result").GetString(),
                one.GetProperty("openSince").GetString()));
        Assert.Equal((1, 2), (changes.GetProperty("solved").GetInt32(), changes.GetProperty("broken").GetInt32()));
        Assert.Equal($"{Nights.Today.AddDays(-3):yyyy-MM-dd}", changes.GetProperty("previousNight").GetString());
        var (first, today) = ($"{Nights.Today.AddDays(-4):yyyy-MM-dd}", $"{Nights.Today:yyyy-MM-dd}");
        Assert.Equal(("solved", "not_sent", "valid", first), told[solved]);
        Assert.Equal(("broken", "valid", "not_sent", today), told[broken]);
        Assert.Equal(("broken", null, "not_found", today), told[fresh]);
        Assert.Equal(3, told.Count);
        var open = (await RecordsAsync($"search={stays}")).GetProperty("items")[0];
        Assert.Equal(first, open.GetProperty("openSince").GetString());
        Assert.Equal(3, (await RegistryAsync()).GetProperty("nights").GetArrayLength());
    }

    [Fact]
    public async Task Run_now_is_the_nights_own_way_and_two_at_once_are_one()
    {
        await ImplantAsync(Implants.NewCode());

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => person.PostAsync($"organizations/{organization.Id}/nippin/run", new { registry = Implants.Registry })));
        var night = await stack.Portal.WaitForNightAsync(organization, Implants.Registry);

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Accepted, answer.Status));
        Assert.Equal((JobState.Succeeded, 1), (night.State, night.Attempt));
        Assert.Equal(1, (await RegistryAsync()).GetProperty("counts").GetProperty("not_found").GetInt64());
        Assert.Equal(21, (await person.GetAsync($"organizations/{organization.Id}/nippin/registries")).Json.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Wrong_wishes_get_a_sentence_beside_the_field()
    {
        async Task<string?> FieldOf(string field, object body)
        {
            var answer = await person.PostAsync($"organizations/{organization.Id}/exports", body);
            Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
            return answer.Json.GetProperty("errors").GetProperty(field)[0].GetString();
        }

        Assert.Equal(
            "The last day lies before the first.",
            await FieldOf("end", new { kind = "nippin", registry = Implants.Registry, start = "2024-07-01", end = "2024-06-30" }));
        Assert.Equal("Choose a day.", await FieldOf("start", new { kind = "nippin", registry = Implants.Registry, end = "2024-06-30" }));
        Assert.Equal(
            "A day as year-month-day, for example 2026-11-24.",
            await FieldOf("end", new { kind = "nippin", registry = Implants.Registry, start = "2024-06-01", end = "30/06/2024" }));
        Assert.Equal(
            "This is not one of the reimbursed registries.",
            await FieldOf("registry", new { kind = "nippin", registry = "BCFR_Main_registration", start = "2024-06-01", end = "2024-06-30" }));
        Assert.Equal(HttpStatusCode.BadRequest, (await person.GetAsync($"{Path}/records?start=2024-07-01&end=2024-06-30")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await person.GetAsync($"{Path}/records?result=good")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await person.GetAsync($"{Path}/records?cursor=x")).Status);
        Assert.Equal(
            HttpStatusCode.NotFound, (await person.GetAsync($"organizations/{organization.Id}/nippin/registries/BCFR_Main_registration/records")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await person.PostAsync($"organizations/{organization.Id}/nippin/run", new { registry = "nothing" })).Status);
    }

    [Fact]
    public async Task Without_data_the_report_is_its_heading_and_without_a_night_it_says_so()
    {
        var without = await person.ExportAsync(
            organization.Id, new { kind = "nippin", registry = Implants.Registry, start = "2024-06-01", end = "2024-06-30" });
        Assert.Equal(
            ("failed", "There is no nightly result for this registry yet. Check it now, and export it when it is done."),
            (without.GetProperty("state").GetString(), without.GetProperty("error").GetString()));
        await ValidateAsync();

        Assert.Single((await ReportAsync("2024-06-01", "2024-06-30")).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Empty((await RecordsAsync("")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task The_other_formats_hold_the_same_records()
    {
        var code = Implants.NewCode();
        var id = await ImplantAsync(code);
        await MessageAsync(code, status: "INVALID", validation: "=1+1, \"quoted\"\nsecond line");

        var excel = await ReportAsync("2024-06-01", "2024-06-30", "excel");
        var rfc = await ReportAsync("2024-06-01", "2024-06-30", "rfc4180");

        Assert.StartsWith("﻿localdwh_id;localdwh_created_on", excel, StringComparison.Ordinal);
        Assert.Contains("\"'=1+1, \"\"quoted\"\"\nsecond line\"", excel, StringComparison.Ordinal);
        Assert.Contains($"\r\n{id},2024-06-18T06:38:01.449820+00:00,{code},", rfc, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_very_long_validation_comes_whole_into_the_file_and_cut_onto_the_screen()
    {
        var code = Implants.NewCode();
        await ImplantAsync(code);
        var text = new string('x', 30_000) + "END";
        await MessageAsync(code, status: "INVALID", validation: text);

        var report = await ReportAsync("2024-06-01", "2024-06-30");

        Assert.Contains($",{text},", report, StringComparison.Ordinal);
        Assert.True((await RecordsAsync("")).GetProperty("items")[0].GetProperty("message").GetProperty("validation").GetString()!.Length < 5_000);
    }

    [Fact]
    public async Task Another_number_of_the_organisation_ends_the_nights_made_under_the_old_one()
    {
        await ImplantAsync(Implants.NewCode());
        await ValidateAsync();
        var manager = await stack.Portal.NewUserManagerAsync();
        var shown = await manager.GetAsync($"organizations/{organization.Id}");

        var changed = await manager.SendAsync(
            HttpMethod.Patch,
            $"organizations/{organization.Id}",
            System.Net.Http.Json.JsonContent.Create(new { nihdi = TestPortal.NewNihdi().Digits }),
            ("If-Match", shown.Json.GetProperty("etag").GetString()!));

        Assert.Equal(HttpStatusCode.OK, changed.Status);
        Assert.Equal("none", (await RegistryAsync()).GetProperty("state").GetString());
        Assert.Empty(stack.Portal.Storage.NightFiles.GetBlobs(
            Azure.Storage.Blobs.Models.BlobTraits.None, Azure.Storage.Blobs.Models.BlobStates.None, organization.Id + "/", default));
    }

    [Fact]
    public async Task Registrations_from_before_the_collections_start_need_no_message()
    {
        var catalogue = System.IO.Path.Combine(stack.NewFolder("catalogue"), "registries.json");
        await File.WriteAllTextAsync(catalogue, """
            [{"project": "X", "name": {"en": "X"}, "collections": [
                {"name": "X_IMPLT", "label": {"en": "x"}, "reimbursed": true, "implantDateKey": "DT_IMPLANT", "startDate": "2024-06-19"}]}]
            """);
        await using var portal = await TestPortal.StartAsync(stack, new() { ["RegistriesFile"] = catalogue });
        var own = await portal.NewOrganizationAsync();
        // The last moment of 18 June in Belgium, and the first of the 19th.
        await stack.Owner.AddImplantAsync(own.Nihdi, Implants.NewCode(), createdOn: "2024-06-18T21:59:59.999999Z", registry: "X_IMPLT");
        await stack.Owner.AddImplantAsync(own.Nihdi, Implants.NewCode(), createdOn: "2024-06-18T22:00:00Z", registry: "X_IMPLT");

        var night = await portal.ValidateAsync(own, "X_IMPLT");

        Assert.Equal(new ResultCounts(0, 0, 1, 0), night.File!.Counts);
    }

    private string Path => $"organizations/{organization.Id}/nippin/registries/{Implants.Registry}";

    private Task<long> ImplantAsync(
        string? code, string? implantDate = "18/06/2024", string createdOn = "2024-06-18T06:38:01.449820Z", string? nippinId = null) =>
        stack.Owner.AddImplantAsync(organization.Nihdi, code, implantDate, createdOn, nippinId);

    private Task<long> MessageAsync(
        string? code,
        string status = "SENT",
        string? previousCode = null,
        string? tackMajor = null,
        string? messageId = null,
        string? validation = null,
        string? tackReference = null,
        string createdOn = "2024-06-18T06:38:01.938909Z") =>
        stack.NippinOwner.AddMessageAsync(
            organization.Nihdi, code, status, status != "INVALID", previousCode, tackMajor, messageId, "REST", validation, tackReference, createdOn);

    private async Task ValidateAsync()
    {
        var night = await stack.Portal.ValidateAsync(organization, Implants.Registry);
        Assert.True(night.State == JobState.Succeeded, night.Problem?.Key);
    }

    private async Task<string?[]> ResultsAsync(params string[] codes)
    {
        await ValidateAsync();
        var results = (await RecordsAsync("limit=200")).GetProperty("items").EnumerateArray()
            .ToDictionary(one => one.GetProperty("registrationCode").GetString()!, one => one.GetProperty("result").GetString());
        return [.. codes.Select(code => results[code])];
    }

    private async Task<JsonElement> RecordsAsync(string query)
    {
        var answer = await person.GetAsync($"{Path}/records?{query}");
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        return answer.Json;
    }

    private async Task<List<JsonElement>> AllAsync(string query)
    {
        var all = new List<JsonElement>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await RecordsAsync($"{query}{(cursor.Length == 0 ? "" : $"&cursor={cursor}")}");
            all.AddRange(page.GetProperty("items").EnumerateArray());
            cursor = page.GetProperty("nextCursor").GetString();
        }

        return all;
    }

    private async Task<JsonElement> RegistryAsync() =>
        (await person.GetAsync($"organizations/{organization.Id}/nippin/registries")).Json.GetProperty("items").EnumerateArray()
            .Single(one => one.GetProperty("registry").GetString() == Implants.Registry);

    private async Task<string> ReportAsync(string start, string end, string profile = "hd4dp")
    {
        await ValidateAsync();
        var export = await person.ExportAsync(organization.Id, new { kind = "nippin", registry = Implants.Registry, start, end, profile });
        Assert.True(export.GetProperty("state").GetString() == "succeeded", export.ToString());
        var file = await person.GetAsync($"organizations/{organization.Id}/exports/{export.GetProperty("id").GetString()}/file");
        Assert.Equal(export.GetProperty("sha256").GetString(), Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(file.Bytes)));
        return Encoding.UTF8.GetString(file.Bytes);
    }
}
