using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Hd4dp;
using Ssp.Identity;
using Ssp.Tests.Support;

namespace Ssp.Tests.Organizations;

public sealed class OrganizationFormTests(Stack stack)
{
    private readonly TestPortal portal = stack.Portal;

    [Fact]
    public async Task A_data_provider_is_added_with_title_and_number_and_a_revision_says_so()
    {
        var manager = await portal.NewUserManagerAsync();
        var number = TestPortal.NewNihdi().Digits;

        var created = await manager.PostAsync(
            "organizations", new { title = "  Sint-Jan ", nihdi = $"{number[..3]}.{number[3..6]}-{number[6..]}", revisionLog = "first" });

        Assert.Equal(HttpStatusCode.Created, created.Status);
        Assert.Equal(["etag", "id", "nihdi", "title"], created.Json.EnumerateObject().Select(one => one.Name).Order());
        Assert.Equal(("Sint-Jan", number), (created.Json.GetProperty("title").GetString(), created.Json.GetProperty("nihdi").GetString()));
        var shown = await manager.GetAsync(created.Message.Headers.Location!.OriginalString);
        Assert.Equal(created.Text, shown.Text);
        Assert.Equal(created.Message.Headers.ETag, shown.Message.Headers.ETag);
        var revision = (await manager.GetAsync($"organizations/{created.Json.GetProperty("id").GetString()}/revisions")).Json.GetProperty("items")[0];
        Assert.Equal(
            (1, "first", manager.Email),
            (revision.GetProperty("number").GetInt32(), revision.GetProperty("log").GetString(), revision.GetProperty("by").GetString()));
    }

    [Fact]
    public async Task What_cannot_be_normalised_is_a_blank_in_a_title_and_finds_nothing()
    {
        var manager = await portal.NewUserManagerAsync();

        var created = await manager.PostAsync("organizations", new { title = "Hôpital\ufffeX", nihdi = TestPortal.NewNihdi().Digits });
        var found = await manager.GetAsync($"organizations?search={Uri.EscapeDataString("é\ufffe nowhere")}");

        Assert.Equal((HttpStatusCode.Created, "Hôpital X"), (created.Status, created.Json.GetProperty("title").GetString()));
        Assert.Equal(HttpStatusCode.OK, found.Status);
    }

    [Theory]
    [InlineData("Sint-\u202eebaleM\u202c", "Sint-ebaleM")]
    [InlineData("\ufeffSint-\u200bJan\u00ad ", "Sint-Jan")]
    [InlineData("Sint\u2800Jan\u3164", "Sint Jan")]
    public async Task Signs_that_nobody_sees_or_that_turn_text_around_do_not_stay_in_a_title(string typed, string title)
    {
        var manager = await portal.NewUserManagerAsync();

        var created = await manager.PostAsync("organizations", new { title = typed, nihdi = TestPortal.NewNihdi().Digits });

        Assert.Equal((HttpStatusCode.Created, title), (created.Status, created.Json.GetProperty("title").GetString()));
    }

    [Theory]
    [InlineData("\u200b\u2060", "71000139", "title")]
    [InlineData("\u3164\u2800", "71000139", "title")]
    [InlineData("", "71000139", "title")]
    [InlineData("  \t", "71000139", "title")]
    [InlineData("Sint-Jan", "", "nihdi")]
    [InlineData("Sint-Jan", "7100O101", "nihdi")]
    [InlineData("Sint-Jan", "7100010", "nihdi")]
    [InlineData("Sint-Jan", "71000101", "nihdi")]
    public async Task The_form_says_what_is_wrong(string title, string nihdi, string field)
    {
        var manager = await portal.NewUserManagerAsync();

        var answer = await manager.PostAsync("organizations", new { title, nihdi });

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_input"), (answer.Status, answer.Code));
        Assert.Equal([field], answer.Fields);
    }

