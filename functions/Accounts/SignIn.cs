using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Audit;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Storage;
using Ssp.Text;

namespace Ssp.Accounts;

/// <summary>
/// Signs a person in. An unknown address, a wrong password, an expired temporary one and a waiting account get one answer, after the same work.
/// </summary>
public sealed class SignIn(
    AccountStore accounts, SessionStore sessions, SignInThrottle throttle, PasswordHashes hashes, AuditTrail audit, RepeatedEvents repeated,
    HttpSettings settings, TimeProvider clock)
{
    private sealed record Credentials(string? Email, string? Password);

    [Function(nameof(SignIn))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/session")] HttpRequest request, CancellationToken cancel)
    {
        var credentials = await Json.ReadAsync<Credentials>(request, cancel);
        Require(credentials);
        var address = ClientAddress.Of(request, settings);
        // Nobody can have an account under something that is no address; it still costs the caller the same time.
        var accountId = EmailAddress.TryParse(credentials.Email, out var email) ? email.AccountId : Secrets.Hash(credentials.Email!);
        // Where no address is known, the turn goes by the account: then nothing else tells one caller from another.
        var asker = address is null && settings.ClientAddressHeader is null ? accountId : SignInThrottle.PlaceOf(address);
        var (account, known, check, attempt) = await hashes.InTurnAsync(asker, () => TryAsync(accountId, credentials.Password!, address, cancel), cancel);
        if (account is null)
        {
            NoteFailure(request, known, attempt);
            throw new Problem(StatusCodes.Status401Unauthorized, ProblemCodes.InvalidCredentials);
        }

        // A sign-in that leaves no trace does not happen.
        await audit.NoteAsync(audit.By(request, account.Email, account.Id), new AuditAction("signed_in", account.Email, Details: Waited(attempt)));
        var strongerHash = check == PasswordCheck.RightButWeak ? await hashes.HashAsync(asker, credentials.Password!, cancel) : null;
        await accounts.NoteSignInAsync(account, strongerHash, cancel);
        await throttle.NoteSuccessAsync(attempt, cancel);
        if (SessionCookie.TryRead(request, out var old) && await sessions.FindAsync(old, cancel) is { } before)
        {
            await sessions.EndAsync(before.Session, cancel);
        }

        var cookie = await sessions.BeginAsync(account, request, cancel);
        cookie.Set(request.HttpContext.Response, settings);
        return Json.Answer(new
        {
            Account = await AccountView.OfAsync(account, accounts, cancel),
            CsrfToken = Secrets.CsrfTokenOf(cookie.Secret),
            account.MustChangePassword,
        });
    }

    // Once the answer is out: else its time would tell an account, whose failures are events, from none. Tries that had to wait are only counted: a guesser
    // could fill the trail with them. What somebody typed who is unknown may be anything, even a password.
    private void NoteFailure(HttpRequest request, Account? known, SignInThrottle.Attempt attempt)
    {
        if (attempt.MustWait)
        {
            return;
        }

        var by = audit.By(request);
        var action = new AuditAction("sign_in_failed", known?.Email ?? "", Details: Waited(attempt));
        // Addresses are made up without end; there is one event an hour for each place that tries them.
        request.HttpContext.Response.OnCompleted(() => known is null
            ? repeated.NoteAsync($"sign_in_failed {attempt.Place}", by, action, AuditResult.Failed)
            : audit.TryNoteAsync(by, action, AuditResult.Failed));
    }

    private static string? Waited(SignInThrottle.Attempt attempt) =>
        attempt.WaitedBefore == 0 ? null : $"tries before that had to wait: {attempt.WaitedBefore}";

    private async Task<(Account? Account, Account? Known, PasswordCheck Check, SignInThrottle.Attempt Attempt)> TryAsync(
        string accountId, string password, IPAddress? address, CancellationToken cancel)
    {
        var account = await accounts.FindAsync(accountId, cancel);
        var attempt = await throttle.BeginAsync(account?.Id ?? SignInThrottle.Nobodys(accountId), address, cancel);
        // Once the proxy tells addresses, those that it does not tell are one.
        var spent = address is null && settings.ClientAddressHeader is null ? null : await throttle.AddressWaitAsync(address, cancel);
        if (spent is not null && !attempt.IsFromKnownPlace)
        {
            throw TooMany(spent);
        }

        var check = hashes.Check(account?.PasswordHash, password);
        if (check != PasswordCheck.Wrong && !attempt.MustWait && !(account!.TemporaryUntil <= clock.GetUtcNow()))
        {
            return (account, account, check, attempt);
        }

        await throttle.NoteFailureAsync(attempt, cancel);
        if (spent is not null)
        {
            throw TooMany(spent);
        }

        return (null, account, check, attempt);
    }

    private static Problem TooMany(TimeSpan? wait) => new(StatusCodes.Status429TooManyRequests, ProblemCodes.TooManySignIns) { RetryAfter = wait };

    private static void Require(Credentials credentials)
    {
        var faults = new Dictionary<string, Sentence[]>();
        if (string.IsNullOrWhiteSpace(credentials.Email))
        {
            faults["email"] = [Sentences.Field.EmailMissing];
        }

        if (string.IsNullOrEmpty(credentials.Password))
        {
            faults["password"] = [Sentences.Field.PasswordMissing];
        }
        else if (!WellFormed.Is(credentials.Password))
        {
            faults["password"] = [Sentences.Password.NotText];
        }

        if (faults.Count > 0)
        {
            throw Problem.Invalid(faults);
        }
    }
}

/// <summary>What the API says about an account.</summary>
public sealed record AccountView(string Id, string Email, bool IsUserManager)
{
    public static async Task<AccountView> OfAsync(Account account, AccountStore accounts, CancellationToken cancel) =>
        new(account.Id, account.Email, await accounts.IsUserManagerAsync(account, cancel));
}
