using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Exports;
using Ssp.Identity;
using Ssp.Jobs;
using Ssp.Tests.Support;

namespace Ssp.Tests.Exports;

public sealed class ExportTests(Stack stack, IdlePortal shared) : IClassFixture<IdlePortal>
{
    private static readonly object Body = new { kind = "csv", project = "BCFR", collection = Registrations.Collection, version = "1" };

    private readonly TestPortal portal = stack.Portal;
    private readonly TestPortal idle = shared.Portal;

    [Fact]
    public async Task A_csv_upload_manager_gets_the_file_with_its_size_rows_and_checksum()
    {
        var (organization, person) = await HospitalAsync(("CD_NISS", "01234567890"), ("TX_REMARK", "a;\"b\"\nc"), ("DT_BIRTH", "1985-03-09"));

        var export = await person.ExportAsync(organization.Id, Body);
        var file = await person.GetAsync($"organizations/{organization.Id}/exports/{export.GetProperty("id").GetString()}/file");

        Assert.Equal("succeeded", export.GetProperty("state").GetString());
        Assert.Equal(1, export.GetProperty("rows").GetInt64());
        Assert.Equal(100, export.GetProperty("progress").GetInt32());
        Assert.Equal("CD_NISS;TX_REMARK;DT_BIRTH\r\n01234567890;\"a;\"\"b\"\"\nc\";09/03/1985\r\n", file.Text);
        Assert.Equal(file.Bytes.Length, export.GetProperty("bytes").GetInt64());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(file.Bytes)), export.GetProperty("sha256").GetString());
        Assert.Matches("^HD_DCD_export_BCFR_1_[0-9]{8}[.]csv$", export.GetProperty("fileName").GetString());
        Assert.Equal(export.GetProperty("fileName").GetString(), file.Message.Content.Headers.ContentDisposition!.FileName);
        Assert.Equal("attachment", file.Message.Content.Headers.ContentDisposition.DispositionType);
        Assert.Equal("text/csv", file.Message.Content.Headers.ContentType!.MediaType);
        Assert.Equal(person.Email, export.GetProperty("requestedBy").GetString());
        Assert.Equal(7, (export.GetProperty("expiresAt").GetDateTimeOffset() - export.GetProperty("finishedAt").GetDateTimeOffset()).TotalDays, 0.01);
    }

    [Fact]
    public async Task Requesting_answers_at_once_where_to_ask_and_the_list_shows_it()
    {
        var (organization, person) = await HospitalAsync(("A", "1"));

        var asked = await person.PostAsync($"organizations/{organization.Id}/exports", Body);
        var id = asked.Json.GetProperty("export").GetProperty("id").GetString()!;
        var followed = await person.GetAsync(asked.Message.Headers.Location!.ToString());
        await person.WaitForExportAsync(organization.Id, id);
        var second = await person.ExportAsync(
            organization.Id, new { kind = "csv", project = "BCFR", collection = Registrations.Collection, version = "1", profile = "excel" });
        var list = await person.GetAsync($"organizations/{organization.Id}/exports");

        Assert.Equal(HttpStatusCode.Accepted, asked.Status);
        Assert.Equal(id, followed.Json.GetProperty("id").GetString());
        Assert.Equal(
            [second.GetProperty("id").GetString(), id], list.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task The_same_request_while_one_is_under_way_is_that_one_and_afterwards_a_new_one()
    {
        var (organization, person) = await HospitalAsync(idle, ("A", "1"));

        var asked = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => person.PostAsync($"organizations/{organization.Id}/exports", Body)));
        var id = Assert.Single(asked.Select(answer => answer.Json.GetProperty("export").GetProperty("id").GetString()).Distinct());
        var other = await person.PostAsync(
            $"organizations/{organization.Id}/exports",
            new { kind = "csv", project = "BCFR", collection = Registrations.Collection, version = "1", profile = "excel" });
        Assert.Equal(HttpStatusCode.NoContent, (await person.DeleteAsync($"organizations/{organization.Id}/exports/{id}")).Status);
        var afterwards = await person.PostAsync($"organizations/{organization.Id}/exports", Body);

        Assert.NotEqual(id, other.Json.GetProperty("export").GetProperty("id").GetString());
        Assert.NotEqual(id, afterwards.Json.GetProperty("export").GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("""{"kind":"\ud800"}""")]
    [InlineData("""{"\ud800":1,"kind":"csv"}""")]
    [InlineData("[]")]
    public async Task A_body_that_is_no_text_is_refused(string body)
    {
        var (organization, person) = await HospitalAsync(("A", "1"));

        var answer = await person.SendAsync(
            HttpMethod.Post, $"organizations/{organization.Id}/exports", new StringContent(body, Encoding.UTF8, "application/json"));

        Assert.Equal((HttpStatusCode.BadRequest, "json_broken"), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("{}", "kind")]
    [InlineData("""{"kind":null}""", "kind")]
    [InlineData("""{"kind":"nonsense"}""", "kind")]
    [InlineData("""{"kind":"csv"}""", "project,collection,version")]
    [InlineData("""{"kind":"csv","project":"BCFR","collection":"BCFR_unknown","version":"1"}""", "collection")]
    [InlineData("""{"kind":"csv","project":"BCFR","collection":"PITTER","version":"1"}""", "collection")]
    [InlineData("""{"kind":"csv","project":"TAVI","collection":"BCFR_Main_registration","version":"1"}""", "project")]
    [InlineData("""{"kind":"csv","project":"BCFR","collection":"BCFR_Main_registration","version":"9"}""", "version")]
    [InlineData("""{"kind":"csv","project":"BCFR","collection":"BCFR_Main_registration","version":"1","profile":"pdf"}""", "profile")]
    [InlineData("""{"kind":"csv","project":"BCFR","collection":"BCFR_Main_registration","version":"1","organizationId":"x"}""", "organizationId")]
    public async Task A_wish_that_cannot_be_met_names_its_fields(string body, string fields)
    {
        var (organization, person) = await HospitalAsync(("A", "1"));
        await stack.Owner.AddAsync(organization.Nihdi, [("A", "1")], collection: "PITTER");

        var answer = await person.SendAsync(
            HttpMethod.Post, $"organizations/{organization.Id}/exports", new StringContent(body, Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal(fields.Split(','), answer.Fields);
    }

    [Fact]
    public async Task A_nippin_manager_learns_nothing_of_csv_exports()
    {
        var (organization, person) = await HospitalAsync(("A", "1"));
        var id = (await person.ExportAsync(organization.Id, Body)).GetProperty("id").GetString();
        var nina = await portal.SignInAsync(organization, Role.NippinManager);

        Assert.Empty((await nina.GetAsync($"organizations/{organization.Id}/exports")).Json.GetProperty("items").EnumerateArray());
        Assert.Equal(HttpStatusCode.NotFound, (await nina.PostAsync($"organizations/{organization.Id}/exports", Body)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await nina.GetAsync($"organizations/{organization.Id}/exports/{id}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await nina.GetAsync($"organizations/{organization.Id}/exports/{id}/file")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await nina.DeleteAsync($"organizations/{organization.Id}/exports/{id}")).Status);
    }

    [Fact]
    public async Task A_csv_manager_cannot_ask_for_a_nippin_export()
    {
        var (organization, person) = await HospitalAsync(("A", "1"));

        Assert.Equal(HttpStatusCode.NotFound, (await person.PostAsync($"organizations/{organization.Id}/exports", new { kind = "nippin" })).Status);
    }

    [Fact]
    public async Task Another_organisations_export_is_an_unknown_one()
    {
        var (organization, person) = await HospitalAsync(("A", "1"));
        var id = (await person.ExportAsync(organization.Id, Body)).GetProperty("id").GetString();
        var (elsewhere, other) = await HospitalAsync(("A", "1"));

        var foreign = await other.GetAsync($"organizations/{elsewhere.Id}/exports/{id}");
        var unknown = await other.GetAsync($"organizations/{elsewhere.Id}/exports/{new string('0', 27)}");

        Assert.Equal((HttpStatusCode.NotFound, unknown.Text), (foreign.Status, foreign.Text));
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync($"organizations/{elsewhere.Id}/exports/{id}/file")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await other.DeleteAsync($"organizations/{elsewhere.Id}/exports/{id}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await person.GetAsync($"organizations/{organization.Id}/exports/{id}")).Status);
    }

    [Fact]
    public async Task Deleting_a_finished_export_removes_file_and_row()
    {
        var (organization, person) = await HospitalAsync(("A", "1"));
        var id = (await person.ExportAsync(organization.Id, Body)).GetProperty("id").GetString();

        Assert.Equal(HttpStatusCode.NoContent, (await person.DeleteAsync($"organizations/{organization.Id}/exports/{id}")).Status);

        Assert.Equal(HttpStatusCode.NotFound, (await person.GetAsync($"organizations/{organization.Id}/exports/{id}")).Status);
        Assert.Empty(FilesOf(portal, organization));
        Assert.Equal(HttpStatusCode.NotFound, (await person.DeleteAsync($"organizations/{organization.Id}/exports/{id}")).Status);
    }

    [Fact]
    public async Task A_file_can_be_fetched_in_parts_and_only_when_it_changed()
    {
        var (organization, person) = await HospitalAsync(("A", "0123456789"));
        var export = await person.ExportAsync(organization.Id, Body);
        var path = $"organizations/{organization.Id}/exports/{export.GetProperty("id").GetString()}/file";
        var tag = $"\"{export.GetProperty("sha256").GetString()}\"";

        var part = await person.GetAsync(path, ("Range", "bytes=3-6"));
        var end = await person.GetAsync(path, ("Range", "bytes=-4"));
        var beyond = await person.GetAsync(path, ("Range", "bytes=9999-"));
        var changed = await person.GetAsync(path, ("Range", "bytes=3-6"), ("If-Range", "\"another\""));
        var same = await person.GetAsync(path, ("If-None-Match", tag));
        var head = await person.SendAsync(HttpMethod.Head, path, null);

        Assert.Equal((HttpStatusCode.PartialContent, "0123"), (part.Status, part.Text));
        Assert.Equal("89\r\n", end.Text);
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, beyond.Status);
        Assert.Equal((HttpStatusCode.OK, "A\r\n0123456789\r\n"), (changed.Status, changed.Text));
        Assert.Equal(HttpStatusCode.NotModified, same.Status);
        Assert.Equal(tag, part.Message.Headers.ETag!.ToString());
        Assert.Equal((HttpStatusCode.OK, 15L), (head.Status, head.Message.Content.Headers.ContentLength));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_download_under_way_ends_when_its_reader_signs_out_or_loses_the_role(bool bySigningOut)
    {
        const long Size = 96 * 1024 * 1024;
        var (organization, person) = await HospitalAsync(("A", "1"));
        var export = await person.ExportAsync(organization.Id, Body);
        var id = export.GetProperty("id").GetString()!;
        var store = portal.Services.GetRequiredService<ExportStore>();
        var job = (await store.FindAsync(organization.Id, JobId.Parse(id), default))!;
        // More than lies in buffers on the way, so that the reader's pace holds the writer up.
        await store.File(job.BlobName!).UploadAsync(new MemoryStream(new byte[Size]));

        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(portal.BaseUrl, $"api/organizations/{organization.Id}/exports/{id}/file"));
        request.Headers.Add("Cookie", $"ssp-session={person.Cookie}");
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await using var body = await answer.Content.ReadAsStreamAsync();
        var buffer = new byte[64 * 1024];
        var read = (long)await body.ReadAsync(buffer);
        if (bySigningOut)
        {
            Assert.Equal(HttpStatusCode.NoContent, (await person.DeleteAsync("session")).Status);
        }
        else
        {
            await portal.SetRolesAsync(person, organization, Role.NippinManager);
        }

        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            for (; read < Size; read += await body.ReadAsync(buffer))
            {
                // Slower than the portal asks; a reader at full speed might have everything before it does.
                await Task.Delay(20);
            }
        });
        Assert.InRange(read, 1, Size - 1);
    }

    [Fact]
    public async Task A_file_that_expires_while_it_is_downloaded_breaks_the_download_off()
    {
        const long Size = 96 * 1024 * 1024;
        var clock = new MovableClock();
        await using var own = await TestPortal.StartAsync(stack, configure: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var (organization, person) = await HospitalAsync(own, ("A", "1"));
        var id = (await person.ExportAsync(organization.Id, Body)).GetProperty("id").GetString()!;
        var store = own.Services.GetRequiredService<ExportStore>();
        await store.File((await store.FindAsync(organization.Id, JobId.Parse(id), default))!.BlobName!).UploadAsync(new MemoryStream(new byte[Size]));
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(own.BaseUrl, $"api/organizations/{organization.Id}/exports/{id}/file"));
        request.Headers.Add("Cookie", $"ssp-session={person.Cookie}");
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await answer.Content.ReadAsStreamAsync();
        var buffer = new byte[64 * 1024];
        var read = (long)await body.ReadAsync(buffer);

        clock.Forward(TimeSpan.FromDays(8));
        await ActivatorUtilities.CreateInstance<ExpireExports>(own.Services).Run(new Microsoft.Azure.Functions.Worker.TimerInfo(), default);

        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            for (var more = 1; more > 0; read += more)
            {
                more = await body.ReadAsync(buffer);
            }
        });
        Assert.Equal((HttpStatusCode.OK, Size), (answer.StatusCode, answer.Content.Headers.ContentLength));
        Assert.InRange(read, 1, Size - 1);
        await person.SignInAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await person.GetAsync($"organizations/{organization.Id}/exports/{id}/file")).Status);
    }

    [Fact]
    public async Task Several_parts_at_once_are_answered_with_the_whole_file()
    {
        var (organization, person) = await HospitalAsync(("A", "0123456789"));
        var path = $"organizations/{organization.Id}/exports/{(await person.ExportAsync(organization.Id, Body)).GetProperty("id").GetString()}/file";

        var apart = await person.GetAsync(path, ("Range", "bytes=0-1,5-6"));
        var overlapping = await person.GetAsync(path, ("Range", "bytes=0-5,3-8"));
        var nonsense = await person.GetAsync(path, ("Range", "bytes=6-3"));

        Assert.All([apart, overlapping, nonsense], answer => Assert.Equal((HttpStatusCode.OK, "A\r\n0123456789\r\n"), (answer.Status, answer.Text)));
    }

    [Fact]
    public async Task Two_people_who_ask_for_the_same_at_once_share_one_export()
    {
        var (organization, person) = await HospitalAsync(idle, ("A", "1"));
        var colleague = await idle.SignInAsync(organization, Role.CsvUploadManager);

        var asked = await Task.WhenAll(new[] { person, colleague }.Select(one => one.PostAsync($"organizations/{organization.Id}/exports", Body)));

        Assert.All(asked, answer => Assert.Equal(HttpStatusCode.Accepted, answer.Status));
        Assert.Single(asked.Select(answer => answer.Json.GetProperty("export").GetProperty("id").GetString()).Distinct());
        Assert.Single((await colleague.GetAsync($"organizations/{organization.Id}/exports")).Json.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task An_export_that_is_not_finished_has_no_file()
    {
        var (organization, person) = await HospitalAsync(idle, ("A", "1"));
        var id = (await person.PostAsync($"organizations/{organization.Id}/exports", Body)).Json.GetProperty("export").GetProperty("id").GetString();

        var answer = await person.GetAsync($"organizations/{organization.Id}/exports/{id}/file");

        Assert.Equal((HttpStatusCode.Conflict, "export_not_finished"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_file_that_was_removed_from_storage_is_gone_and_never_short()
    {
        var (organization, person) = await HospitalAsync(("A", "1"));
        var id = (await person.ExportAsync(organization.Id, Body)).GetProperty("id").GetString();
        foreach (var file in FilesOf(portal, organization))
        {
            await portal.Storage.ExportFiles.DeleteBlobAsync(file);
        }

        var answer = await person.GetAsync($"organizations/{organization.Id}/exports/{id}/file");

        Assert.Equal((HttpStatusCode.Gone, "export_gone"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Files_and_rows_expire()
    {
        var clock = new MovableClock();
        await using var own = await TestPortal.StartAsync(stack, configure: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var (organization, person) = await HospitalAsync(own, ("A", "1"));
        var old = (await person.ExportAsync(organization.Id, Body)).GetProperty("id").GetString();
        clock.Forward(TimeSpan.FromDays(6));
        await person.SignInAsync();
        var young = (await person.ExportAsync(organization.Id, Body)).GetProperty("id").GetString();
        clock.Forward(TimeSpan.FromDays(1.5));
        await person.SignInAsync();

        await ActivatorUtilities.CreateInstance<ExpireExports>(own.Services).Run(new Microsoft.Azure.Functions.Worker.TimerInfo(), default);

        Assert.Equal(HttpStatusCode.NotFound, (await person.GetAsync($"organizations/{organization.Id}/exports/{old}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await person.GetAsync($"organizations/{organization.Id}/exports/{young}/file")).Status);
        Assert.Single(FilesOf(own, organization));
    }

    [Fact]
    public async Task The_registries_on_offer_are_the_exportable_ones_with_registrations()
    {
        var (organization, person) = await HospitalAsync(("A", "1"));
        await stack.Owner.AddAsync(organization.Nihdi, [], version: "2");
        await stack.Owner.AddAsync(organization.Nihdi, [], collection: "TAVI_IMPLT");

        var answer = await person.GetAsync($"organizations/{organization.Id}/registries", ("Accept-Language", "fr"));
        var offered = answer.Json.GetProperty("items").EnumerateArray().Single();

        Assert.Equal(
            """{"project":"BCFR","name":"Registre belge de la mucoviscidose","collections":["""
            + """{"name":"BCFR_Main_registration","label":"Enregistrement principal","versions":["1","2"],"registrations":2}]}""",
            JsonSerializer.Serialize(offered, Readable));
    }

    private static readonly JsonSerializerOptions Readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static List<string> FilesOf(TestPortal portal, Organization organization) =>
    [
        .. portal.Storage.ExportFiles
            .GetBlobs(Azure.Storage.Blobs.Models.BlobTraits.None, Azure.Storage.Blobs.Models.BlobStates.All, organization.Id, default)
            .Select(blob => blob.Name),
    ];

    private Task<(Organization, Person)> HospitalAsync(params (string, string?)[] values) => HospitalAsync(portal, values);

    private async Task<(Organization, Person)> HospitalAsync(TestPortal where, params (string, string?)[] values)
    {
        var organization = await where.NewOrganizationAsync();
        await stack.Owner.AddAsync(organization.Nihdi, values);
        return (organization, await where.SignInAsync(organization, Role.CsvUploadManager));
    }
}
