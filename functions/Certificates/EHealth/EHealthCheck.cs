using Ssp.Certificates.P12;

namespace Ssp.Certificates.EHealth;

/// <summary>
/// Whether a P12 file can serve HD4DP: what <see cref="P12Reader"/> reads, what Java makes of it, keys and certificates paired, eHealth's rules, the chain,
/// and the installation's policy. Never throws, whatever the bytes are.
/// </summary>
public static class EHealthCheck
{
    /// <param name="password">As it was typed.</param>
    /// <param name="allowance">See <see cref="P12Reader.Read"/>.</param>
    public static EHealthVerdict Of(
        ReadOnlyMemory<byte> file, string password, CertificateRules rules, Circumstances circumstances, long allowance = P12Limits.MaxWork)
    {
        var reading = P12Reader.Read(file, password, allowance);
        if (reading.IsPostponed)
        {
            return new EHealthVerdict([]) { IsPostponed = true };
        }

        // What refuses may still be let pass by the installation, where everything could be read.
        if (rules.Weigh(reading.Findings.Where(finding => finding.Refuses)).Any(finding => finding.Refuses))
        {
            return new EHealthVerdict(rules.Weigh(reading.Findings)) { Unforeseen = reading.Unforeseen };
        }

        var pairs = KeyPairs.Of(reading);
        var roles = EHealthRoles.Of(reading, rules);
        var chain = ChainOfTrust.Of(roles.Authentication, reading.Certificates, reading.Java, rules);
        List<Finding> findings = [.. Proven(reading), .. pairs, .. reading.Java.Findings, .. roles.Findings];
        // A request that eHealth has not answered has placeholders for everything else.
        if (!roles.IsUnfinished)
        {
            findings.AddRange(EHealthRules.Judge(roles, chain, rules, circumstances));
            findings.AddRange(chain.Findings);
        }

        return new EHealthVerdict(
            rules.Weigh(findings), roles.Authentication, roles.Encryption, chain.Links,
            reading.Keys.Count - new[] { roles.Authentication, roles.Encryption }.Count(one => one is not null));
    }

    // Without a check value and with everything open, any password would do.
    private static IEnumerable<Finding> Proven(P12Reading reading) => reading.HasProof
        ? reading.Findings
        : reading.Findings.Where(finding => finding.Code != "P09").Append(new Finding("P09", Severity.Refuse, "unchecked"));
}