    [Fact]
    public void A_wrong_check_number_is_named_with_the_right_one()
    {
        Assert.Equal("field.nihdi_check", Nihdi.FaultOf("71000101")!.Key);
        Assert.Equal(["710001", "39"], Nihdi.FaultOf("71000101")!.Values);
        Assert.Null(Nihdi.FaultOf("71000139"));
        Assert.Equal([9], Nihdi.FaultOf("123456789")!.Values);
        Assert.Null(Nihdi.FaultOf("1 23.456-78901"));
    }

    [Fact]
    public async Task A_number_in_use_needs_a_confirmation_that_knows_the_consequence()
    {
        var manager = await portal.NewUserManagerAsync();
        var campus = await portal.NewOrganizationAsync("Campus North");
        var body = new { title = "Campus South", nihdi = campus.Nihdi };

        var refused = await manager.PostAsync("organizations", body);
        var confirmed = await manager.PostAsync("organizations", new { body.title, body.nihdi, confirmSharedNihdi = true });

        Assert.Equal((HttpStatusCode.Conflict, "nihdi_in_use"), (refused.Status, refused.Code));
        Assert.Contains("Campus North", refused.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Created, confirmed.Status);
    }

    [Fact]
    public async Task An_edit_changes_what_is_mentioned_and_tells_in_a_revision()
    {
        var manager = await portal.NewUserManagerAsync();
        var organization = await portal.NewOrganizationAsync("Before");

        var changed = await PatchAsync(manager, organization.Id, new { title = "After", revisionLog = "new name" }, organization.ETag);
        var stale = await PatchAsync(manager, organization.Id, new { title = "Other" }, organization.ETag);
        var blind = await PatchAsync(manager, organization.Id, new { title = "Other" }, null);

        Assert.Equal(
            (HttpStatusCode.OK, "After", organization.Nihdi),
            (changed.Status, changed.Json.GetProperty("title").GetString(), changed.Json.GetProperty("nihdi").GetString()));
        Assert.Equal((HttpStatusCode.PreconditionFailed, "After"), (stale.Status, stale.Json.GetProperty("current").GetProperty("title").GetString()));
        Assert.Equal(HttpStatusCode.PreconditionRequired, blind.Status);
        var revisions = (await manager.GetAsync($"organizations/{organization.Id}/revisions")).Json.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal([2, 1], revisions.Select(one => one.GetProperty("number").GetInt32()));
        Assert.Equal(
            "title: Before > After",
            string.Join(
                ",",
                revisions[0].GetProperty("changes")
                    .EnumerateArray()
                    .Select(one => $"{one.GetProperty("field").GetString()}: {one.GetProperty("from").GetString()} > {one.GetProperty("to").GetString()}")));
        Assert.Equal("", revisions[1].GetProperty("by").GetString());
    }

    [Fact]
    public async Task Another_number_ends_the_exports_made_under_the_old_one()
    {
        var manager = await portal.NewUserManagerAsync();
        var organization = await portal.NewOrganizationAsync();
        await stack.Owner.AddAsync(organization.Nihdi, [("TX_FIELD", "value")]);
        var person = await portal.SignInAsync(organization, Role.CsvUploadManager);
        var export = await person.ExportAsync(organization.Id, new { kind = "csv", project = "BCFR", collection = Registrations.Collection, version = "1" });
        Assert.Equal("succeeded", export.GetProperty("state").GetString());

        var renamed = await PatchAsync(manager, organization.Id, new { title = "Only another name" }, organization.ETag);
        Assert.Equal(1, (await person.GetAsync($"organizations/{organization.Id}/exports")).Json.GetProperty("items").GetArrayLength());
        await PatchAsync(manager, organization.Id, new { nihdi = TestPortal.NewNihdi().Digits }, renamed.Json.GetProperty("etag").GetString());

        Assert.Equal(0, (await person.GetAsync($"organizations/{organization.Id}/exports")).Json.GetProperty("items").GetArrayLength());
        Assert.Equal(
            HttpStatusCode.NotFound, (await person.GetAsync($"organizations/{organization.Id}/exports/{export.GetProperty("id").GetString()}/file")).Status);
        var files = portal.Services.GetRequiredService<Ssp.Storage.PortalStorage>().ExportFiles.GetBlobs(
            Azure.Storage.Blobs.Models.BlobTraits.None, Azure.Storage.Blobs.Models.BlobStates.None, organization.Id, default);
        Assert.Empty(files);
    }

