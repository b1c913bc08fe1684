using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Audit;
using Ssp.Http;
using Ssp.Identity;

namespace Ssp.Accounts;

/// <summary>
/// Before a member is added: is there an account for this address? Only for who may add members there, and only so often, since it tells who
/// has an account. Where the account comes from is told so that an impostor's is noticed.
/// </summary>
public sealed class LookUpAccount(
    Access access, AccountStore accounts, MembershipStore memberships, OrganizationStore organizations,
    LookUpBudgets budgets, AuditTrail audit, TimeProvider clock)
{
    private sealed record Question(string? Email, string? OrganizationId);

    [Function(nameof(LookUpAccount))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/accounts/lookup")] HttpRequest request, CancellationToken cancel)
    {
        var question = await Json.ReadAsync<Question>(request, cancel);
        var organizationId = question.OrganizationId ?? throw Problem.Invalid("organizationId", Sentences.Field.ChooseOne);
        var entry = await access.EnterAsync(request, nameof(LookUpAccount), organizationId, cancel);
        var email = EmailAddress.Require(question.Email);
        if (await budgets.LookUpWaitAsync(entry.Account.Id, cancel) is { } wait)
        {
            throw new Problem(StatusCodes.Status429TooManyRequests, ProblemCodes.TooManyLookups) { RetryAfter = wait, IsRefusal = true };
        }

        await audit.NoteAsync(request, new AuditAction("account_looked_up", email.Value, entry.Organization.Id));
        var account = await accounts.FindAsync(email.AccountId, cancel);
        var origin = account?.CreatedIn is { } createdIn ? await organizations.FindAsync(createdIn, cancel) : null;
        return Json.Answer(new
        {
            Exists = account is not null,
            Member = account is not null && await memberships.FindAsync(entry.Organization.Id, account, cancel) is not null,
            IsUserManager = account is not null && await accounts.IsUserManagerAsync(account, cancel),
            CreatedIn = origin?.Title,
            account?.CreatedAt,
            account?.LastSignIn,
            State = account?.StateAt(clock.GetUtcNow()),
        });
    }
}
