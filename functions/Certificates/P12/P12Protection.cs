using System.Collections.Frozen;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;

namespace Ssp.Certificates.P12;

/// <summary>
/// How an encrypted part of the file is protected, read without deriving a key: what it would cost, whether it can be done. Knows the
/// schemes of PKCS#12 (RFC 7292), and of PKCS#5 (RFC 8018) with PBKDF2 or scrypt (RFC 7914).
/// </summary>
internal sealed record P12Protection(P12Derivation Derivation, P12Cipher Cipher, int StartBytes)
{
    private const string ScryptOid = "1.3.6.1.4.1.11591.4.11";

    private delegate P12Derivation Derive(byte[] salt, int rounds);

    private static readonly FrozenDictionary<string, (Derive Derivation, P12Cipher Cipher, int StartBytes)> OldSchemes =
        new Dictionary<string, (Derive, P12Cipher, int)>
        {
            ["1.2.840.113549.1.12.1.1"] = (Pkcs12, new("RC4-128", "RC4", 16), 0),
            ["1.2.840.113549.1.12.1.2"] = (Pkcs12, new("RC4-40", "RC4", 5), 0),
            ["1.2.840.113549.1.12.1.3"] = (Pkcs12, new("3DES", "DESEDE/CBC/PKCS7", 24), 8),
            ["1.2.840.113549.1.12.1.4"] = (Pkcs12, new("3DES (two keys)", "DESEDE/CBC/PKCS7", 16), 8),
            ["1.2.840.113549.1.12.1.5"] = (Pkcs12, new("RC2-128", "RC2/CBC/PKCS7", 16, EffectiveBits: 128), 8),
            ["1.2.840.113549.1.12.1.6"] = (Pkcs12, new("RC2-40", "RC2/CBC/PKCS7", 5, EffectiveBits: 40), 8),
            ["1.2.840.113549.1.5.1"] = (Pbkdf1Of("1.2.840.113549.2.2"), Des("MD2/DES"), 8),
            ["1.2.840.113549.1.5.4"] = (Pbkdf1Of("1.2.840.113549.2.2"), Rc2("MD2/RC2"), 8),
            ["1.2.840.113549.1.5.3"] = (Pbkdf1Of("1.2.840.113549.2.5"), Des("MD5/DES"), 8),
            ["1.2.840.113549.1.5.6"] = (Pbkdf1Of("1.2.840.113549.2.5"), Rc2("MD5/RC2"), 8),
            ["1.2.840.113549.1.5.10"] = (Pbkdf1Of("1.3.14.3.2.26"), Des("SHA-1/DES"), 8),
            ["1.2.840.113549.1.5.11"] = (Pbkdf1Of("1.3.14.3.2.26"), Rc2("SHA-1/RC2"), 8),
        }.ToFrozenDictionary();

    public string Name => Cipher.Name;

    /// <summary>Whether salt or start value are written in several pieces, as BER allows.</summary>
    public bool IsInPieces { get; init; }

    /// <summary>What its key costs with one form of the password.</summary>
    public long Work => Derivation.WorkOf(Cipher.KeyBytes, StartBytes);

    /// <exception cref="P12Fault">P07 too costly, P08 unknown, P01 malformed.</exception>
    public static P12Protection Of(AlgorithmIdentifier algorithm)
    {
        var oid = algorithm.Algorithm.Id;
        if (oid == PkcsObjectIdentifiers.IdPbeS2.Id)
        {
            var both = P12Parts.Sequence(algorithm.Parameters, 2, 2);
            var (derivation, keyBytes) = DerivationOf(P12Parts.Algorithm(both[0]));
            return new P12Protection(derivation, P12Cipher.Of(P12Parts.Algorithm(both[1]), keyBytes), 0) { IsInPieces = HasPieces(both) };
        }

        if (!OldSchemes.TryGetValue(oid, out var old))
        {
            throw P12Fault.Of("P08", null, oid);
        }

        var parameters = P12Parts.Sequence(algorithm.Parameters, 2, 2);
        var salt = RequireSalt(P12Parts.Octets(parameters[0]));
        return new P12Protection(old.Derivation(salt, RequireRounds(P12Parts.Integer(parameters[1]))), old.Cipher, old.StartBytes)
        {
            IsInPieces = HasPieces(parameters),
        };
    }

    /// <returns>The derivation of PBES2 or PBMAC1, and how long it says that the key is.</returns>
    /// <exception cref="P12Fault">P07 too costly, P08 unknown, P01 malformed.</exception>
    public static (P12Derivation Derivation, int? KeyBytes) DerivationOf(AlgorithmIdentifier kdf) =>
        kdf.Algorithm.Id == ScryptOid ? ScryptOf(P12Parts.Sequence(kdf.Parameters, 4, 5))
        : kdf.Algorithm.Equals(PkcsObjectIdentifiers.IdPbkdf2) ? Pbkdf2Of(P12Parts.Sequence(kdf.Parameters, 2, 4))
        : throw P12Fault.Of("P08", null, kdf.Algorithm.Id);

