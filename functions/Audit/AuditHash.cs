using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Ssp.Audit;

/// <summary>
/// The canonical form of an event and the hash that ties it to the one before: SHA-256 over the previous hash in hex, a line end, and
/// the text in UTF-8. The text is stored as it was hashed, so a later version of the portal needs no way to write old forms again.
/// </summary>
public static class AuditHash
{
    /// <summary>Stands for the hash before the first event.</summary>
    public static readonly string Beginning = new('0', 64);

    private static readonly JsonWriterOptions Plainly = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(string previous, string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{previous}\n{text}")));

    /// <summary>Every field in a fixed order as JSON without spaces; what is null is left out.</summary>
    public static string TextOf(AuditEvent one)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Plainly))
        {
            json.WriteStartObject();
            json.WriteString("chain", one.Chain);
            json.WriteNumber("number", one.Number);
            json.WriteString("at", one.At.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
            Write(json, "actor", one.By.Actor);
            Write(json, "actorId", one.By.ActorId);
            Write(json, "session", one.By.Session);
            json.WriteString("action", one.Action.Name);
            json.WriteString("object", one.Action.Object);
            json.WriteString("result", WordOf(one.Result));
            Write(json, "details", one.Action.Details);
            Write(json, "operation", one.Operation);
            Write(json, "requestId", one.By.RequestId);
            Write(json, "address", one.By.Address);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    /// <summary>The event a text tells of; null when it is none, which the portal never writes.</summary>
    public static AuditEvent? Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var json = document.RootElement;
            string? Read(string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;
            var chain = json.GetProperty("chain").GetString()!;
            return new AuditEvent(
                chain,
                json.GetProperty("number").GetInt64(),
                json.GetProperty("at").GetDateTimeOffset(),
                new AuditActor(Read("actor"), Read("actorId"), Read("session"), Read("requestId"), Read("address")),
                new AuditAction(
                    json.GetProperty("action").GetString()!,
                    json.GetProperty("object").GetString()!,
                    chain == AuditEvent.Installation ? null : chain,
                    Read("details")),
                Enum.Parse<AuditResult>(json.GetProperty("result").GetString()!, ignoreCase: true),
                Read("operation"));
        }
        catch (Exception broken) when (broken is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>How a result is written outside the program.</summary>
    public static string WordOf(AuditResult result) => JsonNamingPolicy.SnakeCaseLower.ConvertName(result.ToString());

    private static void Write(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