    [Fact]
    public async Task What_a_change_of_number_that_died_half_way_left_is_nobodys()
    {
        var organization = await portal.NewOrganizationAsync();
        await stack.Owner.AddAsync(organization.Nihdi, [("TX_FIELD", "value")]);
        var person = await portal.SignInAsync(organization, Role.CsvUploadManager);
        var export = await person.ExportAsync(organization.Id, new { kind = "csv", project = "BCFR", collection = Registrations.Collection, version = "1" });
        var path = $"organizations/{organization.Id}/exports";
        // The portal dies between the new number and the removal of the exports.
        Assert.NotNull(
            await portal.Services.GetRequiredService<OrganizationStore>()
                .ChangeAsync(organization, OrganizationForm.Require("Other", TestPortal.NewNihdi().Digits, ""), "", default));

        Assert.Equal(0, (await person.GetAsync(path)).Json.GetProperty("items").GetArrayLength());
        Assert.Equal(HttpStatusCode.NotFound, (await person.GetAsync($"{path}/{export.GetProperty("id").GetString()}/file")).Status);
    }

    [Fact]
    public async Task The_list_is_sorted_both_ways_and_searched_without_accents_or_separators()
    {
        await using var own = await TestPortal.StartAsync(stack);
        var manager = await own.NewUserManagerAsync();
        foreach (var title in (string[])["Élan", "alfa", "Zorg", "Bètanum"])
        {
            await own.NewOrganizationAsync(title);
        }

        var some = await own.NewOrganizationAsync("Mmm");

        Assert.Equal(["alfa", "Bètanum", "Élan", "Mmm", "Zorg"], await TitlesAsync(manager, "organizations"));
        Assert.Equal(["Zorg", "Mmm", "Élan", "Bètanum", "alfa"], await TitlesAsync(manager, "organizations?sort=-title"));
        Assert.Equal(["Mmm", "Bètanum"], await TitlesAsync(manager, "organizations?sort=-nihdi&search=m"));
        Assert.Equal(["Élan"], await TitlesAsync(manager, "organizations?search=ELAN"));
        Assert.Equal(["Mmm"], await TitlesAsync(manager, $"organizations?search={some.Nihdi[..3]}.{some.Nihdi[3..6]}-{some.Nihdi[6..]}"));
    }

    [Fact]
    public async Task A_change_shows_in_the_list_of_another_portal_on_the_same_storage()
    {
        await using var first = await TestPortal.StartAsync(stack);
        await using var second = await TestPortal.StartAsync(stack, new() { ["StoragePrefix"] = first.Prefix });
        var manager = await first.NewUserManagerAsync();
        await first.NewOrganizationAsync("One");
        var there = new Person(second.BaseUrl, manager.Email, manager.Password);
        await there.SignInAsync();
        Assert.Equal(["One"], await TitlesAsync(there, "organizations"));

        await first.NewOrganizationAsync("Two");

        Assert.Equal(["One", "Two"], await TitlesAsync(there, "organizations"));
    }

    private static async Task<List<string>> TitlesAsync(Person person, string path) =>
        [.. (await person.GetAsync(path)).Json.GetProperty("items").EnumerateArray().Select(one => one.GetProperty("title").GetString()!)];

    private static Task<Answer> PatchAsync(Person person, string id, object body, string? ifMatch) =>
        person.SendAsync(HttpMethod.Patch, $"organizations/{id}", JsonContent.Create(body), ifMatch is null ? [] : [("If-Match", ifMatch)]);
}
