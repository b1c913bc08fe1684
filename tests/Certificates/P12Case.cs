using Ssp.Certificates.EHealth;
using Ssp.Certificates.P12;

namespace Ssp.Tests.Certificates;

/// <summary>A file and what is to be found in it.</summary>
/// <param name="Finding">"P20.soon": code and variant.</param>
/// <param name="About">What is the matter with the file.</param>
/// <param name="Beside">Findings that cannot but come with it.</param>
internal sealed record P12Case(string Finding, Severity Severity, string About, Func<byte[]> File, params string[] Beside)
{
    public string Name => $"{Finding}: {About}";

    public string Password { get; init; } = P12Maker.Password;

    public CertificateRules Rules { get; init; } = new();

    public Circumstances Circumstances { get; init; } = new(P12Maker.Now, "71000436", "NIHII-HOSPITAL=71000436 20250115-093000.p12");

    /// <summary>What stands in the sentence, where the test asks for it.</summary>
    public string? Value { get; init; }

    public EHealthVerdict Check() => EHealthCheck.Of(File(), Password, Rules, Circumstances);

    public P12Case At(DateTimeOffset now) => this with { Circumstances = Circumstances with { Now = now } };

    public P12Case Named(string fileName) => this with { Circumstances = Circumstances with { FileName = fileName } };

    /// <summary>Each kind of finding once, as "P20.soon Warn".</summary>
    public static string[] Kinds(IEnumerable<Finding> findings) =>
        [.. findings.Select(finding => $"{finding.Key["finding.".Length..]} {finding.Severity}").Distinct().Order(StringComparer.Ordinal)];
}
