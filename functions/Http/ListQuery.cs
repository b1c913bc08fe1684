using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Ssp.Text;

namespace Ssp.Http;

/// <summary>The ?search=, ?sort=, ?cursor= and ?limit= of a list in memory. The cursor is the place to go on from.</summary>
/// <param name="Sort">The field to sort by.</param>
public sealed record ListQuery(SearchText? Search, string Sort, bool Descending, int From, int Limit)
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 200;
    private const int MaxSearch = 200;

    /// <param name="sorts">The fields the list can be sorted by, the usual one first.</param>
    /// <exception cref="Problem">400: a cursor of no list, a limit out of range, or a field that is not sorted by.</exception>
    public static ListQuery Of(HttpRequest request, params string[] sorts) =>
        WithoutCursor(request, sorts) with { From = FromOf(request.Query["cursor"].ToString()) };

    /// <summary>For a list that is not in memory and has cursors of its own.</summary>
    /// <exception cref="Problem">400: a limit out of range, or a field that is not sorted by.</exception>
    public static ListQuery WithoutCursor(HttpRequest request, params string[] sorts)
    {
        var search = request.Query["search"].ToString().Trim();
        if (search.Length > MaxSearch)
        {
            throw Problem.Invalid("search", Sentences.Field.TooLong(MaxSearch));
        }

        var limit = DefaultLimit;
        if (request.Query["limit"].ToString() is { Length: > 0 } limitText
            && !(int.TryParse(limitText, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= MaxLimit))
        {
            throw Problem.Invalid("limit", Sentences.Field.Limit(MaxLimit));
        }

        var sort = request.Query["sort"].ToString();
        var field = sort.TrimStart('-');
        if (sort.Length > 0 && !(sorts.Contains(field) && sort.Length - field.Length <= 1))
        {
            throw Problem.Invalid("sort", Sentences.Field.Sort(string.Join(", ", sorts)));
        }

        return new ListQuery(
            SearchText.Of(search), sort.Length == 0 ? sorts.FirstOrDefault("") : field, sort.StartsWith('-'), 0, limit);
    }

    /// <param name="folded">A text that went through <see cref="SearchText.Fold"/>.</param>
    public bool FindsFolded(string folded) => Search?.IsInFolded(folded) != false;

    /// <summary>In the order asked for; the list comes in that of the key, upwards.</summary>
    public IReadOnlyList<T> Sorted<T>(IEnumerable<T> upwards) => Descending ? [.. upwards.Reverse()] : [.. upwards];

    public bool Finds(string text) => Search?.IsIn(text) != false;

    public Page<T> PageOf<T>(IReadOnlyList<T> all)
    {
        var next = all.Count - From > Limit ? Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"from {From + Limit}")) : null;
        return new Page<T>([.. all.Skip(From).Take(Limit)], next);
    }

    private static int FromOf(string cursor)
    {
        if (cursor.Length == 0)
        {
            return 0;
        }

        if (Base64Url.IsValid(cursor)
            && Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)) is { } text
            && text.StartsWith("from ", StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var from))
        {
            return from;
        }

        throw Problem.Invalid("cursor", Sentences.Field.Cursor);
    }
}
