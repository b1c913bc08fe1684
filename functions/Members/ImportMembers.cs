using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Accounts;
using Ssp.Audit;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Text;

namespace Ssp.Members;

/// <summary>Makes many people members at once: first a preview with what is wrong in each line, then all lines or none.</summary>
public sealed class ImportMembers(
    Access access, AccountStore accounts, MembershipStore memberships, Invitations invitations, MemberLookup members, LookUpBudgets budgets, CostlyCalls calls,
    AuditTrail audit)
{
    private sealed record Body(string? Csv, bool? Apply);

    /// <summary>What a line would do, or did.</summary>
    private enum Outcome
    {
        Add,
        Change,
        Unchanged,
        Error,
    }

    /// <param name="Known">Whether there is an account for the address already.</param>
    private sealed record Row(
        int Line, string Email, IReadOnlyList<Role> Roles, Outcome Outcome, bool Known, IReadOnlyList<string> Errors, string? TemporaryPassword,
        [property: JsonIgnore] EmailAddress? Address, [property: JsonIgnore] Account? Account, [property: JsonIgnore] Membership? Membership);

    [Function(nameof(ImportMembers))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/organizations/{organizationId}/members/import")] HttpRequest request,
        string organizationId, CancellationToken cancel)
    {
        var entry = await access.EnterAsync(request, nameof(ImportMembers), organizationId, cancel);
        var body = await Json.ReadAsync<Body>(request, cancel);
        return await calls.Imports.RunAsync(entry.Account.Id, () => ImportAsync(request, entry, body, cancel), CostlyCalls.Patience, cancel);
    }

    private async Task<IResult> ImportAsync(HttpRequest request, Entry entry, Body body, CancellationToken cancel)
    {
        var rows = await Task.WhenAll(MemberFile.Read(body.Csv).Select(line => JudgeAsync(line, entry, Texts.LanguageOf(request), cancel)));
        var faults = rows.Count(row => row.Outcome == Outcome.Error);
        DateTimeOffset? until = null;
        var applied = body.Apply == true && faults == 0;
        if (applied)
        {
            var counts = $"added: {rows.Count(row => row.Outcome == Outcome.Add)}, changed: {rows.Count(row => row.Outcome == Outcome.Change)}";
            var told = rows
                .Where(row => row.Outcome != Outcome.Unchanged)
                .Select(row => $"{row.Email}: {RoleWords.Told(row.Membership?.Roles ?? [], row.Roles)}");
            (rows, until) = await audit.DoAsync(
                request, ActionsOf("members_imported", counts, entry, told), untilDone => ApplyAsync(request, rows, entry, untilDone));
        }
        else
        {
            await NoteLookUpAsync(request, rows, entry, cancel);
        }

        return Json.Answer(new { Rows = rows, Faults = faults, Applied = applied, TemporaryUntil = until });
    }

    // A preview tells who has an account, as a look-up does.
    private async Task NoteLookUpAsync(HttpRequest request, Row[] rows, Entry entry, CancellationToken cancel)
    {
        var strangers = rows.Where(row => row.Address is not null && row.Membership is null).Select(row => row.Email).ToList();
        if (strangers.Count > 0 && await budgets.PreviewWaitAsync(entry.Account.Id, strangers.Count, cancel) is { } wait)
        {
            throw new Problem(StatusCodes.Status429TooManyRequests, ProblemCodes.TooManyLookups) { RetryAfter = wait, IsRefusal = true };
        }

        foreach (var action in ActionsOf("account_looked_up", $"addresses: {strangers.Count}", entry, strangers).Where(_ => strangers.Count > 0))
        {
            await audit.NoteAsync(request, action);
        }
    }

    private static IEnumerable<AuditAction> ActionsOf(string action, string counts, Entry entry, IEnumerable<string> told) =>
        VisibleText.Join(told, AuditStore.MaxDetails).Select(piece => new AuditAction(action, counts, entry.Organization.Id, piece));

    private async Task<Row> JudgeAsync(MemberLine line, Entry entry, string language, CancellationToken cancel)
    {
        var account = line.Address is null ? null : await accounts.FindAsync(line.Address.AccountId, cancel);
        var membership = account is null ? null : await memberships.FindAsync(entry.Organization.Id, account, cancel);
        var faults = line.Faults.ToList();
        if (!RoleGrants.May(entry.IsUserManager, membership?.Roles ?? [], line.Roles))
        {
            faults.Add(ProblemCodes.RoleNotGrantable.Detail());
        }

        if (account is not null && membership is null && await invitations.IsUnusedElsewhereAsync(account, entry, cancel))
        {
            faults.Add(ProblemCodes.PasswordUnusedElsewhere.Detail());
        }

        var outcome = faults.Count > 0 ? Outcome.Error
            : membership is null ? Outcome.Add
            : membership.Roles.SequenceEqual(line.Roles) ? Outcome.Unchanged
            : Outcome.Change;
        return new Row(
            line.Line, line.Email, line.Roles, outcome, account is not null,
            [.. faults.Select(fault => Texts.Say(language, fault))], null, line.Address, account, membership);
    }

    private async Task<(Row[] Rows, DateTimeOffset? Until)> ApplyAsync(HttpRequest request, Row[] rows, Entry entry, CancellationToken cancel)
    {
        var added = new List<(Account, IReadOnlyList<Role>)>();
        DateTimeOffset? until = null;
        for (var place = 0; place < rows.Length; place++)
        {
            var row = rows[place];
            if (row.Outcome == Outcome.Add)
            {
                var (account, password) = await invitations.InviteAsync(request, row.Address!, entry, cancel);
                added.Add((account, row.Roles));
                rows[place] = row with { TemporaryPassword = password?.Text };
                until = password?.Until ?? until;
            }
            else if (row.Outcome == Outcome.Change)
            {
                await members.RewriteAccountAsync(row.Account!, cancel);
            }
        }

        var changed = rows.Where(row => row.Outcome == Outcome.Change).Select(row => (row.Membership!, row.Roles)).ToList();
        // Everything before this only prepares; here all become members or none does.
        if (added.Count + changed.Count > 0 && !await memberships.AddAsync(entry.Organization.Id, added, changed, cancel))
        {
            throw new Problem(StatusCodes.Status409Conflict, ProblemCodes.MembersChangedMeanwhile);
        }

        return (rows, until);
    }
}
