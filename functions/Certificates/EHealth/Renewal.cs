namespace Ssp.Certificates.EHealth;

/// <summary>
/// When an eHealth certificate can be renewed: in the last three months before its end, and never after it; then it has to be requested anew, which takes up
/// to ten days (https://www.ehealth.fgov.be/ehealthplatform/fr/service-certificats-ehealth).
/// </summary>
public static class Renewal
{
    /// <summary>Days before the end at which people are told again.</summary>
    private static readonly int[] Steps = [1, 7, 14, 30, 60, 90];

    public static DateTimeOffset Opens(DateTimeOffset notAfter, CertificateRules rules) => notAfter.AddMonths(-rules.RenewalMonths);

    /// <summary>Whole days until the end; negative after it.</summary>
    public static int DaysLeft(DateTimeOffset notAfter, DateTimeOffset now) => (int)Math.Floor((notAfter - now).TotalDays);

    public static RenewalState StateOf(DateTimeOffset notAfter, DateTimeOffset now, CertificateRules rules) =>
        notAfter <= now ? RenewalState.Over : Opens(notAfter, rules) <= now ? RenewalState.Open : RenewalState.NotYet;

    /// <summary>The nearest step that is reached: 90, 60, 30, 14, 7, 1, or 0 after the end; null before the first.</summary>
    public static int? Notice(DateTimeOffset notAfter, DateTimeOffset now) =>
        notAfter <= now ? 0 : Steps.Where(step => DaysLeft(notAfter, now) <= step).Select(step => (int?)step).FirstOrDefault();
}

public enum RenewalState
{
    NotYet,
    Open,

    /// <summary>Expired: it cannot be renewed any more.</summary>
    Over,
}
