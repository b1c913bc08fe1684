using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace Ssp.Http;

/// <summary>
/// A refusal in the words of RFC 9457: a status, a stable code for machines, and a sentence from the text files for people.
/// Thrown by the door and the form checks; the middleware AnswerProblems turns it into the answer.
/// </summary>
public sealed class Problem(int status, ProblemCode code, params object[] values) : Exception(code.Word)
{
    public int Status { get; } = status;

    public ProblemCode Code { get; } = code;

    /// <summary>What stands in the sentence's {0}, {1}….</summary>
    public object[] Values { get; } = values;

    /// <summary>Input errors: the field's name in the request and the sentences about it.</summary>
    public IReadOnlyDictionary<string, Sentence[]> Fields { get; init; } = new Dictionary<string, Sentence[]>();

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What is there now, when the caller wanted to change something older.</summary>
    public object? Current { get; init; }

    /// <summary>Whether somebody tried what they may not do, even where the answer does not say so.</summary>
    public bool IsRefusal { get; init; }

    public static Problem NotSignedIn() => new(StatusCodes.Status401Unauthorized, ProblemCodes.NotSignedIn);

    public static Problem NotFound() => new(StatusCodes.Status404NotFound, ProblemCodes.NotFound);

    /// <summary>Not for the caller to know of: the same answer as <see cref="NotFound"/>.</summary>
    public static Problem Hidden() => new(StatusCodes.Status404NotFound, ProblemCodes.NotFound) { IsRefusal = true };

    public static Problem Forbidden() => new(StatusCodes.Status403Forbidden, ProblemCodes.Forbidden) { IsRefusal = true };

    public static Problem Invalid(string field, Sentence sentence) => Invalid(new Dictionary<string, Sentence[]> { [field] = [sentence] });

    public static Problem Invalid(IReadOnlyDictionary<string, Sentence[]> fields) =>
        new(StatusCodes.Status400BadRequest, ProblemCodes.InvalidInput) { Fields = fields };

    /// <summary>Writes the answer in the language the request asks for.</summary>
    public Task WriteAsync(HttpContext http)
    {
        var language = Texts.LanguageOf(http.Request);
        http.Response.StatusCode = Status;
        // The answer that could not be begun may have been a file: a browser would save this one under its name.
        http.Response.Headers.ContentDisposition = default;
        http.Response.ContentLength = null;
        if (RetryAfter is { } wait)
        {
            http.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        var body = new ProblemBody(
            "about:blank",
            Texts.Say(language, Code.Title(Values)),
            Status,
            Texts.Say(language, Code.Detail(Values)),
            Code.Word,
            Fields.Count == 0
                ? null
                : Fields.ToDictionary(field => field.Key, field => field.Value.Select(sentence => Texts.Say(language, sentence)).ToArray()),
            Current);
        // Without a token: then it is no error when the reader went away meanwhile.
        return http.Response.WriteAsJsonAsync(body, Json.Options, "application/problem+json; charset=utf-8");
    }

    private sealed record ProblemBody(string Type, string Title, int Status, string Detail, string Code,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Dictionary<string, string[]>? Errors,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] object? Current);
}
