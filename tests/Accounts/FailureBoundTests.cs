using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Accounts;
using Ssp.Audit;
using Ssp.Tests.Audit;
using Ssp.Tests.Support;

namespace Ssp.Tests.Accounts;

/// <summary>What anybody can make the portal store.</summary>
public sealed class FailureBoundTests(Stack stack)
{
    [Fact]
    public async Task Made_up_addresses_leave_as_many_rows_and_events_as_one_of_them()
    {
        await using var own = await TestPortal.StartAsync(stack);
        var before = await CountAsync(own);
        for (var i = 0; i < 600; i++)
        {
            // As many as there are rows for them, and more.
            await FailAsync(own, i);
        }

        await UntilAsync(own, events => events.Count > before.Events);
        var after = await CountAsync(own);
        for (var i = 600; i < 700; i++)
        {
            await FailAsync(own, i);
        }

        var last = await CountAsync(own);
        Assert.Equal(1, after.Events - before.Events);
        Assert.Equal(after.Events, last.Events);
        Assert.InRange(last.Rows, 1, (2 * 256) + 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_answer_to_a_failed_sign_in_does_not_wait_for_its_event_which_only_accounts_have(bool isKnown)
    {
        await using var door = await StorageDoor.StartAsync(stack.Storage);
        await using var own = await TestPortal.StartAsync(stack, new() { ["AzureWebJobsStorage"] = door.Connection });
        var email = isKnown ? (await own.NewPersonAsync()).Email : "nobody@hospital.example";
        var held = door.Hold(request => request.Path.Value!.EndsWith("$batch", StringComparison.Ordinal));

        var answer = await own.Guest().PostAsync("session", new { email, password = "whatever it is" }).WaitAsync(TimeSpan.FromMinutes(2));
        await held.Arrived.WaitAsync(TimeSpan.FromMinutes(2));
        held.Open();

        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        await UntilAsync(own, events => events.Any(one => one.Action.Name == "sign_in_failed" && one.Action.Object == (isKnown ? email : "")));
    }

    [Fact]
    public async Task What_was_counted_stands_in_the_trail_after_its_hour_and_when_the_portal_stops()
    {
        var clock = new MovableClock();
        var prefix = TestPortal.NewPrefix();
        await using (var own = await TestPortal.StartAsync(
            stack, new() { ["StoragePrefix"] = prefix }, builder => builder.Services.AddSingleton<TimeProvider>(clock)))
        {
            var repeated = own.Services.GetRequiredService<RepeatedEvents>();
            for (var i = 0; i < 7; i++)
            {
                await NoteAsync(repeated, "a kind");
            }

            clock.Forward(TimeSpan.FromMinutes(61));
            await NoteAsync(repeated, "a kind");
            await NoteAsync(repeated, "a kind");
            Assert.Equal([null, "6", null], await TimesAsync(own));
        }

        await using var later = await TestPortal.StartAsync(stack, new() { ["StoragePrefix"] = prefix });
        Assert.Equal([null, "6", null, "1"], await TimesAsync(later));
    }

    [Fact]
    public async Task More_kinds_than_are_told_apart_are_counted_in_nobodys_name()
    {
        await using var own = await TestPortal.StartAsync(stack);
        var repeated = own.Services.GetRequiredService<RepeatedEvents>();
        await Task.WhenAll(Enumerable.Range(0, 2_000).Select(one => NoteAsync(repeated, $"kind {one}")));
        var before = (await CountAsync(own)).Events;

        for (var i = 0; i < 5; i++)
        {
            await NoteAsync(repeated, $"another kind {i}");
        }

        Assert.Equal(before, (await CountAsync(own)).Events);
        await repeated.TellAllAsync();
        var told = Assert.Single(await EventsAsync(own, AuditEvent.Installation), one => one.Action.Object == "several");
        Assert.Equal((AuditActor.Portal().Actor, true), (told.By.Actor, told.Action.Details!.StartsWith("5 more like it", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task One_person_leaves_one_event_an_hour_for_each_kind_of_call_that_is_refused()
    {
        await using var own = await TestPortal.StartAsync(stack);
        var organization = await own.NewOrganizationAsync();
        var (person, other) = (await own.SignInAsync(organization), await own.SignInAsync(organization));
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await person.GetAsync($"organizations/{organization.Id}/audit")).Status);
            Assert.Equal(HttpStatusCode.Forbidden, (await person.GetAsync($"organizations/{organization.Id}/revisions")).Status);
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await other.GetAsync($"organizations/{organization.Id}/audit")).Status);
        Assert.Equal(3, (await EventsAsync(own, organization.Id)).Count(one => one.Result == AuditResult.Refused));

        await new TellRepetitions(own.Services.GetRequiredService<RepeatedEvents>()).Run(new TimerInfo(), default);

        var told = (await EventsAsync(own, organization.Id))
            .Where(one => one.Result == AuditResult.Refused && one.Action.Details!.Contains("19 more like it", StringComparison.Ordinal))
            .ToList();
        Assert.Equal([person.Email, person.Email], told.Select(one => one.By.Actor));
    }

    [Fact]
    public async Task Counts_of_failures_go_when_they_make_nobody_wait_any_more_and_known_places_stay_for_a_month()
    {
        var clock = new MovableClock();
        await using var own = await TestPortal.StartAsync(
            stack, new() { ["ClientAddressHeader"] = "X-Real-IP" }, builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var person = await own.NewPersonAsync();
        Task<Answer> TryAsync(string password) => own.Guest().PostAsync("session", new { email = person.Email, password }, ("X-Real-IP", "192.0.2.7"));
        Assert.Equal(HttpStatusCode.OK, (await TryAsync(person.Password)).Status);
        await TryAsync("wrong");
        await FailAsync(own, 1);
        var all = await CountAsync(own);

        await TickAsync(own);
        Assert.Equal(all.Rows, (await CountAsync(own)).Rows);

        clock.Forward(TimeSpan.FromHours(25));
        await TickAsync(own);
        var left = await RowsAsync(own);
        Assert.All(left, row => Assert.Equal(person.AccountId, row.PartitionKey));
        Assert.NotEmpty(left);

        clock.Forward(TimeSpan.FromDays(31));
        await TickAsync(own);
        Assert.Empty(await RowsAsync(own));
    }

    private static Task<Answer> FailAsync(TestPortal portal, int one) =>
        portal.Guest().PostAsync("session", new { email = $"nobody{one}@hospital.example", password = "whatever it is" });

    private static Task NoteAsync(RepeatedEvents repeated, string kind) =>
        repeated.NoteAsync(kind, OwnTrail.Somebody, new AuditAction("refused", kind), AuditResult.Refused);

    private static async Task<IEnumerable<string?>> TimesAsync(TestPortal portal) =>
        (await EventsAsync(portal, AuditEvent.Installation))
            .Where(one => one.Action is { Name: "refused", Object: "a kind" }).Reverse().Select(one => one.Action.Details?.Split(' ')[0]);

    // Failed sign-ins are noted when their answer is out.
    private static async Task UntilAsync(TestPortal portal, Func<IReadOnlyList<AuditEvent>, bool> seen)
    {
        for (var attempt = 0; !seen(await EventsAsync(portal, AuditEvent.Installation)); attempt++)
        {
            Assert.True(attempt < 600, "The event was not noted.");
            await Task.Delay(50);
        }
    }

    private static Task TickAsync(TestPortal portal) => ActivatorUtilities.CreateInstance<ForgetFailures>(portal.Services).Run(new TimerInfo(), default);

    private static async Task<List<Azure.Data.Tables.TableEntity>> RowsAsync(TestPortal portal) =>
        await portal.Storage.SignInFailures.QueryAsync<Azure.Data.Tables.TableEntity>().ToListAsync();

    private static async Task<(int Rows, int Events)> CountAsync(TestPortal portal) =>
        ((await RowsAsync(portal)).Count, (await EventsAsync(portal, AuditEvent.Installation)).Count);

    private static async Task<IReadOnlyList<AuditEvent>> EventsAsync(TestPortal portal, string chain) =>
        (await portal.Services.GetRequiredService<AuditReader>()
            .ReadAsync([chain], new AuditQuery(null, null, null, null, null, 1_000), "test", default)).Items;
}
