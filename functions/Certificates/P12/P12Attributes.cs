using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Pkcs;
using Ssp.Text;

namespace Ssp.Certificates.P12;

/// <summary>What a bag says of its content: a name for people, and a number by which key and certificate find each other.</summary>
/// <param name="LocalKeyId">Null also where it bears several, as then none of them can be relied upon.</param>
/// <param name="Java">The same as Java takes it.</param>
internal sealed record P12Attributes(string? Alias, byte[]? LocalKeyId, IReadOnlyList<Finding> Findings, P12Attributes.JavaView Java)
{
    private const string TrustOfJava = "2.16.840.1.113894.746875.1.1";

    private static readonly Finding Wrong = new("P17", Severity.Refuse, "attributes");
    private static readonly Finding Repeated = new("P17", Severity.Info, "repeated");

    /// <exception cref="P12Fault">P01, P06.</exception>
    public static P12Attributes Of(Asn1Set? attributes)
    {
        if (attributes is null)
        {
            return new(null, null, [], new());
        }

        P12Limits.RequireFew(attributes.Count, P12Limits.MaxAttributes, "attributes");
        var findings = new List<Finding>();
        var seen = new Dictionary<DerObjectIdentifier, Asn1Set>();
        string? alias = null;
        byte[]? localKeyId = null;
        var java = new JavaView();
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
            java = java.With(type, isName, isId, values);
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

        return new(alias, localKeyId, findings, java);
    }

    /// <summary>Of several attributes of one kind Java takes the last, and of several values the first.</summary>
    /// <param name="IsTrusted">Whether Java marked the certificate as one it trusts.</param>
    /// <param name="IsUnreadable">A name in another kind of string than RFC 7292 says (BMPString).</param>
    /// <param name="IsOdd">A number, or a mark of trust, of another kind than it has, or an attribute without a value.</param>
    public sealed record JavaView(
        string? Name = null, byte[]? LocalKeyId = null, bool IsTrusted = false, bool IsUnreadable = false, bool IsOdd = false)
    {
        public JavaView With(DerObjectIdentifier type, bool isName, bool isId, Asn1Set values) =>
            isName ? values is [IAsn1String name, ..]
                ? this with { Name = P12Shape.Build(name.GetString), IsUnreadable = IsUnreadable || name is not DerBmpString }
                : this with { IsUnreadable = true }
            : isId ? values is [Asn1OctetString id, ..] ? this with { LocalKeyId = P12Parts.Octets(id) } : this with { IsOdd = true }
            : type.Id == TrustOfJava ? this with { IsTrusted = true, IsOdd = IsOdd || values.Any(value => value is not DerObjectIdentifier) }
            : values.Count == 0 ? this with { IsOdd = true }
            : this;
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
