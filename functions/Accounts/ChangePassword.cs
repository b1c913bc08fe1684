using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Audit;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Storage;
using Ssp.Text;

namespace Ssp.Accounts;

/// <summary>
/// A person changes their own password, be it the temporary one or one they chose. The account row's ETag lets exactly one of
/// several parallel changes succeed; all sessions of the account end with it, and this browser gets a new one.
/// </summary>
public sealed class ChangePassword(
    AccountStore accounts, SessionStore sessions, MembershipStore memberships, OrganizationStore organizations,
    SignInThrottle throttle, PasswordHashes hashes, AuditTrail audit, HttpSettings settings, TimeProvider clock)
{
    private sealed record Passwords(string? CurrentPassword, string? NewPassword, string? NewPasswordAgain);

    [Function(nameof(ChangePassword))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/account/password")] HttpRequest request, CancellationToken cancel)
    {
        var me = request.Caller();
        var passwords = await Json.ReadAsync<Passwords>(request, cancel);
        await RequireGoodAsync(passwords, me, cancel);
        await RequireCurrentAsync(passwords, me, request, cancel);

        var hash = await hashes.HashAsync(me.Account.Id, passwords.NewPassword!, cancel);
        var changed = await audit.DoAsync(request, new AuditAction("password_changed", me.Account.Email), untilDone => ReplaceAsync(me, hash, untilDone));
        var cookie = await sessions.BeginAsync(changed, request, cancel);
        cookie.Set(request.HttpContext.Response, settings);
        return TypedResults.NoContent();
    }

    private async Task<Account> ReplaceAsync(Caller me, string hash, CancellationToken cancel) =>
        await accounts.ChangePasswordAsync(me.Account, hash, cancel)
            // A sign-in elsewhere notes its time on the same row; only another password or its sessions' end is a conflict.
            ?? (await accounts.FindAsync(me.Account.Id, cancel) is { } now
                && Secrets.Same(now.PasswordHash, me.Account.PasswordHash)
                && now.SessionStamp == me.Account.SessionStamp
                ? await accounts.ChangePasswordAsync(now, hash, cancel)
                : null)
            ?? throw new Problem(StatusCodes.Status409Conflict, ProblemCodes.PasswordChangedMeanwhile);

    private async Task RequireGoodAsync(Passwords passwords, Caller me, CancellationToken cancel)
    {
        var faults = new Dictionary<string, Sentence[]>();
        if (string.IsNullOrEmpty(passwords.CurrentPassword))
        {
            faults["currentPassword"] = [Sentences.Field.CurrentPasswordMissing];
        }
        else if (!WellFormed.Is(passwords.CurrentPassword))
        {
            faults["currentPassword"] = [Sentences.Password.NotText];
        }

        if (string.IsNullOrEmpty(passwords.NewPassword))
        {
            faults["newPassword"] = [Sentences.Field.NewPasswordMissing];
        }
        else if (passwords.NewPassword == passwords.CurrentPassword)
        {
            faults["newPassword"] = [Sentences.Password.Unchanged];
        }
        else if (await JudgeAsync(passwords.NewPassword, me, cancel) is { Length: > 0 } sentences)
        {
            faults["newPassword"] = sentences;
        }

        if (string.IsNullOrEmpty(passwords.NewPasswordAgain) || passwords.NewPasswordAgain != passwords.NewPassword)
        {
            faults["newPasswordAgain"] = [Sentences.Password.NotSame];
        }

        if (faults.Count > 0)
        {
            throw Problem.Invalid(faults);
        }
    }

    private async Task RequireCurrentAsync(Passwords passwords, Caller me, HttpRequest request, CancellationToken cancel)
    {
        // A stolen session must not be a way to guess the password faster than the sign-in page allows.
        var (isRight, mustWait) = await hashes.InTurnAsync(
            me.Account.Id,
            async () =>
            {
                var attempt = await throttle.BeginAsync(me.Account.Id, ClientAddress.Of(request, settings), cancel);
                var right = hashes.Check(me.Account.PasswordHash, passwords.CurrentPassword!) != PasswordCheck.Wrong && !attempt.MustWait;
                if (!right)
                {
                    await throttle.NoteFailureAsync(attempt, cancel);
                }

                return (right, attempt.MustWait);
            },
            cancel);
        if (!isRight)
        {
            // As at the sign-in: what has to wait is only counted.
            if (!mustWait)
            {
                await audit.NoteAsync(
                    request,
                    new AuditAction("password_changed", me.Account.Email, Details: "problem: current password wrong"),
                    AuditResult.Failed);
            }

            throw Problem.Invalid("currentPassword", Sentences.Password.CurrentWrong);
        }

        if (me.Account.TemporaryUntil <= clock.GetUtcNow())
        {
            throw Problem.Invalid("currentPassword", Sentences.Password.TemporaryExpired);
        }
    }

    // Costs as much as a hash, so it waits for a turn like one.
    private async Task<Sentence[]> JudgeAsync(string password, Caller me, CancellationToken cancel)
    {
        var personal = await PersonalAsync(me, cancel);
        return await hashes.InTurnAsync(me.Account.Id, () => Task.FromResult(PasswordRules.Faults(password, personal)), cancel);
    }

    private async Task<IReadOnlyCollection<string>> PersonalAsync(Caller me, CancellationToken cancel)
    {
        var words = new List<string> { me.Account.Email };
        foreach (var membership in await memberships.ListOfAccountAsync(me.Account, cancel))
        {
            if (await organizations.FindAsync(membership.OrganizationId, cancel) is { } organization)
            {
                words.Add(organization.Title);
                words.Add(organization.Nihdi);
            }
        }

        return words;
    }
}
