using System.Globalization;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Pkcs;

namespace Ssp.Certificates.P12;

/// <summary>The frame of a P12 file (PFX in RFC 7292): its safes, of which some are encrypted, and its MAC. Nothing is opened to read it.</summary>
/// <param name="AuthSafe">What the MAC is made over.</param>
/// <param name="Padding">Bytes after its end that mean nothing.</param>
internal sealed record P12Structure(byte[] AuthSafe, Asn1Encodable? MacData, int Padding)
{
    private const string PublicKeyMode = "mode";

    /// <summary>A safe: its bags, or what they are encrypted to.</summary>
    public sealed record Safe(byte[] Content, P12Protection? Protection);

    /// <exception cref="P12Fault">P01 to P05, P06, P08.</exception>
    public static P12Structure Of(byte[] file)
    {
        if (file.Length == 0)
        {
            throw P12Fault.Of("P03", "empty");
        }

        if (file.Length > P12Limits.MaxBytes)
        {
            throw P12Fault.Of("P05", null, (P12Limits.MaxBytes / 1024).ToString(CultureInfo.InvariantCulture));
        }

        if (P12Kinds.OfBeginning(file) is { } otherFile)
        {
            throw new P12Fault(otherFile);
        }

        var (whole, padding) = Parse(file);
        if (P12Shape.BuildOrNull(() => P12Kinds.OfContent(whole)) is { } otherContent)
        {
            throw new P12Fault(otherContent);
        }

        var parts = P12Parts.Sequence(whole, 2, 3);
        var version = P12Parts.Integer(parts[0]);
        var info = P12Parts.Sequence(parts[1], 2, 2);
        var type = P12Parts.Oid(info[0]);
        if (!version.HasValue(3))
        {
            throw P12Fault.Of("P04", null, version.Value.BitLength < 64 ? version.Value.ToString() : "?");
        }

        if (!type.Equals(PkcsObjectIdentifiers.Data))
        {
            throw type.Equals(PkcsObjectIdentifiers.SignedData) ? P12Fault.Of("P08", PublicKeyMode) : P12Fault.Damaged();
        }

        return new P12Structure(P12Parts.Octets(P12Parts.Explicit(info[1])), parts.Count == 3 ? parts[2] : null, padding);
    }

    /// <summary>The safes, one after the other.</summary>
    /// <exception cref="P12Fault">P01, P06 to P08.</exception>
    public IEnumerable<Safe> Safes()
    {
        var parts = P12Parts.Sequence(P12Shape.Parse(AuthSafe), 0, int.MaxValue);
        P12Limits.RequireFew(parts.Count, P12Limits.MaxBags, "bags");
        foreach (var part in parts)
        {
            var info = P12Parts.Sequence(part, 2, 2);
            var type = P12Parts.Oid(info[0]);
            yield return type.Equals(PkcsObjectIdentifiers.Data) ? new Safe(P12Parts.Octets(P12Parts.Explicit(info[1])), null)
                : type.Equals(PkcsObjectIdentifiers.EncryptedData) ? EncryptedOf(P12Parts.Explicit(info[1]))
                : throw (type.Equals(PkcsObjectIdentifiers.EnvelopedData) ? P12Fault.Of("P08", PublicKeyMode) : P12Fault.Of("P08", null, type.Id));
        }
    }

    private static (Asn1Object Whole, int Padding) Parse(byte[] file)
    {
        try
        {
            return P12Shape.ParseFile(file);
        }
        catch (P12Fault) when (P12Kinds.OfMangled(file) is { } mangled)
        {
            throw new P12Fault(mangled);
        }
    }

    // EncryptedData of RFC 5652, which may have a third part that PKCS#12 has no use for; its version says so.
    private static Safe EncryptedOf(Asn1Object encryptedData)
    {
        var data = P12Parts.Sequence(encryptedData, 2, 2);
        var info = P12Parts.Sequence(data[1], 3, 3);
        return P12Parts.Integer(data[0]).HasValue(0) && P12Parts.Oid(info[0]).Equals(PkcsObjectIdentifiers.Data)
            ? new Safe(P12Parts.ImplicitOctets(info[2]), P12Protection.Of(P12Parts.Algorithm(info[1])))
            : throw P12Fault.Damaged();
    }
}
