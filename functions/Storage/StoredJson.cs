using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ssp.Storage;

/// <summary>
/// JSON in rows, blobs and queue messages. Read tolerantly, unlike what callers send: a field that is missing gets its default, and one that is not
/// known is passed over, so that what an earlier or a later version of the portal wrote can be read.
/// </summary>
public static class StoredJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower), new UtcTimeConverter() },
    };

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    public static byte[] WriteBytes<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Options);

    /// <exception cref="JsonException">It is not JSON, or of another shape.</exception>
    public static T? Read<T>(string? text) => text is null ? default : JsonSerializer.Deserialize<T>(text, Options);

    /// <exception cref="JsonException">It is not JSON, or of another shape.</exception>
    public static T Read<T>(BinaryData content) => JsonSerializer.Deserialize<T>(content, Options) ?? throw new JsonException("Nothing is stored there.");

    /// <returns>Null when the text is not JSON, or of another shape.</returns>
    public static T? TryRead<T>(string text)
        where T : class
    {
        try
        {
            return Read<T>(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
