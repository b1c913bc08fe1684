using Ssp.Certificates.P12;
using Ssp.Clock;
using Ssp.Http;

namespace Ssp.Certificates;

/// <summary>
/// What a check comes to: the certificate's new status, and which certificate is active afterwards, in one transaction. Of two checks that finish together
/// one is written first and the other looks again, so one certificate is active and the other says why it is not.
/// </summary>
public sealed class CertificateLifecycle(CertificateStore certificates, TimeProvider clock)
{
    // One transaction takes 100 actions, and an upload that is replaced needs some too.
    private const int MaxFindings = 80;

    /// <summary>Ends a check.</summary>
    /// <param name="facts">What was read; null leaves what was known.</param>
    /// <param name="quiet">Leaves no line when nothing has changed.</param>
    /// <returns>The certificate as it is now; null when somebody else ended this check, or the certificate is gone.</returns>
    public async Task<Certificate?> EndAsync(
        Certificate examined, CertificateFacts? facts, IReadOnlyList<Finding> findings, bool quiet, CancellationToken cancel)
    {
        for (Certificate? current = examined; ; current = await certificates.FindAsync(examined.OrganizationId, examined.Id, cancel))
        {
            if (current is null || current.AskedAt != examined.AskedAt || current.Attempt != examined.Attempt || !(quiet ? current.IsInUse : current.IsPending))
            {
                return null;
            }

            var pointer = await certificates.ReadActiveAsync(current.OrganizationId, cancel);
            var isActive = pointer.CertificateId == current.Id;
            var active = isActive ? null : await certificates.FindActiveAsync(pointer, cancel);
            var status = StatusAfter(current.Before ?? current.Status, isActive, GoesFirst(active, current), findings);
            var isNews = !quiet || status != current.Status || !SameKinds(findings, current.Findings);
            var next = current with
            {
                Status = status,
                Before = null,
                Heartbeat = null,
                Retry = null,
                Facts = facts ?? current.Facts,
                Findings = Kept(findings),
                CheckedAt = clock.GetUtcNow(),
                ActivatedAt = status == CertificateStatus.Active && !isActive ? clock.GetUtcNow() : current.ActivatedAt,
            };
            var changes = new List<CertificateStore.Change>
            {
                new(next, isNews ? [.. next.Findings.Select(Line), LastLine(current, next, isActive, active)] : []),
            };
            ActivePointer? moved = null;
            if (status == CertificateStatus.Active && !isActive)
            {
                moved = pointer with { CertificateId = current.Id };
                if (active is not null)
                {
                    changes.Add(Unpublished(active, Sentences.Certificate.Replaced(BelgianTime.Minute(current.UploadedAt))));
                }
            }
            else if (isActive && status != CertificateStatus.Active)
            {
                moved = pointer with { CertificateId = null };
            }

            if (await certificates.ChangeAsync(changes, moved, cancel) is { } written)
            {
                return written[0];
            }
        }
    }

    /// <summary>Ends a check that could not be made.</summary>
    /// <returns>As <see cref="EndAsync"/>.</returns>
    public async Task<Certificate?> FailAsync(Certificate examined, CertificateStatus end, Sentence why, CancellationToken cancel)
    {
        for (Certificate? current = examined; ; current = await certificates.FindAsync(examined.OrganizationId, examined.Id, cancel))
        {
            if (current is null || !current.IsPending || current.AskedAt != examined.AskedAt || current.Attempt != examined.Attempt)
            {
                return null;
            }

            // What was in order before does not lose its place because nobody could look.
            var status = current.Before is CertificateStatus.Active or CertificateStatus.Unpublished or CertificateStatus.Expired ? current.Before.Value : end;
            var failed = current with { Status = status, Before = null, Heartbeat = null, Retry = null, CheckedAt = clock.GetUtcNow() };
            if (await certificates.ChangeAsync([new(failed, [new LogLine(default, status, why, Severity.Refuse)])], null, cancel) is { } written)
            {
                return written[0];
            }
        }
    }

    /// <summary>Makes an earlier version active again.</summary>
    /// <param name="certificate">Unpublished and found in order just now.</param>
    /// <returns>Null when it, or what is active, changed meanwhile.</returns>
    public async Task<Certificate?> RollBackAsync(Certificate certificate, string by, string reason, CancellationToken cancel)
    {
        var first = await certificates.ReadActiveAsync(certificate.OrganizationId, cancel);
        // A worker that checks one of the two by night may write its heartbeat in between: then once more.
        for (Certificate? now = certificate; now?.IsAsBefore(certificate) == true; now = await certificates.FindAsync(now.OrganizationId, now.Id, cancel))
        {
            var pointer = await certificates.ReadActiveAsync(certificate.OrganizationId, cancel);
            if (pointer.CertificateId != first.CertificateId)
            {
                return null;
            }

            var changes = new List<CertificateStore.Change>
            {
                new(
                    now with { Status = CertificateStatus.Active, ActivatedAt = clock.GetUtcNow(), RolledBackAt = clock.GetUtcNow() },
                    [new LogLine(default, CertificateStatus.Active, Sentences.Certificate.RolledBack(by, reason))]),
            };
            if (await certificates.FindActiveAsync(pointer, cancel) is { } active)
            {
                changes.Add(Unpublished(active, Sentences.Certificate.RolledAway(by, BelgianTime.Minute(now.UploadedAt), reason)));
            }

            if (await certificates.ChangeAsync(changes, pointer with { CertificateId = now.Id }, cancel) is { } written)
            {
                return written[0];
            }
        }

        return null;
    }

