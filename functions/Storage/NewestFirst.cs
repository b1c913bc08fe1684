using System.Globalization;

namespace Ssp.Storage;

/// <summary>
/// Ids that put the newest first: tables sort by key only, so these begin with a number that counts down from the end of time. Behind it stand eight random
/// hexadecimal digits.
/// </summary>
public static class NewestFirst
{
    private const int RandomDigits = 8;
    private const int Length = 19 + RandomDigits;

    public static string NewId(DateTimeOffset time) => Before(time) + Secrets.NewId()[..RandomDigits];

    /// <summary>What is greater than the ids of later times, and not greater than those of this time and earlier ones.</summary>
    public static string Before(DateTimeOffset time) => (DateTimeOffset.MaxValue - time).Ticks.ToString("D19", CultureInfo.InvariantCulture);

    public static bool IsId(string id) => id.Length == Length && id.All(char.IsAsciiHexDigitLower);
}
