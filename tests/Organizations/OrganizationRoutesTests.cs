using System.Net;
using Ssp.Identity;
using Ssp.Tests.Support;

namespace Ssp.Tests.Organizations;

public sealed class OrganizationRoutesTests(Stack stack)
{
    private readonly TestPortal portal = stack.Portal;

    [Fact]
    public async Task A_member_sees_own_organisations_only()
    {
        var (mine, also, foreign) = (
            await portal.NewOrganizationAsync("Zwin"), await portal.NewOrganizationAsync("Aarde"), await portal.NewOrganizationAsync("Maan"));
        var person = await portal.SignInAsync(mine);
        await portal.SetRolesAsync(person, also, Role.DpManager);

        var list = await person.GetAsync("organizations");
        var one = await person.GetAsync($"organizations/{mine.Id}");
        var hidden = await person.GetAsync($"organizations/{foreign.Id}");

        Assert.Equal(["Aarde", "Zwin"], list.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("title").GetString()));
        Assert.Equal(mine.Nihdi, one.Json.GetProperty("nihdi").GetString());
        Assert.Equal(mine.ETag, one.Message.Headers.ETag!.ToString());
        Assert.False(one.Message.Headers.ETag.IsWeak);
        Assert.Equal(HttpStatusCode.NotFound, hidden.Status);
    }

    [Fact]
    public async Task A_user_manager_sees_all_and_searches_and_pages_through_them()
    {
        await using var own = await TestPortal.StartAsync(stack);
        var manager = await own.NewUserManagerAsync();
        var accented = await own.NewOrganizationAsync("Hôpital de l'Été");
        for (var i = 0; i < 7; i++)
        {
            await own.NewOrganizationAsync($"Hospital {i}");
        }

        var titles = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await manager.GetAsync($"organizations?limit=3{(cursor is null ? "" : $"&cursor={cursor}")}")).Json;
            Assert.InRange(page.GetProperty("items").GetArrayLength(), 1, 3);
            titles.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("title").GetString()!));
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);
        var found = await manager.GetAsync("organizations?search=hopital%20de");
        var byNumber = await manager.GetAsync($"organizations?search={accented.Nihdi}");

        Assert.Equal(8, titles.Distinct().Count());
        Assert.Equal(accented.Id, found.Json.GetProperty("items").EnumerateArray().Single().GetProperty("id").GetString());
        Assert.Equal(accented.Id, byNumber.Json.GetProperty("items").EnumerateArray().Single().GetProperty("id").GetString());
        Assert.Equal(HttpStatusCode.OK, (await manager.GetAsync($"organizations/{accented.Id}")).Status);
    }

    [Fact]
    public async Task Also_by_requests_at_once_no_two_organisations_share_a_number_unasked()
    {
        await using var own = await TestPortal.StartAsync(stack);
        var manager = await own.NewUserManagerAsync();
        for (var round = 0; round < 5; round++)
        {
            var nihdi = TestPortal.NewNihdi().Digits;

            var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => manager.PostAsync("organizations", new { title = $"Campus {i}", nihdi })));

            Assert.InRange(answers.Count(one => one.Status == HttpStatusCode.Created), 0, 1);
            Assert.All(answers.Where(one => one.Status != HttpStatusCode.Created), one => Assert.Equal("nihdi_in_use", one.Code));
            Assert.Equal(HttpStatusCode.Created, (await manager.PostAsync("organizations", new { title = "Asked", nihdi, confirmSharedNihdi = true })).Status);
        }
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=201", "limit")]
    [InlineData("limit=many", "limit")]
    [InlineData("cursor=forged", "cursor")]
    [InlineData("cursor=%00", "cursor")]
    public async Task A_list_says_what_is_wrong_with_the_question(string query, string field)
    {
        var person = await portal.SignInStrangerAsync();

        var answer = await person.GetAsync($"organizations?{query}");

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal(field, Assert.Single(answer.Fields));
    }

    [Fact]
    public async Task Digits_among_other_words_are_no_number_to_search_for()
    {
        var organization = await portal.NewOrganizationAsync();
        var person = await portal.SignInAsync(organization);
        var (first, second) = (organization.Nihdi[..3], organization.Nihdi[3..6]);

        Assert.Single((await person.GetAsync($"organizations?search={first}-{second}")).Json.GetProperty("items").EnumerateArray());
        Assert.Empty((await person.GetAsync($"organizations?search={first} or {second}")).Json.GetProperty("items").EnumerateArray());
    }

    [Theory]
    [InlineData("' or 1 eq 1")]
    [InlineData("%25' OR '1'='1")]
    [InlineData("(((((a+)+)+)+)+)$")]
    public async Task A_hostile_search_finds_nothing(string search)
    {
        var organization = await portal.NewOrganizationAsync();
        var person = await portal.SignInAsync(organization);

        var answer = await person.GetAsync($"organizations?search={Uri.EscapeDataString(search)}");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Empty(answer.Json.GetProperty("items").EnumerateArray());
    }
}
