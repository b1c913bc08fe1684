using System.Buffers.Text;
using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Audit;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Tests.Support;
using Sylvan.Data.Csv;

namespace Ssp.Tests.Audit;

public sealed class AuditRoutesTests(Stack stack)
{
    private readonly TestPortal portal = stack.Portal;

    private static readonly string[] Routes = ["audit", "audit/verify", "audit/file"];

    [Fact]
    public async Task A_dp_manager_reads_checks_and_exports_the_own_organisation_only()
    {
        var (organization, other) = (await portal.NewOrganizationAsync(), await portal.NewOrganizationAsync());
        var manager = await portal.SignInAsync(organization, Role.DpManager);
        var everythingElse = await portal.SignInAsync(organization, Role.CertificateEditor, Role.CsvUploadManager, Role.NippinManager);
        await AddAsync(organization, "member_added");
        await AddAsync(other, "member_removed");

        foreach (var route in Routes)
        {
            Assert.Equal(HttpStatusCode.OK, (await manager.GetAsync($"organizations/{organization.Id}/{route}")).Status);
            Assert.Equal(HttpStatusCode.Forbidden, (await everythingElse.GetAsync($"organizations/{organization.Id}/{route}")).Status);
            Assert.Equal(HttpStatusCode.Unauthorized, (await portal.Guest().GetAsync($"organizations/{organization.Id}/{route}")).Status);
            Assert.Equal(HttpStatusCode.Forbidden, (await manager.GetAsync(route)).Status);
            var foreign = await manager.GetAsync($"organizations/{other.Id}/{route}");
            var unknown = await manager.GetAsync($"organizations/{new string('0', 32)}/{route}");
            Assert.Equal((HttpStatusCode.NotFound, unknown.Text), (foreign.Status, foreign.Text));
        }

        var seen = (await manager.GetAsync($"organizations/{organization.Id}/audit")).Json.GetProperty("items").EnumerateArray().ToList();
        Assert.Contains(seen, one => one.GetProperty("action").GetString() == "member_added");
        Assert.All(seen, one => Assert.Equal(organization.Id, one.GetProperty("organizationId").GetString()));
    }

    [Theory]
    [InlineData("verify", 2)]
    [InlineData("file", 4)]
    [InlineData("?action=member_added", 4)]
    public async Task What_one_person_asks_of_the_trail_too_often_at_once_is_refused_and_holds_up_nobody_else(string what, int each)
    {
        await using var own = await TestPortal.StartAsync(stack);
        var organization = await own.NewOrganizationAsync();
        var (busy, other) = (await own.SignInAsync(organization, Role.DpManager), await own.SignInAsync(organization, Role.DpManager));
        var path = $"organizations/{organization.Id}/audit{(what[0] == '?' ? "" : "/")}{what}";
        var calls = own.Services.GetRequiredService<CostlyCalls>();
        var lane = what switch { "verify" => calls.Checks, "file" => calls.Files, _ => calls.Searches };
        var isDone = new TaskCompletionSource();
        var underWay = Enumerable.Range(0, each).Select(_ => lane.RunAsync(busy.AccountId, () => isDone.Task, patience: null, default)).ToList();

        var refused = await busy.GetAsync(path);
        var allowed = other.GetAsync(path);
        isDone.SetResult();
        await Task.WhenAll(underWay);

        Assert.Equal((HttpStatusCode.TooManyRequests, "too_many_at_once"), (refused.Status, refused.Code));
        Assert.NotNull(refused.Message.Headers.RetryAfter);
        Assert.Null(refused.Message.Content.Headers.ContentDisposition);
        Assert.Equal(HttpStatusCode.OK, (await allowed).Status);
        Assert.Equal(HttpStatusCode.OK, (await busy.GetAsync(path)).Status);
        var events = await own.Services.GetRequiredService<AuditReader>()
            .ReadAsync([organization.Id], new AuditQuery(null, null, null, null, null, 100), "test", default);
        Assert.Equal(what == "file" ? 2 : 0, events.Items.Count(one => one.Action.Name == "audit_exported"));
    }

