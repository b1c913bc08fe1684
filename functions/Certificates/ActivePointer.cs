using Azure;
using Ssp.Jobs;
using Ssp.Storage;

namespace Ssp.Certificates;

/// <summary>Which certificate of an organisation is active; null: none.</summary>
/// <param name="ETag">Of the row it was read from; null when there was none.</param>
public sealed record ActivePointer(OrganizationId OrganizationId, JobId? CertificateId, ETag? ETag);
