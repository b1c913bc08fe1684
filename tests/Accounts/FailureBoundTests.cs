using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Accounts;
using Ssp.Audit;
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

    [Fact]
    public async Task What_was_counted_stands_in_the_trail_after_its_hour()
    {
        var clock = new MovableClock();
        await using var own = await TestPortal.StartAsync(stack, configure: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        for (var i = 0; i < 7; i++)
        {
            await FailAsync(own, i);
        }

        clock.Forward(TimeSpan.FromMinutes(61));
        await FailAsync(own, 8);

        var failed = (await EventsAsync(own, AuditEvent.Installation)).Where(one => one.Action.Name == "sign_in_failed").ToList();
        Assert.Equal(3, failed.Count);
        Assert.Single(failed, one => one.Action.Details?.StartsWith("6 more like it within the hour after ", StringComparison.Ordinal) == true);
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

        await TickAsync(own);

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

    private static Task TickAsync(TestPortal portal) => ActivatorUtilities.CreateInstance<ForgetFailures>(portal.Services).Run(new TimerInfo(), default);

    private static async Task<List<Azure.Data.Tables.TableEntity>> RowsAsync(TestPortal portal) =>
        await portal.Storage.SignInFailures.QueryAsync<Azure.Data.Tables.TableEntity>().ToListAsync();

    private static async Task<(int Rows, int Events)> CountAsync(TestPortal portal) =>
        ((await RowsAsync(portal)).Count, (await EventsAsync(portal, AuditEvent.Installation)).Count);

    private static async Task<IReadOnlyList<AuditEvent>> EventsAsync(TestPortal portal, string chain) =>
        (await portal.Services.GetRequiredService<AuditReader>()
            .ReadAsync([chain], new AuditQuery(null, null, null, null, null, 1_000), "test", default)).Items;
}
