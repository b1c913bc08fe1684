using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Ssp.Http;
using Ssp.Text;

namespace Ssp.Audit;

/// <summary>A place in one chain or in several merged by time: everything from the newest event down to this one was looked at.</summary>
public sealed record AuditCursor(DateTimeOffset At, string Chain, long Number)
{
    public static AuditCursor Of(AuditEvent one) => new(one.At, one.Chain, one.Number);

    /// <summary>Whether an event comes after this place. Newest first; of the same moment, by the chain's name.</summary>
    public bool IsBefore(AuditEvent one) =>
        one.Chain == Chain ? one.Number < Number : one.At < At || (one.At == At && string.CompareOrdinal(one.Chain, Chain) > 0);

    public override string ToString() =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"audit {At.UtcTicks} {Chain} {Number}")));

    public static AuditCursor? Parse(string cursor) =>
        Base64Url.IsValid(cursor)
        && Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split(' ') is ["audit", var ticksText, var chain, var numberText]
        && long.TryParse(ticksText, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && ticks <= DateTimeOffset.MaxValue.Ticks
        && long.TryParse(numberText, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new AuditCursor(new DateTimeOffset(ticks, TimeSpan.Zero), chain, number)
            : null;
}

/// <summary>What is asked of the trail.</summary>
/// <param name="From">The first moment.</param>
/// <param name="Until">The first moment that is too late.</param>
/// <param name="Person">Looked for in the actor's address.</param>
/// <param name="After">Where the page before ended.</param>
public sealed record AuditQuery(DateTimeOffset? From, DateTimeOffset? Until, SearchText? Person, string? Action, AuditCursor? After, int Limit)
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 200;
    private const int MaxSearch = 200;

    private static readonly TimeZoneInfo Brussels = TimeZoneInfo.FindSystemTimeZoneById("Europe/Brussels");

    /// <param name="chain">The only chain a cursor may speak of; null: any.</param>
    /// <exception cref="Problem">400: a day that is none, a cursor of no list, a limit out of range; 404: a cursor of another trail.</exception>
    public static AuditQuery Of(HttpRequest request, string? chain)
    {
        var (from, to) = (DayText.Of(request, "from"), DayText.Of(request, "to"));
        if (from > to)
        {
            throw Problem.Invalid("to", Sentences.Field.DayBeforeFrom);
        }

        var limit = DefaultLimit;
        if (Text(request, "limit") is { } limitText
            && !(int.TryParse(limitText, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= MaxLimit))
        {
            throw Problem.Invalid("limit", Sentences.Field.Limit(MaxLimit));
        }

        var after = Text(request, "cursor") is { } cursor ? AuditCursor.Parse(cursor) ?? throw NoCursor() : null;
        if (after is not null && chain is not null && after.Chain != chain)
        {
            // It names another organisation's trail, or one that does not exist: neither is here.
            throw Problem.Hidden();
        }

        var person = Text(request, "person") is { } name ? SearchText.Of(name) : null;
        return new AuditQuery(
            from is { } first ? Midnight(first) : null, to is { } last ? Midnight(last.AddDays(1)) : null,
            person, Text(request, "action"), after, limit);
    }

    /// <summary>Whether events must be looked at that the answer does not hold.</summary>
    public bool Searches => Person is not null || Action is not null;

    public bool Finds(AuditEvent one) =>
        (Action is null || one.Action.Name == Action)
        && (Person is null || (one.By.Actor is { } actor && Person.IsIn(actor)));

    /// <summary>Whether the event lies in the asked time at its newer end.</summary>
    public bool IsOldEnough(AuditEvent one) => (Until is null || one.At < Until) && (After is null || After.IsBefore(one));

    public static Problem NoCursor() => Problem.Invalid("cursor", Sentences.Field.Cursor);

    private static string? Text(HttpRequest request, string name)
    {
        var text = request.Query[name].ToString().Trim();
        return text.Length > MaxSearch ? throw Problem.Invalid(name, Sentences.Field.TooLong(MaxSearch)) : text.Length == 0 ? null : text;
    }

    // Brussels changes its clocks at two and three at night: midnight is always there, and once.
    private static DateTimeOffset Midnight(DateOnly day) => TimeZoneInfo.ConvertTimeToUtc(day.ToDateTime(TimeOnly.MinValue), Brussels);
}
