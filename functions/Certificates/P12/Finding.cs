using System.Text.Json.Serialization;

namespace Ssp.Certificates.P12;

public enum Severity
{
    /// <summary>Worth knowing.</summary>
    Info,

    /// <summary>The certificate can be used, but somebody should act.</summary>
    Warn,

    /// <summary>The certificate cannot be used.</summary>
    Refuse,
}

/// <summary>One thing a check found in a P12 file.</summary>
/// <param name="Code">P01 to P38; infra/docs/certificates.md lists them.</param>
/// <param name="Variant">Where one code has several sentences: which of them.</param>
/// <param name="Values">What stands in its sentence's {0}, {1}…. Never a secret.</param>
public sealed record Finding(string Code, Severity Severity, string? Variant = null, params string[] Values)
{
    /// <summary>The key of its sentence in Http/Texts.</summary>
    [JsonIgnore]
    public string Key => Variant is null ? $"finding.{Code}" : $"finding.{Code}.{Variant}";

    [JsonIgnore]
    public bool Refuses => Severity == Severity.Refuse;
}
