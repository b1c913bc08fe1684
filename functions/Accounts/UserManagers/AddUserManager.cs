using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Audit;
using Ssp.Http;
using Ssp.Identity;

namespace Ssp.Accounts.UserManagers;

/// <summary>Makes an account for a further User Manager. Somebody who has one already is made User Manager by <see cref="ChangeUserManager"/>.</summary>
public sealed class AddUserManager(Access access, AccountStore accounts, TemporaryPasswords passwords, ManagedAccounts managed, AuditTrail audit)
{
    private sealed record Body(string? Email);

    [Function(nameof(AddUserManager))]
    public async Task<IResult> Run([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/accounts")] HttpRequest request, CancellationToken cancel)
    {
        await access.RequireAsync(request, nameof(AddUserManager), cancel);
        var email = EmailAddress.Require((await Json.ReadAsync<Body>(request, cancel)).Email);
        var password = await passwords.NewAsync(request.Caller().Account.Id, cancel);
        var account = await audit.DoAsync(
            request,
            new AuditAction("user_manager_added", email.Value, Details: "new account"),
            async untilDone => await accounts.AddUserManagerAsync(new NewAccount(email), password.Hash, password.Until, untilDone)
                ?? throw new Problem(StatusCodes.Status409Conflict, ProblemCodes.AccountExists));
        var view = await managed.OfAsync(account, within: null, cancel);
        request.HttpContext.Response.Headers.ETag = view.ETag;
        request.HttpContext.Response.Headers.Location = $"{Addresses.Api}/accounts/{account.Id}";
        return Json.Answer(
            new { Account = view, TemporaryPassword = password.Text, TemporaryUntil = password.Until }, StatusCodes.Status201Created);
    }
}
