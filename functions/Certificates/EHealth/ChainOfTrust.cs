using System.Text.RegularExpressions;
using Ssp.Certificates.P12;

namespace Ssp.Certificates.EHealth;

/// <summary>The way from the authentication certificate up to a root, as far as the file holds it.</summary>
/// <param name="Links">From the issuer upwards.</param>
/// <param name="Findings">P23 to P25, P26 for issuers, and P38 where Java takes another way.</param>
internal sealed partial record ChainOfTrust(IReadOnlyList<P12Certificate> Links, IReadOnlyList<Finding> Findings)
{
    public static ChainOfTrust Of(P12Certificate? leaf, IReadOnlyList<P12Certificate> all, JavaKeyStore java, CertificateRules rules)
    {
        if (leaf is null)
        {
            return new([], []);
        }

        var links = new List<P12Certificate>();
        var findings = new List<Finding>();
        var top = leaf;
        var tries = P12Limits.MaxSignatures;
        while (!top.IsSelfSigned)
        {
            var named = all.Where(one => one != top && top.NamesAsIssuer(one)).ToList();
            if (named.Count == 0)
            {
                if (!IsTrusted(top, rules))
                {
                    findings.Add(new Finding("P23", Severity.Warn, null, top.Issuer));
                }

                break;
            }

            if (named.FirstOrDefault(one => (tries -= one.TriesOfSignature) >= 0 && top.IsSignedBy(one)) is not { } issuer)
            {
                findings.Add(new Finding("P23", Severity.Refuse, "broken", top.Subject));
                break;
            }

            if (issuer == leaf || links.Contains(issuer))
            {
                findings.Add(new Finding("P25", Severity.Refuse, "loop"));
                break;
            }

            if (links.Count == P12Limits.MaxChain)
            {
                findings.Add(new Finding("P25", Severity.Refuse, "deep", $"{P12Limits.MaxChain}"));
                break;
            }

            links.Add(issuer);
            if (!issuer.IsAuthority)
            {
                findings.Add(new Finding("P26", Severity.Warn, "issuer", issuer.Subject));
            }

            top = issuer;
        }

        if (!IsTrusted(top, rules) && !(rules.TrustedRoots is null or [] && links.Prepend(leaf).Any(IsIssuedByEHealth)))
        {
            findings.Add(new Finding("P24", Severity.Warn, null, leaf.Issuer));
        }

        // Java goes by names and identifiers of keys, whether that certificate signed or not.
        if (java.Entries.FirstOrDefault(entry => entry.Chain[0] == leaf)?.Chain is { } javas)
        {
            if (javas.Skip(1).Zip(links).FirstOrDefault(pair => pair.First != pair.Second) is { First: { } other })
            {
                findings.Add(new Finding("P38", Severity.Refuse, "chain", other.Subject));
            }
            else if (javas.Count - 1 < links.Count)
            {
                findings.Add(new Finding("P38", Severity.Warn, "short", javas[^1].Subject, javas[^1].Issuer));
            }
        }

        return new(links, findings);
    }

    private static bool IsTrusted(P12Certificate top, CertificateRules rules) =>
        (rules.TrustedRoots ?? [])
            .Select(P12Certificate.TryRead)
            .OfType<P12Certificate>()
            .Any(root => root.Sha256 == top.Sha256 || (top.NamesAsIssuer(root) && top.IsSignedBy(root)));

    // Without roots in the settings a name is all there is to go by, and anybody can write one: so this is a warning at most.
    private static bool IsIssuedByEHealth(P12Certificate certificate) => EHealthIssuer().IsMatch(certificate.Issuer);

    // "ZetesConfidens Private Trust PKI - eHealth issuing CA 001"; before, "Government CA".
    [GeneratedRegex("eHealth (issuing|root) CA|Government CA", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex EHealthIssuer();
}
