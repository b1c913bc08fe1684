using Azure;
using Ssp.Http;
using Ssp.Storage;

namespace Ssp.Certificates;

/// <summary>What HD4DP has been given for an organisation.</summary>
/// <param name="CertificateId">Which one the latest try was about.</param>
/// <param name="FileName">What the portal last placed in the folder; empty before the first success.</param>
/// <param name="FileOf">Which certificate that is, and since when it was active.</param>
/// <param name="Intended">What is being placed; null when nothing is.</param>
/// <param name="Trouble">Why the latest try failed; null when HD4DP has the file.</param>
/// <param name="ETag">Of the row it was read from; null when there was none.</param>
public sealed record DeliveryState(
    OrganizationId OrganizationId, string CertificateId, string FileName, string FileOf, string? Intended, DateTimeOffset At, Sentence? Trouble, ETag? ETag);
