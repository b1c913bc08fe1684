using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Azure.Data.Tables;

namespace Ssp.Backup;

/// <summary>
/// A row as a line of JSON, as table services write it: a value whose type JSON does not know stands as text, with the type beside it. The row's time and
/// ETag are storage's own and are not kept.
/// </summary>
public static class RowText
{
    private const string TypeEnding = "@odata.type";

    private static readonly JsonWriterOptions Plainly = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the line with its end. The same row always gives the same line.</summary>
    /// <param name="leftOut">Columns that are not written.</param>
    public static void Write(IBufferWriter<byte> text, TableEntity row, IReadOnlySet<string>? leftOut = null)
    {
        using (var json = new Utf8JsonWriter(text, Plainly))
        {
            json.WriteStartObject();
            json.WriteString(nameof(row.PartitionKey), row.PartitionKey);
            json.WriteString(nameof(row.RowKey), row.RowKey);
            var columns = row.Where(one => IsColumn(one.Key) && one.Value is not null && leftOut?.Contains(one.Key) != true);
            foreach (var (name, value) in columns.OrderBy(one => one.Key, StringComparer.Ordinal))
            {
                Write(json, name, value);
            }

            json.WriteEndObject();
        }

        text.Write("\n"u8);
    }

    /// <exception cref="JsonException">The line is no row.</exception>
    public static TableEntity Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        var row = new TableEntity();
        foreach (var one in document.RootElement.EnumerateObject())
        {
            if (one.Name.EndsWith(TypeEnding, StringComparison.Ordinal))
            {
                continue;
            }

            row[one.Name] = document.RootElement.TryGetProperty(one.Name + TypeEnding, out var type)
                ? Typed(type.GetString(), one.Value.GetString()!)
                : Plain(one.Value);
        }

        return row.PartitionKey is null || row.RowKey is null ? throw new JsonException("A row has no key.") : row;
    }

    private static bool IsColumn(string name) =>
        name is not (nameof(TableEntity.PartitionKey) or nameof(TableEntity.RowKey) or nameof(TableEntity.Timestamp))
        && !name.StartsWith("odata.", StringComparison.Ordinal);

    private static void Write(Utf8JsonWriter json, string name, object value)
    {
        switch (value)
        {
            case string text:
                json.WriteString(name, text);
                break;
            case bool yes:
                json.WriteBoolean(name, yes);
                break;
            case int number:
                json.WriteNumber(name, number);
                break;
            default:
                var (type, written) = value switch
                {
                    long number => ("Edm.Int64", number.ToString(CultureInfo.InvariantCulture)),
                    double number => ("Edm.Double", number.ToString("R", CultureInfo.InvariantCulture)),
                    DateTimeOffset time => ("Edm.DateTime", time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)),
                    DateTime time => ("Edm.DateTime", time.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture)),
                    Guid id => ("Edm.Guid", id.ToString()),
                    byte[] bytes => ("Edm.Binary", Convert.ToBase64String(bytes)),
                    BinaryData bytes => ("Edm.Binary", Convert.ToBase64String(bytes)),
                    _ => throw new InvalidOperationException($"A column has a type that tables do not know: {value.GetType()}"),
                };
                json.WriteString(name + TypeEnding, type);
                json.WriteString(name, written);
                break;
        }
    }

    private static object Plain(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => value.GetInt32(),
        _ => throw new JsonException("A row has a value of no known type."),
    };

    private static object Typed(string? type, string text) => type switch
    {
        "Edm.Int64" => long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
        "Edm.Double" => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
        "Edm.DateTime" => DateTimeOffset.ParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
        "Edm.Guid" => Guid.ParseExact(text, "D"),
        "Edm.Binary" => Convert.FromBase64String(text),
        _ => throw new JsonException($"A row has a value of an unknown type: {type}"),
    };
}
