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
/// <param name="Attempt">How many times a worker began it; only the newest attempt may write.</param>
/// <param name="LastSign">When the worker that runs it last gave a sign of life.</param>
/// <param name="Error">Why it failed, or why it has to be tried again.</param>
/// <param name="BlobName">The finished file; null until it is complete.</param>
public sealed record ExportJob(
    string OrganizationId, string Id, ExportRequest Request, ExportState State, string RequestedBy, string RequesterId, DateTimeOffset RequestedAt,
    DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, int Attempt, DateTimeOffset? LastSign, long Rows, long? Total, long? Bytes, string? Sha256,
    string? FileName, Http.Sentence? Error, DateTimeOffset? ExpiresAt, string? BlobName, Azure.ETag ETag)
{
    public bool IsOver => State is ExportState.Succeeded or ExportState.Failed or ExportState.Cancelled;
}

/// <summary>What the queue carries: ids only.</summary>
public sealed record ExportMessage(string OrganizationId, string ExportId);
