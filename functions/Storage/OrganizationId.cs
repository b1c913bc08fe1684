using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ssp.Storage;

/// <summary>
/// An organisation's id. A text from outside becomes one by <see cref="TryParse"/> only, so that nothing else ever stands in a table key or in
/// the name of a file.
/// </summary>
[JsonConverter(typeof(Converter))]
public readonly record struct OrganizationId
{
    private readonly string? digits;

    private OrganizationId(string digits) => this.digits = digits;

    /// <summary>An id that no organisation has.</summary>
    public static OrganizationId Nobodys => default;

    public static OrganizationId New() => new(Secrets.NewId());

    /// <summary>The id that is always made from the same text.</summary>
    public static OrganizationId Of(string text) => new(Secrets.IdOf(text));

    /// <returns>Null when the text is no id.</returns>
    public static OrganizationId? TryParse(string? text) => Secrets.IsId(text) ? new OrganizationId(text) : null;

    /// <summary>An id that was stored.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static OrganizationId Parse(string text) => TryParse(text) ?? throw new FormatException("What is stored there is no organisation's id.");

    public static implicit operator string(OrganizationId id) => id.ToString();

    public override string ToString() => digits ?? Secrets.NobodysId;

    private sealed class Converter : JsonConverter<OrganizationId>
    {
        public override OrganizationId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            TryParse(reader.GetString()) ?? throw new JsonException("No organisation's id.");

        public override void Write(Utf8JsonWriter writer, OrganizationId value, JsonSerializerOptions options) => writer.WriteStringValue(value);
    }
}
