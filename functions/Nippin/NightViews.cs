using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Ssp.Hd4dp;
using Ssp.Http;
using Ssp.Identity;
using Ssp.Jobs;
using Ssp.Storage;

namespace Ssp.Nippin;

/// <summary>How many registrations have each result, under the words of the report.</summary>
public sealed record CountsView(
    [property: JsonPropertyName("valid")] long Valid,
    [property: JsonPropertyName("invalid")] long Invalid,
    [property: JsonPropertyName("not_found")] long NotFound,
    [property: JsonPropertyName("not_sent")] long NotSent)
{
    public static CountsView Of(ResultCounts counts) => new(counts.Valid, counts.Invalid, counts.NotFound, counts.NotSent);
}

/// <summary>What the API says about a night that is over.</summary>
public sealed record NightView(
    DateOnly Night, JobState State, [property: JsonPropertyName("valid")] long Valid, [property: JsonPropertyName("invalid")] long Invalid,
    [property: JsonPropertyName("not_found")] long NotFound, [property: JsonPropertyName("not_sent")] long NotSent)
{
    public static NightView Of(Night night)
    {
        var counts = night.File?.Counts ?? ResultCounts.None;
        return new NightView(
            night.Date, night.File is null ? JobState.Failed : JobState.Succeeded, counts.Valid, counts.Invalid, counts.NotFound, counts.NotSent);
    }
}

/// <summary>What the API says about a reimbursed registry.</summary>
/// <param name="Registry">The collection's exact name.</param>
/// <param name="State">Of the newest validation: none, queued, running, succeeded or failed.</param>
/// <param name="Progress">Percent, by the number of registrations of the last good file.</param>
/// <param name="Night">The night of the last good file; what follows is about it.</param>
/// <param name="LastNight">When it was completed.</param>
/// <param name="Warnings">What is missing in the last good file.</param>
/// <param name="Nights">The nights that are over, the oldest first.</param>
public sealed record NippinRegistryView(
    string Registry, string Project, string Name, string State, int? Progress, string? Problem, DateOnly? Night, DateTimeOffset? LastNight, CountsView Counts,
    DateTimeOffset? NewestRegistration, double? Seconds, int Foreign, long Open, long? Solved, long? Broken, IReadOnlyList<NightView> Nights,
    IReadOnlyList<string> Warnings)
{
    /// <summary>All reimbursed registries, in the catalogue's order.</summary>
    public static async Task<Page<NippinRegistryView>> ListAsync(
        NightStore nights, RegistryCatalog catalog, Organization organization, string language, CancellationToken cancel)
    {
        var all = (await nights.ListAsync(organization, cancel)).ToLookup(night => night.Registry);
        return new Page<NippinRegistryView>(
            [.. catalog.Reimbursed.Select(one => Of(one.Registry, one.Collection, [.. all[one.Collection.Name]], language))], NextCursor: null);
    }

    private static NippinRegistryView Of(Registry registry, DataCollection collection, IReadOnlyList<Night> nights, string language)
    {
        // The newest is what somebody asked for last, not what bears the latest date only.
        var newest = nights.MaxBy(night => night.Date);
        var good = nights.LastOrDefault(night => night.File is not null);
        var file = good?.File;
        var counts = file?.Counts ?? ResultCounts.None;
        return new NippinRegistryView(
            collection.Name,
            registry.Project,
            registry.NameIn(language, collection),
            newest is null ? "none" : Json.Word(newest.State),
            Percent(newest, counts.All),
            newest?.Why is { } why ? Texts.Say(language, why) : null,
            good?.Date,
            file?.CompletedAt,
            CountsView.Of(counts),
            file?.NewestRegistration,
            file?.Seconds,
            file?.Foreign ?? 0,
            counts.Open,
            file?.Solved,
            file?.Broken,
            [.. nights.Where(night => night.IsOver || night.File is not null).TakeLast(30).Select(NightView.Of)],
            [.. (file?.Warnings() ?? []).Select(warning => Texts.Say(language, warning))]);
    }

    private static int? Percent(Night? night, long rows) =>
        night is { State: JobState.Running } && rows > 0 ? (int)Math.Min(99, 100 * night.Rows / rows) : null;
}

/// <summary>The days and words in a request about a night's file.</summary>
public static class NightQuery
{
    /// <exception cref="Problem">400: the last day lies before the first.</exception>
    public static (DateOnly? Start, DateOnly? End) Period(HttpRequest request)
    {
        var (start, end) = (DayText.Of(request, "start"), DayText.Of(request, "end"));
        return start > end ? throw Problem.Invalid("end", Sentences.Field.DayBeforeFrom) : (start, end);
    }

    /// <exception cref="Problem">400: it is no such word.</exception>
    public static T? Word<T>(HttpRequest request, string name)
        where T : struct, Enum
    {
        if (request.Query[name].ToString() is not { Length: > 0 } text)
        {
            return null;
        }

        foreach (var value in Enum.GetValues<T>())
        {
            if (Json.Word(value) == text)
            {
                return value;
            }
        }

        throw Problem.Invalid(name, Sentences.Field.OneOf(string.Join(", ", Enum.GetValues<T>().Select(Json.Word))));
    }

    /// <summary>The place to go on from.</summary>
    /// <exception cref="Problem">400: a cursor of no list.</exception>
    public static NightCursor? Cursor(HttpRequest request, Seals seals, Organization organization) =>
        request.Query["cursor"].ToString() is not { Length: > 0 } text
            ? null
            : NightCursor.Open(text, seals, organization.Id) ?? throw Problem.Invalid("cursor", Sentences.Field.Cursor);

    /// <summary>The night's file is another one than when the list was begun, or was removed while it was read.</summary>
    public static Problem Renewed() => new(StatusCodes.Status409Conflict, ProblemCodes.NippinRenewed);
}
