using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Ssp.Http;

namespace Ssp.Identity;

/// <summary>What somebody can be to an organisation or, where a call has none, to the installation.</summary>
public enum Standing
{
    Anonymous,
    Stranger,
    PlainMember,
    DpManager,
    CertificateEditor,
    CsvUploadManager,
    NippinManager,

    /// <summary>A User Manager.</summary>
    Manager,
}

/// <summary>
/// The permission table, permissions.json: for every call who succeeds with it, in four parts: calls that anybody may make, that everybody who is
/// signed in may make, about the installation, and about an organisation. What the others get follows from the part (<see cref="Route"/>). The
/// door, the tests, the pages and infra/docs/permissions.md all read this one file.
/// </summary>
public static class Permissions
{
    private static readonly IReadOnlyList<Standing> Standings = Enum.GetValues<Standing>();
    private static readonly IReadOnlyList<Standing> Members =
        [Standing.PlainMember, Standing.DpManager, Standing.CertificateEditor, Standing.CsvUploadManager, Standing.NippinManager];

    private static readonly IReadOnlyList<Route> All = Read();
    private static readonly FrozenDictionary<string, IReadOnlyList<Route>> ByFunction = All
        .GroupBy(route => route.Function)
        .ToFrozenDictionary(group => group.Key, group => (IReadOnlyList<Route>)[.. group]);
    private static readonly FrozenDictionary<string, Route> ByName = All.ToFrozenDictionary(route => route.Name);

    /// <summary>A line of the table, with the status that somebody of each standing gets.</summary>
    /// <param name="Case">Where the right to one call follows what is asked for, for example the kind of an export.</param>
    /// <param name="Call">Method and path below /api.</param>
    /// <param name="Own">
    /// In an organisation one belongs to: 403 for whoever the line does not name, 404 for strangers and for those from whom it is hidden.
    /// </param>
    /// <param name="Other">In another organisation: 404 for whoever is no User Manager.</param>
    /// <param name="Any">
    /// Of a call that is about no organisation, which has no Own and no Other: 401 for whoever is not signed in,
    /// 403 for the others that the line does not name.
    /// </param>
    public sealed record Route(string Function, string? Case, string Call, IReadOnlyList<int>? Own, IReadOnlyList<int>? Other, IReadOnlyList<int>? Any)
    {
        public string Name => Case is null ? Function : $"{Function} {Case}";
    }

    // "member" in Who stands for everybody who belongs to the organisation.
    private sealed record Line(string Function, string? Case, string Call, int Status, IReadOnlyList<string>? Who, IReadOnlyList<Standing>? HiddenFrom);

    private sealed record Table(IReadOnlyList<Line> Anybody, IReadOnlyList<Line> SignedIn, IReadOnlyList<Line> Installation, IReadOnlyList<Line> Organization);

    public static IReadOnlyCollection<Route> Routes => All;

    /// <summary>Whether the function answers without a session.</summary>
    public static bool IsOpen(string function) =>
        ByName.TryGetValue(function, out var route) && route.Any is { } any && IsSuccess(any[(int)Standing.Anonymous]);

    /// <param name="function">The function's name: one of its cases after a space, or without it for whoever may do any of them.</param>
    /// <param name="standings">All that the person is at once.</param>
    /// <param name="isOwn">Whether they belong to the organisation the call is about.</param>
    /// <exception cref="Problem">403 or 404, as the table says, when none of the standings opens this.</exception>
    public static void Require(string function, IReadOnlyCollection<Standing> standings, bool isOwn)
    {
        var mine = StatusesOf(function, standings, isOwn).ToList();
        if (!mine.Any(IsSuccess))
        {
            // What is not there for one of their roles is not there.
            throw mine.Contains(StatusCodes.Status404NotFound) ? Problem.Hidden() : Problem.Forbidden();
        }
    }

    /// <summary>As <see cref="Require"/>, for those who only want to know.</summary>
    public static bool May(string function, IReadOnlyCollection<Standing> standings, bool isOwn) => StatusesOf(function, standings, isOwn).Any(IsSuccess);

    private static IEnumerable<int> StatusesOf(string function, IReadOnlyCollection<Standing> standings, bool isOwn) =>
        from route in ByName.TryGetValue(function, out var one) ? [one] : ByFunction[function]
        let statuses = (route.Any ?? (isOwn ? route.Own : route.Other))!
        from standing in standings
        select statuses[(int)standing];

    private static bool IsSuccess(int status) => status is >= 200 and < 300;

    private static IReadOnlyList<Route> Read()
    {
        using var file = typeof(Permissions).Assembly.GetManifestResourceStream("permissions.json")!;
        var table = JsonSerializer.Deserialize<Table>(file, Json.Options)!;
        return
        [
            .. table.Anybody.Select(line => AboutNothing(line, Standings)),
            .. table.SignedIn.Select(line => AboutNothing(line, [.. Standings.Except([Standing.Anonymous])])),
            .. table.Installation.Select(line => AboutNothing(line, WhoOf(line))),
            .. table.Organization.Select(AboutOrganization),
        ];
    }

    private static Route AboutNothing(Line line, IReadOnlyList<Standing> who) => new(
        line.Function, line.Case, line.Call, null, null,
        [
            .. Standings.Select(standing => who.Contains(standing) ? line.Status
                : standing == Standing.Anonymous ? StatusCodes.Status401Unauthorized
                : StatusCodes.Status403Forbidden),
        ]);

    private static Route AboutOrganization(Line line)
    {
        var (who, hidden) = (WhoOf(line), line.HiddenFrom ?? []);
        int Own(Standing standing) => standing switch
        {
            Standing.Anonymous => StatusCodes.Status401Unauthorized,
            Standing.Stranger => StatusCodes.Status404NotFound,
            _ => who.Contains(standing) ? line.Status : hidden.Contains(standing) ? StatusCodes.Status404NotFound : StatusCodes.Status403Forbidden,
        };
        int Other(Standing standing) => standing is Standing.Anonymous or Standing.Manager ? Own(standing) : StatusCodes.Status404NotFound;
        return new Route(line.Function, line.Case, line.Call, [.. Standings.Select(Own)], [.. Standings.Select(Other)], null);
    }

    private static IReadOnlyList<Standing> WhoOf(Line line) =>
        [.. line.Who!.SelectMany(word => word == "member" ? Members : [Standings.Single(standing => Json.Word(standing) == word)])];
}
