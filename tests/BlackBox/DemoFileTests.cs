using System.Net;
using System.Text.Json;
using Azure.Data.Tables;
using Ssp.Identity;
using Ssp.Tests.Support;

namespace Ssp.Tests.BlackBox;

[Collection("The demo over HTTP")]
public sealed class DemoFileTests(Stack stack) : DemoTest(stack)
{
    [Fact]
    public async Task There_is_one_person_for_each_role_and_each_special_case()
    {
        var demo = await DemoAsync();

        Assert.Single(demo.People, person => person.IsUserManager && person.Memberships.Count == 0);
        Assert.Single(demo.People, person => !person.IsUserManager && person.Memberships.Count == 0);
        Assert.Single(demo.People, person => person.Memberships.Count == 2);
        Assert.Single(demo.People, person => person.Memberships is [{ Roles.Count: 0 }]);
        Assert.All(Enum.GetValues<Role>(), role => Assert.Single(demo.People, person => person.Memberships is [{ Roles: [var only] }] && only == role));
    }

    [Fact]
    public async Task Everybody_signs_in_with_the_password_of_the_file_and_is_who_the_file_says()
    {
        foreach (var expected in (await DemoAsync()).People)
        {
            var person = await SignInAsync(expected.Email);
            var session = (await person.GetAsync("session")).Json;

            Assert.Equal(expected.Email, session.GetProperty("account").GetProperty("email").GetString());
            Assert.Equal(expected.IsUserManager, session.GetProperty("account").GetProperty("isUserManager").GetBoolean());
            Assert.False(session.GetProperty("mustChangePassword").GetBoolean());
            Assert.Equal(
                expected.Memberships.Select(one => $"{one.OrganizationId} {one.Nihdi} {one.Title} {Words(one.Roles)}").Order(),
                session.GetProperty("organizations").EnumerateArray().Select(Describe).Order());
        }
    }

    [Theory]
    [InlineData("localdwh", "SELECT count(*) FROM local_dwhmessage")]
    [InlineData("nippin", "SELECT count(*) FROM nippin_message")]
    public async Task The_databases_answer_at_the_addresses_of_the_file(string name, string question)
    {
        var demo = await DemoAsync();
        await using var database = Open(name == "localdwh" ? demo.Localdwh : demo.Nippin);
        await using var command = database.CreateCommand(question);

        Assert.InRange((long)(await command.ExecuteScalarAsync())!, 1, long.MaxValue);
    }

    [Fact]
    public async Task Azurite_answers_at_the_address_of_the_file()
    {
        var tables = new TableServiceClient((await DemoAsync()).Azurite);

        Assert.NotEmpty(await tables.QueryAsync().ToListAsync());
    }

    [Fact]
    public async Task The_portal_is_alive_and_ready()
    {
        var guest = await GuestAsync();

        Assert.Equal(HttpStatusCode.OK, (await guest.GetAsync("health/live")).Status);
        var ready = await guest.GetAsync("health/ready");

        Assert.Equal(HttpStatusCode.OK, ready.Status);
        Assert.All(ready.Json.GetProperty("checks").EnumerateObject(), check => Assert.Equal("ok", check.Value.GetString()));
    }

    private static string Words(IEnumerable<Role> roles) =>
        string.Join(',', roles.Select(role => JsonSerializer.Serialize(role, Ssp.Http.Json.Options).Trim('"')).Order());

    private static string Describe(JsonElement one)
    {
        var roles = string.Join(',', one.GetProperty("roles").EnumerateArray().Select(role => role.GetString()).Order());
        return $"{one.GetProperty("id")} {one.GetProperty("nihdi")} {one.GetProperty("title")} {roles}";
    }
}
