using System.Security.Cryptography;
using Org.BouncyCastle.Asn1;

namespace Ssp.Certificates.P12;

/// <summary>The code over the whole file that only a holder of the password can make: PKCS#12's own (RFC 7292), or PBMAC1 (RFC 9579).</summary>
/// <param name="Digest">Under the HMAC.</param>
internal sealed record P12Mac(string Name, P12Derivation Derivation, P12Digest Digest, int KeyBytes, byte[] Expected)
{
    private const string Pbmac1Oid = "1.2.840.113549.1.5.14";

    // RFC 9579: shorter ones are not to be accepted.
    private const int LeastKeyBytes = 20;

    public bool IsPbmac1 => Derivation is not P12Derivation.Pkcs12;

    public bool IsWeak => Name is "MD5" or "MD2" or "MD4";

    /// <summary>What its key costs with one form of the password.</summary>
    public long Work => Derivation.WorkOf(KeyBytes, 0);

    /// <exception cref="P12Fault">P07 too costly, P08 unknown, P01 malformed.</exception>
    public static P12Mac Of(Asn1Encodable macData)
    {
        var parts = P12Parts.Sequence(macData, 2, 3);
        var info = P12Parts.Sequence(parts[0], 2, 2);
        var algorithm = P12Parts.Algorithm(info[0]);
        var expected = P12Parts.Octets(info[1]);
        var salt = P12Parts.Octets(parts[1]);
        var rounds = parts.Count > 2 ? P12Parts.Integer(parts[2]) : DerInteger.One;
        var mac = algorithm.Algorithm.Id == Pbmac1Oid
            ? Pbmac1(P12Parts.Sequence(algorithm.Parameters, 2, 2), expected)
            : Classic(P12Digest.Of(algorithm.Algorithm.Id), P12Protection.RequireSalt(salt), P12Protection.RequireRounds(rounds), expected);
        if (mac.Derivation is P12Derivation.Pkcs12)
        {
            P12Parts.RequireNone(algorithm);
        }

        return expected.Length == mac.Digest.Bytes ? mac : throw P12Fault.Damaged();
    }

    /// <summary>Whether it is that of the content under this form of the password.</summary>
    public bool IsOf(byte[] content, byte[] password, P12Budget budget)
    {
        budget.Handle(Derivation.WorkOfPassword(password.Length, KeyBytes, 0) + Digest.WorkOf(content.Length));
        budget.Derive(Work);
        var key = Derivation is P12Derivation.Pkcs12 own ? own.DeriveForMac(password, KeyBytes) : Derivation.Derive(password, KeyBytes, 0).Key;
        return CryptographicOperations.FixedTimeEquals(Digest.Hmac(key, content), Expected);
    }

    private static P12Mac Classic(P12Digest digest, byte[] salt, int rounds, byte[] expected) =>
        new(digest.Name, new P12Derivation.Pkcs12(digest, salt, rounds), digest, digest.Bytes, expected);

    // Salt and rounds stand in its own parameters; those of the file are there for form's sake.
    private static P12Mac Pbmac1(Asn1Sequence parameters, byte[] expected)
    {
        var (derivation, keyBytes) = P12Protection.DerivationOf(P12Parts.Algorithm(parameters[0]));
        var digest = P12Protection.HmacOf(parameters[1]);
        // RFC 9579: PBKDF2 only, and the key's length must be said. Java's BouncyCastle writes 256, where 32 would do.
        return derivation is not P12Derivation.Pbkdf2 || keyBytes is not { } bytes ? throw P12Fault.Damaged()
            : bytes < LeastKeyBytes ? throw P12Fault.Of("P08", "short", $"{bytes}", $"{LeastKeyBytes}")
            : bytes > P12Limits.MaxKeyBytes ? throw P12Fault.Of("P07", "memory")
            : new P12Mac("PBMAC1", derivation, digest, bytes, expected);
    }
}
