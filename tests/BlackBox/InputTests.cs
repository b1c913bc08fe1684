using System.Net;
using System.Text;
using Ssp.Tests.Support;

namespace Ssp.Tests.BlackBox;

/// <summary>Bad input of every call is answered as problem+json that names the field.</summary>
[Collection("The demo over HTTP")]
public sealed class InputTests(Stack stack) : DemoTest(stack)
{
    private const string Own = "organizations/{own}";

    [Theory]
    [InlineData("POST", "session", "{\"email\":\"a@b.be\"}", "password")]
    [InlineData("POST", "session", "{\"email\":[],\"password\":\"x\"}", "email")]
    [InlineData("POST", "session", "{\"email\":\"a@b.be\",\"password\":\"x\",\"remember\":true}", "remember")]
    [InlineData("PUT", "account/password", "{}", "currentPassword,newPassword,newPasswordAgain")]
    [InlineData("PUT", "account/password", "{\"old\":\"x\"}", "old")]
    [InlineData("POST", $"{Own}/exports", "{}", "kind")]
    [InlineData("POST", $"{Own}/exports", "{\"kind\":\"xml\"}", "kind")]
    [InlineData("POST", $"{Own}/exports", "{\"kind\":\"csv\"}", "project,collection,version")]
    [InlineData("POST", $"{Own}/exports", "{\"kind\":\"csv\",\"project\":\"BCFR\",\"collection\":\"BCFR_Main_registration\",\"version\":1}", "version")]
    [InlineData("POST", $"{Own}/exports", "{\"kind\":\"csv\",\"project\":\"BCFR\",\"collection\":\"BCFR_Main_registration\",\"version\":\"99\"}", "version")]
    [InlineData("POST", $"{Own}/exports", "{\"kind\":\"csv\",\"project\":\"MVO\",\"collection\":\"BCFR_Main_registration\",\"version\":\"1\"}", "project")]
    [InlineData("POST", $"{Own}/exports", "{\"kind\":\"csv\",\"project\":\"TAVI\",\"collection\":\"TAVI_IMPLT\",\"version\":\"1\"}", "collection")]
    [InlineData(
        "POST",
        $"{Own}/exports",
        "{\"kind\":\"csv\",\"project\":\"BCFR\",\"collection\":\"BCFR_Main_registration\",\"version\":\"1\",\"profile\":\"xlsx\"}",
        "profile")]
    [InlineData(
        "POST",
        $"{Own}/exports",
        "{\"kind\":\"csv\",\"project\":\"BCFR\",\"collection\":\"BCFR_Main_registration\",\"version\":\"1\",\"profile\":0}",
        "profile")]
    [InlineData("GET", "organizations?limit=0", null, "limit")]
    [InlineData("GET", "organizations?limit=many", null, "limit")]
    [InlineData("GET", "organizations?cursor=%00", null, "cursor")]
    [InlineData("GET", $"{Own}/exports?limit=201", null, "limit")]
    [InlineData("GET", $"{Own}/exports?cursor=elsewhere", null, "cursor")]
    public async Task A_field_that_is_not_right_is_named(string method, string path, string? body, string fields)
    {
        var answer = await SendAsync(method, path, body);

        AssertProblem(answer, HttpStatusCode.BadRequest, "invalid_input");
        Assert.Equal(fields.Split(','), answer.Fields);
        Assert.All(answer.Json.GetProperty("errors").EnumerateObject(),
            field => Assert.All(field.Value.EnumerateArray(), one => Assert.NotEmpty(one.GetString()!)));
    }

    [Theory]
    [InlineData("POST", "session")]
    [InlineData("PUT", "account/password")]
    [InlineData("POST", $"{Own}/exports")]
    public async Task A_body_that_cannot_be_read_is_refused(string method, string path)
    {
        foreach (var body in (string[])["", "{", "[]", "null"])
        {
            AssertProblem(await SendAsync(method, path, body), HttpStatusCode.BadRequest, "json_broken");
        }

        AssertProblem(await SendAsync(method, path, "{}", "text/plain"), HttpStatusCode.UnsupportedMediaType, "json_expected");
        AssertProblem(await SendAsync(method, path, $"{{\"a\":\"{new string('a', 100_000)}\"}}"), HttpStatusCode.RequestEntityTooLarge, "body_too_large");
    }

    [Theory]
    [InlineData("POST", $"{Own}/exports")]
    [InlineData("DELETE", $"{Own}/exports/00000000000000000000000000000000")]
    [InlineData("PUT", "account/password")]
    [InlineData("DELETE", "session")]
    public async Task A_write_without_the_token_of_the_session_is_refused(string method, string path)
    {
        var cas = await SignInAsync("cas");
        var token = cas.CsrfToken!;
        foreach (var wrong in (string?[])[null, "", token[..^1], token + "a"])
        {
            cas.CsrfToken = wrong;
            var answer = await cas.SendAsync(
                new HttpMethod(method), path.Replace("{own}", (await OrganizationOfAsync("cas")).OrganizationId, StringComparison.Ordinal), Json("{}"));
            AssertProblem(answer, HttpStatusCode.Forbidden, "csrf_token_wrong");
        }

        cas.CsrfToken = token;
        Assert.Equal(HttpStatusCode.OK, (await cas.GetAsync("session")).Status);
    }

    [Theory]
    [InlineData("nl", "Niet gevonden")]
    [InlineData("fr", "Introuvable")]
    public async Task A_problem_speaks_the_readers_language(string language, string title)
    {
        var cas = await SignInAsync("cas");

        var answer = await cas.GetAsync("organizations/nowhere", ("Accept-Language", language));

        Assert.Equal(title, answer.Json.GetProperty("title").GetString());
    }

    private async Task<Answer> SendAsync(string method, string path, string? body, string type = "application/json")
    {
        var cas = await SignInAsync("cas");
        var own = (await OrganizationOfAsync("cas")).OrganizationId;
        return await cas.SendAsync(new HttpMethod(method), path.Replace("{own}", own, StringComparison.Ordinal), body is null ? null : Json(body, type));
    }

    private static StringContent Json(string body, string type = "application/json") => new(body, Encoding.UTF8, type);

    private static void AssertProblem(Answer answer, HttpStatusCode status, string code)
    {
        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.Equal("application/problem+json", answer.Message.Content.Headers.ContentType!.MediaType);
        Assert.Equal((int)status, answer.Json.GetProperty("status").GetInt32());
        Assert.NotEmpty(answer.Json.GetProperty("type").GetString()!);
        Assert.NotEmpty(answer.Json.GetProperty("title").GetString()!);
        Assert.NotEmpty(answer.Json.GetProperty("detail").GetString()!);
    }
}
