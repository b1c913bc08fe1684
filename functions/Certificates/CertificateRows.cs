using System.Globalization;
using Ssp.Certificates.P12;
using Ssp.Http;
using Ssp.Jobs;
using Ssp.Storage;

namespace Ssp.Certificates;

internal sealed class CertificateRow : JobRow
{
    public const string Prefix = "certificate-";

    public string FileName { get; set; } = "";

    public string Status { get; set; } = "";

    public string? Before { get; set; }

    public string UploadedBy { get; set; } = "";

    public string UploaderId { get; set; } = "";

    public DateTimeOffset UploadedAt { get; set; }

    public string AskedBy { get; set; } = "";

    public string AskerId { get; set; } = "";

    public DateTimeOffset AskedAt { get; set; }

    public DateTimeOffset? CheckedAt { get; set; }

    public DateTimeOffset? ActivatedAt { get; set; }

    public DateTimeOffset? RolledBackAt { get; set; }

    public bool IsCostly { get; set; }

    public string? Facts { get; set; }

    public string? Findings { get; set; }

    public string? Latest { get; set; }

    public int Lines { get; set; }

    public static CertificateRow Of(Certificate one) => new()
    {
        PartitionKey = one.OrganizationId,
        RowKey = Prefix + one.Id,
        FileName = one.FileName,
        Status = one.Status.ToString(),
        Before = one.Before?.ToString(),
        UploadedBy = one.UploadedBy,
        UploaderId = one.UploaderId,
        UploadedAt = one.UploadedAt,
        AskedBy = one.AskedBy,
        AskerId = one.AskerId,
        AskedAt = one.AskedAt,
        Attempt = one.Attempt,
        LastSign = one.Heartbeat,
        Retry = Write(one.Retry),
        CheckedAt = one.CheckedAt,
        ActivatedAt = one.ActivatedAt,
        RolledBackAt = one.RolledBackAt,
        IsCostly = one.IsCostly,
        Facts = one.Facts is null ? null : CertificateJson.Write(one.Facts),
        Findings = CertificateJson.Write(one.Findings),
        Latest = CertificateJson.Write(one.Latest),
        Lines = one.Lines,
    };

    public Certificate ToCertificate() => new()
    {
        OrganizationId = OrganizationId.Parse(PartitionKey),
        Id = JobId.Parse(RowKey[Prefix.Length..]),
        FileName = FileName,
        Status = Enum.Parse<CertificateStatus>(Status),
        Before = Before is null ? null : Enum.Parse<CertificateStatus>(Before),
        UploadedBy = UploadedBy,
        UploaderId = UploaderId,
        UploadedAt = UploadedAt,
        AskedBy = AskedBy,
        AskerId = AskerId,
        AskedAt = AskedAt,
        Attempt = Attempt,
        Heartbeat = LastSign,
        Retry = ReadRetry(null, null),
        CheckedAt = CheckedAt,
        ActivatedAt = ActivatedAt,
        RolledBackAt = RolledBackAt,
        IsCostly = IsCostly,
        Facts = CertificateJson.Read<CertificateFacts>(Facts),
        Findings = CertificateJson.Read<List<Finding>>(Findings) ?? [],
        Latest = CertificateJson.Read<LogLine>(Latest),
        Lines = Lines,
        ETag = ETag,
    };
}

internal sealed class LogRow : Row
{
    public const string Prefix = "log-";

    public string Line { get; set; } = "";

    public static LogRow Of(Certificate one) => new()
    {
        PartitionKey = one.OrganizationId,
        RowKey = $"{Prefix}{one.Id}-{one.Lines.ToString("D8", CultureInfo.InvariantCulture)}",
        Line = CertificateJson.Write(one.Latest),
    };
}

internal sealed class PointerRow : Row
{
    public const string Active = "active";

    /// <summary>Empty when none is.</summary>
    public string CertificateId { get; set; } = "";
}

internal sealed class DeliveryRow : Row
{
    public const string Key = "delivery";

    public string CertificateId { get; set; } = "";

    public string FileName { get; set; } = "";

    public string FileOf { get; set; } = "";

    public string? Intended { get; set; }

    public DateTimeOffset At { get; set; }

    public string? Trouble { get; set; }

    public static DeliveryRow Of(DeliveryState state) => new()
    {
        PartitionKey = state.OrganizationId,
        RowKey = Key,
        CertificateId = state.CertificateId,
        FileName = state.FileName,
        FileOf = state.FileOf,
        Intended = state.Intended,
        At = state.At,
        Trouble = state.Trouble is null ? null : CertificateJson.Write(state.Trouble),
    };

    public DeliveryState ToState() => new(
        OrganizationId.Parse(PartitionKey), CertificateId, FileName, FileOf, Intended, At, CertificateJson.Read<Sentence>(Trouble), ETag);
}
