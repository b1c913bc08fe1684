using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Pkcs;

namespace Ssp.Certificates.P12;

/// <summary>One entry of a safe, as far as it can be read without opening it.</summary>
/// <param name="Value">What lies in it, by its kind.</param>
/// <param name="Protection">Of a private key that is encrypted by itself; then <paramref name="Encrypted"/> is the rest of it.</param>
internal sealed record P12Bag(DerObjectIdentifier Type, Asn1Object Value, P12Attributes Attributes, P12Protection? Protection, byte[]? Encrypted)
{
    private const int MaxDepth = 5;

    /// <summary>Its place among the entries of its list, from 0.</summary>
    public int Place { get; init; }

    /// <summary>Whether it lies in a safe within a safe.</summary>
    public bool IsNested { get; init; }

    public bool IsKey => IsOpenKey || Protection is not null;

    /// <summary>Whether it is a secret in another form than the octets that programs put there.</summary>
    public bool IsOddSecret => IsSecret && TypedIn(Value).Inner is not Asn1OctetString;

    public bool IsSecret => Type.Equals(PkcsObjectIdentifiers.SecretBag);

    public bool IsOpenKey => Type.Equals(PkcsObjectIdentifiers.KeyBag);

    /// <summary>The entries in the content of a safe, and of the safes in it.</summary>
    /// <param name="count">Is told how many a list has, before any of it is read.</param>
    /// <exception cref="P12Fault">P01, P06 to P08.</exception>
    public static IEnumerable<P12Bag> AllIn(Asn1Object safeContents, Action<int> count, int depth = 0)
    {
        var parts = P12Parts.Sequence(safeContents, 0, int.MaxValue);
        count(parts.Count);
        foreach (var (place, part) in parts.Index())
        {
            var bag = P12Parts.Sequence(part, 2, 3);
            var type = P12Parts.Oid(bag[0]);
            var value = P12Parts.Explicit(bag[1]);
            var attributes = P12Attributes.Of(bag.Count > 2 ? P12Parts.Set(bag[2]) : null);
            if (!type.Equals(PkcsObjectIdentifiers.SafeContentsBag))
            {
                yield return Of(type, value, attributes) with { Place = place, IsNested = depth > 0 };
                continue;
            }

            P12Limits.RequireFew(depth + 1, MaxDepth, "depth");
            foreach (var inner in AllIn(value, count, depth + 1))
            {
                yield return inner;
            }
        }
    }

    /// <summary>The certificate in it; null where it holds none.</summary>
    /// <exception cref="P12Fault">P01, P08.</exception>
    public byte[]? ReadCertificate()
    {
        if (IsKey)
        {
            return null;
        }

        var (kind, inner) = TypedIn(Value);
        if (!Type.Equals(PkcsObjectIdentifiers.CertBag))
        {
            return null;
        }

        // The other kind that PKCS#9 knows, SDSI, has not been seen in this century.
        return kind.Equals(PkcsObjectIdentifiers.X509Certificate) ? P12Parts.Octets(inner) : throw P12Fault.Of("P08", null, kind.Id);
    }

    private static P12Bag Of(DerObjectIdentifier type, Asn1Object value, P12Attributes attributes)
    {
        if (type.Equals(PkcsObjectIdentifiers.Pkcs8ShroudedKeyBag))
        {
            var parts = P12Parts.Sequence(value, 2, 2);
            return new P12Bag(type, value, attributes, P12Protection.Of(P12Parts.Algorithm(parts[0])), P12Parts.Octets(parts[1]));
        }

        var isKnown = type.Equals(PkcsObjectIdentifiers.KeyBag) || type.Equals(PkcsObjectIdentifiers.CertBag)
            || type.Equals(PkcsObjectIdentifiers.CrlBag) || type.Equals(PkcsObjectIdentifiers.SecretBag);
        return isKnown ? new P12Bag(type, value, attributes, null, null) : throw P12Fault.Of("P08", null, type.Id);
    }

    // Certificates, revocation lists and secrets lie in a bag of one form: the kind, and the thing itself.
    private static (DerObjectIdentifier Kind, Asn1Object Inner) TypedIn(Asn1Object value)
    {
        var parts = P12Parts.Sequence(value, 2, 2);
        return (P12Parts.Oid(parts[0]), P12Parts.Explicit(parts[1]));
    }
}
