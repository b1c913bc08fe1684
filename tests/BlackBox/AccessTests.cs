using System.Net;
using Ssp.Tests.Support;

namespace Ssp.Tests.BlackBox;

/// <summary>Who gets in where. What somebody may not know of looks exactly like what does not exist.</summary>
[Collection("The demo over HTTP")]
public sealed class AccessTests(Stack stack) : DemoTest(stack)
{
    private const string Nowhere = "00000000000000000000000000000000";

    public static TheoryData<string> Inside => ["", "/registries", "/exports", $"/exports/{Nowhere}", $"/exports/{Nowhere}/file"];

    [Theory]
    [MemberData(nameof(Inside))]
    public async Task An_organisation_of_others_answers_like_one_that_does_not_exist(string path)
    {
        var foreign = (await OrganizationOfAsync("bo")).OrganizationId;
        foreach (var who in (string[])["sam", "cas"])
        {
            var person = await SignInAsync(who);

            var others = await person.GetAsync($"organizations/{foreign}{path}");
            var unknown = await person.GetAsync($"organizations/{Nowhere}{path}");
            var malformed = await person.GetAsync($"organizations/%C3%A9'%20--{path}");

            Assert.Equal((HttpStatusCode.NotFound, "not_found"), (others.Status, others.Code));
            Assert.Equal(unknown.Text, others.Text);
            Assert.Equal(malformed.Text, others.Text);
            Assert.Equal(HeadersOf(unknown), HeadersOf(others));
        }
    }

    [Fact]
    public async Task Writes_to_an_organisation_of_others_find_nothing_either()
    {
        var foreign = (await OrganizationOfAsync("bo")).OrganizationId;
        var cas = await SignInAsync("cas");
        var body = new { kind = "csv", project = "BCFR", collection = Registrations.Collection, version = "1" };

        var others = await cas.PostAsync($"organizations/{foreign}/exports", body);
        var unknown = await cas.PostAsync($"organizations/{Nowhere}/exports", body);

        Assert.Equal((HttpStatusCode.NotFound, "not_found"), (others.Status, others.Code));
        Assert.Equal(unknown.Text, others.Text);
        Assert.Equal(HttpStatusCode.NotFound, (await cas.DeleteAsync($"organizations/{foreign}/exports/{Nowhere}")).Status);
    }

    [Theory]
    [InlineData("pia")]
    [InlineData("daan")]
    [InlineData("cato")]
    [InlineData("mia")]
    public async Task Whoever_sees_the_organisation_but_has_not_the_role_is_refused(string who)
    {
        var organization = (await OrganizationOfAsync("pia")).OrganizationId;
        var person = await SignInAsync(who);
        var body = new { kind = "csv", project = "BCFR", collection = Registrations.Collection, version = "1" };

        Assert.Equal(HttpStatusCode.OK, (await person.GetAsync($"organizations/{organization}")).Status);
        foreach (var answer in (Answer[])
        [
            await person.GetAsync($"organizations/{organization}/registries"),
            await person.GetAsync($"organizations/{organization}/exports"),
            await person.GetAsync($"organizations/{organization}/exports/{Nowhere}"),
            await person.GetAsync($"organizations/{organization}/exports/{Nowhere}/file"),
            await person.PostAsync($"organizations/{organization}/exports", body),
            await person.DeleteAsync($"organizations/{organization}/exports/{Nowhere}"),
        ])
        {
            Assert.Equal((HttpStatusCode.Forbidden, "forbidden"), (answer.Status, answer.Code));
        }
    }

    [Fact]
    public async Task An_export_of_one_organisation_is_not_to_be_had_through_another()
    {
        var (first, second) = (await OrganizationOfAsync("cas"), await OrganizationOfAsync("bo"));
        var (bo, cas, tom) = (await SignInAsync("bo"), await SignInAsync("cas"), await SignInAsync("tom"));
        var made = await bo.ExportAsync(second.OrganizationId, new { kind = "csv", project = "BCFR", collection = Registrations.Collection, version = "1" });
        var export = $"exports/{made.GetProperty("id")}";

        Assert.Equal(HttpStatusCode.OK, (await bo.GetAsync($"organizations/{second.OrganizationId}/{export}/file")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await cas.GetAsync($"organizations/{second.OrganizationId}/{export}/file")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await cas.GetAsync($"organizations/{first.OrganizationId}/{export}/file")).Status);
        // Tom may export in the first, and in the second is NIPPIN Manager, who does not learn of CSV exports.
        Assert.Equal(HttpStatusCode.NotFound, (await tom.GetAsync($"organizations/{first.OrganizationId}/{export}/file")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await tom.GetAsync($"organizations/{second.OrganizationId}/{export}/file")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await tom.DeleteAsync($"organizations/{second.OrganizationId}/{export}")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await bo.DeleteAsync($"organizations/{second.OrganizationId}/{export}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await bo.GetAsync($"organizations/{second.OrganizationId}/{export}")).Status);
    }

    [Theory]
    [InlineData("GET", "session")]
    [InlineData("DELETE", "session")]
    [InlineData("PUT", "account/password")]
    [InlineData("GET", "organizations")]
    [InlineData("GET", $"organizations/{Nowhere}")]
    [InlineData("GET", $"organizations/{Nowhere}/registries")]
    [InlineData("GET", $"organizations/{Nowhere}/exports")]
    [InlineData("POST", $"organizations/{Nowhere}/exports")]
    [InlineData("GET", $"organizations/{Nowhere}/exports/{Nowhere}")]
    [InlineData("DELETE", $"organizations/{Nowhere}/exports/{Nowhere}")]
    [InlineData("GET", $"organizations/{Nowhere}/exports/{Nowhere}/file")]
    public async Task Nothing_answers_without_a_session(string method, string path)
    {
        var guest = await GuestAsync();

        var answer = await guest.SendAsync(new HttpMethod(method), path, null);

        Assert.Equal((HttpStatusCode.Unauthorized, "not_signed_in"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_User_Manager_lists_all_organisations_and_others_their_own()
    {
        var all = await ((await SignInAsync("mia")).GetAsync("organizations"));
        var own = await ((await SignInAsync("tom")).GetAsync("organizations"));
        var none = await ((await SignInAsync("sam")).GetAsync("organizations"));

        Assert.Equal(4, all.Json.GetProperty("items").GetArrayLength());
        Assert.Equal(2, own.Json.GetProperty("items").GetArrayLength());
        Assert.Equal(0, none.Json.GetProperty("items").GetArrayLength());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, all.Json.GetProperty("nextCursor").ValueKind);
    }

    private static string HeadersOf(Answer answer) =>
        string.Join(
            '\n',
            answer.Message.Headers.Concat(answer.Message.Content.Headers)
                .Where(one => one.Key != "Date")
                .Select(one => $"{one.Key}: {string.Join(',', one.Value)}")
                .Order());
}
