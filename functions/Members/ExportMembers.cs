using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Net.Http.Headers;
using Ssp.Audit;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Text;

namespace Ssp.Members;

/// <summary>The member list as a CSV file that spreadsheets open and <see cref="ImportMembers"/> reads again.</summary>
public sealed class ExportMembers(
    Access access, AccountStore accounts, MembershipStore memberships, CostlyCalls calls, AuditTrail audit, TimeProvider clock)
{
    [Function(nameof(ExportMembers))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/organizations/{organizationId}/members.csv")] HttpRequest request,
        string organizationId, CancellationToken cancel)
    {
        var entry = await access.EnterAsync(request, nameof(ExportMembers), organizationId, cancel);
        return new InLane(calls.Files, entry.Account.Id, () => WriteAsync(request, entry, cancel));
    }

    private async Task<IResult> WriteAsync(HttpRequest request, Entry entry, CancellationToken cancel)
    {
        var members = (await memberships.ListAsync(cancel)).Where(one => one.OrganizationId == entry.Organization.Id).ToList();
        await audit.NoteAsync(request, new AuditAction("members_exported", entry.Organization.Title, entry.Organization.Id));
        var now = clock.GetUtcNow();
        using var file = new MemoryStream();
        using (var csv = new CsvText(file, CsvProfile.Excel))
        {
            csv.Write([MemberFile.EmailColumn, MemberFile.RolesColumn, "state", "last_sign_in"]);
            foreach (var member in members)
            {
                if (await accounts.FindAsync(member.AccountId, cancel) is { } account && account.Serial == member.AccountSerial)
                {
                    csv.Write(
                        [
                            member.Email, RoleWords.Of(member.Roles, '|'), Json.Word(account.StateAt(now)),
                            account.LastSignIn is { } last ? TimeConverter.Write(last) : null,
                        ]);
                }
            }

            csv.Flush();
        }

        request.HttpContext.Response.Headers.ContentDisposition =
            new ContentDispositionHeaderValue("attachment") { FileName = $"members-{entry.Organization.Nihdi}-{now:yyyyMMdd}.csv" }.ToString();
        return TypedResults.Bytes(file.ToArray(), "text/csv; charset=utf-8");
    }
}
