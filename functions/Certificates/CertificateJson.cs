using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ssp.Http;
using Ssp.Storage;

namespace Ssp.Certificates;

/// <summary>The JSON in a certificate's rows. Nobody but the portal reads it: signs need no escapes that would take six times their room.</summary>
internal static class CertificateJson
{
    private static readonly JsonSerializerOptions Compact = new(StoredJson.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new SentenceConverter() },
    };

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Compact);

    public static T? Read<T>(string? text) => text is null ? default : JsonSerializer.Deserialize<T>(text, Compact);

    // A sentence's values are objects, of which JSON remembers the text only.
    private sealed class SentenceConverter : JsonConverter<Sentence>
    {
        public override Sentence? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JsonSerializer.Deserialize<string[]>(ref reader, options) is [var key, .. var values] ? new Sentence(key, [.. values]) : null;

        public override void Write(Utf8JsonWriter writer, Sentence value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize<string[]>(
                writer, [value.Key, .. value.Values.Select(one => Convert.ToString(one, CultureInfo.InvariantCulture) ?? "")], options);
    }
}
