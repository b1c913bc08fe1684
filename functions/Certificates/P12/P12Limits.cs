using System.Globalization;

namespace Ssp.Certificates.P12;

/// <summary>
/// What a file may cost before anything in it is believed. A real eHealth file has two keys, some certificates and at most some thousand rounds;
/// Firefox writes 600,000 rounds. All limits are asked before a key is derived.
/// </summary>
public static class P12Limits
{
    /// <summary>Bytes of the whole file.</summary>
    public const int MaxBytes = 256 * 1024;

    /// <summary>Nested ASN.1 elements.</summary>
    public const int MaxDepth = 40;

    /// <summary>ASN.1 elements at one level of encryption.</summary>
    public const int MaxElements = 50_000;

    /// <summary>ASN.1 elements of one certificate; one with a long chain of policies has some hundred.</summary>
    public const int MaxCertificateElements = 5_000;

    /// <summary>Bytes of a number; the modulus of the longest RSA key in use has half of it.</summary>
    public const int MaxIntegerBytes = 4_096;

    /// <summary>Bytes of an object identifier; the longest in use have about 20.</summary>
    public const int MaxOidBytes = 64;

    /// <summary>Bags in the whole file.</summary>
    public const int MaxBags = 200;

    /// <summary>Private keys in the whole file; each may cost a derivation.</summary>
    public const int MaxKeys = 20;

    /// <summary>Attributes of one bag.</summary>
    public const int MaxAttributes = 20;

    /// <summary>Rounds of one derivation.</summary>
    public const long MaxRounds = 1_000_000;

    /// <summary>
    /// Work of all derivations of a file together. The unit is a round of the runtime's PBKDF2 for one block of the key; a million take about a third of
    /// a second, and slower functions cost more of them (<see cref="P12Digest"/>). GnuTLS writes 600,000 rounds for each bag, in schemes that take them
    /// three times. What is derived again because a password can be written in several ways counts again.
    /// </summary>
    public const long MaxWork = 8_000_000;

    /// <summary>
    /// Work of all derivations of a file that keeps nobody waiting: a sixth of a second. Java writes 10,000 rounds, OpenSSL and Windows 2,000, which come to
    /// a tenth of it.
    /// </summary>
    public const long UsualWork = 500_000;

    /// <summary>Work of one derivation: a million rounds for three blocks, as PKCS#12's Triple DES takes.</summary>
    public const long MaxWorkAtOnce = 3 * MaxRounds;

    /// <summary>
    /// All else that grows with what the file holds, in the same unit: a twentieth of a second. To decipher 256 KiB in an old cipher takes half of it.
    /// </summary>
    public const long MaxHandling = 150_000;

    /// <summary>Bytes of the key of a MAC; the longest that a program writes has 256.</summary>
    public const int MaxKeyBytes = 4_096;

    /// <summary>Bytes of memory that one scrypt derivation may take: 128 · N · r (RFC 7914).</summary>
    public const long MaxScryptBytes = 32 * 1024 * 1024;

    /// <summary>Bytes of a salt; programs write 8 to 64.</summary>
    public const int MaxSaltBytes = 1_024;

    /// <summary>Bits of an RSA modulus that is looked at; larger ones take seconds to verify.</summary>
    public const int MaxRsaBits = 8_192;

    /// <summary>Bits of a DSA prime that is looked at, and of the secret under it; eHealth gives out none.</summary>
    public const int MaxDsaBits = 2_048;
    public const int MaxDsaSecretBits = 256;

    /// <summary>Signatures that are verified to find the way to the root: many certificates may bear one name.</summary>
    public const int MaxSignatures = 20;

    /// <summary>Certificates from one that has a key up to its root.</summary>
    public const int MaxChain = 10;

    /// <exception cref="P12Fault">P06: there are more than may be.</exception>
    internal static void RequireFew(int count, int max, string variant)
    {
        if (count > max)
        {
            throw P12Fault.Of("P06", variant, max.ToString(CultureInfo.InvariantCulture));
        }
    }
}
