using Microsoft.AspNetCore.Http;
using Ssp.Http;
using Ssp.Identity;

namespace Ssp.Members;

/// <summary>
/// Who may give or take which role: a DP Manager all but their own, which only a User Manager gives and takes
/// ("the DP Manager is defined by the User Manager").
/// </summary>
public static class RoleGrants
{
    public static bool May(bool isUserManager, IReadOnlyCollection<Role> before, IReadOnlyCollection<Role> after) =>
        isUserManager || before.Contains(Role.DpManager) == after.Contains(Role.DpManager);

    /// <exception cref="Problem">403 role_not_grantable.</exception>
    public static void Require(Entry entry, IReadOnlyCollection<Role> before, IReadOnlyCollection<Role> after)
    {
        if (!May(entry.IsUserManager, before, after))
        {
            throw new Problem(StatusCodes.Status403Forbidden, ProblemCodes.RoleNotGrantable) { IsRefusal = true };
        }
    }
}
