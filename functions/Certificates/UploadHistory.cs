using Ssp.Certificates.EHealth;
using Ssp.Certificates.P12;
using Ssp.Clock;

namespace Ssp.Certificates;

/// <summary>What only the portal's other uploads can tell of a certificate.</summary>
public static class UploadHistory
{
    /// <summary>Whether a finding is one of those that <see cref="Judge"/> makes.</summary>
    public static bool IsOfHistory(Finding finding) => finding.Code is "P29" or "P30";

    /// <returns>P29 and P30.</returns>
    public static IReadOnlyList<Finding> Judge(EHealthVerdict verdict, EarlierUploads earlier, CertificateRules rules)
    {
        if (verdict.Authentication is not { } authentication)
        {
            return [];
        }

        var findings = new List<Finding>();
        if (earlier.Here is { } before)
        {
            findings.Add(new Finding("P29", Severity.Info, "here", BelgianTime.Day(before)));
        }

        if (earlier.Elsewhere)
        {
            // Not whose: that is nobody's business here.
            findings.Add(new Finding("P29", Severity.Warn, "elsewhere"));
        }

        if (earlier.ActiveUntil is { } active && authentication.NotAfter <= active)
        {
            findings.Add(new Finding("P30", Severity.Warn, null, BelgianTime.Day(authentication.NotAfter), BelgianTime.Day(active)));
        }

        return rules.Weigh(findings);
    }
}