    /// <summary>Notes that a certificate's time is over.</summary>
    /// <returns>Null when it changed meanwhile.</returns>
    public async Task<Certificate?> ExpireAsync(Certificate certificate, CancellationToken cancel)
    {
        var pointer = await certificates.ReadActiveAsync(certificate.OrganizationId, cancel);
        return (await certificates.ChangeAsync(
            [new(certificate with { Status = CertificateStatus.Expired }, [ExpiryOf(certificate)])],
            pointer.CertificateId == certificate.Id ? pointer with { CertificateId = null } : null,
            cancel))?[0];
    }

    /// <summary>The line that tells of a certificate's end.</summary>
    public static LogLine ExpiryOf(Certificate certificate)
    {
        // An earlier version ends in silence: nobody has to do anything about it.
        var isNews = certificate.Status != CertificateStatus.Unpublished;
        var day = BelgianTime.Day(certificate.Facts!.NotAfter);
        var sentence = isNews ? Sentences.Certificate.Expired(day) : Sentences.Certificate.VersionExpired(day);
        return new LogLine(default, CertificateStatus.Expired, sentence, isNews ? Severity.Refuse : null);
    }

    /// <summary>The status after a check.</summary>
    /// <param name="before">What it was apart from the check; waiting or checking at the first one.</param>
    /// <param name="isActive">Whether it is the active one now.</param>
    /// <param name="anotherGoesFirst">Whether one is active that was uploaded later, or rolled back to since this one was uploaded.</param>
    public static CertificateStatus StatusAfter(CertificateStatus before, bool isActive, bool anotherGoesFirst, IReadOnlyList<Finding> findings)
    {
        var refuses = findings.Any(finding => finding.Refuses);
        var hasRunOut = findings.Any(finding => finding is { Code: "P19", Refuses: true });
        var wasGood = isActive || before is CertificateStatus.Unpublished or CertificateStatus.Expired;
        return wasGood && hasRunOut ? CertificateStatus.Expired
            // Nobody is helped by an organisation without a certificate because a rule was made stricter: it stays, and says so.
            : isActive ? CertificateStatus.Active
            : refuses ? CertificateStatus.Refused
            : wasGood || anotherGoesFirst ? CertificateStatus.Unpublished
            : CertificateStatus.Active;
    }

    // A newer upload sorts before an older one. Who rolled back meant it: only what is uploaded after that undoes it.
    private static bool GoesFirst(Certificate? active, Certificate than) =>
        active is not null && (string.CompareOrdinal(active.Id, than.Id) < 0 || active.RolledBackAt > than.UploadedAt);

    // Names in a file may be many and long. What refuses is kept in any case.
    private static IReadOnlyList<Finding> Kept(IReadOnlyList<Finding> findings) =>
        findings.Count <= MaxFindings ? findings : [.. findings.OrderByDescending(finding => finding.Severity).Take(MaxFindings)];

    private static bool SameKinds(IReadOnlyList<Finding> some, IReadOnlyList<Finding> others) =>
        some.Select(KindOf).SequenceEqual(others.Select(KindOf));

    private static (string, Severity) KindOf(Finding finding) => (finding.Key, finding.Severity);

    private static LogLine Line(Finding finding) => new(default, CertificateStatus.Checking, finding.Sentence(), finding.Severity, finding);

    private static LogLine LastLine(Certificate before, Certificate after, bool wasActive, Certificate? active)
    {
        var fails = after.Findings.Any(finding => finding.Refuses);
        var sentence = after.Status switch
        {
            CertificateStatus.Active when fails => Sentences.Certificate.ActiveFailing,
            CertificateStatus.Active when wasActive => Sentences.Certificate.StillActive,
            CertificateStatus.Active => Sentences.Certificate.Active,
            CertificateStatus.Unpublished
                when active is not null && (before.Before ?? before.Status) is not (CertificateStatus.Unpublished or CertificateStatus.Expired) =>
                string.CompareOrdinal(active.Id, after.Id) < 0
                    ? Sentences.Certificate.LaterActive(BelgianTime.Minute(active.UploadedAt))
                    : Sentences.Certificate.RolledBackActive(BelgianTime.Minute(active.UploadedAt)),
            CertificateStatus.Unpublished => Sentences.Certificate.StillUnpublished,
            CertificateStatus.Expired => ExpiryOf(after with { Status = before.Before ?? before.Status }).Sentence,
            _ => Sentences.Certificate.Refused,
        };
        return new LogLine(default, after.Status, sentence, fails ? Severity.Refuse : null);
    }

    private static CertificateStore.Change Unpublished(Certificate active, Sentence why)
    {
        // One that is being checked again goes on being checked, and is unpublished afterwards.
        var next = active.IsPending ? active with { Before = CertificateStatus.Unpublished } : active with { Status = CertificateStatus.Unpublished };
        return new(next, [new LogLine(default, next.Status, why)]);
    }
}
