using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace Ssp.Certificates.P12;

/// <summary>
/// Takes parsed ASN.1 apart to the letter of its definition: another kind, a part too few or too many is damage (P01), as other programs say too.
/// </summary>
internal static class P12Parts
{
    public static Asn1Sequence Sequence(Asn1Encodable? element, int least, int most) => P12Shape.Build(() =>
        Object(element) is Asn1Sequence sequence && sequence.Count >= least && sequence.Count <= most ? sequence : throw P12Fault.Damaged());

    public static Asn1Set Set(Asn1Encodable? element) => As<Asn1Set>(element);

    public static DerObjectIdentifier Oid(Asn1Encodable? element) => As<DerObjectIdentifier>(element);

    public static DerInteger Integer(Asn1Encodable? element) => As<DerInteger>(element);

    public static byte[] Octets(Asn1Encodable? element) => As<Asn1OctetString>(element).GetOctets();

    /// <summary>What stands in [0] EXPLICIT.</summary>
    public static Asn1Object Explicit(Asn1Encodable? element) => P12Shape.Build(() =>
        Object(element) is Asn1TaggedObject tagged && tagged.HasContextTag(0) ? tagged.GetExplicitBaseObject().ToAsn1Object() : throw P12Fault.Damaged());

    /// <summary>The octets in [0] IMPLICIT, which may come in pieces.</summary>
    public static byte[] ImplicitOctets(Asn1Encodable? element) => P12Shape.Build(() =>
        Object(element) is Asn1TaggedObject tagged && tagged.HasContextTag(0)
            ? Asn1OctetString.GetInstance(tagged, false).GetOctets()
            : throw P12Fault.Damaged());

    public static AlgorithmIdentifier Algorithm(Asn1Encodable? element) => P12Shape.Build(() => AlgorithmIdentifier.GetInstance(Sequence(element, 1, 2)));

    /// <summary>For algorithms that have no parameters: they are left out or NULL.</summary>
    public static void RequireNone(AlgorithmIdentifier algorithm)
    {
        if (Object(algorithm.Parameters) is not (null or Asn1Null))
        {
            throw P12Fault.Damaged();
        }
    }

    private static T As<T>(Asn1Encodable? element)
        where T : Asn1Object =>
        P12Shape.Build(() => Object(element) as T ?? throw P12Fault.Damaged());

    private static Asn1Object? Object(Asn1Encodable? element) => element?.ToAsn1Object();
}
