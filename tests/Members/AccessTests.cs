using System.Net;
using Ssp.Identity;
using Ssp.Tests.Support;

namespace Ssp.Tests.Members;

public sealed class AccessTests(Stack stack)
{
    private readonly TestPortal portal = stack.Portal;

    public static TheoryData<string, string> RoutesOfAnOrganization => new()
    {
        { "GET", "" },
        { "GET", "/registries" },
        { "GET", "/exports" },
        { "POST", "/exports" },
        { "GET", "/exports/251606822983286928100000000" },
        { "GET", "/exports/251606822983286928100000000/file" },
        { "DELETE", "/exports/251606822983286928100000000" },
    };

    [Theory]
    [MemberData(nameof(RoutesOfAnOrganization))]
    public async Task A_guest_is_asked_to_sign_in(string method, string route)
    {
        var organization = await portal.NewOrganizationAsync();

        var answer = await SendAsync(portal.Guest(), method, organization.Id, route);

        Assert.Equal((HttpStatusCode.Unauthorized, "not_signed_in"), (answer.Status, answer.Code));
    }

    [Theory]
    [MemberData(nameof(RoutesOfAnOrganization))]
    public async Task A_stranger_cannot_tell_an_organisation_from_one_that_does_not_exist(string method, string route)
    {
        var organization = await portal.NewOrganizationAsync();
        var elsewhere = await portal.SignInAsync(
            await portal.NewOrganizationAsync(), Role.DpManager, Role.CsvUploadManager, Role.NippinManager, Role.CertificateEditor);

        var foreign = await SendAsync(elsewhere, method, organization.Id, route);
        var unknown = await SendAsync(elsewhere, method, new string('0', 32), route);
        var malformed = await SendAsync(elsewhere, method, "x'%20or%20true%0a", route);

        Assert.Equal((HttpStatusCode.NotFound, "not_found"), (foreign.Status, foreign.Code));
        Assert.Equal((foreign.Status, foreign.Text), (unknown.Status, unknown.Text));
        Assert.Equal((foreign.Status, foreign.Text), (malformed.Status, malformed.Text));
    }

    [Theory]
    [MemberData(nameof(RoutesOfAnOrganization))]
    public async Task A_member_without_the_role_is_told_so_also_when_they_manage_members(string method, string route)
    {
        var organization = await portal.NewOrganizationAsync();
        var plain = await portal.SignInAsync(organization);
        var manager = await portal.SignInAsync(organization, Role.DpManager, Role.CertificateEditor);
        var expected = route.Length == 0 ? HttpStatusCode.OK : HttpStatusCode.Forbidden;

        Assert.Equal(expected, (await SendAsync(plain, method, organization.Id, route)).Status);
        Assert.Equal(expected, (await SendAsync(manager, method, organization.Id, route)).Status);
    }

    [Fact]
    public async Task A_user_manager_enters_everywhere_but_has_no_other_role_by_that()
    {
        await using var own = await TestPortal.StartAsync(stack);
        var manager = await own.NewUserManagerAsync();
        var organization = await own.NewOrganizationAsync();

        Assert.Equal(HttpStatusCode.OK, (await manager.GetAsync($"organizations/{organization.Id}")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await manager.GetAsync($"organizations/{organization.Id}/registries")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await manager.GetAsync($"organizations/{organization.Id}/exports")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await manager.GetAsync($"organizations/{new string('0', 32)}")).Status);
    }

    [Fact]
    public async Task A_change_of_roles_acts_on_the_next_request()
    {
        var organization = await portal.NewOrganizationAsync();
        var person = await portal.SignInAsync(organization, Role.CsvUploadManager);
        Assert.Equal(HttpStatusCode.OK, (await person.GetAsync($"organizations/{organization.Id}/exports")).Status);

        await portal.SetRolesAsync(person, organization, Role.DpManager);
        Assert.Equal(HttpStatusCode.Forbidden, (await person.GetAsync($"organizations/{organization.Id}/exports")).Status);
    }

    [Fact]
    public async Task A_right_in_one_organisation_is_none_in_another()
    {
        var (first, second) = (await portal.NewOrganizationAsync(), await portal.NewOrganizationAsync());
        var person = await portal.SignInAsync(first, Role.CsvUploadManager);
        await portal.SetRolesAsync(person, second, Role.DpManager);

        Assert.Equal(HttpStatusCode.OK, (await person.GetAsync($"organizations/{first.Id}/exports")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await person.GetAsync($"organizations/{second.Id}/exports")).Status);
    }

    private static Task<Answer> SendAsync(Person person, string method, string organizationId, string route) =>
        method == "POST"
            ? person.PostAsync($"organizations/{organizationId}{route}", new { kind = "csv", project = "BCFR", collection = "BCFR", version = "1" })
            : person.SendAsync(new HttpMethod(method), $"organizations/{organizationId}{route}", null);
}
