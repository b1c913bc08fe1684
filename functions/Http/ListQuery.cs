using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Ssp.Http;

/// <summary>The ?search=, ?cursor= and ?limit= of a list that stands sorted in memory. The cursor is the place to go on from.</summary>
public sealed record ListQuery(string? Search, int From, int Limit)
{
    private const int UsualLimit = 50;
    private const int MostLimit = 200;
    private const int MostSearch = 200;

    /// <exception cref="Problem">400: a cursor of no list, or a limit out of range.</exception>
    public static ListQuery Of(HttpRequest request)
    {
        var search = request.Query["search"].ToString().Trim();
        if (search.Length > MostSearch)
        {
            throw Problem.Invalid("search", new Sentence("field.too_long", MostSearch));
        }

        var limit = UsualLimit;
        if (request.Query["limit"].ToString() is { Length: > 0 } limitText
            && !(int.TryParse(limitText, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= MostLimit))
        {
            throw Problem.Invalid("limit", new Sentence("field.limit", MostLimit));
        }

        return new ListQuery(search.Length == 0 ? null : search, FromOf(request.Query["cursor"].ToString()), limit);
    }

    public bool Finds(string text) => Search is null || CultureInfo.InvariantCulture.CompareInfo.IndexOf(text, Search, CompareOptions.IgnoreCase | CompareOptions.IgnoreNonSpace) >= 0;

    public Page<T> PageOf<T>(IReadOnlyList<T> all)
    {
        var next = From + Limit;
        return new Page<T>([.. all.Skip(From).Take(Limit)], next < all.Count ? Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"from {next}")) : null);
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

        throw Problem.Invalid("cursor", new Sentence("field.cursor"));
    }
}
