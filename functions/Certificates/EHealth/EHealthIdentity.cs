using System.Text.RegularExpressions;
using Ssp.Certificates.P12;
using Ssp.Text;

namespace Ssp.Certificates.EHealth;

/// <summary>
/// Whom an eHealth certificate stands for. Its subject is CN=TYPE=id[, APPID], OU=eHealth-platform Belgium, OU=NAME, OU=TYPE=id[, OU=APPID],
/// O=Federal Government, C=BE, in any order; a person's eID has SERIALNUMBER instead. Found in eHealth's technical connector
/// (DistinguishedName, CertificateParser).
/// </summary>
/// <param name="Type">Such as NIHII-HOSPITAL, CBE, EHP or SSIN.</param>
/// <param name="Name">In capitals, as eHealth writes it; empty when there is none.</param>
/// <param name="Application">Where one organisation has several certificates: which.</param>
public sealed partial record EHealthIdentity(string Type, string Id, string Name, string? Application)
{
    private const string Platform = "eHealth-platform Belgium";

    /// <summary>Whether the id is a NIHDI number, which can be compared with the organisation's.</summary>
    public bool IsNihdi => Type.StartsWith("NIHII", StringComparison.Ordinal);

    public bool IsPerson => Type == "SSIN";

    /// <summary>Null when the subject names nobody that way.</summary>
    public static EHealthIdentity? Of(P12Certificate certificate)
    {
        var units = certificate.SubjectParts.Where(part => part.Type == "OU").Select(part => part.Value.Trim()).ToList();
        var common = certificate.SubjectParts.Where(part => part.Type == "CN").Select(part => part.Value.Trim()).FirstOrDefault("");
        if (units.Select(unit => TypeAndId().Match(unit)).FirstOrDefault(match => match.Success) is { } unit)
        {
            var application = units.FirstOrDefault(one => one != unit.Value && common.EndsWith($", {one}", StringComparison.Ordinal));
            var name = units.FirstOrDefault(one => one != unit.Value && one != application && !one.Equals(Platform, StringComparison.OrdinalIgnoreCase));
            return new EHealthIdentity(unit.Groups[1].Value, unit.Groups[2].Value, VisibleText.Of(name ?? "", 200), application);
        }

        var person = certificate.SubjectParts.FirstOrDefault(part => part.Type is "SERIALNUMBER" or "2.5.4.5").Value;
        return string.IsNullOrWhiteSpace(person) || !person.All(char.IsAsciiDigit)
            ? null
            : new EHealthIdentity("SSIN", person, VisibleText.Of(common, 200), null);
    }

    [GeneratedRegex("^([A-Z][A-Z0-9_-]{1,40})=([0-9]{1,20})$", RegexOptions.CultureInvariant)]
    private static partial Regex TypeAndId();
}
