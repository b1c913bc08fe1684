using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ssp.Storage;

namespace Ssp.Jobs;

/// <summary>
/// Names a job in its organisation, among the jobs of its kind: small hexadecimal digits and hyphens. A text from outside becomes one by
/// <see cref="TryParse"/> only, so that nothing else ever stands in a table key or in the name of a file.
/// </summary>
[JsonConverter(typeof(Converter))]
public readonly record struct JobId
{
    private const int MaxLength = 64;

    private readonly string? text;

    private JobId(string text) => this.text = text;

    /// <summary>
    /// An id that puts the newest job first: tables sort by key only, so it begins with a number that counts down from the end of time. Behind it
    /// stand eight random digits.
    /// </summary>
    public static JobId NewestFirst(DateTimeOffset time) => new(Before(time) + Secrets.NewId()[..8]);

    /// <summary>What is greater than the ids of later times, and not greater than those of this time and earlier ones.</summary>
    public static string Before(DateTimeOffset time) => (DateTimeOffset.MaxValue - time).Ticks.ToString("D19", CultureInfo.InvariantCulture);

    /// <returns>Null when the text is no id.</returns>
    public static JobId? TryParse(string? text) =>
        text?.Length is > 0 and <= MaxLength && text.All(sign => char.IsAsciiHexDigitLower(sign) || sign == '-') ? new JobId(text) : null;

    /// <summary>An id that was stored, or made by the portal.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static JobId Parse(string text) => TryParse(text) ?? throw new FormatException("What is stored there is no job's id.");

    public static implicit operator string(JobId id) => id.ToString();

    public override string ToString() => text ?? "";

    private sealed class Converter : JsonConverter<JobId>
    {
        public override JobId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            TryParse(reader.GetString()) ?? throw new JsonException("No job's id.");

        public override void Write(Utf8JsonWriter writer, JobId value, JsonSerializerOptions options) => writer.WriteStringValue(value);
    }
}
