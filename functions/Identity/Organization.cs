using System.Text.Json.Serialization;
using Ssp.Storage;

namespace Ssp.Identity;

/// <summary>A data provider: one hospital or laboratory of the installation. The manual also calls it a group.</summary>
/// <param name="Nihdi">Digits only.</param>
public sealed record Organization(OrganizationId Id, string Title, string Nihdi, [property: JsonPropertyName("etag")] string ETag)
{
    /// <summary>The row it was read from.</summary>
    [JsonIgnore]
    public Azure.ETag Row { get; init; }

    /// <summary>How many revisions there are.</summary>
    [JsonIgnore]
    public int RevisionCount { get; init; }
}

/// <summary>A state an organisation has been in.</summary>
/// <param name="By">Who made it so; empty for the portal itself.</param>
public record Revision(int Number, string Title, string Nihdi, string Log, string By, DateTimeOffset At);
