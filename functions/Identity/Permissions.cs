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
/// The permission table, permissions.json: for every call the status that somebody of each standing gets, in an organisation of their own and
/// in another. The door, the tests, the pages and infra/docs/permissions.md all read this one file.
/// </summary>
public static class Permissions
{
    private static readonly FrozenDictionary<string, Route> ByName = Read().ToFrozenDictionary(route => route.Name);

    /// <summary>A line of the table.</summary>
    /// <param name="Case">Where the right to one call follows what is asked for, for example the kind of an export.</param>
    /// <param name="Call">Method and path below /api.</param>
    /// <param name="Own">The statuses in an organisation one belongs to, one for each <see cref="Standing"/>.</param>
    /// <param name="Other">The statuses in another organisation.</param>
    /// <param name="Any">The statuses of a call that is about no organisation; then there is no Own and Other.</param>
    public sealed record Route(string Function, string? Case, string Call, IReadOnlyList<int>? Own, IReadOnlyList<int>? Other, IReadOnlyList<int>? Any)
    {
        public string Name => Case is null ? Function : $"{Function} {Case}";
    }

    private sealed record Table(IReadOnlyList<Standing> People, IReadOnlyList<Route> Routes);

    public static IReadOnlyCollection<Route> Routes => ByName.Values;

    /// <summary>Whether the function answers without a session.</summary>
    public static bool IsOpen(string function) => ByName.TryGetValue(function, out var route) && route.Any is { } any && IsSuccess(any[(int)Standing.Anonymous]);

    /// <param name="function">The function's name, with its case after a space where the table has cases.</param>
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

    private static IEnumerable<int> StatusesOf(string function, IReadOnlyCollection<Standing> standings, bool isOwn)
    {
        var route = ByName[function];
        var statuses = (route.Any ?? (isOwn ? route.Own : route.Other))!;
        return standings.Select(standing => statuses[(int)standing]);
    }

    private static bool IsSuccess(int status) => status is >= 200 and < 300;

    private static IReadOnlyList<Route> Read()
    {
        using var file = typeof(Permissions).Assembly.GetManifestResourceStream("permissions.json")!;
        var table = JsonSerializer.Deserialize<Table>(file, Json.Options)!;
        return table.People.SequenceEqual(Enum.GetValues<Standing>()) && table.Routes.All(route => (route.Any is null) != (route.Own is null && route.Other is null))
            ? table.Routes
            : throw new InvalidOperationException("permissions.json is not in order.");
    }
}
