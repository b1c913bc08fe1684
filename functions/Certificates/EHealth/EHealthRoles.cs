using System.Globalization;
using Ssp.Certificates.P12;
using Ssp.Text;

namespace Ssp.Certificates.EHealth;

/// <summary>
/// Which key of an eHealth store is which: the entry "authentication" signs in, the entry named by its certificate's serial number decrypts. Older encryption
/// keys may be kept beside them. Found in eHealth's technical connector (KeyStoreManager). An entry is what Java finds, because HD4DP is a Java program.
/// </summary>
/// <param name="Authentication">Its certificate; without an entry of that name the one that an authority issued.</param>
/// <param name="Encryption">Its certificate: of several the one that fits the authentication certificate, else the one that ends last.</param>
/// <param name="IsUnfinished">eHealth has not answered the request yet (P33).</param>
/// <param name="Findings">P12, P13, P33 to P36, P38.</param>
internal sealed record EHealthRoles(P12Certificate? Authentication, P12Certificate? Encryption, bool IsUnfinished, IReadOnlyList<Finding> Findings)
{
    private const string AuthenticationName = "authentication";

    public static EHealthRoles Of(P12Reading reading, CertificateRules rules)
    {
        var keys = reading.Keys;
        if (keys.Count == 0)
        {
            return new(null, null, false, [new Finding("P12", Severity.Refuse)]);
        }

        var entry = reading.Java.Find(AuthenticationName);
        // The key that a person would take for it, where Java finds none.
        var meant = keys.FirstOrDefault(key => IsMeant(key.Alias)) ?? keys.FirstOrDefault(key => IsMeant(key.Name));
        var first = entry?.Key ?? meant ?? keys.Where(key => key.Certificate is not null).OrderBy(key => key.Certificate!.IsSelfIssued).FirstOrDefault();
        var encryption = EncryptionOf(first, keys.Where(key => key != first && reading.Java.LossOf(key) != JavaLoss.Replaced));
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

        findings.AddRange(Losses(reading, [first, encryption]));
        if (entry is null && (meant is null || reading.Java.LossOf(meant) is null))
        {
            findings.Add(Unnamed(meant, first, reading));
        }

        // Said at once with P34 where the keys belong together: both names can be given before the next upload.
        if (encryption is { Certificate: { } certificate }
            && reading.Java.EntryOf(encryption) is { } decrypting
            && certificate.SerialNumber.ToString(CultureInfo.InvariantCulture) is var serialNumber
            && decrypting.Name != serialNumber
            && (entry is not null || (first?.Certificate is { } sign && certificate.NamesAsIssuer(sign))))
        {
            findings.Add(new Finding("P35", Severity.Refuse, null, VisibleText.Of(decrypting.Name, 100), serialNumber));
        }

        if (first?.Certificate is { } own && encryption?.IsOf(own) == true)
        {
            findings.Add(new Finding("P36", Severity.Warn, "same"));
        }

        return new(first?.Certificate, encryption?.Certificate, false, findings);
    }

    // Whoever looks for the names sees no blanks, and programs put them on keys or on certificates; Java looks at keys, and exactly.
    private static bool IsMeant(string? name) => AuthenticationName.Equals(name?.Trim(), StringComparison.OrdinalIgnoreCase);

    private static Finding Unnamed(P12Key? meant, P12Key? first, P12Reading reading)
    {
        var name = meant is null ? null : reading.Java.EntryOf(meant)!.Name;
        return reading.Java.OtherNames.Contains(AuthenticationName) && first is not null && reading.Java.EntryOf(first) is { } own
            ? new Finding("P34", Severity.Refuse, "taken", VisibleText.Of(own.Name, 100))
            : IsMeant(name) ? new Finding("P34", Severity.Refuse, "blanks")
            : name is not null && meant!.Alias is null ? new Finding("P34", Severity.Refuse, "certificate", VisibleText.Of(name, 100))
            : new Finding("P34", Severity.Refuse, null, NamesOf(reading));
    }

    private static string NamesOf(P12Reading reading) => string.Join(", ", reading.Keys.Select(key => $"“{KeyPairs.NameOf(key, reading.Keys)}”"));

    // A key without a certificate is told of as such (P14); and a copy of one that is found is no loss.
    private static IEnumerable<Finding> Losses(P12Reading reading, IReadOnlyList<P12Key?> needed) =>
        reading.Java.Lost
            .Where(lost => lost.Key.Certificate is { } certificate && reading.Java.Entries.All(entry => entry.Chain[0] != certificate))
            .Select(lost => new Finding(
                "P38", needed.Contains(lost.Key) ? Severity.Refuse : Severity.Warn, lost.Why, KeyPairs.NameOf(lost.Key, reading.Keys)));

    // Its private key would be lost if the file were thrown away: the request waits for eHealth with this placeholder in its place.
    private static bool IsPlaceholder(P12Certificate? certificate) => certificate?.SubjectParts.Any(part => part is { Type: "C", Value: "Dummy" }) == true;

    // The newest is asked first, and mostly is the one: then no other signature has to be verified.
    private static P12Key? EncryptionOf(P12Key? authentication, IEnumerable<P12Key> others)
    {
        var newest = others.Where(key => key.Certificate is not null).OrderByDescending(key => key.Certificate!.NotAfter).ToList();
        var tries = P12Limits.MaxSignatures;
        return newest.FirstOrDefault(key =>
                authentication?.Certificate is { } issuer && key.Certificate!.NamesAsIssuer(issuer)
                && (tries -= issuer.TriesOfSignature) >= 0 && key.Certificate.IsSignedBy(issuer))
            ?? newest.FirstOrDefault();
    }
}
