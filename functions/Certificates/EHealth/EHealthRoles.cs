using System.Globalization;
using Ssp.Certificates.P12;

namespace Ssp.Certificates.EHealth;

/// <summary>
/// Which key of an eHealth store is which: the entry "authentication" signs in, the entry named by its certificate's serial number decrypts. Older encryption
/// keys may be kept beside them. Found in eHealth's technical connector (KeyStoreManager).
/// </summary>
/// <param name="Authentication">Its certificate; without an entry of that name the one that an authority issued.</param>
/// <param name="Encryption">Its certificate: of several the one that fits the authentication certificate, else the one that ends last.</param>
/// <param name="IsUnfinished">eHealth has not answered the request yet (P33).</param>
/// <param name="Findings">P12, P13, P33 to P35.</param>
internal sealed record EHealthRoles(P12Certificate? Authentication, P12Certificate? Encryption, bool IsUnfinished, IReadOnlyList<Finding> Findings)
{
    private const string AuthenticationName = "authentication";

    public static EHealthRoles Of(IReadOnlyList<P12Key> keys, CertificateRules rules)
    {
        if (keys.Count == 0)
        {
            return new(null, null, false, [new Finding("P12", Severity.Refuse)]);
        }

        // Java's key stores do not tell capitals from small letters.
        var named = keys.FirstOrDefault(key => AuthenticationName.Equals(key.Name?.Trim(), StringComparison.OrdinalIgnoreCase));
        var first = named ?? keys.Where(key => key.Certificate is not null).OrderBy(key => key.Certificate!.IsSelfIssued).FirstOrDefault();
        var others = keys.Where(key => key != first).ToList();
        var encryption = EncryptionOf(first, others);
        var findings = new List<Finding>();
        if (keys.Count < rules.MinKeys)
        {
            findings.Add(new Finding("P13", Severity.Refuse, "few", $"{keys.Count}", $"{rules.MinKeys}"));
        }
        else if (keys.Count > 2)
        {
            findings.Add(new Finding("P13", Severity.Info, "more", $"{keys.Count}"));
        }

        if (keys.Any(key => IsPlaceholder(key.Certificate)))
        {
            findings.Add(new Finding("P33", Severity.Refuse));
            return new(first?.Certificate, encryption?.Certificate, true, findings);
        }

        if (named is null)
        {
            findings.Add(new Finding("P34", Severity.Refuse, null, string.Join(", ", keys.Select(key => $"“{KeyPairs.NameOf(key, keys)}”"))));
        }
        else if (encryption?.Certificate is { } certificate
            && certificate.SerialNumber.ToString(CultureInfo.InvariantCulture) is var serialNumber
            && encryption.Name?.Trim() != serialNumber)
        {
            findings.Add(new Finding("P35", Severity.Refuse, null, KeyPairs.NameOf(encryption, keys), serialNumber));
        }

        return new(first?.Certificate, encryption?.Certificate, false, findings);
    }

    // Its private key would be lost if the file were thrown away: the request waits for eHealth with this placeholder in its place.
    private static bool IsPlaceholder(P12Certificate? certificate) => certificate?.SubjectParts.Any(part => part is { Type: "C", Value: "Dummy" }) == true;

    private static P12Key? EncryptionOf(P12Key? authentication, List<P12Key> others) =>
        others
            .Where(key => key.Certificate is not null)
            .OrderByDescending(key => authentication?.Certificate is { } issuer && key.Certificate!.NamesAsIssuer(issuer) && key.Certificate.IsSignedBy(issuer))
            .ThenByDescending(key => key.Certificate!.NotAfter)
            .FirstOrDefault();
}