    [Fact]
    public async Task A_user_manager_reads_checks_and_exports_everything()
    {
        await using var own = await TestPortal.StartAsync(stack);
        var manager = await own.NewUserManagerAsync();
        var (one, two) = (await own.NewOrganizationAsync(), await own.NewOrganizationAsync());
        var store = own.Services.GetRequiredService<AuditStore>();
        await store.AppendAsync(
            new AuditActor("ann@hospital.example", "a1", null, "r-1", "192.0.2.7"),
            new AuditAction("member_added", "bob@hospital.example", one.Id, "roles: none → dp_manager"),
            AuditResult.Done);
        await store.AppendAsync(AuditActor.Portal(), new AuditAction("export_removed", "x", two.Id), AuditResult.Requested, "operation-1");
        await store.AppendAsync(OwnTrail.Somebody, new AuditAction("signed_in", "portal"), AuditResult.Refused);

        var list = (await manager.GetAsync("audit?limit=3&action=member_added")).Json;
        var check = (await manager.GetAsync("audit/verify")).Json;
        var file = await manager.GetAsync("audit/file");

        var item = Assert.Single(list.GetProperty("items").EnumerateArray());
        Assert.Equal(
            ["chain", "number", "at", "actor", "actorId", "organizationId", "action", "object", "result", "details", "operation", "requestId", "address"],
            item.EnumerateObject().Select(field => field.Name));
        Assert.Equal("ann@hospital.example a1 member_added bob@hospital.example done roles: none → dp_manager r-1 192.0.2.7", string.Join(
            ' ',
            new[] { "actor", "actorId", "action", "object", "result", "details", "requestId", "address" }.Select(name => item.GetProperty(name).GetString())));
        Assert.EndsWith("Z", item.GetProperty("at").GetString(), StringComparison.Ordinal);
        Assert.True(check.GetProperty("intact").GetBoolean());
        Assert.InRange(check.GetProperty("events").GetInt64(), 3, 100);
        Assert.Equal(64, check.GetProperty("head").GetString()!.Length);
        Assert.Equal("attachment", file.Message.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Contains("export_removed", file.Text, StringComparison.Ordinal);
        Assert.Contains("audit_exported", (await manager.GetAsync("audit")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await manager.GetAsync($"organizations/{two.Id}/audit")).Status);
    }

    [Fact]
    public async Task The_check_names_the_first_break_and_what_has_no_end()
    {
        await using var own = await TestPortal.StartAsync(stack);
        var manager = await own.NewUserManagerAsync();
        var organization = await own.NewOrganizationAsync();
        var store = new AuditStore(own.Storage, new LateClock(), Microsoft.Extensions.Logging.Abstractions.NullLogger<AuditStore>.Instance);
        for (var i = 0; i < 3; i++)
        {
            await store.AppendAsync(OwnTrail.Somebody, new AuditAction("member_added", "x", organization.Id), AuditResult.Requested, $"{i / 2}");
        }

        var before = (await manager.GetAsync($"organizations/{organization.Id}/audit/verify")).Json;
        await own.Storage.Audit.DeleteEntityAsync(organization.Id, OwnTrail.KeyOf(2));
        var after = (await manager.GetAsync("audit/verify", ("Accept-Language", "nl"))).Json;

        Assert.True(before.GetProperty("intact").GetBoolean());
        Assert.Equal([2, 3], before.GetProperty("unfinished").EnumerateArray().Select(one => one.GetProperty("number").GetInt32()));
        Assert.False(after.GetProperty("intact").GetBoolean());
        Assert.Equal(
            $$"""{"chain":"{{organization.Id}}","number":2,"kind":"missing","sentence":"Gebeurtenis 2 is verdwenen, terwijl latere er wel zijn."}""",
            after.GetProperty("firstBreak").GetRawText());
    }

    [Theory]
    [InlineData("from=2026-02-30", "from")]
    [InlineData("from=24-11-2026", "from")]
    [InlineData("to=yesterday", "to")]
    [InlineData("to=9999-12-31", "to")]
    [InlineData("from=2026-11-25&to=2026-11-24", "to")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=201", "limit")]
    [InlineData("cursor=rubbish", "cursor")]
    [InlineData("cursor=%00", "cursor")]
    public async Task A_wrong_question_is_answered_with_the_field(string query, string field)
    {
        var organization = await portal.NewOrganizationAsync();
        var manager = await portal.SignInAsync(organization, Role.DpManager);

        foreach (var route in new[] { "audit", "audit/file" })
        {
            var answer = await manager.GetAsync($"organizations/{organization.Id}/{route}?{query}");
            Assert.Equal((HttpStatusCode.BadRequest, field), (answer.Status, Assert.Single(answer.Fields)));
        }
    }

    [Fact]
    public async Task A_cursor_of_another_chain_finds_nothing_whether_that_chain_exists_or_not()
    {
        var (organization, other) = (await portal.NewOrganizationAsync(), await portal.NewOrganizationAsync());
        var manager = await portal.SignInAsync(organization, Role.DpManager);
        await AddAsync(organization, "member_added");
        await AddAsync(other, "member_added");

        var answers = new List<string>();
        foreach (var chain in new[] { other.Id, new string('0', 32), AuditEvent.Installation, "" })
        {
            var cursor = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"audit {DateTimeOffset.UtcNow.Ticks} {chain} 1"));
            var answer = await manager.GetAsync($"organizations/{organization.Id}/audit?cursor={cursor}");
            Assert.Equal((HttpStatusCode.NotFound, "not_found"), (answer.Status, answer.Code));
            answers.Add(answer.Text);
        }

        Assert.Single(answers.Distinct());
        var forged = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"audit 0 {organization.Id} 9000000000000000000"));
        Assert.Equal(HttpStatusCode.OK, (await manager.GetAsync($"organizations/{organization.Id}/audit?cursor={forged}")).Status);
    }

    [Fact]
    public async Task The_file_holds_what_was_asked_for_and_nothing_a_spreadsheet_would_run()
    {
        var organization = await portal.NewOrganizationAsync();
        var manager = await portal.SignInAsync(organization, Role.DpManager);
        var store = portal.Services.GetRequiredService<AuditStore>();
        await store.AppendAsync(
            new AuditActor("=HYPERLINK(\"http://x\")@hospital.example"),
            new AuditAction("member_added", "a;b \"c\"\r\n2026-01-01;forged\u202E", organization.Id, "-1+1"),
            AuditResult.Failed);
        await AddAsync(organization, "member_removed");

        var file = await manager.GetAsync($"organizations/{organization.Id}/audit/file?action=member_added");

        Assert.Equal([0xEF, 0xBB, 0xBF], file.Bytes[..3]);
        Assert.Matches($@"^audit_{organization.Nihdi}_\d{{8}}\.csv$", file.Message.Content.Headers.ContentDisposition!.FileName);
        using var reader = CsvDataReader.Create(new StringReader(file.Text.TrimStart('\uFEFF')), new CsvDataReaderOptions { Delimiter = ';' });
        Assert.True(reader.Read());
        string Field(string name) => reader.GetString(reader.GetOrdinal(name));
        Assert.Equal("'=HYPERLINK(\"http://x\")@hospital.example", Field("actor"));
        Assert.Equal("a;b \"c\"\\u{d}\\u{a}2026-01-01;forged\\u{202e}", Field("object"));
        Assert.Equal("'-1+1", Field("details"));
        Assert.Equal(("failed", "1", organization.Id), (Field("result"), Field("number"), Field("chain")));
        Assert.False(reader.Read());
    }

    [Fact]
    public async Task A_request_has_one_number_in_its_answer_and_in_the_trail()
    {
        var organization = await portal.NewOrganizationAsync();
        var manager = await portal.SignInAsync(organization, Role.DpManager);

        await manager.GetAsync($"organizations/{organization.Id}/audit/file");

        var one = (await manager.GetAsync($"organizations/{organization.Id}/audit?action=audit_exported")).Json.GetProperty("items")[0];
        Assert.Equal(manager.Email, one.GetProperty("actor").GetString());
        Assert.Equal(manager.AccountId, one.GetProperty("actorId").GetString());
        Assert.True(Guid.TryParse(one.GetProperty("requestId").GetString(), out _));
    }

    private Task AddAsync(Organization organization, string action) =>
        portal.Services.GetRequiredService<AuditStore>().AppendAsync(OwnTrail.Somebody, new AuditAction(action, "object", organization.Id), AuditResult.Done);

    /// <summary>So that what it notes is not under way any more.</summary>
    private sealed class LateClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddMinutes(-5);
    }
}
