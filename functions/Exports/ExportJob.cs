using Ssp.Text;

namespace Ssp.Exports;

public enum ExportKind
{
    Csv,
    Nippin,
}

public enum ExportState
{
    Queued,
    Running,
    Succeeded,
    Failed,
    Cancelled,
}

/// <summary>What is asked of an export; two requests that are equal ask for the same file.</summary>
/// <param name="Collection">Its exact name; of a NIPPIN report, the registry.</param>
/// <param name="Version">Empty for a NIPPIN report, which is about all of them.</param>
/// <param name="Nihdi">The organisation's number at that time: under another number the export is not the organisation's any more.</param>
/// <param name="Start">The first implant date of a NIPPIN report.</param>
/// <param name="End">The last implant date of a NIPPIN report.</param>
public sealed record ExportRequest(
    ExportKind Kind, string Project, string Collection, string Version, CsvProfile Profile, string Nihdi, DateOnly? Start = null, DateOnly? End = null)
{
    /// <summary>As the audit trail tells of it.</summary>
    public string Tell() =>
        Kind == ExportKind.Csv ? $"{Collection}, version {Version}, {Http.Json.Word(Profile)}" : $"NIPPIN {Collection}, {Start:yyyy-MM-dd} to {End:yyyy-MM-dd}, {Http.Json.Word(Profile)}";
}

/// <summary>An export from request to expiry.</summary>
public sealed record ExportJob
{
    public required string OrganizationId { get; init; }

    public required string Id { get; init; }

    public required ExportRequest Request { get; init; }

    public required ExportState State { get; init; }

    public required string RequestedBy { get; init; }

    public required string RequesterId { get; init; }

    public required DateTimeOffset RequestedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>How many times a worker began it; only the newest attempt may write.</summary>
    public int Attempt { get; init; }

    /// <summary>When the worker that runs it last wrote that it goes on.</summary>
    public DateTimeOffset? Heartbeat { get; init; }

    public long Rows { get; init; }

    public long? Total { get; init; }

    public long? Bytes { get; init; }

    public string? Sha256 { get; init; }

    public string? FileName { get; init; }

    /// <summary>Why it failed, or why it has to be tried again.</summary>
    public Http.Sentence? Error { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The finished file; null until it is complete.</summary>
    public string? BlobName { get; init; }

    public Azure.ETag ETag { get; init; }

    public bool IsOver => State is ExportState.Succeeded or ExportState.Failed or ExportState.Cancelled;
}

/// <summary>What the queue carries: ids only.</summary>
public sealed record ExportMessage(string OrganizationId, string ExportId);
