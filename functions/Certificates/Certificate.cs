using Ssp.Certificates.P12;
using Ssp.Http;
using Ssp.Jobs;
using Ssp.Storage;

namespace Ssp.Certificates;

public enum CertificateStatus
{
    /// <summary>For its check; not final.</summary>
    Waiting,

    /// <summary>Being checked; not final.</summary>
    Checking,
    Refused,

    /// <summary>It could not be checked.</summary>
    Failed,
    Active,

    /// <summary>In order, but another version is active.</summary>
    Unpublished,
    Expired,
}

/// <summary>An uploaded P12 file of an organisation, from upload to expiry.</summary>
/// <remarks>As a job it is its check: the one that was asked for or, while none is, the one that comes by night.</remarks>
public sealed record Certificate : Job
{
    /// <summary>As it was uploaded, made fit to show: a label, never a path.</summary>
    public required string FileName { get; init; }

    public required CertificateStatus Status { get; init; }

    /// <summary>While a check is under way that is not the first: what it was and, unless the check finds otherwise, will be again.</summary>
    public CertificateStatus? Before { get; init; }

    public required string UploadedBy { get; init; }

    public required string UploaderId { get; init; }

    public required DateTimeOffset UploadedAt { get; init; }

    /// <summary>Who asked for the check that is under way.</summary>
    public required string AskedBy { get; init; }

    public required string AskerId { get; init; }

    public DateTimeOffset? CheckedAt { get; init; }

    /// <summary>When it last became active.</summary>
    public DateTimeOffset? ActivatedAt { get; init; }

    /// <summary>When somebody last rolled back to it.</summary>
    public DateTimeOffset? RolledBackAt { get; init; }

    /// <summary>What is public of it; null until a check could read it.</summary>
    public CertificateFacts? Facts { get; init; }

    /// <summary>
    /// Whether its file takes long to open, as a check found. Then it is checked by <see cref="CheckCostlyCertificate"/>, where no other file waits for it.
    /// </summary>
    public bool IsCostly { get; init; }

    /// <summary>Of the latest check.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>The newest line of its log.</summary>
    public LogLine? Latest { get; init; }

    /// <summary>How many lines its log has.</summary>
    public int Lines { get; init; }

    // Follows from the status and the heartbeat, and is never set. Tried again, it goes on being checked for those who look, though no worker has it.
    public override JobState State => !IsPending ? JobState.Succeeded : Heartbeat is null ? JobState.Queued : JobState.Running;

    public override string FinishedFiles => CertificateFiles.NameOf(OrganizationId, Id);

    /// <summary>Whether a check is under way or waited for.</summary>
    public bool IsPending => Status is CertificateStatus.Waiting or CertificateStatus.Checking;

    /// <summary>Whether it is active or can be rolled back to, and no check of it is under way.</summary>
    public bool IsInUse => Status is CertificateStatus.Active or CertificateStatus.Unpublished;

    /// <summary>Whether nothing has changed since but what a worker writes.</summary>
    public bool IsAsBefore(Certificate before) => (Status, Before, AskedAt, Lines) == (before.Status, before.Before, before.AskedAt, before.Lines);

    /// <summary>As the audit trail tells of it.</summary>
    public string Tell() => $"certificate: {Id}";

    /// <summary>Its status now: what ran out since the last check has expired.</summary>
    public CertificateStatus StatusAt(DateTimeOffset now) => HasRunOut(now) ? CertificateStatus.Expired : Status;

    /// <summary>Whether it was in order and its time is over.</summary>
    public bool HasRunOut(DateTimeOffset now) => IsInUse && Facts?.NotAfter <= now;

    /// <summary>
    /// The newest line as of now: for one that has run out its expiry, which the timer writes down some minutes later.
    /// </summary>
    public LogLine? LatestAt(DateTimeOffset now) =>
        HasRunOut(now)
            ? CertificateLifecycle.ExpiryOf(this) with { At = Facts!.NotAfter > Latest!.At ? Facts.NotAfter : Latest.At.AddMilliseconds(1) }
            : Latest;
}

/// <summary>A line of a certificate's log.</summary>
/// <param name="Finding">When it tells of one.</param>
public sealed record LogLine(DateTimeOffset At, CertificateStatus Status, Sentence Sentence, Severity? Severity = null, Finding? Finding = null);

/// <summary>What the queue carries: ids only.</summary>
/// <param name="Asked">See <see cref="JobMessage.AskedOf"/>; 0 at night.</param>
/// <param name="Nightly">The check that comes by itself: it leaves lines in the log only when it finds something else than the one before.</param>
/// <param name="Costly">See <see cref="Certificate.IsCostly"/>.</param>
public sealed record CertificateMessage(string OrganizationId, string CertificateId, long Asked, bool Nightly = false, bool Costly = false);

/// <summary>What <see cref="CheckCertificate"/> is told.</summary>
public sealed record CheckMessage(OrganizationId OrganizationId, JobId Id, long? Asked, bool Nightly, bool Costly) : JobMessage(OrganizationId, Id, Asked);
