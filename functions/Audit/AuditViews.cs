#pragma warning disable CA1720 // Object: as in AuditAction.
using Ssp.Http;

namespace Ssp.Audit;

/// <summary>What the API says about an event.</summary>
public sealed record AuditEventView(
    string Chain, long Number, DateTimeOffset At, string? Actor, string? ActorId, string? OrganizationId, string Action, string Object, AuditResult Result,
    string? Details, string? Operation, string? RequestId, string? Address)
{
    public static AuditEventView Of(AuditEvent one) => new(
        one.Chain, one.Number, one.At, one.By.Actor, one.By.ActorId, one.Action.OrganizationId, one.Action.Name, one.Action.Object, one.Result,
        one.Action.Details, one.Operation, one.By.RequestId, one.By.Address);
}

/// <summary>A page of events.</summary>
/// <param name="SearchedBackTo">Set when a search stopped before its end: it goes on with the cursor, even if it found nothing so far.</param>
public sealed record AuditPageView(IReadOnlyList<AuditEventView> Items, string? NextCursor, DateTimeOffset? SearchedBackTo)
{
    public static AuditPageView Of(AuditPage page) => new([.. page.Items.Select(AuditEventView.Of)], page.Next?.ToString(), page.SearchedBackTo);
}

/// <summary>What a check of one chain, or of all, found.</summary>
/// <param name="Head">Of one chain its last hash, of several one hash over all of them.</param>
public sealed record AuditCheckView(bool Intact, long Events, string? Head, AuditCheckView.Break? FirstBreak, IReadOnlyList<AuditCheckView.Unended> Unfinished)
{
    public sealed record Break(string Chain, long Number, BreakKind Kind, string Sentence);

    public sealed record Unended(string Chain, long Number, DateTimeOffset At, string? Actor, string Action, string Object);

    public static AuditCheckView Of(IReadOnlyList<ChainReport> reports, string? head, string language)
    {
        var found = reports.Select(report => report.FirstBreak).FirstOrDefault(one => one is not null);
        return new AuditCheckView(
            found is null,
            reports.Sum(report => report.Events),
            head,
            found is null ? null : new Break(found.Chain, found.Number, found.Kind, Texts.Say(language, AuditCheck.SentenceOf(found))),
            [
                .. reports
                    .SelectMany(report => report.Unfinished)
                    .Select(one => new Unended(one.Chain, one.Number, one.At, one.By.Actor, one.Action.Name, one.Action.Object)),
            ]);
    }
}
