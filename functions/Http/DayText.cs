using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Ssp.Http;

/// <summary>A day that a caller writes as year-month-day.</summary>
public static class DayText
{
    // Registrations are of these centuries; and years must stay such that a day can be added.
    private static readonly DateOnly First = new(1900, 1, 1);
    private static readonly DateOnly Last = new(2999, 12, 31);

    /// <returns>The day, or what is wrong with the text.</returns>
    public static (DateOnly? Day, Sentence? Fault) Read(string? text) =>
        string.IsNullOrWhiteSpace(text) ? (null, Sentences.Field.DayMissing)
        : !DateOnly.TryParseExact(text.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? (null, Sentences.Field.Day)
        : day < First || day > Last ? (null, Sentences.Field.DayRange(First.Year, Last.Year))
        : (day, null);

    /// <returns>Null when the caller names none.</returns>
    /// <exception cref="Problem">400: it is no day, or one out of range.</exception>
    public static DateOnly? Of(HttpRequest request, string name) =>
        request.Query[name].ToString() is { Length: > 0 } text && Read(text) is var (day, fault)
            ? fault is null ? day : throw Problem.Invalid(name, fault)
            : null;
}
