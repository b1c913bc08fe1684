using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Pkcs;
using Ssp.Text;

namespace Ssp.Certificates.P12;

/// <summary>What a bag says of its content: a name for people, and a number by which key and certificate find each other.</summary>
/// <param name="LocalKeyId">Null also where it bears several, as then none of them can be relied upon.</param>
internal sealed record P12Attributes(string? Alias, byte[]? LocalKeyId, IReadOnlyList<Finding> Findings)
{
    private static readonly Finding Wrong = new("P17", Severity.Refuse, "attributes");
    private static readonly Finding Repeated = new("P17", Severity.Info, "repeated");

    /// <exception cref="P12Fault">P01, P06.</exception>
    public static P12Attributes Of(Asn1Set? attributes)
    {
        if (attributes is null)
        {
            return new(null, null, []);
        }

        P12Limits.RequireFew(attributes.Count, P12Limits.MaxAttributes, "attributes");
        var findings = new List<Finding>();
        var seen = new Dictionary<DerObjectIdentifier, Asn1Set>();
        string? alias = null;
        byte[]? localKeyId = null;
        foreach (var one in attributes)
        {
            var attribute = P12Parts.Sequence(one, 0, int.MaxValue);
            if (attribute.Count != 2)
            {
                findings.Add(Wrong);
                continue;
            }

            var (type, values) = (P12Parts.Oid(attribute[0]), P12Parts.Set(attribute[1]));
            var (isName, isId) = (type.Equals(PkcsObjectIdentifiers.Pkcs9AtFriendlyName), type.Equals(PkcsObjectIdentifiers.Pkcs9AtLocalKeyID));
            if (seen.TryGetValue(type, out var before))
            {
                // The same again changes nothing. Of two names programs take one or the other; a second number is passed over below.
                var isSame = P12Shape.Build(() => (object)before.Equals(values)) is true;
                findings.Add(isSame || isId ? Repeated : Wrong);
                localKeyId = isId && !isSame ? null : localKeyId;
                continue;
            }

            seen[type] = values;
            if (isName && values.Count > 0)
            {
                alias = NameOf(values, findings);
            }
            else if (isId && values.Count > 0)
            {
                localKeyId = IdOf(values, findings);
            }
        }

        return new(alias, localKeyId, findings);
    }

    private static byte[]? IdOf(Asn1Set values, List<Finding> findings)
    {
        if (values.Any(value => value is not Asn1OctetString))
        {
            findings.Add(Wrong);
            return null;
        }

        if (values.Count > 1)
        {
            findings.Add(Repeated);
            return null;
        }

        return P12Parts.Octets(values[0]);
    }

    private static string? NameOf(Asn1Set values, List<Finding> findings)
    {
        if (values.Count != 1 || values[0] is not IAsn1String text)
        {
            findings.Add(Wrong);
            return null;
        }

        var name = P12Shape.Build(text.GetString);
        var shown = VisibleText.Of(name, 200);
        if (text is not DerBmpString || shown != name.Replace("\\", "\\\\", StringComparison.Ordinal))
        {
            findings.Add(new Finding("P32", Severity.Info, null, shown));
        }

        return name;
    }
}
