using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace Ssp.Http;

/// <summary>How the API reads and writes JSON, in one place: camelCase, enum words in snake_case, unknown fields refused.</summary>
public static class Json
{
    /// <summary>Largest JSON body in bytes; our largest request is a few hundred.</summary>
    public const int MaxBytes = 64 * 1024;

    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.Strict,
        AllowDuplicateProperties = false,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false), new TimeConverter() },
    };

    /// <summary>An enum's value as the API writes it.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>An answer with a JSON body.</summary>
    public static IResult Answer<T>(T body, int status = StatusCodes.Status200OK) =>
        new WholeAnswer(JsonSerializer.SerializeToUtf8Bytes(body, Options), status);

    /// <summary>The request's body.</summary>
    /// <exception cref="Problem">415 when it is not JSON, 413 when it is too large, 400 when it does not fit <typeparamref name="T"/>.</exception>
    public static Task<T> ReadAsync<T>(HttpRequest request, CancellationToken cancel)
        where T : class => ReadAsync<T>(request, _ => typeof(T), cancel);

    /// <summary>The request's body, of the type that the word in one of its fields decides.</summary>
    /// <param name="field">Its name.</param>
    /// <param name="typeOf">The type for a word; null: the field is missing or holds none.</param>
    /// <exception cref="Problem">As the other.</exception>
    public static Task<T> ReadAsync<T>(HttpRequest request, string field, Func<string?, Type> typeOf, CancellationToken cancel)
        where T : class => ReadAsync<T>(request, body => typeOf(WordIn(body, field)), cancel);

    private static async Task<T> ReadAsync<T>(HttpRequest request, Func<ReadOnlyMemory<byte>, Type> typeOf, CancellationToken cancel)
        where T : class
    {
        if (!request.HasJsonContentType())
        {
            throw new Problem(StatusCodes.Status415UnsupportedMediaType, ProblemCodes.JsonExpected);
        }

        var body = await ReadBodyAsync(request, cancel);
        try
        {
            return (T?)JsonSerializer.Deserialize(body.Span, typeOf(body), Options)
                ?? throw new Problem(StatusCodes.Status400BadRequest, ProblemCodes.JsonBroken);
        }
        catch (JsonException error)
        {
            // "$.email" → the field's name; the parser's own words would mean nothing to a person.
            var field = error.Path?.TrimStart('$').TrimStart('.') is { Length: > 0 } path ? path.Split('.', '[')[0] : null;
            var unknown = error.Message.Contains("could not be mapped", StringComparison.Ordinal);
            throw field is null
                ? new Problem(StatusCodes.Status400BadRequest, ProblemCodes.JsonBroken)
                : Problem.Invalid(field, unknown ? Sentences.Field.Unknown : Sentences.Field.WrongType);
        }
    }

    private static string? WordIn(ReadOnlyMemory<byte> body, string field)
    {
        using var document = JsonDocument.Parse(body);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("No object.");
        }

        try
        {
            var found = document.RootElement.EnumerateObject().FirstOrDefault(one => one.Name.Equals(field, StringComparison.OrdinalIgnoreCase)).Value;
            return found.ValueKind == JsonValueKind.String ? found.GetString() : null;
        }
        catch (InvalidOperationException error)
        {
            // Names and words are decoded only here: half a pair of surrogates, or bytes that are no UTF-8.
            throw new JsonException("No text.", error);
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpRequest request, CancellationToken cancel)
    {
        await using var body = new LimitedBody(request, MaxBytes, new Problem(StatusCodes.Status413PayloadTooLarge, ProblemCodes.BodyTooLarge));
        using var bytes = new MemoryStream();
        await body.CopyToAsync(bytes, cancel);
        return bytes.ToArray();
    }

    /// <summary>
    /// Says its length: whoever reads it has all of it with the last byte, and need not wait until the function and its hosts have ended too.
    /// </summary>
    private sealed class WholeAnswer(byte[] body, int status) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.StatusCode = status;
            response.ContentType = "application/json; charset=utf-8";
            response.ContentLength = body.Length;
            // Without a token: then it is no error when the reader went away meanwhile.
            return response.Body.WriteAsync(body, 0, body.Length);
        }
    }
}

/// <summary>A page of a list.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor);
