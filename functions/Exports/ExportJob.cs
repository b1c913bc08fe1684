using Ssp.Jobs;
using Ssp.Text;

namespace Ssp.Exports;

public enum ExportKind
{
    Csv,
    Nippin,
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
public sealed record ExportJob : Job
{
    private const string FileEnding = ".csv";

    public required ExportRequest Request { get; init; }

    public required string RequestedBy { get; init; }

    public required string RequesterId { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public long? Bytes { get; init; }

    public string? Sha256 { get; init; }

    public string? FileName { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The finished file; null until it is complete.</summary>
    public string? BlobName { get; init; }

    /// <summary>Where this attempt puts its file.</summary>
    public string AttemptBlob => AttemptFiles + FileEnding;

    public override string? FinishedFiles => BlobName?[..^FileEnding.Length];
}

/// <summary>What the queue carries: ids only.</summary>
public sealed record ExportMessage(string OrganizationId, string ExportId);
