using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Identity;
using Ssp.Tests.Support;

namespace Ssp.Tests.Accounts;

/// <summary>An account and the right of a User Manager are two rows: whatever happens between the two, nobody else gets hold of the right.</summary>
public sealed class UserManagerRaceTests(Stack stack)
{
    public static TheoryData<string> Writes => ["managers", "account"];

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task A_DP_Manager_who_adds_the_address_of_a_User_Manager_to_be_gets_no_password_that_opens_more_than_a_member_s(string write)
    {
        await using var door = await StorageDoor.StartAsync(stack.Storage);
        await using var portal = await TestPortal.StartAsync(stack, new() { ["AzureWebJobsStorage"] = door.Connection });
        var first = await portal.NewUserManagerAsync();
        var organization = await portal.NewOrganizationAsync();
        var dora = await portal.SignInAsync(organization, Role.DpManager);
        var email = $"next.{Guid.NewGuid():N}@hospital.example";
        Assert.True(EmailAddress.TryParse(email, out var address));
        var held = door.Hold(request => IsWriteOfAccounts(request) && (write == "account" ? IsNewRow(request) : IsManagers(request)));

        var adding = first.PostAsync("accounts", new { email });
        await held.Arrived;
        var member = await dora.PostAsync($"organizations/{organization.Id}/members", new { email, roles = new[] { "csv_upload_manager" } });
        held.Open();
        var added = await adding;

        var accounts = portal.Services.GetRequiredService<AccountStore>();
        var account = (await accounts.FindAsync(address.AccountId, default))!;
        Assert.Equal(HttpStatusCode.Created, member.Status);
        Assert.Equal((HttpStatusCode.Conflict, "account_exists"), (added.Status, added.Code));
        await new Person(portal.BaseUrl, email, member.Json.GetProperty("temporaryPassword").GetString()!).SignInAsync();
        Assert.False(await accounts.IsUserManagerAsync(account, default));
        Assert.Equal(HttpStatusCode.OK, (await first.GetAsync("accounts")).Status);
    }

    private static bool IsWriteOfAccounts(HttpRequest request) =>
        request.Path.Value!.Contains("Accounts", StringComparison.Ordinal) && !HttpMethods.IsGet(request.Method);

    private static bool IsManagers(HttpRequest request) => request.Path.Value!.Contains("'managers'", StringComparison.Ordinal);

    private static bool IsNewRow(HttpRequest request) =>
        HttpMethods.IsPost(request.Method) && request.Path.Value!.EndsWith("Accounts", StringComparison.Ordinal);
}
