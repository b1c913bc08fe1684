using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Ssp.Storage;

namespace Ssp.Http;

/// <summary>
/// The strong ETags of the API, and the If-Match a change must carry so that nobody overwrites what they have not seen (RFC 9110, section 13.1.1).
/// </summary>
public static class EntityTag
{
    /// <summary>Made from the row's own ETag, which tells the time of writing and is nobody's business.</summary>
    public static string Of(ETag row) => Of(row.ToString());

    public static string Of(string state) => $"\"{Secrets.Hash(state)[..16]}\"";

    /// <param name="etag">The tag of what is there now.</param>
    /// <param name="current">What is there now, as the API shows it; the answer to a stale tag carries it.</param>
    /// <exception cref="Problem">428 without If-Match, 412 when it is not of what is there now.</exception>
    public static void RequireMatch(HttpRequest request, string etag, object current)
    {
        if (request.Headers.IfMatch.Count == 0)
        {
            throw new Problem(StatusCodes.Status428PreconditionRequired, ProblemCodes.PreconditionRequired);
        }

        if (!EntityTagHeaderValue.TryParseList(request.Headers.IfMatch, out var tags) || !tags.Any(tag => tag.Tag == "*" || IsOf(tag.Tag.Value!, etag)))
        {
            throw Stale(current);
        }
    }

    // A reverse proxy that compresses makes our tags weak (nginx), or adds a word to them (Apache: "…-gzip"). They stand for the same state all the same.
    private static bool IsOf(string tag, string etag) =>
        tag == etag || (tag.StartsWith(etag[..^1], StringComparison.Ordinal) && tag[etag.Length - 1] is '-' or ';');

    /// <summary>Somebody else was quicker.</summary>
    public static Problem Stale(object current) => new(StatusCodes.Status412PreconditionFailed, ProblemCodes.ChangedMeanwhile) { Current = current };
}
