using Microsoft.AspNetCore.Http;
using Ssp.Accounts;
using Ssp.Http;
using Ssp.Members;

namespace Ssp.Audit;

/// <summary>Who may read the trail: an organisation's its DP Managers and every User Manager, all of it every User Manager.</summary>
public sealed class AuditDoor(Access access, AccountStore accounts)
{
    public async Task<Entry> EnterAsync(HttpRequest request, string function, string organizationId, CancellationToken cancel)
    {
        var entry = await access.RequireMemberAsync(request, organizationId, cancel);
        return entry.Membership?.Has(Role.DpManager) == true || await accounts.IsUserManagerAsync(entry.Account.Id, cancel) ? entry : throw Problem.Forbidden();
    }

    public async Task RequireAsync(HttpRequest request, string function, CancellationToken cancel)
    {
        if (!await accounts.IsUserManagerAsync(request.Caller().Account.Id, cancel))
        {
            throw Problem.Forbidden();
        }
    }
}
