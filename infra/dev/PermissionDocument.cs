using System.Globalization;
using System.Text;
using Ssp.Identity;

namespace Ssp.Dev;

/// <summary>Writes infra/docs/permissions.md from the permission table, for people who want to read it.</summary>
public static class PermissionDocument
{
    public const string Path = "infra/docs/permissions.md";

    private static readonly IReadOnlyDictionary<Standing, string> Names = new Dictionary<Standing, string>
    {
        [Standing.Anonymous] = "not signed in",
        [Standing.Stranger] = "signed in, member nowhere here",
        [Standing.PlainMember] = "member without a role",
        [Standing.DpManager] = "DP Manager",
        [Standing.CertificateEditor] = "Certificate Manager",
        [Standing.CsvUploadManager] = "CSV Upload Manager",
        [Standing.NippinManager] = "NIPPIN Manager",
        [Standing.Manager] = "User Manager",
    };

    public static string Text()
    {
        var text = new StringBuilder();
        text.Append(
            """
            # Who may do what

            This page is written from `functions/Identity/permissions.json`, the one table that the portal's door, the web pages and the tests read; do not
            edit it here. It gives the status of a call that is in order: a 2xx is a yes. Somebody with several roles may do what one of them may, in that
            organisation only. A User Manager who is also a member somewhere has there what the membership gives, too.

            Finer rules stand in the code beside the call: a DP Manager neither gives nor takes the role DP Manager (403 `role_not_grantable`), resets a
            password only where it opens no other organisation and no role that a DP Manager cannot give (403 `reset_needs_user_manager`), and the last User
            Manager stays (409 `last_user_manager`).


            """.ReplaceLineEndings("\n"));
        Append(text, "## Calls that are about no organisation", Permissions.Routes.Where(route => route.Any is not null), route => route.Any!);
        Append(text, "## Calls about an organisation one belongs to", Permissions.Routes.Where(route => route.Own is not null), route => route.Own!);
        Append(text, "## The same calls about another organisation", Permissions.Routes.Where(route => route.Other is not null), route => route.Other!);
        return text.ToString().TrimEnd() + "\n";
    }

    private static void Append(StringBuilder text, string title, IEnumerable<Permissions.Route> routes, Func<Permissions.Route, IReadOnlyList<int>> statuses)
    {
        var standings = Enum.GetValues<Standing>();
        var names = string.Join(" | ", standings.Select(standing => Names[standing]));
        var rule = string.Concat(standings.Select(_ => "---|"));
        text.Append(CultureInfo.InvariantCulture, $"{title}\n\n| call | {names} |\n|---|{rule}\n");
        foreach (var route in routes.OrderBy(route => route.Call.Split(' ')[1], StringComparer.Ordinal).ThenBy(route => route.Call, StringComparer.Ordinal))
        {
            var kind = route.Case is null ? "" : $" ({route.Case})";
            var shown = string.Join(" | ", standings.Select(standing => Show(statuses(route)[(int)standing])));
            text.Append(CultureInfo.InvariantCulture, $"| `{route.Call}`{kind} | {shown} |\n");
        }

        text.Append('\n');
    }

    private static string Show(int status) => status is >= 200 and < 300 ? $"**{status}**" : status.ToString(CultureInfo.InvariantCulture);
}
