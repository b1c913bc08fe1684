using Ssp.Http;
using Ssp.Jobs;

namespace Ssp.Exports;

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

    /// <summary>What whoever uses the finished file has to know: something is missing in it.</summary>
    public IReadOnlyList<Sentence> Warnings { get; init; } = [];

    /// <summary>The finished file; null until it is complete.</summary>
    public string? BlobName { get; init; }

    /// <summary>Where this attempt puts its file.</summary>
    public string AttemptBlob => AttemptFiles + FileEnding;

    public override string? FinishedFiles => BlobName?[..^FileEnding.Length];
}

/// <summary>What the queue carries: ids only.</summary>
public sealed record ExportMessage(string OrganizationId, string ExportId);
