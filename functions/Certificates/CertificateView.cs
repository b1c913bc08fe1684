using Ssp.Certificates.EHealth;
using Ssp.Certificates.P12;
using Ssp.Http;
using Ssp.Storage;

namespace Ssp.Certificates;

/// <summary>What the API says about a certificate.</summary>
/// <param name="IsOver">Whether the status is final.</param>
/// <param name="Latest">The newest line of its log.</param>
/// <param name="DaysLeft">Whole days, negative after the end.</param>
/// <param name="RenewalFrom">When eHealth begins to renew it.</param>
/// <param name="Notice">See <see cref="Renewal.Notice"/>.</param>
/// <param name="Sha256">Fingerprint of the authentication certificate.</param>
/// <param name="CanActivate">Whether it can be rolled back to.</param>
/// <param name="CanCheck">Whether another check can be asked for.</param>
/// <param name="Details">Only where one certificate is shown.</param>
/// <param name="Findings">Likewise.</param>
public sealed record CertificateView(
    string Id, string FileName, CertificateStatus Status, bool IsActive, bool IsOver,
    string UploadedBy, DateTimeOffset UploadedAt, DateTimeOffset? CheckedAt, LogLineView? Latest,
    CertificateView.Owner? Identity, DateTimeOffset? NotBefore, DateTimeOffset? NotAfter,
    int? DaysLeft, RenewalState? Renewal, DateTimeOffset? RenewalFrom, int? Notice, string? Sha256,
    bool CanActivate, bool CanCheck, DeliveryView Delivery, CertificateView.Parts? Details, IReadOnlyList<CertificateView.Found>? Findings)
{
    /// <summary>Whom it stands for, see <see cref="EHealthIdentity"/>.</summary>
    public sealed record Owner(string Type, string Id, string Name);

    public sealed record Parts(
        CertificateFacts.Part Authentication, CertificateFacts.Part? Encryption, IReadOnlyList<CertificateFacts.Part> Chain, int OtherKeys);

    /// <param name="Fix">A command that mends the file, where one does.</param>
    public sealed record Found(string Code, Severity Severity, string Message, string? Fix);
}

public sealed record LogLineView(DateTimeOffset At, CertificateStatus Status, string? Code, Severity? Severity, string Message, string? Fix)
{
    /// <param name="all">What was found in the file of whose check it is a line.</param>
    public static LogLineView Of(LogLine line, IReadOnlyList<Finding> all, string language) => new(
        line.At,
        line.Status,
        line.Finding?.Code,
        line.Severity,
        Texts.Say(language, line.Sentence),
        line.Finding is { } finding ? FindingFixes.Of(finding, all) : null);
}

public enum DeliveryStanding
{
    /// <summary>This installation does not deliver, or another certificate is active.</summary>
    Off,
    Waiting,
    Delivered,
    Failed,
}

public sealed record DeliveryView(DeliveryStanding State, DateTimeOffset? At, string? FileName, string? Message);

/// <summary>Everything a page of certificates is drawn from.</summary>
public sealed class CertificateViews(CertificateStore certificates, CertificateSettings settings, TimeProvider clock)
{
    // A message that was lost on its way to the queue is sent again by hand after this.
    private static readonly TimeSpan LongWait = TimeSpan.FromMinutes(1);

    /// <summary>How the organisation's certificates are shown at this moment.</summary>
    /// <param name="active">Which one is active, where that was read already.</param>
    public async Task<Func<Certificate, bool, CertificateView>> OfOrganizationAsync(
        OrganizationId organizationId, string language, CancellationToken cancel, ActivePointer? active = null)
    {
        active ??= await certificates.ReadActiveAsync(organizationId, cancel);
        var delivery = settings.DeliveryFolder is null ? null : await certificates.FindDeliveryAsync(organizationId, cancel);
        return (certificate, inFull) => View(certificate, active.CertificateId == certificate.Id, delivery, language, inFull);
    }

    /// <summary>One certificate in full.</summary>
    public async Task<CertificateView> OfAsync(Certificate certificate, string language, CancellationToken cancel) =>
        (await OfOrganizationAsync(certificate.OrganizationId, language, cancel))(certificate, true);

    private CertificateView View(Certificate one, bool isActive, DeliveryState? delivery, string language, bool inFull)
    {
        var now = clock.GetUtcNow();
        var rules = settings.Rules;
        var status = one.StatusAt(now);
        var facts = one.Facts;
        return new CertificateView(
            one.Id, one.FileName, status, isActive && status != CertificateStatus.Expired, !one.IsPending, one.UploadedBy, one.UploadedAt, one.CheckedAt,
            LatestOf(one, now, language),
            facts?.Identity is { } identity ? new(identity.Type, identity.Id, identity.Name) : null,
            facts?.NotBefore, facts?.NotAfter,
            facts is null ? null : Renewal.DaysLeft(facts.NotAfter, now),
            facts is null ? null : Renewal.StateOf(facts.NotAfter, now, rules),
            facts is null ? null : Renewal.Opens(facts.NotAfter, rules),
            facts is null ? null : Renewal.Notice(facts.NotAfter, now),
            facts?.Authentication.Sha256,
            status == CertificateStatus.Unpublished && !one.Findings.Any(finding => finding.Refuses),
            !one.IsPending || now - one.AskedAt > LongWait,
            DeliveryOf(one, isActive, delivery, language),
            inFull && facts is not null ? new(facts.Authentication, facts.Encryption, facts.Chain, facts.OtherKeys) : null,
            inFull ? [.. one.Findings.Select(finding => FoundOf(finding, one.Findings, language))] : null);
    }

    private static CertificateView.Found FoundOf(Finding finding, IReadOnlyList<Finding> all, string language) =>
        new(finding.Code, finding.Severity, Texts.Say(language, finding.Sentence()), FindingFixes.Of(finding, all));

    // In a list the last line of a refusal says what nobody can see there: the first thing that has to be solved.
    private static LogLineView? LatestOf(Certificate one, DateTimeOffset now, string language)
    {
        var latest = one.LatestAt(now);
        var view = latest is null ? null : LogLineView.Of(latest, one.Findings, language);
        return view is not null
            && latest!.Sentence.Key == Sentences.Certificate.Refused.Key
            && one.Findings.FirstOrDefault(finding => finding.Refuses) is { } first
            ? view with { Message = Texts.Say(language, Sentences.Certificate.RefusedBecause(FirstSentence(Texts.Say(language, first.Sentence())))) }
            : view;
    }

    // What to do about it stands on the certificate's own page.
    private static string FirstSentence(string text) => text.IndexOf(". ", StringComparison.Ordinal) is var end and >= 0 ? text[..(end + 1)] : text;

    private DeliveryView DeliveryOf(Certificate one, bool isActive, DeliveryState? delivery, string language) =>
        settings.DeliveryFolder is null || !isActive ? new(DeliveryStanding.Off, null, null, null)
        : delivery is null || delivery.CertificateId != one.Id ? new(DeliveryStanding.Waiting, null, null, null)
        : delivery.Trouble is { } trouble ? new(DeliveryStanding.Failed, delivery.At, null, Texts.Say(language, trouble))
        : new(DeliveryStanding.Delivered, delivery.At, delivery.FileName, null);
}
