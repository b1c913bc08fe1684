using System.Text.Encodings.Web;
using System.Text.Json;
using Ssp.Text;

namespace Ssp.Audit.Forwarding;

/// <summary>An event as a receiver gets it.</summary>
public sealed record ForwardedEvent(string Chain, StoredEvent Stored)
{
    // As AuditHash writes: an event that nobody edited keeps its bytes, and whoever has them can reckon its hash.
    private static readonly JsonWriterOptions Plainly = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const int HashLength = 64;

    /// <summary>
    /// One JSON object in one line, without the line's end: where the event stands, its hash and the one before, by which a receiver tells
    /// duplicates, gaps and changes, and the event itself. Whatever lies in storage, the line holds no control character.
    /// </summary>
    /// <param name="max">The most bytes. In a longer line long values are cut, and "cut" says so; its hash can be reckoned no more.</param>
    public byte[] ToLine(int max = int.MaxValue)
    {
        var longest = int.MaxValue;
        var line = Write(longest);
        while (line.Length > max && longest > 0)
        {
            longest = Math.Min(longest, 2 * AuditStore.MaxDetails) / 2;
            line = Write(longest);
        }

        return line;
    }

    private byte[] Write(int longest)
    {
        try
        {
            using var text = JsonDocument.Parse(Stored.Text);
            return Write(longest, json => WriteEvent(json, text.RootElement, longest));
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            // The portal wrote no such text: somebody edited the row. It is told as it is, for the receiver to see.
            var shown = VisibleText.Of(Stored.Text, AuditStore.MaxDetails);
            return Write(longest, json => json.WriteString("text", Cut(shown, longest)));
        }
    }

    private byte[] Write(int longest, Action<Utf8JsonWriter> writeEvent)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Plainly))
        {
            json.WriteStartObject();
            json.WriteString("chain", Chain);
            json.WriteNumber("number", Stored.Number);
            json.WriteString("hash", Cut(Stored.Hash, HashLength));
            json.WriteString("previous", Cut(Stored.Previous, HashLength));
            if (longest < int.MaxValue)
            {
                json.WriteBoolean("cut", true);
            }

            // Where even empty values would not fit, the hash must do.
            if (longest > 0)
            {
                writeEvent(json);
            }

            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void WriteEvent(Utf8JsonWriter json, JsonElement one, int longest)
    {
        json.WritePropertyName("event");
        if (longest == int.MaxValue || one.ValueKind != JsonValueKind.Object)
        {
            one.WriteTo(json);
            return;
        }

        json.WriteStartObject();
        foreach (var field in one.EnumerateObject())
        {
            json.WritePropertyName(field.Name);
            if (field.Value.ValueKind == JsonValueKind.String)
            {
                json.WriteStringValue(Cut(field.Value.GetString()!, longest));
            }
            else
            {
                field.Value.WriteTo(json);
            }
        }

        json.WriteEndObject();
    }

    private static string Cut(string text, int longest)
    {
        if (text.Length <= longest)
        {
            return text;
        }

        // Never in the middle of a character.
        return string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest), "…");
    }
}
