using System.Text.Json.Serialization;

namespace Ssp.Organizations;

/// <summary>A data provider: one hospital or laboratory of the installation. The manual also calls it a group.</summary>
/// <param name="Nihdi">Digits only.</param>
public sealed record Organization(string Id, string Title, string Nihdi, [property: JsonPropertyName("etag")] string ETag);
