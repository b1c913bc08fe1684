using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Security;

namespace Ssp.Certificates.P12;

/// <summary>
/// How a part of the file is protected, read without deriving a key: what it would cost, whether it can be done, whether it is weak.
/// Knows the schemes of PKCS#12 (RFC 7292), PKCS#5 (RFC 8018) with any cipher that BouncyCastle has, scrypt (RFC 7914) and PBMAC1 (RFC 9579).
/// </summary>
internal sealed record P12Protection(
    AlgorithmIdentifier Algorithm, string Name, long Work, bool IsWeak, P12Protection.Kdf? Derivation = null, AlgorithmIdentifier? Inner = null)
{
    private static readonly DerObjectIdentifier Scrypt = new("1.3.6.1.4.1.11591.4.11");
    public static readonly DerObjectIdentifier Pbmac1 = new("1.2.840.113549.1.5.14");

    // PBKDF2's pseudo-random functions and PBMAC1's codes, by the digest under the HMAC.
    private static readonly Dictionary<string, string> Hmacs = new()
    {
        ["1.2.840.113549.2.6"] = "MD5",
        ["1.2.840.113549.2.7"] = "SHA-1",
        ["1.2.840.113549.2.8"] = "SHA-224",
        ["1.2.840.113549.2.9"] = "SHA-256",
        ["1.2.840.113549.2.10"] = "SHA-384",
        ["1.2.840.113549.2.11"] = "SHA-512",
        ["1.2.840.113549.2.12"] = "SHA-512/224",
        ["1.2.840.113549.2.13"] = "SHA-512/256",
        ["2.16.840.1.101.3.4.2.13"] = "SHA3-224",
        ["2.16.840.1.101.3.4.2.14"] = "SHA3-256",
        ["2.16.840.1.101.3.4.2.15"] = "SHA3-384",
        ["2.16.840.1.101.3.4.2.16"] = "SHA3-512",
    };

    private static readonly Dictionary<string, string> OldSchemes = new()
    {
        ["1.2.840.113549.1.12.1.1"] = "RC4-128",
        ["1.2.840.113549.1.12.1.2"] = "RC4-40",
        ["1.2.840.113549.1.12.1.3"] = "3DES",
        ["1.2.840.113549.1.12.1.4"] = "3DES (two keys)",
        ["1.2.840.113549.1.12.1.5"] = "RC2-128",
        ["1.2.840.113549.1.12.1.6"] = "RC2-40",
        ["1.2.840.113549.1.5.1"] = "MD2/DES",
        ["1.2.840.113549.1.5.4"] = "MD2/RC2",
        ["1.2.840.113549.1.5.3"] = "MD5/DES",
        ["1.2.840.113549.1.5.6"] = "MD5/RC2",
        ["1.2.840.113549.1.5.10"] = "SHA-1/DES",
        ["1.2.840.113549.1.5.11"] = "SHA-1/RC2",
    };

    private static readonly string[] QuickDigests = ["SHA-", "SHA1", "SHA2", "SHA3", "SHA5", "MD", "RIPEMD", "SM3"];

    /// <summary>Fewer rounds hold up nobody who guesses; RFC 7292 recommends at least 1024.</summary>
    private const int FewRounds = 1_000;

    /// <summary>Where a key comes from.</summary>
    /// <param name="Digest">Under PBKDF2's HMAC; null for scrypt.</param>
    /// <param name="Cost">N of scrypt, or the rounds of PBKDF2.</param>
    /// <param name="KeyBytes">As the file says; null where it leaves that to the cipher.</param>
    public sealed record Kdf(string? Digest, byte[] Salt, int Cost, int BlockSize, int Parallel, int? KeyBytes);

    /// <summary>The protection of an encrypted bag or content.</summary>
    /// <exception cref="P12Fault">P07 too costly, P08 unknown, P01 malformed.</exception>
    public static P12Protection OfCipher(AlgorithmIdentifier algorithm)
    {
        var oid = algorithm.Algorithm.Id;
        if (oid == PkcsObjectIdentifiers.IdPbeS2.Id)
        {
            var parameters = P12Shape.Build(() => PbeS2Parameters(algorithm.Parameters));
            var kdf = DerivationOf(parameters.Kdf);
            RequireCipher(parameters.Cipher.Algorithm);
            // No cipher has a longer key, and each block of it takes all the rounds.
            if (kdf.KeyBytes > 64)
            {
                throw P12Fault.Damaged();
            }

            var name = P12Shape.Build(() => CipherUtilities.GetAlgorithmName(parameters.Cipher.Algorithm) ?? parameters.Cipher.Algorithm.Id);
            var isWeak = IsWeakCipher(name) || (kdf.Digest is not null && kdf.Cost < FewRounds);
            return new P12Protection(algorithm, name, WorkOf(kdf, kdf.KeyBytes), isWeak, kdf, parameters.Cipher);
        }

        if (!OldSchemes.TryGetValue(oid, out var old))
        {
            throw P12Fault.Of("P08", null, oid);
        }

        var pbe = P12Shape.Build(() => PbeParameter.GetInstance(algorithm.Parameters));
        RequireSalt(pbe.GetSalt);
        // Two digests of SHA-1 make the 24 bytes of 3DES, one any other key, and one the vector.
        return new P12Protection(algorithm, old, (old == "3DES" ? 3 : 2) * RequireRounds(pbe.IterationCountObject), IsWeak: true);
    }

    /// <summary>The protection of the whole file against change.</summary>
    /// <exception cref="P12Fault">P07 too costly, P08 unknown, P01 malformed.</exception>
    public static P12Protection OfMac(AlgorithmIdentifier digest, byte[] salt, DerInteger? iterations)
    {
        if (digest.Algorithm.Equals(Pbmac1))
        {
            var parameters = P12Shape.Build(() => PbeS2Parameters(digest.Parameters));
            var kdf = DerivationOf(parameters.Kdf);
            // RFC 9579: PBKDF2 only, and the key's length must be said; what is longer than a block gains nothing and has overrun buffers elsewhere.
            if (kdf.Digest is null || kdf.KeyBytes is not (>= 20 and <= 128))
            {
                throw P12Fault.Damaged();
            }

            return new P12Protection(digest, "PBMAC1", WorkOf(kdf, kdf.KeyBytes), kdf.Cost < FewRounds, kdf, RequireHmac(parameters.Cipher));
        }

        RequireSalt(() => salt);
        var name = DigestName(digest.Algorithm);
        return new P12Protection(
            digest,
            name,
            RequireRounds(iterations),
            name is "MD5" or "MD2" or "MD4" || (iterations?.HasValue(1) ?? true),
            new Kdf(name, salt, (int)RequireRounds(iterations), 0, 0, null));
    }

    /// <summary>The digest under the HMAC of PBMAC1.</summary>
    public string HmacDigest => Hmacs[Inner!.Algorithm.Id];

    /// <summary>Bytes of the key that the cipher of PBES2 takes.</summary>
    /// <exception cref="P12Fault">P01: the file gives a length the cipher does not have.</exception>
    public int CipherKeyBytes => Derivation!.KeyBytes ?? P12Shape.Build(() => GeneratorUtilities.GetKeyGenerator(Inner!.Algorithm).DefaultStrength / 8);

    private static (AlgorithmIdentifier Kdf, AlgorithmIdentifier Cipher) PbeS2Parameters(Asn1Encodable parameters)
    {
        var both = Asn1Sequence.GetInstance(parameters);
        return both.Count == 2 ? (AlgorithmIdentifier.GetInstance(both[0]), AlgorithmIdentifier.GetInstance(both[1])) : throw P12Fault.Damaged();
    }

    private static Kdf DerivationOf(AlgorithmIdentifier kdf)
    {
        if (kdf.Algorithm.Equals(Scrypt))
        {
            return ScryptOf(P12Shape.Build(() => Asn1Sequence.GetInstance(kdf.Parameters)));
        }

        if (!kdf.Algorithm.Equals(PkcsObjectIdentifiers.IdPbkdf2))
        {
            throw P12Fault.Of("P08", null, kdf.Algorithm.Id);
        }

        // By hand, because PBKDF2-params may leave out what stands in the middle.
        var parts = P12Shape.Build(() => Asn1Sequence.GetInstance(kdf.Parameters));
        var salt = RequireSalt(() => parts[0] is Asn1OctetString octets
            ? octets.GetOctets()
            : throw P12Fault.Of("P08", null, AlgorithmIdentifier.GetInstance(parts[0]).Algorithm.Id));
        var rounds = (int)RequireRounds(P12Shape.Build(() => DerInteger.GetInstance(parts[1])));
        int? keyBytes = null;
        var digest = "SHA-1";
        for (var place = 2; place < parts.Count; place++)
        {
            if (parts[place] is DerInteger length && place == 2)
            {
                keyBytes = KeyBytes(length);
            }
            else
            {
                var prf = P12Shape.Build(() => AlgorithmIdentifier.GetInstance(parts[place]));
                digest = Hmacs.GetValueOrDefault(prf.Algorithm.Id) ?? throw P12Fault.Of("P08", null, prf.Algorithm.Id);
            }
        }

        return new Kdf(digest, salt, rounds, 0, 0, keyBytes);
    }

    private static Kdf ScryptOf(Asn1Sequence parts)
    {
        var salt = RequireSalt(() => Asn1OctetString.GetInstance(parts[0]).GetOctets());
        var numbers = P12Shape.Build(() => Enumerable.Range(1, 3).Select(place => DerInteger.GetInstance(parts[place]).Value).ToList());
        var keyBytes = parts.Count > 4 ? KeyBytes(P12Shape.Build(() => DerInteger.GetInstance(parts[4]))) : (int?)null;
        if (numbers.Any(number => number.SignValue <= 0))
        {
            throw P12Fault.Of("P07", "zero");
        }

        if (numbers.Any(number => number.BitLength > 31)
            || 128 * numbers[0].LongValueExact * numbers[1].LongValueExact > P12Limits.MaxScryptBytes
            || numbers[2].IntValueExact > 16)
        {
            throw P12Fault.Of("P07", "memory");
        }

        var cost = numbers[0].IntValueExact;
        return cost > 1 && (cost & (cost - 1)) == 0
            ? new Kdf(null, salt, cost, numbers[1].IntValueExact, numbers[2].IntValueExact, keyBytes)
            : throw P12Fault.Damaged();
    }

    // scrypt's work in rounds of a digest: each of its N · p steps mixes 2 · r blocks of 64 bytes, twice. PBKDF2 does all rounds for each block of the key,
    // and BouncyCastle takes about five times as long as the runtime.
    private static long WorkOf(Kdf kdf, int? keyBytes) =>
        kdf.Digest is not { } digest ? 4L * kdf.Cost * kdf.BlockSize * kdf.Parallel
        : (long)kdf.Cost * (((keyBytes ?? 32) + DigestBytes(digest) - 1) / DigestBytes(digest)) * (P12Password.IsFast(digest) ? 1 : 5);

    private static int DigestBytes(string digest) => DigestUtilities.GetDigest(digest).GetDigestSize();

    private static int KeyBytes(DerInteger length) =>
        length.TryGetIntPositiveValueExact(out var bytes) && bytes is > 0 and <= 128 ? bytes : throw P12Fault.Damaged();

    private static long RequireRounds(DerInteger? rounds)
    {
        if (rounds is null)
        {
            return 1;
        }

        return rounds.Value.SignValue <= 0 ? throw P12Fault.Of("P07", "zero")
            : rounds.Value.BitLength > 31 || rounds.Value.IntValueExact > P12Limits.MaxRounds ? throw P12Fault.Of("P07", "rounds", $"{P12Limits.MaxRounds}")
            : rounds.Value.IntValueExact;
    }

    private static byte[] RequireSalt(Func<byte[]> read) =>
        P12Shape.Build(read) is { Length: <= P12Limits.MaxSaltBytes } salt ? salt : throw P12Fault.Of("P07", "memory");

    private static void RequireCipher(DerObjectIdentifier cipher)
    {
        try
        {
            CipherUtilities.GetCipher(cipher);
            GeneratorUtilities.GetKeyGenerator(cipher);
        }
        catch (Exception error) when (error is SecurityUtilityException or GeneralSecurityException or ArgumentException or NotSupportedException)
        {
            throw P12Fault.Of("P08", null, cipher.Id);
        }
    }

    private static AlgorithmIdentifier RequireHmac(AlgorithmIdentifier hmac) =>
        Hmacs.ContainsKey(hmac.Algorithm.Id) ? hmac : throw P12Fault.Of("P08", null, hmac.Algorithm.Id);

    private static string DigestName(DerObjectIdentifier digest)
    {
        try
        {
            DigestUtilities.GetDigest(digest);
            var name = DigestUtilities.GetAlgorithmName(digest);
            // Others, such as GOST's, take the library a hundred times as long.
            return QuickDigests.Any(quick => name.StartsWith(quick, StringComparison.Ordinal)) ? name : throw P12Fault.Of("P08", null, digest.Id);
        }
        catch (Exception error) when (error is SecurityUtilityException or GeneralSecurityException or ArgumentException or NotSupportedException)
        {
            throw P12Fault.Of("P08", null, digest.Id);
        }
    }

    private static bool IsWeakCipher(string name) =>
        name.StartsWith("DES", StringComparison.Ordinal)
        || name.StartsWith("RC2", StringComparison.Ordinal)
        || name.StartsWith("RC4", StringComparison.Ordinal);
}
