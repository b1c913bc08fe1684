using System.Text.RegularExpressions;
using Ssp.Certificates.P12;
using Ssp.Clock;

namespace Ssp.Certificates.EHealth;

/// <summary>
/// What a hospital's eHealth certificate must be: in force, strong, for the right use, for this organisation. Rules from domain knowledge of
/// eHealth's technical connector.
/// </summary>
internal static partial class EHealthRules
{
    private static readonly string[] AllowedCurves = ["P-256", "P-384", "P-521", "secp256r1", "secp384r1", "secp521r1", "prime256v1"];

    /// <returns>P18 to P22, P26 to P28, P36.</returns>
    public static IEnumerable<Finding> Judge(EHealthRoles roles, ChainOfTrust chain, CertificateRules rules, Circumstances circumstances)
    {
        if (roles.Authentication is not { } authentication)
        {
            return [];
        }

        var pair = roles.Encryption is null ? (P12Certificate[])[authentication] : [authentication, roles.Encryption];
        return
        [
            .. InForce(pair, rules, circumstances.Now),
            .. pair.Select(one => Strength(one, rules)).OfType<Finding>().DistinctBy(finding => finding.Variant),
            .. OnlySigns(roles.Encryption),
            .. pair.Where(HasWeakSignature).Take(1).Select(one => new Finding("P22", Severity.Warn, null, one.SignatureAlgorithm)),
            .. Uses(authentication, roles.Encryption),
            .. ForWhom(authentication, circumstances.Nihdi),
            .. Environment(authentication, chain, rules, circumstances.FileName),
            .. roles.Encryption is { } encryption && !roles.Findings.Any(finding => finding.Code == "P34") ? Issued(encryption, authentication) : [],
        ];
    }

    private static IEnumerable<Finding> InForce(P12Certificate[] pair, CertificateRules rules, DateTimeOffset now)
    {
        var begins = pair.Max(one => one.NotBefore);
        var ends = pair.Min(one => one.NotAfter);
        if (ends <= now)
        {
            yield return new Finding("P19", Severity.Refuse, null, BelgianTime.Day(ends));
        }
        else if (begins > now)
        {
            yield return new Finding("P18", Severity.Refuse, null, BelgianTime.Day(begins));
        }
        else if (Renewal.Opens(ends, rules) <= now)
        {
            yield return new Finding("P20", Severity.Warn, "renewal", BelgianTime.Day(ends), $"{Renewal.DaysLeft(ends, now)}");
        }
        else if (Renewal.DaysLeft(ends, now) <= rules.WarningDays)
        {
            yield return new Finding("P20", Severity.Warn, "soon", BelgianTime.Day(ends), $"{Renewal.DaysLeft(ends, now)}");
        }
    }

    private static Finding? Strength(P12Certificate certificate, CertificateRules rules) => certificate.KeyAlgorithm switch
    {
        "RSA" or "RSA-PSS" => certificate.KeySize < rules.MinRsaBits
            ? new Finding("P21", Severity.Refuse, "rsa", $"{certificate.KeySize}", $"{rules.MinRsaBits}")
            : null,
        "EC" => AllowedCurves.Contains(certificate.KeyCurve) ? null : new Finding("P21", Severity.Refuse, "curve", certificate.KeyCurve ?? "?"),
        "Ed25519" => null,
        _ => new Finding("P21", Severity.Refuse, "kind", certificate.KeyAlgorithm),
    };

    private static IEnumerable<Finding> OnlySigns(P12Certificate? encryption) =>
        encryption is { KeyAlgorithm: "Ed25519" or "RSA-PSS" } ? [new Finding("P21", Severity.Refuse, "signs", encryption.KeyAlgorithm)] : [];

    private static bool HasWeakSignature(P12Certificate certificate) => WeakDigest().IsMatch(certificate.SignatureAlgorithm);

    private static IEnumerable<Finding> Uses(P12Certificate authentication, P12Certificate? encryption)
    {
        if (authentication.IsAuthority)
        {
            yield return new Finding("P26", Severity.Refuse, "authority", authentication.Subject);
        }
        else if (authentication.HasUsages && !authentication.Usages.Any(usage => usage is "digitalSignature" or "nonRepudiation"))
        {
            yield return new Finding("P26", Severity.Refuse, "authentication");
        }

        // With RSA one encrypts a key, with an elliptic curve one agrees on it (RFC 5480, section 3).
        if (encryption is { HasUsages: true }
            && !encryption.Usages.Any(usage => encryption.KeyAlgorithm == "EC" ? usage == "keyAgreement" : usage is "keyEncipherment" or "dataEncipherment"))
        {
            yield return new Finding("P26", Severity.Refuse, "encryption");
        }
    }

    private static IEnumerable<Finding> ForWhom(P12Certificate authentication, string nihdi)
    {
        var identity = EHealthIdentity.Of(authentication);
        if (identity is null)
        {
            yield return new Finding("P27", Severity.Warn, "unknown");
        }
        else if (identity.IsPerson)
        {
            yield return new Finding("P27", Severity.Warn, "person");
        }
        else if (!identity.IsNihdi)
        {
            yield return new Finding("P27", Severity.Info, "other", $"{identity.Type}={identity.Id}", identity.Name);
        }
        else if (Hospital(identity.Id) != Hospital(nihdi))
        {
            yield return new Finding("P27", Severity.Refuse, null, identity.Id, identity.Name, nihdi);
        }
    }

    // The first eight digits say who, the three that may follow say as what.
    private static string Hospital(string nihdi) => nihdi.Length > 8 ? nihdi[..8] : nihdi;

    private static IEnumerable<Finding> Environment(P12Certificate authentication, ChainOfTrust chain, CertificateRules rules, string fileName)
    {
        var isAcceptance = fileName.EndsWith(".acc-p12", StringComparison.OrdinalIgnoreCase)
            || chain.Links.Select(link => link.Subject).Append(authentication.Issuer).Any(name => Acceptance().IsMatch(name));
        if (isAcceptance != rules.IsAcceptance)
        {
            yield return new Finding("P28", Severity.Warn, isAcceptance ? null : "production");
        }
    }

    private static IEnumerable<Finding> Issued(P12Certificate encryption, P12Certificate authentication)
    {
        if (!encryption.NamesAsIssuer(authentication) || !encryption.HasSubjectOf(authentication) || !encryption.IsSignedBy(authentication))
        {
            yield return new Finding("P36", Severity.Refuse);
        }
        else if (encryption.NotBefore != authentication.NotBefore || encryption.NotAfter != authentication.NotAfter)
        {
            yield return new Finding("P36", Severity.Warn, "dates", BelgianTime.Day(encryption.NotAfter), BelgianTime.Day(authentication.NotAfter));
        }
    }

    [GeneratedRegex(@"\b(acceptance|acceptatie|acc|test|integration)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Acceptance();

    [GeneratedRegex("^(MD2|MD4|MD5|SHA-?1)(with|$)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex WeakDigest();
}
