using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Tests.Support;

namespace Ssp.Tests.Members;

public sealed class ListBoundTests(Stack stack)
{
    private readonly TestPortal portal = stack.Portal;

    [Theory]
    [InlineData("import", 2)]
    [InlineData("list", 4)]
    public async Task One_person_has_few_lists_under_way_at_once(string what, int each)
    {
        var organization = await portal.NewOrganizationAsync();
        var (busy, other) = (await portal.SignInAsync(organization, Role.DpManager), await portal.SignInAsync(organization, Role.DpManager));
        var calls = portal.Services.GetRequiredService<CostlyCalls>();
        var lane = what == "import" ? calls.Imports : calls.Files;
        Task<Answer> AskAsync(Person person) => what == "import"
            ? person.PostAsync($"organizations/{organization.Id}/members/import", new { csv = $"email;roles\r\n{busy.Email};\r\n" })
            : person.GetAsync($"organizations/{organization.Id}/members.csv");
        var isDone = new TaskCompletionSource();
        var underWay = Enumerable.Range(0, each).Select(_ => lane.RunAsync(busy.AccountId, () => isDone.Task, patience: null, default)).ToList();

        var refused = await AskAsync(busy);
        var allowed = await AskAsync(other);
        isDone.SetResult();
        await Task.WhenAll(underWay);

        Assert.Equal((HttpStatusCode.TooManyRequests, "too_many_at_once"), (refused.Status, refused.Code));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (allowed.Status, (await AskAsync(busy)).Status));
    }
}
