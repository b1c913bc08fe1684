using System.Globalization;

namespace Ssp.Text;

/// <summary>
/// Values as HD4DP's CSV upload takes them: dates as dd/mm/yyyy, booleans as true and false. Only fields whose name says what they
/// hold (HD4DP's prefixes DT_ and FL_) are touched, and only values that are exactly one of the known writings; all else stays as it is.
/// </summary>
public static class FieldText
{
    private static readonly string[] IsoMidnights =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'00:00:00", "yyyy-MM-dd'T'00:00:00.000", "yyyy-MM-dd'T'00:00:00'Z'", "yyyy-MM-dd'T'00:00:00.000'Z'", "yyyy-MM-dd' '00:00:00",
    ];

    /// <summary>How to write the values of a field; null where they stay as they are.</summary>
    /// <param name="key">The technical field name; in a block, the part after the last | counts.</param>
    public static Func<string, string>? WriterOf(string key)
    {
        var name = key[(key.LastIndexOf('|') + 1)..];
        return name switch
        {
            _ when name.StartsWith("DT_", StringComparison.Ordinal) => Each(Date),
            _ when name.StartsWith("FL_", StringComparison.Ordinal) => Each(Truth),
            _ => null,
        };
    }

    // Several values of one field stand in one text.
    private static Func<string, string> Each(Func<string, string> write) =>
        value => value.Contains('|', StringComparison.Ordinal) ? string.Join('|', value.Split('|').Select(write)) : write(value);

    // Most values are already as they should be; a look at one character spares six attempts to read them otherwise.
    private static string Date(string value) =>
        value.Length >= 10 && value[4] == '-'
        && DateTime.TryParseExact(value, IsoMidnights, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var date)
            ? date.ToString("dd/MM/yyyy", CultureInfo.InvariantCulture)
            : value;

    private static string Truth(string value) => value switch
    {
        "TRUE" or "True" => "true",
        "FALSE" or "False" => "false",
        _ => value,
    };
}
