using System.Globalization;
using Ssp.Text;

namespace Ssp.Certificates.P12;

/// <summary>
/// Which certificate belongs to which private key: by localKeyID and name, which programs write to say so, and by the public key, which decides.
/// </summary>
internal static class KeyPairs
{
    /// <summary>Gives every key its certificate.</summary>
    /// <returns>P14 to P17.</returns>
    public static IReadOnlyList<Finding> Of(P12Reading reading)
    {
        var findings = new List<Finding>();
        foreach (var key in reading.Keys)
        {
            var own = reading.Certificates.Where(key.IsOf).ToList();
            var named = key.LocalKeyId is { } id ? reading.Certificates.Where(certificate => Same(certificate.LocalKeyId, id)).ToList() : [];
            // Java, and so HD4DP, gives each key that it finds one certificate. Of several that fit else the one that is named, or that ends last.
            var javas = reading.Java.EntryOf(key)?.Chain[0];
            key.Certificate = own.Find(one => one == javas) ?? own.FirstOrDefault(named.Contains) ?? own.MaxBy(certificate => certificate.NotAfter);
            if (javas is not null ? !own.Contains(javas) : named.Count > 0 && !named.Exists(own.Contains))
            {
                findings.Add(new Finding("P16", Severity.Refuse, null, NameOf(key, reading.Keys)));
            }
            else if (key.Certificate is null)
            {
                findings.Add(new Finding("P14", Severity.Refuse, null, NameOf(key, reading.Keys)));
            }
        }

        var paired = reading.Certificates.Where(one => reading.Keys.Any(key => key.Certificate == one));
        if (HasTwins(reading.Keys.Select(key => key.LocalKeyId)) || HasTwins(paired.Select(one => one.LocalKeyId)))
        {
            findings.Add(new Finding("P17", Severity.Refuse, "id"));
        }

        var left = reading.Certificates.Where(one => IsLeft(one, reading)).ToList();
        if (left.Count > 0)
        {
            findings.Add(new Finding("P15", Severity.Warn, null, left[0].Subject, $"{left.Count}"));
        }

        return findings;
    }

    /// <summary>A private key's friendly name, or its place in the file.</summary>
    public static string NameOf(P12Key key, IReadOnlyList<P12Key> keys) =>
        key.Name is { Length: > 0 } name ? VisibleText.Of(name, 100) : (keys.ToList().IndexOf(key) + 1).ToString(CultureInfo.InvariantCulture);

    // Certificates of authorities, and what others in the file are issued by, are there for the chain.
    private static bool IsLeft(P12Certificate certificate, P12Reading reading) =>
        !certificate.IsAuthority
        && !reading.Keys.Any(key => key.IsOf(certificate))
        && !reading.Certificates.Any(other => other != certificate && other.NamesAsIssuer(certificate));

    private static bool HasTwins(IEnumerable<byte[]?> ids) =>
        ids.OfType<byte[]>().Select(Convert.ToHexString).GroupBy(id => id).Any(group => group.Count() > 1);

    private static bool Same(byte[]? one, byte[] other) => one is not null && one.AsSpan().SequenceEqual(other);
}
