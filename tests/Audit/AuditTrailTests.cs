using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Ssp.Audit;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Storage;
using Ssp.Tests.Support;

namespace Ssp.Tests.Audit;

public sealed class AuditTrailTests(Stack stack)
{
    private static readonly HttpSettings Settings = TestSettings.Of(("ClientAddressHeader", "X-Real-IP")).Http;

    [Fact]
    public async Task A_change_is_noted_before_and_after()
    {
        var own = await OwnTrail.CreateAsync(stack);
        var trail = TrailOf(own.Store);
        var action = new AuditAction("organization_created", "Zwin", own.Organization);
        var (request, by) = await SignedInAsync();
        IReadOnlyList<StoredEvent>? before = null;

        var made = await trail.DoAsync(
            request,
            action,
            async _ =>
            {
                before = await own.AllAsync();
                return 41;
            },
            number => action with { Details = $"number {number + 1}" });

        Assert.Equal(41, made);
        var events = await EventsAsync(own);
        Assert.Equal(AuditResult.Requested, AuditHash.Parse(Assert.Single(before!).Text)!.Result);
        Assert.Equal([AuditResult.Requested, AuditResult.Done], events.Select(one => one.Result));
        Assert.Equal([null, "number 42"], events.Select(one => one.Action.Details));
        Assert.NotNull(events[0].Operation);
        Assert.Equal(events[0].Operation, events[1].Operation);
        Assert.Equal(by, events[1].By);
    }

    [Theory]
    [InlineData("member_unknown", true)]
    [InlineData("unexpected", false)]
    public async Task Work_that_throws_has_failed_and_throws(string code, bool isProblem)
    {
        var own = await OwnTrail.CreateAsync(stack);
        Exception fault = isProblem ? new Problem(409, new ProblemCode(code)) : new InvalidOperationException("password 1234");

        var thrown = await Assert.ThrowsAnyAsync<Exception>(
            () => TrailOf(own.Store).DoAsync(AuditActor.Portal("run-1"), new AuditAction("member_added", "x", own.Organization), _ => throw fault));

        Assert.Same(fault, thrown);
        var events = await EventsAsync(own);
        Assert.Equal([AuditResult.Requested, AuditResult.Failed], events.Select(one => one.Result));
        Assert.Equal($"problem: {code}", events[1].Action.Details);
        Assert.Equal(new AuditActor(null, RequestId: "run-1"), events[1].By);
    }

    [Fact]
    public async Task What_cannot_be_noted_is_not_done()
    {
        var done = false;
        var own = await OwnTrail.CreateAsync(stack);
        await own.Table.DeleteAsync();

        var refused = await Assert.ThrowsAsync<Problem>(() => TrailOf(own.Store).DoAsync(
            OwnTrail.Somebody,
            new AuditAction("member_added", "x", own.Organization),
            _ =>
            {
                done = true;
                return Task.CompletedTask;
            }));

        Assert.Equal((503, ProblemCodes.AuditUnavailable), (refused.Status, refused.Code));
        Assert.False(done);
    }

    [Fact]
    public async Task What_was_done_stays_done_when_its_end_cannot_be_noted()
    {
        var own = await OwnTrail.CreateAsync(stack);

        var made = await TrailOf(own.Store).DoAsync(
            OwnTrail.Somebody,
            new AuditAction("member_added", "x", own.Organization),
            async cancel =>
            {
                await own.Table.DeleteAsync(cancel);
                return "made";
            });

        Assert.Equal("made", made);
    }

    [Fact]
    public async Task Somebody_who_is_not_signed_in_is_called_what_they_claim_to_be()
    {
        var own = await OwnTrail.CreateAsync(stack);
        var trail = TrailOf(own.Store);
        var request = new DefaultHttpContext { TraceIdentifier = "request-8" }.Request;

        await trail.NoteAsync(
            trail.By(request, "ann@hospital.example\r\n;done"), new AuditAction("signed_in", "portal", own.Organization), AuditResult.Refused);

        var one = Assert.Single(await EventsAsync(own));
        Assert.Equal(new AuditActor("ann@hospital.example\\u{d}\\u{a};done", RequestId: "request-8"), one.By);
        Assert.Equal(AuditResult.Refused, one.Result);
    }

    private static async Task<List<AuditEvent>> EventsAsync(OwnTrail own) => [.. (await own.AllAsync()).Select(one => AuditHash.Parse(one.Text)!)];

    private static AuditTrail TrailOf(AuditStore store) => new(store, Settings, NullLogger<AuditTrail>.Instance);

    // Signed in for good at the portal of all tests; the request itself is made up.
    private async Task<(HttpRequest Request, AuditActor By)> SignedInAsync()
    {
        var person = await stack.Portal.SignInStrangerAsync();
        var cookie = person.Cookie!.Split('.');
        var caller = await stack.Portal.Services.GetRequiredService<SessionStore>().FindAsync(new SessionCookie(cookie[0], cookie[1]), CancellationToken.None);
        var http = new DefaultHttpContext { TraceIdentifier = "request-7" };
        http.Request.Headers["X-Real-IP"] = "192.0.2.7";
        http.Items[typeof(Caller)] = caller;
        return (http.Request, new AuditActor(person.Email, person.AccountId, Secrets.Hash(cookie[1])[..16], "request-7", "192.0.2.7"));
    }
}