    public static int RequireRounds(DerInteger rounds) =>
        rounds.Value.SignValue <= 0 ? throw P12Fault.Of("P07", "zero")
        : rounds.Value.BitLength > 31 || rounds.Value.IntValueExact > P12Limits.MaxRounds ? throw P12Fault.Of("P07", "rounds", $"{P12Limits.MaxRounds}")
        : rounds.Value.IntValueExact;

    public static byte[] RequireSalt(byte[] salt) => salt.Length <= P12Limits.MaxSaltBytes ? salt : throw P12Fault.Of("P07", "memory");

    /// <returns>The content, or null when this form of the password does not open it.</returns>
    public byte[]? Open(byte[] content, byte[] password, P12Budget budget)
    {
        budget.Handle(Derivation.WorkOfPassword(password.Length, Cipher.KeyBytes, StartBytes));
        budget.Derive(Work);
        var (key, start) = Derivation.Derive(password, Cipher.KeyBytes, StartBytes);
        return Cipher.Decrypt(key, Cipher.Start ?? start, content, budget.Handle);
    }

    private static (P12Derivation Derivation, int? KeyBytes) Pbkdf2Of(Asn1Sequence parts)
    {
        // The salt may be that of another source, which nobody has ever defined.
        if (parts[0].ToAsn1Object() is Asn1Sequence)
        {
            throw P12Fault.Of("P08", null, P12Parts.Algorithm(parts[0]).Algorithm.Id);
        }

        var salt = RequireSalt(P12Parts.Octets(parts[0]));
        var rounds = RequireRounds(P12Parts.Integer(parts[1]));
        // Length and function may be left out, each for itself.
        int? keyBytes = parts.Count > 2 && parts[2].ToAsn1Object() is DerInteger length ? KeyBytesOf(length) : null;
        var next = keyBytes is null ? 2 : 3;
        if (next < parts.Count - 1)
        {
            throw P12Fault.Damaged();
        }

        return (new P12Derivation.Pbkdf2(next < parts.Count ? HmacOf(parts[next]) : P12Digest.Sha1, salt, rounds), keyBytes);
    }

    /// <summary>The digest of an HMAC.</summary>
    /// <exception cref="P12Fault">P08 unknown, P01 malformed.</exception>
    public static P12Digest HmacOf(Asn1Encodable element)
    {
        var algorithm = P12Parts.Algorithm(element);
        var digest = P12Digest.OfHmac(algorithm.Algorithm.Id);
        P12Parts.RequireNone(algorithm);
        return digest;
    }

    private static (P12Derivation Derivation, int? KeyBytes) ScryptOf(Asn1Sequence parts)
    {
        var salt = RequireSalt(P12Parts.Octets(parts[0]));
        var numbers = Enumerable.Range(1, 3).Select(place => P12Parts.Integer(parts[place]).Value).ToList();
        var keyBytes = parts.Count > 4 ? KeyBytesOf(P12Parts.Integer(parts[4])) : (int?)null;
        if (numbers.Any(number => number.SignValue <= 0))
        {
            throw P12Fault.Of("P07", "zero");
        }

        // All of it lies in memory at once: N · r blocks to look up, r · p to begin with.
        if (numbers.Any(number => number.BitLength > 31)
            || 128 * numbers[0].LongValueExact * numbers[1].LongValueExact > P12Limits.MaxScryptBytes
            || 128 * numbers[1].LongValueExact * numbers[2].LongValueExact > P12Limits.MaxScryptBytes)
        {
            throw P12Fault.Of("P07", "memory");
        }

        var cost = numbers[0].IntValueExact;
        // RFC 7914: a power of two, and less than 2^(16 · r).
        return cost > 1 && (cost & (cost - 1)) == 0 && (numbers[1].IntValueExact > 1 || cost < 1 << 16)
            ? (new P12Derivation.Scrypt(salt, cost, numbers[1].IntValueExact, numbers[2].IntValueExact), keyBytes)
            : throw P12Fault.Damaged();
    }

    // What no number holds is longer than any cipher takes, and than any MAC may take, all the same.
    private static int KeyBytesOf(DerInteger length) =>
        length.Value.SignValue <= 0 ? throw P12Fault.Damaged() : length.TryGetIntPositiveValueExact(out var bytes) ? bytes : int.MaxValue;

    internal static bool HasPieces(Asn1Encodable element) => element is BerOctetString || (element is Asn1Sequence parts && parts.Any(HasPieces));

    private static P12Derivation Pkcs12(byte[] salt, int rounds) => new P12Derivation.Pkcs12(P12Digest.Sha1, salt, rounds);

    private static Derive Pbkdf1Of(string digest) => (salt, rounds) => new P12Derivation.Pbkdf1(P12Digest.Of(digest), salt, rounds);

    private static P12Cipher Des(string name) => new(name, "DES/CBC/PKCS7", 8);

    private static P12Cipher Rc2(string name) => new(name, "RC2/CBC/PKCS7", 8, EffectiveBits: 64);
}
