using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Tests.Support;

namespace Ssp.Tests.Exports;

/// <summary>How much of the portal one person may have at once.</summary>
public sealed class ExportBoundTests(Stack stack, IdlePortal shared) : IClassFixture<IdlePortal>
{
    private static readonly DateOnly Start = new(2026, 1, 1);

    private readonly TestPortal portal = stack.Portal;
    private readonly TestPortal idle = shared.Portal;

    [Fact]
    public async Task One_person_has_ten_exports_under_way_at_most_and_a_sentence_says_so()
    {
        var organization = await idle.NewOrganizationAsync();
        var person = await idle.SignInAsync(organization, Role.NippinManager);
        var other = await idle.SignInAsync(organization, Role.NippinManager);
        Task<Answer> AskAsync(Person who, int day) => who.PostAsync(
            $"organizations/{organization.Id}/exports",
            new { kind = "nippin", registry = Implants.Registry, start = DayText(day), end = "2026-12-31" });

        var all = await Task.WhenAll(Enumerable.Range(1, 30).Select(day => AskAsync(person, day)));
        var asked = all.Where(one => one.Status == HttpStatusCode.Accepted).ToList();
        var days = Enumerable.Range(1, 30).Where(day => all[day - 1].Status == HttpStatusCode.Accepted).ToList();
        var refused = await AskAsync(person, 31);
        var same = await AskAsync(person, days[0]);
        var colleague = await AskAsync(other, 32);
        await person.DeleteAsync($"organizations/{organization.Id}/exports/{asked[^1].Json.GetProperty("export").GetProperty("id").GetString()}");
        var next = await AskAsync(person, 33);

        Assert.Equal(10, asked.Count);
        Assert.All(all.Except(asked), one => Assert.Equal("too_many_exports", one.Code));
        Assert.Equal((HttpStatusCode.TooManyRequests, "too_many_exports"), (refused.Status, refused.Code));
        Assert.Contains("10 exports that you asked for", refused.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(60, refused.Message.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Accepted, HttpStatusCode.Accepted), (same.Status, colleague.Status, next.Status));
    }

    [Fact]
    public async Task One_person_fetches_eight_files_at_once_at_most_and_what_is_refused_stands_in_no_trail()
    {
        var organization = await portal.NewOrganizationAsync();
        await stack.Owner.AddAsync(organization.Nihdi, [("A", "1")]);
        var person = await portal.SignInAsync(organization, Role.CsvUploadManager);
        var export = await person.ExportAsync(
            organization.Id, new { kind = "csv", project = "BCFR", collection = Registrations.Collection, version = "1" });
        var path = $"organizations/{organization.Id}/exports/{export.GetProperty("id").GetString()}/file";
        var other = await portal.SignInAsync(organization, Role.CsvUploadManager, Role.DpManager);
        var lane = portal.Services.GetRequiredService<CostlyCalls>().Downloads;
        var isDone = new TaskCompletionSource();
        var underWay = Enumerable.Range(0, 8).Select(_ => lane.RunAsync(person.AccountId, () => isDone.Task, patience: null, default)).ToList();

        var refused = await person.GetAsync(path);
        var noted = (await other.GetAsync($"organizations/{organization.Id}/audit?action=export_downloaded")).Json.GetProperty("items").GetArrayLength();
        var allowed = await other.GetAsync(path);
        isDone.SetResult();
        await Task.WhenAll(underWay);

        Assert.Equal((HttpStatusCode.TooManyRequests, "too_many_at_once", 0), (refused.Status, refused.Code, noted));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (allowed.Status, (await person.GetAsync(path)).Status));
    }

    private static string DayText(int day) => Start.AddDays(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
